using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>
/// <see cref="RowPasses"/> over columns: element i of column c lies at <c>i · columns + c</c>, and an element of a vector
/// belongs to a column of its own. The lanes in which a row's sum is made are here variables, one vector for each, so that
/// a column has the bits of the same elements laid out as a row. Columns come in whole vectors of 512 bits.
/// </summary>
[SkipLocalsInit]
internal static unsafe partial class ColumnPasses
{
    /// <summary>
    /// What is to be subtracted from each column: its largest element, 0 where that is −∞. True when all differences that are
    /// left are ordinary for an exponential; a NaN need not show.
    /// </summary>
    public static bool Shifts<T>(T* x, int length, int columns, T* shifts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) return Shifts<T, Simd512<T>>(x, length, columns, shifts);
        return Vector256.IsHardwareAccelerated
            ? Shifts<T, Simd256<T>>(x, length, columns, shifts)
            : Shifts<T, Simd128<T>>(x, length, columns, shifts);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool Shifts<T, TVector>(T* x, int length, int columns, T* shifts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        nint stride = columns;
        TVector least = 0, lowest = double.NegativeInfinity;
        for (int column = 0; column < columns; column += TVector.Count)
        {
            T* from = x + column;
            TVector high = TVector.Load(ref *from, 0), highB = high, highC = high, highD = high;
            TVector low = high, lowB = high, lowC = high, lowD = high;
            int left = length;
            for (; left >= 4; left -= 4, from += 4 * stride)
            {
                TVector a = TVector.Load(ref *from, 0), b = TVector.Load(ref from[stride], 0);
                TVector c = TVector.Load(ref from[2 * stride], 0), d = TVector.Load(ref from[3 * stride], 0);
                (high, low) = (TVector.Max(a, high), TVector.Min(a, low));
                (highB, lowB) = (TVector.Max(b, highB), TVector.Min(b, lowB));
                (highC, lowC) = (TVector.Max(c, highC), TVector.Min(c, lowC));
                (highD, lowD) = (TVector.Max(d, highD), TVector.Min(d, lowD));
            }

            for (; left > 0; left--, from += stride)
            {
                TVector a = TVector.Load(ref *from, 0);
                (high, low) = (TVector.Max(a, high), TVector.Min(a, low));
            }

            high = TVector.Max(TVector.Max(high, highB), TVector.Max(highC, highD));
            low = TVector.Min(TVector.Min(low, lowB), TVector.Min(lowC, lowD));
            TVector shift = TVector.Select(TVector.Equal(high, lowest), 0, high);
            shift.Store(ref shifts[column], 0);
            least = TVector.Min(low - shift, least);
        }

        return VectorMath.IsOrdinaryForExp<TVector, T>(least);
    }

