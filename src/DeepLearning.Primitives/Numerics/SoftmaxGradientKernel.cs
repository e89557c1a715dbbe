using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Which gradient of rows it is.</summary>
internal enum SoftmaxGradientForm
{
    /// <summary>y·(g − Σgy), y being softmax</summary>
    Probabilities,

    /// <summary>The same over the elements where y is not 0; zeros at the others, whose g is ignored.</summary>
    MaskedProbabilities,

    /// <summary>g − e^y·Σg, y being log-softmax; zeros in a row that is all −∞.</summary>
    Logarithms,

    /// <summary>The last over the elements where y is not −∞; zeros at the others, whose g is ignored.</summary>
    MaskedLogarithms,
}

/// <summary>
/// The gradients of softmax and log-softmax from their output, divided by the temperature. Rows shorter than a vector are
/// filled up with zeros, which changes no sum. Where nothing arrives, nothing leaves, not even the NaN of a row: what gives
/// such a row away is its sum, so that others are not looked at again.
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
                int done = form == SoftmaxGradientForm.Probabilities && temperature == T.One ? RowPasses.Center(y, g, to, rows, rowLength) : 0;
                for (int row = done; row < rows; row += most)
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
            if (form is SoftmaxGradientForm.Probabilities or SoftmaxGradientForm.MaskedProbabilities)
            {
                RowPasses.Fold<T, DotFold<T>>(y, g, rows, width, sums);
                if (T.IsFinite(Reduce.Sum<T>(new(sums, rows)))) Map(y, g, to, rows, width, sums, default(Centered<T>));
                else AnyProbabilities(y, g, to, rows, width, sums);
                return;
            }

            RowPasses.Fold<T, SumFold<T>>(g, y, rows, width, sums);
            ReadOnlySpan<T> outputs = new(y, rows * width);
            T least = Reduce.Fold<T, QuickMinFold<T>>(outputs, outputs);
            bool isOrdinary = VectorMath.IsOrdinaryForExp<Simd128<T>, T>(Simd128<T>.Create(least));
            if (form == SoftmaxGradientForm.MaskedLogarithms && !isOrdinary) RowPasses.Fold<T, UnmaskedSumFold<T>>(y, g, rows, width, sums);
            if (Reduce.Fold<T, LeastMagnitudeFold<T>>(new(sums, rows), default) == T.Zero) AnyLogarithms(y, g, to, rows, width, sums, isOrdinary);
            else if (isOrdinary) RowPasses.Map<T, OrdinaryLessShare<T>>(y, g, to, rows, width, sums, sums, default);
            else if (form == SoftmaxGradientForm.MaskedLogarithms) RowPasses.Map<T, LessShareUnlessMasked<T>>(y, g, to, rows, width, sums, sums, default);
            else AnyLogarithms(y, g, to, rows, width, sums, isOrdinary);
            if (temperature != T.One) Elementwise.Map(new ReadOnlySpan<T>(to, rows * width), new Span<T>(to, rows * width), new DividedBy<T>(temperature));
        }

        private void Map<TMap>(T* y, T* g, T* to, int rows, int width, T* sums, TMap map)
            where TMap : struct, IRowMap<T>
        {
            if (temperature == T.One) RowPasses.Map(y, g, to, rows, width, sums, sums, map);
            else RowPasses.Map(y, g, to, rows, width, sums, sums, new Over<T, TMap>(map, temperature));
        }

        /// <summary>Row by row, as what tells a row to which nothing arrives may be overwritten with its gradient.</summary>
        private void AnyProbabilities(T* y, T* g, T* to, int rows, int width, T* sums)
        {
            bool isMasked = form == SoftmaxGradientForm.MaskedProbabilities;
            for (int row = 0; row < rows; row++, sums++)
            {
                if (isMasked && !T.IsFinite(*sums)) RowPasses.Fold<T, UnmaskedDotFold<T>>(y, g, 1, width, sums);
                if (T.IsNaN(*sums) && IsNothing(y, g)) new Span<T>(to, rowLength).Clear();
                else if (isMasked) Map(y, g, to, 1, width, sums, default(CenteredUnlessMasked<T>));
                else Map(y, g, to, 1, width, sums, default(Centered<T>));
                y += width;
                g += width;
                to += width;
            }
        }

        private bool IsNothing(T* y, T* g)
        {
            bool isMasked = form == SoftmaxGradientForm.MaskedProbabilities;
            for (int i = 0; i < rowLength; i++)
                if (g[i] != T.Zero && !(isMasked && y[i] == T.Zero)) return false;
            return true;
        }

        /// <summary>Row by row, as what tells a row without weight may be overwritten with its gradient.</summary>
        private void AnyLogarithms(T* y, T* g, T* to, int rows, int width, T* sums, bool isOrdinary)
        {
            bool isMasked = form == SoftmaxGradientForm.MaskedLogarithms;
            for (int row = 0; row < rows; row++, sums++)
            {
                if (isMasked && *sums == T.Zero) RowPasses.Map<T, UpstreamUnlessMasked<T>>(y, g, to, 1, width, sums, sums, default);
                else if (isMasked) RowPasses.Map<T, LessShareUnlessMasked<T>>(y, g, to, 1, width, sums, sums, default);
                else if (T.IsNegativeInfinity(*y) && T.IsNegativeInfinity(Reduce.Max(new ReadOnlySpan<T>(y, rowLength)))) new Span<T>(to, rowLength).Clear();
                else if (*sums == T.Zero) new ReadOnlySpan<T>(g, rowLength).CopyTo(new Span<T>(to, rowLength));
                else if (isOrdinary) RowPasses.Map<T, OrdinaryLessShare<T>>(y, g, to, 1, width, sums, sums, default);
                else RowPasses.Map<T, LessShare<T>>(y, g, to, 1, width, sums, sums, default);
                y += width;
                g += width;
                to += width;
            }
        }
    }
}
