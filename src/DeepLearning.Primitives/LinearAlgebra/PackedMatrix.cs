using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>
/// A right factor, packed once for many products with few rows each, such as the recurrent weights of a sequence. Each
/// element of a product is the same chain as in <see cref="LinearAlgebra.MatMul"/>, so it has the same bits. Products run on the
/// calling thread.
/// </summary>
internal static unsafe class PackedMatrix
{
    /// <summary>The elements that a packed [k, n] takes at the most, whatever the processor.</summary>
    public static int Length<T>(int k, int n)
        where T : unmanaged
    {
        int vector = Vector512<T>.Count;
        return checked(k * (((n - 1) / vector) + 1) * vector);
    }

    /// <summary>
    /// Packs op(b)[k, n]; <paramref name="forOneRow"/> says that all products will have one row, which likes other panels.
    /// </summary>
    public static void Pack<T>(ReadOnlySpan<T> b, int k, int n, bool transposeB, bool forOneRow, Span<T> packed)
        where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated) Pack<T, Simd512<T>>(b, k, n, transposeB, forOneRow, packed);
        else if (Vector256.IsHardwareAccelerated) Pack<T, Simd256<T>>(b, k, n, transposeB, forOneRow, packed);
        else Pack<T, Simd128<T>>(b, k, n, transposeB, forOneRow, packed);
    }

    /// <summary>
    /// c[m, n] = a[m, k]·b or c += a·b, with <paramref name="strideC"/> elements from row to row of c; <paramref
    /// name="forOneRow"/>
    /// as it was packed.
    /// </summary>
    public static void Multiply<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> packed, Span<T> c, int m, int k, int n, int strideC, bool forOneRow, bool accumulate)
        where T : unmanaged
    {
        if (m == 0 || n == 0) return;
        fixed (T* pa = a, pb = packed, pc = c)
        {
            if (Vector512.IsHardwareAccelerated) Multiply<T, Simd512<T>>(pa, pb, pc, m, k, n, strideC, forOneRow, accumulate);
            else if (Vector256.IsHardwareAccelerated) Multiply<T, Simd256<T>>(pa, pb, pc, m, k, n, strideC, forOneRow, accumulate);
            else Multiply<T, Simd128<T>>(pa, pb, pc, m, k, n, strideC, forOneRow, accumulate);
        }
    }

    private static void Pack<T, TVector>(ReadOnlySpan<T> b, int k, int n, bool transposeB, bool forOneRow, Span<T> packed)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        fixed (T* pb = b, pp = packed)
        {
            int stride = transposeB ? k : n;
            T* to = pp;
            for (int j = 0, width; j < n; j += width, to += (nint)k * width)
            {
                width = PanelWidth<T, TVector>(n - j, forOneRow);
                int columns = Math.Min(width, n - j);
                T* from = transposeB ? pb + ((nint)j * k) : pb + j;
                if (transposeB) MatrixPacking<T, TVector>.Transposed((byte*)from, stride * sizeof(T), k, columns, to, width);
                else MatrixPacking<T, TVector>.Rows((byte*)from, stride * sizeof(T), (byte*)(pb + b.Length), k, columns, (byte*)to, width, 0);
            }
        }
    }

    private static void Multiply<T, TVector>(T* a, T* packed, T* c, int m, int k, int n, int strideC, bool forOneRow, bool accumulate)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        for (int j = 0, width; j < n; j += width, packed += (nint)k * width)
        {
            width = PanelWidth<T, TVector>(n - j, forOneRow);
            if (width == MatrixTile<T, TVector>.RowColumns)
            {
                for (int i = 0; i < m; i++)
                {
                    MatrixTile<T, TVector>.MultiplyRow(
                        k, (byte*)(a + ((nint)i * k)), sizeof(T), (byte*)packed, width * sizeof(T), (byte*)(c + ((nint)i * strideC) + j), accumulate);
                }

                continue;
            }

            T* corner = c + j;
            PackedPanel.Multiply<T, TVector>(a, k, packed, width, Math.Min(width, n - j), accumulate ? corner : null, strideC, corner, strideC, m);
        }
    }

    /// <summary>One row wants many chains side by side, where there are columns for them; the last panel is as wide as it must be.</summary>
    private static int PanelWidth<T, TVector>(int columns, bool forOneRow)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        forOneRow && columns >= MatrixTile<T, TVector>.RowColumns ? MatrixTile<T, TVector>.RowColumns
        : columns >= MatrixTile<T, TVector>.Columns ? MatrixTile<T, TVector>.Columns
        : (columns + TVector.Count - 1) / TVector.Count * TVector.Count;
}
