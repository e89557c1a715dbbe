using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

public static partial class Activations
{
    /// <summary>
    /// Sparsemax of each row: the point of the probability simplex that is nearest to x, yᵢ = max(xᵢ − τ, 0) with τ such
    /// that the row sums to 1 (Martins and Astudillo, <i>From Softmax to Sparsemax</i>, ICML 2016). Small logits get an exact 0.
    /// </summary>
    /// <remarks>A row that is all −∞ gives zeros; one that holds NaN or +∞ gives NaN. A row's bits depend on that row alone.</remarks>
    /// <param name="logits">[rows, rowLength]; may be empty.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The logits are not whole rows, or the destination is too short or a shifted part of the logits.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Sparsemax<T>(ReadOnlySpan<T> logits, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int rows = Guard.Rows(logits.Length, rowLength, nameof(logits));
        Guard.Destination(logits, destination);
        if (rows != 0) RowDriver.Run<T, T, SparsemaxRows<T>>(rows, logits, default, destination[..logits.Length], default, new(rowLength));
    }

    /// <summary>
    /// The gradient of <see cref="Sparsemax"/> from its output: gᵢ less the mean of g over the elements with yᵢ &gt; 0; 0 at the
    /// others, whatever arrives there, and all over a row whose upstream is all zero, even where the output is NaN.
    /// </summary>
    /// <param name="output">[rows, rowLength]: what <see cref="Sparsemax"/> gave.</param>
    /// <param name="upstream">[rows, rowLength]: the gradient of the loss with respect to the output.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be either input itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The inputs differ in length or are not whole rows, or the destination is too short or a shifted part of an input.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SparsemaxGradient<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int rows = Guard.Rows(output.Length, rowLength, nameof(output));
        Guard.SameLength(output, upstream);
        Guard.Destination(output, destination);
        Guard.Destination(upstream, destination);
        if (rows != 0) RowDriver.Run<T, T, SparsemaxGradientRows<T>>(rows, output, upstream, destination[..output.Length], default, new(rowLength));
    }

    private readonly struct SparsemaxRows<T>(int rowLength) : IRowKernel<T, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> unused, Span<T> y, Span<T> unusedToo)
        {
            for (int start = 0; start < x.Length; start += rowLength) Row(x.Slice(start, rowLength), y.Slice(start, rowLength));
        }

        private static void Row(ReadOnlySpan<T> x, Span<T> y)
        {
            T max = Reduce.Max(x);
            if (!T.IsFinite(max))
            {
                y.Fill(T.IsNegativeInfinity(max) ? T.Zero : T.NaN);
                return;
            }

            // Michelot's way: τ of all candidates, and none stays that is not above it, until all do. From the largest
            // element on, nothing that lies 1 below is one.
            double threshold = -1;
            for (int count = -1, before; ;)
            {
                before = count;
                count = 0;
                double sum = 0;
                foreach (T element in x)
                {
                    double z = double.CreateTruncating(element - max);
                    if (!(z > threshold)) continue;
                    sum += z;
                    count++;
                }

                if (count == before) break;
                threshold = (sum - 1) / count;
            }

            for (int i = 0; i < x.Length; i++)
                y[i] = T.CreateTruncating(Math.Max(double.CreateTruncating(x[i] - max) - threshold, 0));
        }
    }

    private readonly struct SparsemaxGradientRows<T>(int rowLength) : IRowKernel<T, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Invoke(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, Span<T> destination, Span<T> unused)
        {
            for (int start = 0; start < output.Length; start += rowLength)
            {
                ReadOnlySpan<T> y = output.Slice(start, rowLength), g = upstream.Slice(start, rowLength);
                T mean = Mean(y, g);
                if (mean == T.Zero && IsNothing(y, g)) destination.Slice(start, rowLength).Clear();
                else Center(y, g, mean, destination.Slice(start, rowLength));
            }
        }

        /// <summary>The mean of g where y is not 0. A method of its own, as the others are, so that it has the registers to itself.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static T Mean(ReadOnlySpan<T> y, ReadOnlySpan<T> g)
        {
            double sum = 0, count = 0;
            for (int i = 0; i < y.Length; i++)
            {
                if (y[i] == T.Zero) continue;
                sum += double.CreateTruncating(g[i]);
                count++;
            }

            return T.CreateTruncating(sum / count);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static bool IsNothing(ReadOnlySpan<T> y, ReadOnlySpan<T> g)
        {
            for (int i = 0; i < y.Length; i++)
                if (y[i] != T.Zero && g[i] != T.Zero) return false;
            return true;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Center(ReadOnlySpan<T> y, ReadOnlySpan<T> g, T mean, Span<T> destination)
        {
            for (int i = 0; i < y.Length; i++)
                destination[i] = y[i] == T.Zero ? T.Zero : T.IsNaN(y[i]) ? T.NaN : g[i] - mean;
        }
    }
}

/// <summary>Sparsemax over the last dimension, on a tape.</summary>
internal sealed class Sparsemax<T> : RowOperation<T>, IRentable<Sparsemax<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Sparsemax<T> Create() => new();

    protected override void Value(ReadOnlySpan<T> x, int rowLength, Span<T> destination) =>
        Activations.Sparsemax(x, rowLength, destination);

    protected override void Gradient(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination) =>
        Activations.SparsemaxGradient(output, upstream, rowLength, destination);

    protected override Variable<T> Gradient(Variable<T> y, Variable<T> g)
    {
        GradientTape<T> tape = y.Tape;
        // NaN where y is, and where anything arrives so is the gradient.
        Variable<T> isKept = y.IsNot(T.Zero) + (y.Detach() - y.Detach());
        // At least 1, for a row without weight has no element to divide by.
        Variable<T> count = isKept.Sum([-1], keepDimensions: true), kept = isKept.Times(g);
        count += tape.Apply(BinaryOperation<T, EqualIndicator<T>>.Instance, count, tape.Scalar(T.Zero));
        return kept - kept.Sum([-1], keepDimensions: true).Over(count).Through(isKept);
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>The point of the probability simplex that is nearest to each row along an axis: softmax with exact zeros.</summary>
    /// <param name="axis">Where the rows lie; negative: counted from the end.</param>
    /// <exception cref="ArgumentException">The variable is a scalar.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Variable<T> Sparsemax(int axis = -1) => ApplyToRows<Sparsemax<T>>(axis);
}
