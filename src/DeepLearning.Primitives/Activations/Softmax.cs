using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Activation functions and their gradients, on spans and on variables.</summary>
public static partial class Activations
{
    /// <summary>
    /// Softmax of each row: yᵢ = e^(xᵢ − m) / Σⱼ e^(xⱼ − m), where m is the row's maximum.
    /// </summary>
    /// <remarks>
    /// A row that is all −∞ (fully masked) gives zeros; one that holds NaN or +∞ gives NaN. A row's bits depend on that
    /// row alone. Large inputs are split over threads by rows.
    /// </remarks>
    /// <param name="logits">[rows, rowLength]; may be empty.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The logits are not whole rows, or the destination is too short or a shifted part of the logits.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Softmax<T>(ReadOnlySpan<T> logits, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int rows = Guard.Rows(logits.Length, rowLength, nameof(logits));
        Guard.Destination(logits, destination);
        RowDriver.Run<T, T, SoftmaxRows<T>>(rows, logits, default, destination[..logits.Length], default, new(rowLength));
    }

    /// <summary>
    /// The gradient of <see cref="Softmax"/> from its output: yᵢ·(gᵢ − Σⱼ gⱼyⱼ). A fully masked row gives zeros.
    /// </summary>
    /// <param name="output">[rows, rowLength]: what <see cref="Softmax"/> gave.</param>
    /// <param name="upstream">[rows, rowLength]: the gradient of the loss with respect to the output.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be either input itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The inputs differ in length or are not whole rows, or the destination is too short or a shifted part of an input.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SoftmaxGradient<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int rows = Guard.Rows(output.Length, rowLength, nameof(output));
        Guard.SameLength(output, upstream);
        Guard.Destination(output, destination);
        Guard.Destination(upstream, destination);
        RowDriver.Run<T, T, SoftmaxGradientRows<T>>(
            rows, output, upstream, destination[..output.Length], default, new(rowLength));
    }

    private readonly struct SoftmaxRows<T>(int rowLength) : IRowKernel<T, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> unused, Span<T> y, Span<T> unusedToo)
        {
            if (rowLength <= RowMath.LongestShort) Short(x, y);
            else Long(x, y);
        }

        [SkipLocalsInit]
        private void Short(ReadOnlySpan<T> x, Span<T> y)
        {
            Span<T> values = stackalloc T[RowMath.PanelCapacity], results = stackalloc T[RowMath.PanelCapacity];
            Span<T> sums = stackalloc T[RowMath.RowsPerPanel(rowLength)];
            for (int start = 0, count; start < x.Length; start += count)
            {
                count = Math.Min(sums.Length * rowLength, x.Length - start);
                sums = sums[..(count / rowLength)];
                RowMath.Shift(RowMath.WithRoom(x[start..], count, results), sums.Length, rowLength, values);
                OrdinaryMap.Run(values[..count], values, default(Exponential<T>));
                RowMath.Sums(values, rowLength, sums);
                Elementwise.Map<T, InverseOrZero<T>>(sums, sums, default);
                RowMath.Map<T, Multiply<T>>(values, sums, rowLength, results, default);
                results[..count].CopyTo(y[start..]);
            }
        }

        private void Long(ReadOnlySpan<T> x, Span<T> y)
        {
            for (int start = 0; start < x.Length; start += rowLength)
            {
                ReadOnlySpan<T> row = x.Slice(start, rowLength);
                Span<T> to = y.Slice(start, rowLength);
                T sum = RowMath.SumOfExponentials(row, RowMath.Shift(row), to);
                Elementwise.Map(to, to, new Scale<T>(sum == T.Zero ? T.Zero : T.One / sum));
            }
        }
    }

    private readonly struct SoftmaxGradientRows<T>(int rowLength) : IRowKernel<T, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Invoke(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, Span<T> destination, Span<T> unused)
        {
            for (int start = 0; start < output.Length; start += rowLength)
            {
                ReadOnlySpan<T> y = output.Slice(start, rowLength), g = upstream.Slice(start, rowLength);
                Elementwise.Map(y, g, destination.Slice(start, rowLength), new Centered(Reduce.Dot(y, g)));
            }
        }

        private readonly struct Centered(T mean) : IMap2<T>
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TVector Invoke<TVector>(TVector y, TVector g)
                where TVector : struct, ISimd<TVector, T> => y * (g - TVector.Create(mean));
        }
    }
}

/// <summary>Softmax over the last dimension, on a tape.</summary>
internal sealed class Softmax<T> : RowOperation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly Softmax<T> Instance = new();

    protected override void Value(ReadOnlySpan<T> x, int rowLength, Span<T> destination) =>
        Activations.Softmax(x, rowLength, destination);

    protected override void Gradient(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination) =>
        Activations.SoftmaxGradient(output, upstream, rowLength, destination);

    protected override Variable<T> Gradient(Variable<T> y, Variable<T> g) => y * (g - (g * y).Sum([-1], keepDimensions: true));
}

public readonly partial struct Variable<T>
{
    /// <summary><c>yᵢ = e^xᵢ / Σⱼ e^xⱼ</c> over the last dimension.</summary>
    /// <exception cref="ArgumentException">The variable is a scalar.</exception>
    public Variable<T> Softmax() => Tape.Apply(Primitives.Softmax<T>.Instance, this);
}
