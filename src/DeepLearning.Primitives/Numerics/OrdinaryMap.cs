using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>The driver of maps that have a shorter form for ordinary inputs.</summary>
internal static unsafe class OrdinaryMap
{
    /// <summary>Elements that are asked about at once: they stay in the first cache until they are computed.</summary>
    private const int Block = 2048;

    /// <summary>Bytes up to which each vector is asked by itself: two vectors of 512 bits.</summary>
    private const int Few = 128;

    /// <summary><c>destination = map(x)</c>; the spans are of one length, and the same or apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T, TMap>(ReadOnlySpan<T> x, Span<T> destination, TMap map)
        where T : unmanaged
        where TMap : struct, IOrdinaryMap1<T>
    {
        if (x.Length <= Few / sizeof(T)) Elementwise.Map(x, destination, map);
        else Many(x, destination, map);
    }

    private static void Many<T, TMap>(ReadOnlySpan<T> x, Span<T> destination, TMap map)
        where T : unmanaged
        where TMap : struct, IOrdinaryMap1<T>
    {
        fixed (T* from = &x.Reference(), to = &destination[..x.Length].Reference())
        {
            Blocks<T, TMap> blocks = new(map, from, to);
            if (x.Length < 2 * Elementwise.Grain || !Parallelism.IsWorthwhile) blocks.Invoke(0, x.Length);
            else Parallelism.For(x.Length, Elementwise.Grain, blocks);
        }
    }

    private static bool AreOrdinary<T, TMap>(T* x, int length, TMap map)
        where T : unmanaged
        where TMap : struct, IOrdinaryMap1<T>
    {
        if (Vector512.IsHardwareAccelerated && length >= Simd512<T>.Count) return AreOrdinary<T, TMap, Simd512<T>>(x, length, map);
        if (Vector256.IsHardwareAccelerated && length >= Simd256<T>.Count) return AreOrdinary<T, TMap, Simd256<T>>(x, length, map);
        return length >= Simd128<T>.Count && AreOrdinary<T, TMap, Simd128<T>>(x, length, map);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool AreOrdinary<T, TMap, TVector>(T* x, int length, TMap map)
        where T : unmanaged
        where TMap : struct, IOrdinaryMap1<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        int last = length - TVector.Count;
        for (int i = 0; i < last; i += TVector.Count)
            if (!map.IsOrdinary(TVector.Load(ref x[i], 0))) return false;
        return map.IsOrdinary(TVector.Load(ref x[last], 0));
    }

    private readonly struct Blocks<T, TMap>(TMap map, T* from, T* to) : IParallelBody
        where T : unmanaged
        where TMap : struct, IOrdinaryMap1<T>
    {
        public void Invoke(int start, int end)
        {
            for (; start < end; start += Block)
            {
                int length = Math.Min(Block, end - start);
                ReadOnlySpan<T> block = new(from + start, length);
                Span<T> results = new(to + start, length);
                if (AreOrdinary(from + start, length, map)) Elementwise.Map(block, results, new OrdinaryForm<T, TMap>(map));
                else Elementwise.Map(block, results, map);
            }
        }
    }

    private readonly struct OrdinaryForm<T, TMap>(TMap map) : IMap1<T>
        where T : unmanaged
        where TMap : struct, IOrdinaryMap1<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => map.InvokeOrdinary(a);
    }
}
