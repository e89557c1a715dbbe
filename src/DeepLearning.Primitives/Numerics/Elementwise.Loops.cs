using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <content>The loops over whole vectors.</content>
internal static unsafe partial class Elementwise
{
    /// <summary>Elements from which on the spans are unlikely to lie in the first cache.</summary>
    private const int FetchFrom = 1 << 13;

    /// <summary>Bytes between what is computed and what is fetched.</summary>
    private const int Ahead = 2048;

    private static void Body<T, TMap, TVector>(TMap map, T* a, T* b, T* c, T* d, nuint start, nuint end, bool areFar)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        if (TMap.IsLong) Singly<T, TMap, TVector>(map, a, b, c, d, start, end, areFar);
        else InPairs<T, TMap, TVector>(map, a, b, c, d, start, end, areFar);
    }

    /// <summary>
    /// Two vectors at a time, with the map's constants in registers where there are enough of them. The last pair, which
    /// overlaps the one before, comes first, since a destination may be one of the inputs; its results wait aside until
    /// all others are written. Less than two vectors are one pair that overlaps itself.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void InPairs<T, TMap, TVector>(TMap map, T* a, T* b, T* c, T* d, nuint start, nuint end, bool areFar)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        nuint step = 2 * (nuint)TVector.Count, last = end - start > step ? end - step : start;
        nuint half = Math.Min((nuint)TVector.Count, end - start - (nuint)TVector.Count), i = last;
        Unsafe.SkipInit(out Streams<TVector> aside);
        bool isAlone = last == start;
        T* toA = isAlone ? a : (T*)&aside.A - last, toB = isAlone ? b : (T*)&aside.B - last;
        T* toC = isAlone ? c : (T*)&aside.C - last, toD = isAlone ? d : (T*)&aside.D - last;
        // The JIT turns only short loops round by itself, and moves nothing out of a loop that is tested at its top.
        do
        {
            nuint j = i + half;
            TVector a0 = default, b0 = default, c0 = default, d0 = default, a1 = default, b1 = default, c1 = default, d1 = default;
            if ((TMap.Reads & 1) != 0) (a0, a1) = (TVector.Load(ref *a, i), TVector.Load(ref *a, j));
            if ((TMap.Reads & 2) != 0) (b0, b1) = (TVector.Load(ref *b, i), TVector.Load(ref *b, j));
            if ((TMap.Reads & 4) != 0) (c0, c1) = (TVector.Load(ref *c, i), TVector.Load(ref *c, j));
            if ((TMap.Reads & 8) != 0) (d0, d1) = (TVector.Load(ref *d, i), TVector.Load(ref *d, j));
            map.Invoke(ref a0, ref b0, ref c0, ref d0);
            map.Invoke(ref a1, ref b1, ref c1, ref d1);
            if ((TMap.Writes & 1) != 0) Store(a0, a1, toA, i, j);
            if ((TMap.Writes & 2) != 0) Store(b0, b1, toB, i, j);
            if ((TMap.Writes & 4) != 0) Store(c0, c1, toC, i, j);
            if ((TMap.Writes & 8) != 0) Store(d0, d1, toD, i, j);
            i = i == last ? start : i + step;
            toA = a;
            toB = b;
            toC = c;
            toD = d;
            if (areFar) Fetch(a + i, b + i, 2 * sizeof(TVector));
        }
        while (i < last);
        if (!isAlone) aside.Store<T, TMap>(a, b, c, d, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T, TVector>(TVector first, TVector second, T* destination, nuint i, nuint j)
        where T : unmanaged
        where TVector : unmanaged, ISimd<TVector, T>
    {
        first.Store(ref *destination, i);
        second.Store(ref *destination, j);
    }

    /// <summary>For a map so long that twice of it would not be inlined: one vector at a time, in the same order.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Singly<T, TMap, TVector>(TMap map, T* a, T* b, T* c, T* d, nuint start, nuint end, bool areFar)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        nuint last = end - (nuint)TVector.Count, i = last;
        Unsafe.SkipInit(out Streams<TVector> aside);
        T* toA = (T*)&aside.A - last, toB = (T*)&aside.B - last, toC = (T*)&aside.C - last, toD = (T*)&aside.D - last;
        do
        {
            TVector va = default, vb = default, vc = default, vd = default;
            if ((TMap.Reads & 1) != 0) va = TVector.Load(ref *a, i);
            if ((TMap.Reads & 2) != 0) vb = TVector.Load(ref *b, i);
            if ((TMap.Reads & 4) != 0) vc = TVector.Load(ref *c, i);
            if ((TMap.Reads & 8) != 0) vd = TVector.Load(ref *d, i);
            map.Invoke(ref va, ref vb, ref vc, ref vd);
            if ((TMap.Writes & 1) != 0) va.Store(ref *toA, i);
            if ((TMap.Writes & 2) != 0) vb.Store(ref *toB, i);
            if ((TMap.Writes & 4) != 0) vc.Store(ref *toC, i);
            if ((TMap.Writes & 8) != 0) vd.Store(ref *toD, i);
            i = i == last ? start : i + (nuint)TVector.Count;
            toA = a;
            toB = b;
            toC = c;
            toD = d;
            if (areFar) Fetch(a + i, b + i, sizeof(TVector));
        }
        while (i < last);
        if ((TMap.Writes & 1) != 0) aside.A.First.Store(ref *a, last);
        if ((TMap.Writes & 2) != 0) aside.B.First.Store(ref *b, last);
        if ((TMap.Writes & 4) != 0) aside.C.First.Store(ref *c, last);
        if ((TMap.Writes & 8) != 0) aside.D.First.Store(ref *d, last);
    }

    /// <summary>
    /// Asks for the cache lines of a later step, also those that are only written: the processor's own prefetching stops at
    /// the end of each page of memory. No more than two streams, since what is inlined here is missing for the map.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(void* a, void* b, int bytes)
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch0((byte*)a + Ahead);
        Sse.Prefetch0((byte*)b + Ahead);
        if (bytes <= 64) return;
        Sse.Prefetch0((byte*)a + Ahead + 64);
        Sse.Prefetch0((byte*)b + Ahead + 64);
    }
}
