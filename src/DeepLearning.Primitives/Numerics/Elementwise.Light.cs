using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <content>The loop over maps that take no longer than their loads and stores.</content>
internal static unsafe partial class Elementwise
{
    /// <summary>Vectors from which on a light loop starts at an aligned place.</summary>
    private const int AlignLightFrom = 8;

    /// <summary>
    /// True for light maps whose only output is a. With nothing in a cache all maps gain a third by writing past the caches;
    /// with the inputs in one, light maps lose little or nothing, but others take up to twice as long.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsLight<T, TMap>()
        where T : unmanaged
        where TMap : struct, IStreamMap<T> => TMap.IsLight && !TMap.IsLong && !TMap.IsInDouble && TMap.Writes == 1 && (TMap.Reads & 1) == 0;

    /// <summary>At least one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Light<T, TMap, TVector>(in TMap map, ref T a, ref T b, ref T c, ref T d, nuint length, Distance distance)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        // Memory that is no array may begin anywhere. Narrower vectors leave the processor time to fetch by itself.
        if (distance == Distance.Beyond && length > AlignLightFrom * (nuint)TVector.Count && (nuint)Unsafe.AsPointer(ref a) % (nuint)sizeof(T) == 0)
            Light<T, TMap, TVector, Yes, Yes>(in map, ref a, ref b, ref c, ref d, length);
        else if (distance != Distance.Near && sizeof(TVector) == 64)
            Light<T, TMap, TVector, Yes, No>(in map, ref a, ref b, ref c, ref d, length);
        else
            Light<T, TMap, TVector, No, No>(in map, ref a, ref b, ref c, ref d, length);
    }

    /// <summary>
    /// At least one vector. The first and the last overlap those between them, which begin at an aligned place if there are
    /// many: they are computed before anything is written, since a may be one of the inputs, and written last.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Light<T, TMap, TVector, TFetches, TIsBeyond>(in TMap map, ref T a, ref T b, ref T c, ref T d, nuint length)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
        where TFetches : struct, IFlag
        where TIsBeyond : struct, IFlag
    {
        // A copy, whose numbers no store can change.
        TMap f = map;
        nuint one = (nuint)TVector.Count, last = length - one, skipped = one;
        TVector first = At<T, TMap, TVector>(in f, ref b, ref c, ref d, 0), final = At<T, TMap, TVector>(in f, ref b, ref c, ref d, last);
        ref T begin = ref a, end = ref Unsafe.Add(ref a, last);
        if (length > AlignLightFrom * one) skipped -= (nuint)Unsafe.AsPointer(ref a) / (nuint)sizeof(T) % one;
        // Places that move take shorter instructions than an index.
        a = ref Unsafe.Add(ref a, skipped);
        b = ref Unsafe.Add(ref b, skipped);
        c = ref Unsafe.Add(ref c, skipped);
        d = ref Unsafe.Add(ref d, skipped);
        // What is left before the last vector, over which the last of four may reach.
        nint left = (nint)(last - skipped), enough = 3 * (nint)one;
        if (left >= enough)
        {
            do
            {
                Four<T, TMap, TVector, TFetches, TIsBeyond>(in f, ref a, ref b, ref c, ref d);
                a = ref Unsafe.Add(ref a, 4 * one);
                b = ref Unsafe.Add(ref b, 4 * one);
                c = ref Unsafe.Add(ref c, 4 * one);
                d = ref Unsafe.Add(ref d, 4 * one);
                left -= 4 * (nint)one;
            }
            while (left >= enough);
        }

        for (nint i = 0; i < left; i += (nint)one)
            At<T, TMap, TVector>(in f, ref b, ref c, ref d, (nuint)i).Store(ref a, (nuint)i);
        if (TIsBeyond.IsSet) Fence();
        final.Store(ref end, 0);
        first.Store(ref begin, 0);
    }

    /// <summary>Whole cache lines at once: parts of several past the caches would take longer than all of them through them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four<T, TMap, TVector, TFetches, TIsBeyond>(in TMap map, ref T a, ref T b, ref T c, ref T d)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
        where TFetches : struct, IFlag
        where TIsBeyond : struct, IFlag
    {
        nuint one = (nuint)TVector.Count;
        TVector a0 = At<T, TMap, TVector>(in map, ref b, ref c, ref d, 0), a1 = At<T, TMap, TVector>(in map, ref b, ref c, ref d, one);
        TVector a2 = At<T, TMap, TVector>(in map, ref b, ref c, ref d, 2 * one), a3 = At<T, TMap, TVector>(in map, ref b, ref c, ref d, 3 * one);
        if (TIsBeyond.IsSet)
        {
            a0.StorePastCaches(ref a, 0);
            a1.StorePastCaches(ref a, one);
            a2.StorePastCaches(ref a, 2 * one);
            a3.StorePastCaches(ref a, 3 * one);
        }
        else
        {
            Store(a0, a1, ref a, 0, one);
            Store(a2, a3, ref a, 2 * one, 3 * one);
        }

        if (!TFetches.IsSet) return;
        // What goes past the caches is not fetched.
        ref T other = ref TIsBeyond.IsSet ? ref c : ref a;
        Fetch(ref other, ref b, 0, 128);
        if (sizeof(TVector) == 64) Fetch(ref other, ref b, 2 * one, 128);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector At<T, TMap, TVector>(in TMap map, ref T b, ref T c, ref T d, nuint i)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        TVector va = default, vb = default, vc = default, vd = default;
        if ((TMap.Reads & 2) != 0) vb = TVector.Load(ref b, i);
        if ((TMap.Reads & 4) != 0) vc = TVector.Load(ref c, i);
        if ((TMap.Reads & 8) != 0) vd = TVector.Load(ref d, i);
        map.Invoke(ref va, ref vb, ref vc, ref vd);
        return va;
    }
}
