using System.Numerics;

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
        Guard.Rows(logits.Length, rowLength, nameof(logits));
        Guard.Destination(logits, destination);
        SoftmaxKernel.Run(logits, rowLength, destination, SoftmaxForm.Probabilities, T.One);
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
        Guard.Rows(output.Length, rowLength, nameof(output));
        Guard.SameLength(output, upstream);
        Guard.Destination(output, destination);
        Guard.Destination(upstream, destination);
        SoftmaxGradientKernel.Run(output, upstream, rowLength, destination, SoftmaxGradientForm.Probabilities, T.One);
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
