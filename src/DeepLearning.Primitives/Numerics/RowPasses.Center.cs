using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <content>The gradient of softmax over rows that fit in registers.</content>
internal static unsafe partial class RowPasses
{
    /// <summary>
    /// <c>to = y·(g − Σgy)</c> of the rows before the first whose sum is not finite; returns how many these are. Rows of one,
    /// two, four and eight vectors are read once and stay in registers until their sum is known, in the order of
    /// <see cref="Fold"/>; of others none is done, nor without 32 registers of 512 bits.
    /// </summary>
    public static int Center<T>(T* y, T* g, T* to, int rows, int rowLength)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!Vector512.IsHardwareAccelerated) return 0;
        int step = Simd512<T>.Count;
        if (rowLength == step) return Center<T, One>(y, g, to, rows);
        if (rowLength == 2 * step) return Center<T, Two>(y, g, to, rows);
        if (rowLength == 4 * step) return Center<T, Four>(y, g, to, rows);
        return rowLength == 8 * step ? Center<T, Eight>(y, g, to, rows) : 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Center<T, TCount>(T* y, T* g, T* to, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TCount : struct, ICount
    {
        nuint step = (nuint)Simd512<T>.Count;
        for (int row = 0; row < rows; row++)
        {
            Simd512<T> y0 = Simd512<T>.Load(ref *y, 0), g0 = Simd512<T>.Load(ref *g, 0), a = Simd512<T>.FusedMultiplyAdd(y0, g0, 0);
            Simd512<T> y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
            Simd512<T> g1 = default, g2 = default, g3 = default, g4 = default, g5 = default, g6 = default, g7 = default;
            Simd512<T> b = default, c = default, d = default;
            if (TCount.Count > 1)
            {
                (y1, g1) = (Simd512<T>.Load(ref *y, step), Simd512<T>.Load(ref *g, step));
                b = Simd512<T>.FusedMultiplyAdd(y1, g1, 0);
            }

            if (TCount.Count > 2)
            {
                (y2, g2) = (Simd512<T>.Load(ref *y, 2 * step), Simd512<T>.Load(ref *g, 2 * step));
                (y3, g3) = (Simd512<T>.Load(ref *y, 3 * step), Simd512<T>.Load(ref *g, 3 * step));
                c = Simd512<T>.FusedMultiplyAdd(y2, g2, 0);
                d = Simd512<T>.FusedMultiplyAdd(y3, g3, 0);
            }

            if (TCount.Count > 4)
            {
                (y4, g4) = (Simd512<T>.Load(ref *y, 4 * step), Simd512<T>.Load(ref *g, 4 * step));
                (y5, g5) = (Simd512<T>.Load(ref *y, 5 * step), Simd512<T>.Load(ref *g, 5 * step));
                (y6, g6) = (Simd512<T>.Load(ref *y, 6 * step), Simd512<T>.Load(ref *g, 6 * step));
                (y7, g7) = (Simd512<T>.Load(ref *y, 7 * step), Simd512<T>.Load(ref *g, 7 * step));
                a = Simd512<T>.FusedMultiplyAdd(y4, g4, a);
                b = Simd512<T>.FusedMultiplyAdd(y5, g5, b);
                c = Simd512<T>.FusedMultiplyAdd(y6, g6, c);
                d = Simd512<T>.FusedMultiplyAdd(y7, g7, d);
            }

            if (TCount.Count > 1) a += b;
            if (TCount.Count > 2) a += c + d;
            T sum = Reduce.Across<T, SumFold<T>>(a);
            if (!T.IsFinite(sum)) return row;
            Simd512<T> shift = Simd512<T>.Create(sum);
            (y0 * (g0 - shift)).Store(ref *to, 0);
            if (TCount.Count > 1) (y1 * (g1 - shift)).Store(ref *to, step);
            if (TCount.Count > 2)
            {
                (y2 * (g2 - shift)).Store(ref *to, 2 * step);
                (y3 * (g3 - shift)).Store(ref *to, 3 * step);
            }

            if (TCount.Count > 4)
            {
                (y4 * (g4 - shift)).Store(ref *to, 4 * step);
                (y5 * (g5 - shift)).Store(ref *to, 5 * step);
                (y6 * (g6 - shift)).Store(ref *to, 6 * step);
                (y7 * (g7 - shift)).Store(ref *to, 7 * step);
            }

            y += TCount.Count * (int)step;
            g += TCount.Count * (int)step;
            to += TCount.Count * (int)step;
        }

        return rows;
    }
}
