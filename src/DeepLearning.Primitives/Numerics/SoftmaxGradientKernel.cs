using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Which gradient of rows it is.</summary>
internal enum SoftmaxGradientForm
{
    /// <summary>y·(g − Σgy), y being softmax</summary>
    Probabilities,

    /// <summary>g − e^y·Σg, y being log-softmax; zeros in a row that is all −∞.</summary>
    Logarithms,

    /// <summary>The same over the elements where y is not −∞; zeros at the others, whose g is ignored.</summary>
    MaskedLogarithms,
}

/// <summary>
/// The gradients of softmax and log-softmax from their output, divided by the temperature. Rows shorter than a vector are
/// filled up with zeros, which changes no sum.
/// </summary>
internal static unsafe class SoftmaxGradientKernel
{
    public static void Run<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination, SoftmaxGradientForm form, T temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (output.IsEmpty) return;
        int rows = output.Length / rowLength;
        RowDriver.Run<T, T, Kernel<T>>(rows, output, upstream, destination[..output.Length], default, new(rowLength, form, temperature));
    }

    private readonly struct Kernel<T>(int rowLength, SoftmaxGradientForm form, T temperature) : IRowKernel<T, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Invoke(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, Span<T> destination, Span<T> unused)
        {
            int rows = output.Length / rowLength;
            fixed (T* y = output, g = upstream, to = destination)
            {
                if (rowLength < Simd512<T>.Count)
                {
                    Padded(y, g, to, rows);
                    return;
                }

                int most = RowPasses.RowsPerGroup(rowLength);
                for (int row = 0; row < rows; row += most)
                {
                    nint start = (nint)row * rowLength;
                    Group(y + start, g + start, to + start, Math.Min(most, rows - row), rowLength);
                }
            }
        }

        [SkipLocalsInit]
        private void Padded(T* y, T* g, T* to, int rows)
        {
            int width = Simd512<T>.Count, most = RowPasses.MostRows, length = most * width;
            T* paddedY = stackalloc T[3 * length], paddedG = paddedY + length, results = paddedG + length;
            new Span<T>(paddedY, 2 * length).Clear();
            for (int row = 0; row < rows; row += most)
            {
                int count = Math.Min(most, rows - row);
                Blocks.Copy(y, rowLength, paddedY, width, count, rowLength);
                Blocks.Copy(g, rowLength, paddedG, width, count, rowLength);
                Group(paddedY, paddedG, results, count, width);
                Blocks.Copy(results, width, to, rowLength, count, rowLength);
                y += count * rowLength;
                g += count * rowLength;
                to += count * rowLength;
            }
        }

        [SkipLocalsInit]
        private void Group(T* y, T* g, T* to, int rows, int width)
        {
            T* sums = stackalloc T[RowPasses.MostRows];
            if (form == SoftmaxGradientForm.Probabilities)
            {
                RowPasses.Fold<T, DotFold<T>>(y, g, rows, width, sums);
                if (temperature == T.One) RowPasses.Map<T, Centered<T>>(y, g, to, rows, width, sums, sums, default);
                else RowPasses.Map(y, g, to, rows, width, sums, sums, new Over<T, Centered<T>>(default, temperature));
                return;
            }

            ReadOnlySpan<T> outputs = new(y, rows * width);
            T least = Reduce.Fold<T, QuickMinFold<T>>(outputs, outputs);
            bool isOrdinary = VectorMath.IsOrdinaryForExp<Simd128<T>, T>(Simd128<T>.Create(least));
            if (form == SoftmaxGradientForm.MaskedLogarithms && !isOrdinary) RowPasses.Fold<T, UnmaskedSumFold<T>>(y, g, rows, width, sums);
            else RowPasses.Fold<T, SumFold<T>>(g, g, rows, width, sums);
            if (isOrdinary) RowPasses.Map<T, OrdinaryLessShare<T>>(y, g, to, rows, width, sums, sums, default);
            else if (form == SoftmaxGradientForm.MaskedLogarithms) RowPasses.Map<T, LessShareUnlessMasked<T>>(y, g, to, rows, width, sums, sums, default);
            else Any(y, g, to, rows, width, sums);
            if (temperature != T.One) Elementwise.Map(new ReadOnlySpan<T>(to, rows * width), new Span<T>(to, rows * width), new DividedBy<T>(temperature));
        }

        /// <summary>Row by row, as what tells a row without weight may be overwritten with its gradient.</summary>
        private void Any(T* y, T* g, T* to, int rows, int width, T* sums)
        {
            for (int row = 0; row < rows; row++)
            {
                if (T.IsNegativeInfinity(*y) && T.IsNegativeInfinity(Reduce.Max(new ReadOnlySpan<T>(y, rowLength)))) new Span<T>(to, rowLength).Clear();
                else RowPasses.Map<T, LessShare<T>>(y, g, to, 1, width, sums + row, sums + row, default);
                y += width;
                g += width;
                to += width;
            }
        }
    }
}