    /// <summary><c>e = map(x, shift)</c> and the sum of each column's e, which a caller who wants the sums alone gives a stride of 0.</summary>
    public static void MapAndSum<T, TMap>(
        T* x, T* e, nint eStride, int length, int columns, T* shifts, T* sums, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
    {
        if (Vector512.IsHardwareAccelerated) MapAndSum<T, TMap, Simd512<T>>(x, e, eStride, length, columns, shifts, sums, map);
        else if (Vector256.IsHardwareAccelerated) MapAndSum<T, TMap, Simd256<T>>(x, e, eStride, length, columns, shifts, sums, map);
        else MapAndSum<T, TMap, Simd128<T>>(x, e, eStride, length, columns, shifts, sums, map);
    }

    private static void MapAndSum<T, TMap, TVector>(
        T* x, T* e, nint eStride, int length, int columns, T* shifts, T* sums, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        TVector* lanes = stackalloc TVector[RowPasses.Lanes<T>()];
        if (RowPasses.IsLeaf<T>(length))
        {
            Leaves(x, e, eStride, length, columns, shifts, sums, lanes, map);
            return;
        }

        for (int column = 0; column < columns; column += TVector.Count)
        {
            Tree(x + column, columns, e + column, eStride, length, shifts + column, lanes, map);
            Across<T, SumFold<T>, TVector>(lanes).Store(ref sums[column], 0);
        }
    }

    private static void Tree<T, TMap, TVector>(T* x, nint stride, T* e, nint eStride, int length, T* shift, TVector* lanes, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        if (RowPasses.IsLeaf<T>(length))
        {
            Leaf(x, stride, e, eStride, length, shift, lanes, map);
            return;
        }

        int left = RowPasses.LeftPart<T>(length);
        TVector* right = stackalloc TVector[RowPasses.Lanes<T>()];
        Tree(x, stride, e, eStride, left, shift, lanes, map);
        Tree(x + (left * stride), stride, e + (left * eStride), eStride, length - left, shift, right, map);
        Join<T, SumFold<T>, TVector>(lanes, right);
    }

    /// <summary>All columns in one loop, which keeps the numbers that the map is made of in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Leaves<T, TMap, TVector>(
        T* x, T* e, nint eStride, int length, int columns, T* shifts, T* sums, TVector* lanes, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        for (int column = 0; column < columns; column += TVector.Count)
        {
            LeafTo(x + column, columns, e + column, eStride, length, shifts + column, lanes, map);
            Across<T, SumFold<T>, TVector>(lanes).Store(ref sums[column], 0);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Leaf<T, TMap, TVector>(T* x, nint stride, T* e, nint eStride, int length, T* shift, TVector* lanes, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
        where TVector : unmanaged, ISimd<TVector, T> => LeafTo(x, stride, e, eStride, length, shift, lanes, map);

    /// <summary>
    /// The lanes take turns: a vector's worth of elements goes to all of them, and what is left over to the last ones, or to
    /// the first where there is nothing else.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LeafTo<T, TMap, TVector>(T* x, nint stride, T* e, nint eStride, int length, T* shift, TVector* lanes, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        int count = RowPasses.Lanes<T>();
        TVector difference = TVector.Load(ref *shift, 0);
        TVector* end = lanes + count, lane = lanes, last = lanes + Math.Min(count, length);
        do
        {
            *lane = MapTo(x, e, difference, map);
            x += stride;
            e += eStride;
            lane++;
        }
        while (lane < last);
        for (; lane < end; lane++) *lane = default;
        for (int left = length - count; left > 0; left -= count)
        {
            lane = end - Math.Min(left, count);
            do
            {
                *lane += MapTo(x, e, difference, map);
                x += stride;
                e += eStride;
                lane++;
            }
            while (lane < end);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector MapTo<T, TMap, TVector>(T* x, T* e, TVector shift, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        TVector result = map.Invoke(TVector.Load(ref *x, 0), shift);
        result.Store(ref *e, 0);
        return result;
    }

    /// <summary><c>to = map(a, b, first, second)</c>, the last two being numbers of the column; to may be a or b.</summary>
    public static void Map<T, TMap>(T* a, T* b, int columns, T* to, nint toStride, int length, T* first, T* second, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IRowMap<T>
    {
        if (Vector512.IsHardwareAccelerated) Map<T, TMap, Simd512<T>>(a, b, columns, to, toStride, length, first, second, map);
        else if (Vector256.IsHardwareAccelerated) Map<T, TMap, Simd256<T>>(a, b, columns, to, toStride, length, first, second, map);
        else Map<T, TMap, Simd128<T>>(a, b, columns, to, toStride, length, first, second, map);
    }

    /// <summary>Along the rows, as neighbours in a row share their page.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Map<T, TMap, TVector>(T* a, T* b, int columns, T* to, nint toStride, int length, T* first, T* second, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IRowMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        for (; length > 0; length--)
        {
            nuint column = 0;
            do
            {
                TVector p = TVector.Load(ref *first, column), q = TVector.Load(ref *second, column);
                map.Invoke(TVector.Load(ref *a, column), TMap.IsBinary ? TVector.Load(ref *b, column) : default, p, q).Store(ref *to, column);
                column += (nuint)TVector.Count;
            }
            while (column < (nuint)columns);
            a += columns;
            b += columns;
            to += toStride;
        }
    }

    /// <summary>Joins the lanes as <see cref="Reduce.Across"/> does: halves onto halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Across<T, TFold, TVector>(TVector* lanes)
        where T : unmanaged
        where TFold : struct, IFold<T>
        where TVector : unmanaged, ISimd<TVector, T> =>
        TFold.Merge(
            TFold.Merge(Fourth<T, TFold, TVector>(lanes), Fourth<T, TFold, TVector>(lanes + 2)),
            TFold.Merge(Fourth<T, TFold, TVector>(lanes + 1), Fourth<T, TFold, TVector>(lanes + 3)));

    /// <summary>Every fourth lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Fourth<T, TFold, TVector>(TVector* lanes)
        where T : unmanaged
        where TFold : struct, IFold<T>
        where TVector : unmanaged, ISimd<TVector, T> =>
        typeof(T) == typeof(float)
            ? TFold.Merge(TFold.Merge(lanes[0], lanes[8]), TFold.Merge(lanes[4], lanes[12]))
            : TFold.Merge(lanes[0], lanes[4]);

    private static void Join<T, TFold, TVector>(TVector* left, TVector* right)
        where T : unmanaged
        where TFold : struct, IFold<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        for (int i = 0; i < RowPasses.Lanes<T>(); i++) left[i] = TFold.Merge(left[i], right[i]);
    }
}
