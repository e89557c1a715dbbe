using System.Numerics;

namespace DeepLearning.Primitives;

public static partial class Activations
{
    /// <summary>
    /// The logarithm of softmax of each row: yᵢ = (xᵢ − m) − log Σⱼ e^(xⱼ − m), where m is the row's maximum.
    /// </summary>
    /// <remarks>
    /// A row that is all −∞ (fully masked) gives −∞; one that holds NaN or +∞ gives NaN. A row's bits depend on that row alone. Large inputs are split over threads by rows.
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
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => LogSoftmax(logits, rowLength, destination, 1);

    /// <summary><see cref="LogSoftmax{T}(ReadOnlySpan{T}, int, Span{T})"/> of the logits divided by the temperature, the maximum subtracted before.</summary>
    /// <inheritdoc cref="LogSoftmax{T}(ReadOnlySpan{T}, int, Span{T})"/>
    /// <param name="logits">[rows, rowLength]; may be empty.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    /// <param name="temperature">Positive and finite: the smaller, the more the largest logit gets.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="rowLength"/> is not positive, or <paramref name="temperature"/> not positive and finite.
    /// </exception>
    public static void LogSoftmax<T>(ReadOnlySpan<T> logits, int rowLength, Span<T> destination, double temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(logits.Length, rowLength, nameof(logits));
        Guard.Destination(logits, destination);
        SoftmaxKernel.Run(logits, rowLength, destination, SoftmaxForm.Logarithms, Guard.Temperature<T>(temperature));
    }

    /// <summary>
    /// The gradient of log-softmax from its output: gᵢ − e^yᵢ·Σⱼ gⱼ. A fully masked row gives zeros; where Σⱼ gⱼ is 0, its
    /// share is too, even where the output is NaN.
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
    public static void LogSoftmaxGradient<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => LogSoftmaxGradient(output, upstream, rowLength, destination, 1);

    /// <summary>The gradient under a temperature: <see cref="LogSoftmaxGradient{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, int, Span{T})"/> divided by it.</summary>
    /// <inheritdoc cref="LogSoftmaxGradient{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, int, Span{T})"/>
    /// <param name="output">[rows, rowLength]: the output of the forward function.</param>
    /// <param name="upstream">[rows, rowLength]: the gradient of the loss with respect to the output.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be either input itself.</param>
    /// <param name="temperature">Positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="rowLength"/> is not positive, or <paramref name="temperature"/> not positive and finite.
    /// </exception>
    public static void LogSoftmaxGradient<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination, double temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(output.Length, rowLength, nameof(output));
        Guard.SameLength(output, upstream);
        Guard.Destination(output, destination);
        Guard.Destination(upstream, destination);
        SoftmaxGradientKernel.Run(
            output, upstream, rowLength, destination, SoftmaxGradientForm.Logarithms, Guard.Temperature<T>(temperature));
    }
}

/// <summary>LogSoftmax along an axis, on a tape.</summary>
internal sealed class LogSoftmax<T>() : SoftmaxOperation<T>(SoftmaxForm.Logarithms, SoftmaxGradientForm.Logarithms), IRentable<LogSoftmax<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static LogSoftmax<T> Create() => new();

    /// <summary>The gradient over the last dimension, made of operations on the tape.</summary>
    public static Variable<T> Recorded(Variable<T> y, Variable<T> g) => g - g.Sum([-1], keepDimensions: true).Through(y.Exp());

    protected override Variable<T> Gradient(Variable<T> y, Variable<T> g)
    {
        // A row that is all −∞ has no gradient; asked for only where there is one.
        Variable<T> largest = y.Detach().Max([-1], keepDimensions: true);
        if (T.IsNegativeInfinity(Reduce.Fold<T, QuickMinFold<T>>(largest.Value, largest.Value)))
            g = largest.IsNot(T.NegativeInfinity).Through(g);
        Variable<T> gradient = Recorded(y, g);
        return Temperature == T.One ? gradient : gradient / Temperature;
    }
}

public readonly partial struct Variable<T>
{
    /// <summary><c>yᵢ = xᵢ − ln Σⱼ e^xⱼ</c> along an axis.</summary>
    /// <param name="axis">Where the rows lie; negative: counted from the end.</param>
    /// <param name="temperature">What the logits are divided by, positive and finite.</param>
    /// <exception cref="ArgumentException">The variable is a scalar.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the temperature is not positive and finite.</exception>
    public Variable<T> LogSoftmax(int axis = -1, double temperature = 1) => ApplySoftmax<LogSoftmax<T>>(axis, temperature);
}
