using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <content>What the loops do about spans that the first cache does not hold.</content>
internal static unsafe partial class Elementwise
{
    /// <summary>Elements from which on the spans are unlikely to lie in the first cache.</summary>
    private const int FarFrom = 1 << 13;

    /// <summary>Bytes between what is computed and what is fetched.</summary>
    private const int Ahead = 2048;

    /// <summary>Where the spans of a map are expected to lie.</summary>
    public enum Distance
    {
        /// <summary>In the first cache.</summary>
        Near,

        /// <summary>Farther away: what is needed later is asked for.</summary>
        Far,

        /// <summary>Beyond the caches: the output goes there without being read first, which a third of all traffic would be.</summary>
        Beyond,
    }

    public static Distance DistanceOf<T, TMap>(T* a, T* b, T* c, T* d, int length)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
    {
        if (length < FarFrom) return Distance.Near;
        // In place, the output has been read already.
        if (IsLight<T, TMap>() && IsBeyond<T, TMap>(length) && a != b && a != c && a != d) return Distance.Beyond;
        return Processor.FetchesByItself ? Distance.Near : Distance.Far;
    }

    /// <summary>True when so much is read and written that the output is unlikely to stay in a cache until it is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBeyond<T, TMap>(int length)
        where T : unmanaged
        where TMap : struct, IStreamMap<T> =>
        (nuint)BitOperations.PopCount((uint)(TMap.Reads | TMap.Writes)) * (nuint)sizeof(T) * (nuint)length >= Processor.BeyondFrom;

    /// <summary>Other threads may be told of the results after this.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fence()
    {
        if (Sse.IsSupported) Sse.StoreFence();
    }

    /// <summary>
    /// Asks for the cache lines of a later step, also those that are only written: the processor's own prefetching stops at
    /// the end of each page of memory. No more than two streams, since what is inlined here is missing for the map.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ref T a, ref T b, nuint i, int bytes)
    {
        if (!Sse.IsSupported) return;
        // Nothing is read or written there, so that neither the end of the span nor a move of its array matters.
        void* ahead = (byte*)Unsafe.AsPointer(ref Unsafe.Add(ref a, i)) + Ahead, other = (byte*)Unsafe.AsPointer(ref Unsafe.Add(ref b, i)) + Ahead;
        Sse.Prefetch0(ahead);
        Sse.Prefetch0(other);
        if (bytes <= 64) return;
        Sse.Prefetch0((byte*)ahead + 64);
        Sse.Prefetch0((byte*)other + 64);
    }

    /// <summary>Asks for all of two inputs.</summary>
    public static void FetchAll<T>(T* a, T* b, int length)
        where T : unmanaged
    {
        if (!Sse.IsSupported) return;
        for (int i = 0; i < length; i += 64 / sizeof(T))
        {
            Sse.Prefetch0(a + i);
            Sse.Prefetch0(b + i);
        }
    }
}
