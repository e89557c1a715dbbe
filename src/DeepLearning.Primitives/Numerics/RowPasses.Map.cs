using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <content>Maps of rows.</content>
internal static unsafe partial class RowPasses
{
    /// <summary><c>to = map(a, b, first, second)</c>, the last two being numbers of the row; to may be a or b.</summary>
    public static void Map<T, TMap>(T* a, T* b, T* to, int rows, int rowLength, T* first, T* second, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IRowMap<T>
    {
        if (Vector512.IsHardwareAccelerated) Map<T, TMap, Simd512<T>>(a, b, to, rows, rowLength, first, second, map);
        else if (Vector256.IsHardwareAccelerated) Map<T, TMap, Simd256<T>>(a, b, to, rows, rowLength, first, second, map);
        else Map<T, TMap, Simd128<T>>(a, b, to, rows, rowLength, first, second, map);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Map<T, TMap, TVector>(T* a, T* b, T* to, int rows, int rowLength, T* first, T* second, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IRowMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        nuint step = (nuint)TVector.Count, last = (nuint)rowLength - step;
        do
        {
            TVector p = TVector.Create(*first), q = TVector.Create(*second);
            TVector lastA = TVector.Load(ref *a, last), lastB = TMap.IsBinary ? TVector.Load(ref *b, last) : default;
            nuint i = 0;
            if (last != 0)
            {
                do
                {
                    map.Invoke(TVector.Load(ref *a, i), TMap.IsBinary ? TVector.Load(ref *b, i) : default, p, q).Store(ref *to, i);
                    i += step;
                }
                while (i < last);
            }

            map.Invoke(lastA, lastB, p, q).Store(ref *to, last);
            a += rowLength;
            b += rowLength;
            to += rowLength;
            first++;
            second++;
        }
        while (--rows > 0);
    }
}
