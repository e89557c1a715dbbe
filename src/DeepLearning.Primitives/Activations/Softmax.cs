using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>Activation functions and their gradients, on spans and on variables.</summary>
public static partial class Activations
{
    /// <summary>
    /// Softmax of each row: yᵢ = e^(xᵢ − m) / Σⱼ e^(xⱼ − m), where m is the row's maximum.
    /// </summary>
    /// <remarks>
    /// A row that is all −∞ (fully masked) gives zeros; one that holds NaN or +∞ gives NaN. A row's bits depend on that row alone. Large inputs are split over threads by rows.
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
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Softmax(logits, rowLength, destination, 1);

    /// <summary><see cref="Softmax{T}(ReadOnlySpan{T}, int, Span{T})"/> of the logits divided by the temperature, the maximum subtracted before.</summary>
    /// <inheritdoc cref="Softmax{T}(ReadOnlySpan{T}, int, Span{T})"/>
    /// <param name="logits">[rows, rowLength]; may be empty.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    /// <param name="temperature">Positive and finite: the smaller, the more the largest logit gets.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="rowLength"/> is not positive, or <paramref name="temperature"/> not positive and finite.
    /// </exception>
    public static void Softmax<T>(ReadOnlySpan<T> logits, int rowLength, Span<T> destination, double temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(logits.Length, rowLength, nameof(logits));
        Guard.Destination(logits, destination);
        SoftmaxKernel.Run(logits, rowLength, destination, SoftmaxForm.Probabilities, Guard.Temperature<T>(temperature));
    }

    /// <summary>
    /// The gradient of softmax from its output: yᵢ·(gᵢ − Σⱼ gⱼyⱼ). A fully masked row gives zeros, and so does one whose
    /// upstream is all zero, even where its output is NaN.
    /// </summary>
    /// <param name="output">[rows, rowLength]: the output of the forward function.</param>
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
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => SoftmaxGradient(output, upstream, rowLength, destination, 1);

    /// <summary>The gradient under a temperature: <see cref="SoftmaxGradient{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, int, Span{T})"/> divided by it.</summary>
    /// <inheritdoc cref="SoftmaxGradient{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, int, Span{T})"/>
    /// <param name="output">[rows, rowLength]: the output of the forward function.</param>
    /// <param name="upstream">[rows, rowLength]: the gradient of the loss with respect to the output.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be either input itself.</param>
    /// <param name="temperature">Positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="rowLength"/> is not positive, or <paramref name="temperature"/> not positive and finite.
    /// </exception>
    public static void SoftmaxGradient<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination, double temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(output.Length, rowLength, nameof(output));
        Guard.SameLength(output, upstream);
        Guard.Destination(output, destination);
        Guard.Destination(upstream, destination);
        SoftmaxGradientKernel.Run(
            output, upstream, rowLength, destination, SoftmaxGradientForm.Probabilities, Guard.Temperature<T>(temperature));
    }
}

/// <summary>Softmax along an axis, on a tape.</summary>
internal sealed class Softmax<T>() : SoftmaxOperation<T>(SoftmaxForm.Probabilities, SoftmaxGradientForm.Probabilities), IRentable<Softmax<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Softmax<T> Create() => new();

    /// <summary>The gradient over the last dimension, made of operations on the tape.</summary>
    public static Variable<T> Recorded(Variable<T> y, Variable<T> g) => (g - g.Through(y).Sum([-1], keepDimensions: true)).Through(y);

    protected override Variable<T> Gradient(Variable<T> y, Variable<T> g)
    {
        Variable<T> gradient = Recorded(y, g);
        return Temperature == T.One ? gradient : gradient / Temperature;
    }
}

public readonly partial struct Variable<T>
{
    /// <summary><c>yᵢ = e^xᵢ / Σⱼ e^xⱼ</c> along an axis.</summary>
    /// <param name="axis">Where the rows lie; negative: counted from the end.</param>
    /// <param name="temperature">What the logits are divided by, positive and finite.</param>
    /// <exception cref="ArgumentException">The variable is a scalar.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the temperature is not positive and finite.</exception>
    public Variable<T> Softmax(int axis = -1, double temperature = 1) => ApplySoftmax<Softmax<T>>(axis, temperature);
}
