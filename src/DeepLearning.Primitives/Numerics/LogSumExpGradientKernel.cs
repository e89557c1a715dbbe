using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>The gradient of log-sum-exp of rows, g·e^(x − y); zeros in a row that is all −∞.</summary>
internal static unsafe class LogSumExpGradientKernel
{
    /// <summary>False for rows so long that threads had better share one.</summary>
    public static bool Takes(int rowLength) => rowLength < 2 * Elementwise.Grain;

    public static void Run<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* px = x, py = y, g = upstream, to = destination)
        {
            Body<T> body = new(px, py, g, to, rowLength);
            if (x.Length < 2 * Elementwise.Grain || !Parallelism.IsWorthwhile) body.Invoke(0, y.Length);
            else Parallelism.For(y.Length, Math.Max(1, Elementwise.Grain / rowLength), body);
        }
    }

    private readonly struct Body<T>(T* x, T* y, T* g, T* to, int rowLength) : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [SkipLocalsInit]
        public void Invoke(int start, int end)
        {
            int width = Simd512<T>.Count, most = RowPasses.MostRows;
            T* shifts = stackalloc T[most], padded = stackalloc T[rowLength < width ? most * width : 1];
            if (rowLength < width) new Span<T>(padded, most * width).Clear();
            for (int row = start, count; row < end; row += count)
            {
                count = Math.Min(most, end - row);
                for (int i = 0; i < count; i++) shifts[i] = T.IsNegativeInfinity(y[row + i]) ? T.Zero : y[row + i];
                nint at = (nint)row * rowLength;
                if (rowLength >= width)
                {
                    RowPasses.Map<T, TimesExpOfDifference<T>>(x + at, x + at, to + at, count, rowLength, shifts, g + row, default);
                }
                else
                {
                    Blocks.Copy(x + at, rowLength, padded, width, count, rowLength);
                    RowPasses.Map<T, TimesExpOfDifference<T>>(padded, padded, padded, count, width, shifts, g + row, default);
                    Blocks.Copy(padded, width, to + at, rowLength, count, rowLength);
                }

                // Where nothing arrives, nothing goes back, not even the NaN of a row that is not taken.
                for (int i = 0; i < count; i++) if (T.IsZero(g[row + i])) new Span<T>(to + at + ((nint)i * rowLength), rowLength).Fill(g[row + i]);
            }
        }
    }
}
