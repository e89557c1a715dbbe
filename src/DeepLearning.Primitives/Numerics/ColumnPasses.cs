using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>
/// <see cref="RowPasses"/> over columns: element i of column c lies at <c>i · stride + c</c>, and an element of a vector
/// belongs to a column of its own. The lanes in which a row's sum is made are here variables, one vector for each, so that
/// a column has the bits of the same elements laid out as a row. Columns come in whole vectors of 512 bits.
/// </summary>
internal static unsafe partial class ColumnPasses
{
    /// <summary>
    /// What is to be subtracted from each column: its largest element, 0 where that is −∞. True when all differences that are
    /// left are ordinary for an exponential; a NaN need not show.
    /// </summary>
    public static bool Shifts<T>(T* x, nint stride, int length, int columns, T* shifts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) return Shifts<T, Simd512<T>>(x, stride, length, columns, shifts);
        return Vector256.IsHardwareAccelerated
            ? Shifts<T, Simd256<T>>(x, stride, length, columns, shifts)
            : Shifts<T, Simd128<T>>(x, stride, length, columns, shifts);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool Shifts<T, TVector>(T* x, nint stride, int length, int columns, T* shifts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
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
        T* x, nint stride, T* e, nint eStride, int length, int columns, T* shifts, T* sums, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
    {
        if (Vector512.IsHardwareAccelerated) MapAndSum<T, TMap, Simd512<T>>(x, stride, e, eStride, length, columns, shifts, sums, map);
        else if (Vector256.IsHardwareAccelerated) MapAndSum<T, TMap, Simd256<T>>(x, stride, e, eStride, length, columns, shifts, sums, map);
        else MapAndSum<T, TMap, Simd128<T>>(x, stride, e, eStride, length, columns, shifts, sums, map);
    }

    private static void MapAndSum<T, TMap, TVector>(
        T* x, nint stride, T* e, nint eStride, int length, int columns, T* shifts, T* sums, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        TVector* lanes = stackalloc TVector[RowPasses.Lanes<T>()];
        for (int column = 0; column < columns; column += TVector.Count)
        {
            Tree(x + column, stride, e + column, eStride, length, shifts + column, lanes, map);
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

    /// <summary>A lane after the other: each takes every sixteenth element, or eighth, and perhaps one of those that are left over.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Leaf<T, TMap, TVector>(T* x, nint stride, T* e, nint eStride, int length, T* shift, TVector* lanes, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        int count = RowPasses.Lanes<T>(), whole = length / count * count, toLast = Math.Max(0, length - count);
        nint step = count * stride, eStep = count * eStride;
        TVector difference = TVector.Load(ref *shift, 0);
        for (int lane = 0; lane < count; lane++)
        {
            TVector sum = 0;
            T* from = x + (lane * stride), to = e + (lane * eStride);
            for (int i = lane; i < whole; i += count, from += step, to += eStep)
            {
                TVector result = map.Invoke(TVector.Load(ref *from, 0), difference);
                result.Store(ref *to, 0);
                sum += result;
            }

            int last = toLast + lane;
            if (last >= whole && last < length) sum += MapTo(x + (last * stride), e + (last * eStride), difference, map);
            lanes[lane] = sum;
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
    public static void Map<T, TMap>(
        T* a, nint aStride, T* b, nint bStride, T* to, nint toStride, int length, int columns, T* first, T* second, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IRowMap<T>
    {
        if (Vector512.IsHardwareAccelerated) Map<T, TMap, Simd512<T>>(a, aStride, b, bStride, to, toStride, length, columns, first, second, map);
        else if (Vector256.IsHardwareAccelerated) Map<T, TMap, Simd256<T>>(a, aStride, b, bStride, to, toStride, length, columns, first, second, map);
        else Map<T, TMap, Simd128<T>>(a, aStride, b, bStride, to, toStride, length, columns, first, second, map);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Map<T, TMap, TVector>(
        T* a, nint aStride, T* b, nint bStride, T* to, nint toStride, int length, int columns, T* first, T* second, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IRowMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        for (nuint column = 0; column < (nuint)columns; column += (nuint)TVector.Count)
        {
            TVector p = TVector.Load(ref *first, column), q = TVector.Load(ref *second, column);
            T* fromA = a + column, fromB = b + column, target = to + column;
            int left = length;
            do
            {
                map.Invoke(TVector.Load(ref *fromA, 0), TMap.IsBinary ? TVector.Load(ref *fromB, 0) : default, p, q).Store(ref *target, 0);
                fromA += aStride;
                fromB += bStride;
                target += toStride;
            }
            while (--left > 0);
        }
    }

    /// <summary>Joins the lanes as <see cref="Reduce.Across"/> does: halves onto halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Across<T, TFold, TVector>(TVector* lanes)
        where T : unmanaged
        where TFold : struct, IFold<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        for (int half = RowPasses.Lanes<T>() / 2; half > 2; half /= 2)
            for (int i = 0; i < half; i++) lanes[i] = TFold.Merge(lanes[i], lanes[i + half]);
        return TFold.Merge(TFold.Merge(lanes[0], lanes[2]), TFold.Merge(lanes[1], lanes[3]));
    }

    private static void Join<T, TFold, TVector>(TVector* left, TVector* right)
        where T : unmanaged
        where TFold : struct, IFold<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        for (int i = 0; i < RowPasses.Lanes<T>(); i++) left[i] = TFold.Merge(left[i], right[i]);
    }
}
