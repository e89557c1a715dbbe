using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <content>The loops over whole vectors.</content>
internal static unsafe partial class Elementwise
{
    /// <summary>At least one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Body<T, TMap, TVector>(in TMap map, ref T a, ref T b, ref T c, ref T d, nuint length, Distance distance = Distance.Near)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        bool fetches = distance != Distance.Near;
        // A vector of doubles holds as many floats as one of half its width.
        if (IsLight<T, TMap>()) Light<T, TMap, TVector>(in map, ref a, ref b, ref c, ref d, length, distance);
        else if (TMap.IsInDouble && typeof(TVector) == typeof(Simd512<T>)) Singly<T, TMap, Simd256<T>>(in map, ref a, ref b, ref c, ref d, length, fetches);
        else if (TMap.IsInDouble && typeof(TVector) == typeof(Simd256<T>)) Singly<T, TMap, Simd128<T>>(in map, ref a, ref b, ref c, ref d, length, fetches);
        else if (TMap.IsLong) Singly<T, TMap, TVector>(in map, ref a, ref b, ref c, ref d, length, fetches);
        else if (length <= 2 * (nuint)TVector.Count) OneOrTwo<T, TMap, TVector>(in map, ref a, ref b, ref c, ref d, length);
        else InPairs<T, TMap, TVector>(in map, ref a, ref b, ref c, ref d, length, fetches);
    }

    /// <summary>One vector, or two that may overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneOrTwo<T, TMap, TVector>(in TMap map, ref T a, ref T b, ref T c, ref T d, nuint length)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        if (length == (nuint)TVector.Count) One<T, TMap, TVector>(in map, ref a, ref b, ref c, ref d);
        else OnePair<T, TMap, TVector>(in map, ref a, ref b, ref c, ref d, length);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void One<T, TMap, TVector>(in TMap map, ref T a, ref T b, ref T c, ref T d)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        TMap f = map;
        TVector va = default, vb = default, vc = default, vd = default;
        if ((TMap.Reads & 1) != 0) va = TVector.Load(ref a, 0);
        if ((TMap.Reads & 2) != 0) vb = TVector.Load(ref b, 0);
        if ((TMap.Reads & 4) != 0) vc = TVector.Load(ref c, 0);
        if ((TMap.Reads & 8) != 0) vd = TVector.Load(ref d, 0);
        f.Invoke(ref va, ref vb, ref vc, ref vd);
        if ((TMap.Writes & 1) != 0) va.Store(ref a, 0);
        if ((TMap.Writes & 2) != 0) vb.Store(ref b, 0);
        if ((TMap.Writes & 4) != 0) vc.Store(ref c, 0);
        if ((TMap.Writes & 8) != 0) vd.Store(ref d, 0);
    }

    /// <summary>Two vectors that may overlap.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void OnePair<T, TMap, TVector>(in TMap map, ref T a, ref T b, ref T c, ref T d, nuint length)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        // Read once: numbers that are passed by value come in two pieces and are read as one, for which the processor waits.
        TMap f = map;
        nuint j = length - (nuint)TVector.Count;
        TVector a0 = default, b0 = default, c0 = default, d0 = default, a1 = default, b1 = default, c1 = default, d1 = default;
        if ((TMap.Reads & 1) != 0) (a0, a1) = (TVector.Load(ref a, 0), TVector.Load(ref a, j));
        if ((TMap.Reads & 2) != 0) (b0, b1) = (TVector.Load(ref b, 0), TVector.Load(ref b, j));
        if ((TMap.Reads & 4) != 0) (c0, c1) = (TVector.Load(ref c, 0), TVector.Load(ref c, j));
        if ((TMap.Reads & 8) != 0) (d0, d1) = (TVector.Load(ref d, 0), TVector.Load(ref d, j));
        f.Invoke(ref a0, ref b0, ref c0, ref d0);
        f.Invoke(ref a1, ref b1, ref c1, ref d1);
        if ((TMap.Writes & 1) != 0) Store(a0, a1, ref a, 0, j);
        if ((TMap.Writes & 2) != 0) Store(b0, b1, ref b, 0, j);
        if ((TMap.Writes & 4) != 0) Store(c0, c1, ref c, 0, j);
        if ((TMap.Writes & 8) != 0) Store(d0, d1, ref d, 0, j);
    }

    /// <summary>
    /// More than two vectors, two at a time, with the map's constants in registers where there are enough of them. The last
    /// pair comes first, since a destination may be one of the inputs; where it overlaps the one before, its results wait
    /// aside until all others are written.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void InPairs<T, TMap, TVector>(in TMap map, ref T a, ref T b, ref T c, ref T d, nuint length, bool fetches)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        // A copy, whose numbers no store can change.
        TMap f = map;
        nuint one = (nuint)TVector.Count, last = length - (2 * one), i = last, next = 0, to = 0;
        Unsafe.SkipInit(out Pairs<TVector> aside);
        bool overlaps = (last & ((2 * one) - 1)) != 0;
        ref T toA = ref overlaps ? ref Unsafe.As<Pair<TVector>, T>(ref aside.A) : ref Unsafe.Add(ref a, last);
        ref T toB = ref overlaps ? ref Unsafe.As<Pair<TVector>, T>(ref aside.B) : ref Unsafe.Add(ref b, last);
        ref T toC = ref overlaps ? ref Unsafe.As<Pair<TVector>, T>(ref aside.C) : ref Unsafe.Add(ref c, last);
        ref T toD = ref overlaps ? ref Unsafe.As<Pair<TVector>, T>(ref aside.D) : ref Unsafe.Add(ref d, last);
        // The JIT turns only short loops round by itself, and moves nothing out of a loop that is tested at its top.
        do
        {
            TVector a0 = default, b0 = default, c0 = default, d0 = default, a1 = default, b1 = default, c1 = default, d1 = default;
            if ((TMap.Reads & 1) != 0) (a0, a1) = (TVector.Load(ref a, i), TVector.Load(ref a, i + one));
            if ((TMap.Reads & 2) != 0) (b0, b1) = (TVector.Load(ref b, i), TVector.Load(ref b, i + one));
            if ((TMap.Reads & 4) != 0) (c0, c1) = (TVector.Load(ref c, i), TVector.Load(ref c, i + one));
            if ((TMap.Reads & 8) != 0) (d0, d1) = (TVector.Load(ref d, i), TVector.Load(ref d, i + one));
            f.Invoke(ref a0, ref b0, ref c0, ref d0);
            f.Invoke(ref a1, ref b1, ref c1, ref d1);
            if ((TMap.Writes & 1) != 0) Store(a0, a1, ref toA, to, to + one);
            if ((TMap.Writes & 2) != 0) Store(b0, b1, ref toB, to, to + one);
            if ((TMap.Writes & 4) != 0) Store(c0, c1, ref toC, to, to + one);
            if ((TMap.Writes & 8) != 0) Store(d0, d1, ref toD, to, to + one);
            i = to = next;
            next += 2 * one;
            toA = ref a;
            toB = ref b;
            toC = ref c;
            toD = ref d;
            if (fetches) Fetch(ref a, ref b, i, 2 * sizeof(TVector));
        }
        while (i < last);
        if (overlaps) aside.Store<T, TMap>(ref Unsafe.Add(ref a, last), ref Unsafe.Add(ref b, last), ref Unsafe.Add(ref c, last), ref Unsafe.Add(ref d, last));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T, TVector>(TVector first, TVector second, ref T destination, nuint i, nuint j)
        where T : unmanaged
        where TVector : unmanaged, ISimd<TVector, T>
    {
        first.Store(ref destination, i);
        second.Store(ref destination, j);
    }

    /// <summary>For a map so long that twice of it would not be inlined: one vector at a time, in the same order.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Singly<T, TMap, TVector>(in TMap map, ref T a, ref T b, ref T c, ref T d, nuint length, bool fetches)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        TMap f = map;
        nuint last = length - (nuint)TVector.Count, i = last, next = 0, to = 0;
        Unsafe.SkipInit(out Pairs<TVector> aside);
        ref T toA = ref Unsafe.As<Pair<TVector>, T>(ref aside.A), toB = ref Unsafe.As<Pair<TVector>, T>(ref aside.B);
        ref T toC = ref Unsafe.As<Pair<TVector>, T>(ref aside.C), toD = ref Unsafe.As<Pair<TVector>, T>(ref aside.D);
        do
        {
            TVector va = default, vb = default, vc = default, vd = default;
            if ((TMap.Reads & 1) != 0) va = TVector.Load(ref a, i);
            if ((TMap.Reads & 2) != 0) vb = TVector.Load(ref b, i);
            if ((TMap.Reads & 4) != 0) vc = TVector.Load(ref c, i);
            if ((TMap.Reads & 8) != 0) vd = TVector.Load(ref d, i);
            f.Invoke(ref va, ref vb, ref vc, ref vd);
            if ((TMap.Writes & 1) != 0) va.Store(ref toA, to);
            if ((TMap.Writes & 2) != 0) vb.Store(ref toB, to);
            if ((TMap.Writes & 4) != 0) vc.Store(ref toC, to);
            if ((TMap.Writes & 8) != 0) vd.Store(ref toD, to);
            i = to = next;
            next += (nuint)TVector.Count;
            toA = ref a;
            toB = ref b;
            toC = ref c;
            toD = ref d;
            if (fetches) Fetch(ref a, ref b, i, sizeof(TVector));
        }
        while (i < last);
        if ((TMap.Writes & 1) != 0) aside.A.First.Store(ref a, last);
        if ((TMap.Writes & 2) != 0) aside.B.First.Store(ref b, last);
        if ((TMap.Writes & 4) != 0) aside.C.First.Store(ref c, last);
        if ((TMap.Writes & 8) != 0) aside.D.First.Store(ref d, last);
    }
}
