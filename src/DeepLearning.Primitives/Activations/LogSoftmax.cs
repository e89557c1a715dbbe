using System.Numerics;

namespace DeepLearning.Primitives;

public static partial class Activations
{
    /// <summary>
    /// The logarithm of softmax of each row: yᵢ = (xᵢ − m) − log Σⱼ e^(xⱼ − m), where m is the row's maximum.
    /// </summary>
    /// <remarks>
    /// A row that is all −∞ (fully masked) gives −∞; one that holds NaN or +∞ gives NaN. A row's bits depend on that row
    /// alone. Large inputs are split over threads by rows.
    /// </remarks>
    /// <param name="logits">[rows, rowLength]; may be empty.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The logits are not whole rows, or the destination is too short or a shifted part of the logits.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void LogSoftmax<T>(ReadOnlySpan<T> logits, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(logits.Length, rowLength, nameof(logits));
        Guard.Destination(logits, destination);
        SoftmaxKernel.Run(logits, rowLength, destination, SoftmaxForm.Logarithms, T.One);
    }

    /// <summary>
    /// The gradient of <see cref="LogSoftmax"/> from its output: gᵢ − e^yᵢ·Σⱼ gⱼ. A fully masked row gives zeros.
    /// </summary>
    /// <param name="output">[rows, rowLength]: what <see cref="LogSoftmax"/> gave.</param>
    /// <param name="upstream">[rows, rowLength]: the gradient of the loss with respect to the output.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be either input itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The inputs differ in length or are not whole rows, or the destination is too short or a shifted part of an input.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void LogSoftmaxGradient<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(output.Length, rowLength, nameof(output));
        Guard.SameLength(output, upstream);
        Guard.Destination(output, destination);
        Guard.Destination(upstream, destination);
        SoftmaxGradientKernel.Run(output, upstream, rowLength, destination, SoftmaxGradientForm.Logarithms, T.One);
    }
}

/// <summary>LogSoftmax over the last dimension, on a tape.</summary>
internal sealed class LogSoftmax<T> : RowOperation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly LogSoftmax<T> Instance = new();

    protected override void Value(ReadOnlySpan<T> x, int rowLength, Span<T> destination) =>
        Activations.LogSoftmax(x, rowLength, destination);

    protected override void Gradient(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination) =>
        Activations.LogSoftmaxGradient(output, upstream, rowLength, destination);

    protected override Variable<T> Gradient(Variable<T> y, Variable<T> g) => g - (y.Exp() * g.Sum([-1], keepDimensions: true));
}

public readonly partial struct Variable<T>
{
    /// <summary><c>yᵢ = xᵢ − ln Σⱼ e^xⱼ</c> over the last dimension.</summary>
    /// <exception cref="ArgumentException">The variable is a scalar.</exception>
    public Variable<T> LogSoftmax() => Tape.Apply(Primitives.LogSoftmax<T>.Instance, this);
}
