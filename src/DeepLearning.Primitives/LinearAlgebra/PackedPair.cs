using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>
/// Two factors of n·groups columns, one for each of two summands, packed once for many products with some rows each: the input
/// and recurrent weights of a unit's gates. Panels hold some columns of one group, first the rows of the left factor, then those
/// of the right one; those of the same columns of all groups follow each other, so that a few columns of all gates are done
/// together. Each element is one chain, over the left summand and then over the right one. Products run on the calling thread.
/// </summary>
internal static unsafe class PackedPair
{
    /// <summary>The columns of a group that are done together, but for the last ones.</summary>
    public static int Columns<T>()
        where T : unmanaged =>
        Vector512.IsHardwareAccelerated ? MatrixTile<T, Simd512<T>>.Columns
        : Vector256.IsHardwareAccelerated ? MatrixTile<T, Simd256<T>>.Columns
        : MatrixTile<T, Simd128<T>>.Columns;

    /// <summary>The elements that packed factors of so many rows together take at the most, whatever the processor.</summary>
    public static int Length<T>(int rows, int groups, int n)
        where T : unmanaged => checked(PackedMatrix.Length<T>(rows, n) * groups);

    /// <summary>Packs the transposes of left, [groups·n, leftRows], and right, [groups·n, rightRows].</summary>
    public static void Pack<T>(
        ReadOnlySpan<T> left, ReadOnlySpan<T> right, int leftRows, int rightRows, int groups, int n, Span<T> packed)
        where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated) Pack<T, Simd512<T>>(left, right, leftRows, rightRows, groups, n, packed);
        else if (Vector256.IsHardwareAccelerated) Pack<T, Simd256<T>>(left, right, leftRows, rightRows, groups, n, packed);
        else Pack<T, Simd128<T>>(left, right, leftRows, rightRows, groups, n, packed);
    }

    /// <summary>
    /// Columns [first, first + <see cref="Columns"/>) of one group, as far as there are so many: c[m, columns] = start +
    /// left·its factor + right·its factor. Of left, [m, leftRows], and right, [m, rightRows], one may be empty; start is a row
    /// for all of c, or empty for zeros; c's rows begin <paramref name="strideC"/> elements apart.
    /// </summary>
    public static void Multiply<T>(
        ReadOnlySpan<T> left,
        ReadOnlySpan<T> right,
        ReadOnlySpan<T> packed,
        ReadOnlySpan<T> start,
        Span<T> c,
        int m,
        in PairShape shape,
        int group,
        int first,
        int strideC)
        where T : unmanaged
    {
        fixed (T* pl = left, pr = right, pp = packed, ps = start, pc = c)
        {
            if (Vector512.IsHardwareAccelerated) Multiply<T, Simd512<T>>(pl, pr, pp, ps, pc, m, shape, group, first, strideC);
            else if (Vector256.IsHardwareAccelerated) Multiply<T, Simd256<T>>(pl, pr, pp, ps, pc, m, shape, group, first, strideC);
            else Multiply<T, Simd128<T>>(pl, pr, pp, ps, pc, m, shape, group, first, strideC);
        }
    }

    private static void Pack<T, TVector>(
        ReadOnlySpan<T> left, ReadOnlySpan<T> right, int leftRows, int rightRows, int groups, int n, Span<T> packed)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        fixed (T* pl = left, pr = right, pp = packed)
        {
            T* to = pp;
            for (int first = 0, width; first < n; first += width)
            {
                width = Width<T, TVector>(n - first);
                for (int group = 0; group < groups; group++)
                {
                    nint column = ((nint)group * n) + first;
                    int columns = Math.Min(width, n - first);
                    MatrixPacking<T, TVector>.Transposed(
                        (byte*)(pl + (column * leftRows)), (nint)leftRows * sizeof(T), leftRows, columns, to, width);
                    to += (nint)leftRows * width;
                    MatrixPacking<T, TVector>.Transposed(
                        (byte*)(pr + (column * rightRows)), (nint)rightRows * sizeof(T), rightRows, columns, to, width);
                    to += (nint)rightRows * width;
                }
            }
        }
    }

    private static void Multiply<T, TVector>(
        T* left, T* right, T* packed, T* start, T* c, int m, in PairShape shape, int group, int first, int strideC)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        int width = Width<T, TVector>(shape.Columns - first), columns = Math.Min(width, shape.Columns - first);
        T* panel = packed + ((nint)(shape.LeftRows + shape.RightRows) * (((nint)first * shape.Groups) + (group * width)));
        int strideStart = 0;
        if (left != null)
        {
            PackedPanel.Multiply<T, TVector>(left, shape.LeftRows, panel, width, columns, start, strideStart, c, strideC, m);
            start = c;
            strideStart = strideC;
        }

        panel += (nint)shape.LeftRows * width;
        if (right != null) PackedPanel.Multiply<T, TVector>(right, shape.RightRows, panel, width, columns, start, strideStart, c, strideC, m);
    }

    /// <summary>The width of the next panel, of so many columns that are left.</summary>
    private static int Width<T, TVector>(int columns)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        Math.Min(MatrixTile<T, TVector>.Columns, (columns + TVector.Count - 1) / TVector.Count * TVector.Count);
}

/// <summary>The shape of a <see cref="PackedPair"/>: the rows of either factor, the groups and the columns of each.</summary>
internal readonly record struct PairShape(int LeftRows, int RightRows, int Groups, int Columns);
