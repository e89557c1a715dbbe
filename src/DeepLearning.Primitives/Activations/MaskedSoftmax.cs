using System.Numerics;

namespace DeepLearning.Primitives;

public static partial class Activations
{
    /// <summary>Softmax of each row under a mask.</summary>
    /// <remarks>Hidden elements get 0, and so does a row that is hidden all over. The gradient from the output is <see cref="SoftmaxGradient{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, int, Span{T})"/>.</remarks>
    /// <param name="logits">[rows, rowLength]; may be empty. What the mask hides may hold anything.</param>
    /// <param name="mask">Whole rows of which true counts, repeated over the logits' rows: their number divides that of the logits.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The logits or the mask are not whole rows, the mask's rows do not divide the logits', or the destination is too short
    /// or a shifted part of the logits.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void MaskedSoftmax<T>(ReadOnlySpan<T> logits, ReadOnlySpan<bool> mask, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckMask(logits, mask.Length, rowLength, destination);
        SoftmaxKernel.Masked(logits, mask, rowLength, destination, SoftmaxForm.Probabilities, T.One);
    }

    /// <summary>Softmax of each row of x + mask. −∞ in the mask hides an element.</summary>
    /// <inheritdoc cref="MaskedSoftmax{T}(ReadOnlySpan{T}, ReadOnlySpan{bool}, int, Span{T})"/>
    /// <param name="logits">[rows, rowLength]; may be empty.</param>
    /// <param name="mask">Whole rows, repeated over the logits' rows and added to them: their number divides that of the logits.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    public static void MaskedSoftmax<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> mask, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckMask(logits, mask.Length, rowLength, destination);
        destination = destination[..logits.Length];
        Guard.Apart(mask, destination);
        SoftmaxKernel.Biased(logits, mask, rowLength, destination, SoftmaxForm.Probabilities, T.One);
    }

    /// <summary>
    /// The gradient of masked softmax from its output: yᵢ·(gᵢ − Σⱼ gⱼyⱼ) over the elements whose output is not 0; 0 at the
    /// others, which the mask hides, whatever arrives there.
    /// </summary>
    /// <inheritdoc cref="SoftmaxGradient{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, int, Span{T})"/>
    public static void MaskedSoftmaxGradient<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        MaskedGradient(output, upstream, rowLength, destination, SoftmaxGradientForm.MaskedProbabilities);

    /// <summary>The logarithm of softmax of each row under a mask.</summary>
    /// <remarks>Hidden elements get −∞. The gradient is <see cref="MaskedLogSoftmaxGradient"/>.</remarks>
    /// <param name="logits">[rows, rowLength]; may be empty. What the mask hides may hold anything.</param>
    /// <param name="mask">Whole rows of which true counts, repeated over the logits' rows: their number divides that of the logits.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The logits or the mask are not whole rows, the mask's rows do not divide the logits', or the destination is too short
    /// or a shifted part of the logits.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void MaskedLogSoftmax<T>(ReadOnlySpan<T> logits, ReadOnlySpan<bool> mask, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckMask(logits, mask.Length, rowLength, destination);
        SoftmaxKernel.Masked(logits, mask, rowLength, destination, SoftmaxForm.Logarithms, T.One);
    }

    /// <summary>The logarithm of softmax of each row of x + mask. −∞ in the mask hides an element.</summary>
    /// <inheritdoc cref="MaskedLogSoftmax{T}(ReadOnlySpan{T}, ReadOnlySpan{bool}, int, Span{T})"/>
    /// <param name="logits">[rows, rowLength]; may be empty.</param>
    /// <param name="mask">Whole rows, repeated over the logits' rows and added to them: their number divides that of the logits.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    public static void MaskedLogSoftmax<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> mask, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckMask(logits, mask.Length, rowLength, destination);
        destination = destination[..logits.Length];
        Guard.Apart(mask, destination);
        SoftmaxKernel.Biased(logits, mask, rowLength, destination, SoftmaxForm.Logarithms, T.One);
    }

    /// <summary>
    /// The gradient of masked log-softmax from its output: gᵢ − e^yᵢ·Σⱼ gⱼ over the elements that the mask shows, which are
    /// those whose output is not −∞; 0 at the others, whatever arrives there.
    /// </summary>
    /// <inheritdoc cref="LogSoftmaxGradient{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, int, Span{T})"/>
    public static void MaskedLogSoftmaxGradient<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        MaskedGradient(output, upstream, rowLength, destination, SoftmaxGradientForm.MaskedLogarithms);

    private static void MaskedGradient<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination, SoftmaxGradientForm form)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(output.Length, rowLength, nameof(output));
        Guard.SameLength(output, upstream);
        Guard.Destination(output, destination);
        Guard.Destination(upstream, destination);
        SoftmaxGradientKernel.Run(output, upstream, rowLength, destination, form, T.One);
    }

    private static void CheckMask<T>(ReadOnlySpan<T> logits, int maskLength, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int rows = Guard.Rows(logits.Length, rowLength, nameof(logits)), maskRows = Guard.Rows(maskLength, rowLength, "mask");
        if (maskRows == 0 ? rows != 0 : rows % maskRows != 0)
            throw new ArgumentException($"The mask's {maskRows} rows do not divide the {rows} rows of logits.", "mask");
        Guard.Destination(logits, destination);
    }
}

/// <summary>Softmax along an axis on a tape, where what has no share has no gradient, whatever arrives there.</summary>
internal sealed class MaskedSoftmax<T>() : SoftmaxOperation<T>(SoftmaxForm.Probabilities, SoftmaxGradientForm.MaskedProbabilities), IRentable<MaskedSoftmax<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static MaskedSoftmax<T> Create() => new();

    /// <summary>The gradient over the last dimension, made of operations on the tape.</summary>
    public static Variable<T> Recorded(Variable<T> y, Variable<T> g) => Softmax<T>.Recorded(y, y.IsNot(T.Zero).Through(g));

    protected override Variable<T> Gradient(Variable<T> y, Variable<T> g) => Recorded(y, g);
}

/// <summary>LogSoftmax along an axis on a tape, where −∞ has no gradient, whatever arrives there.</summary>
internal sealed class MaskedLogSoftmax<T>() : SoftmaxOperation<T>(SoftmaxForm.Logarithms, SoftmaxGradientForm.MaskedLogarithms), IRentable<MaskedLogSoftmax<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static MaskedLogSoftmax<T> Create() => new();

    /// <summary>The gradient over the last dimension, made of operations on the tape.</summary>
    public static Variable<T> Recorded(Variable<T> y, Variable<T> g) => LogSoftmax<T>.Recorded(y, y.IsNot(T.NegativeInfinity).Through(g));

    protected override Variable<T> Gradient(Variable<T> y, Variable<T> g) => Recorded(y, g);
}

public readonly partial struct Variable<T>
{
    /// <summary>Softmax along an axis over the elements where the mask is true; 0 elsewhere, and all over a row without any.</summary>
    /// <param name="mask">Whether an element counts.</param>
    /// <param name="maskShape">The mask's shape, which broadcasts to this one.</param>
    /// <param name="axis">Where the rows lie; negative: counted from the end.</param>
    /// <exception cref="ArgumentException">The variable is a scalar, or the mask does not fit its shape or this variable's.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Variable<T> MaskedSoftmax(ReadOnlySpan<bool> mask, Shape maskShape, int axis = -1) =>
        Hide(mask, maskShape).ApplySoftmax<MaskedSoftmax<T>>(axis, 1);

    /// <summary>Softmax of x + mask along an axis: −∞ in the mask hides an element. A learned mask has a gradient.</summary>
    /// <param name="mask">Added to the logits; the shapes broadcast as NumPy's do.</param>
    /// <param name="axis">Where the rows lie; negative: counted from the end.</param>
    /// <exception cref="ArgumentException">The sum is a scalar, the shapes do not broadcast, or the tapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Variable<T> MaskedSoftmax(Variable<T> mask, int axis) => (this + mask).ApplySoftmax<MaskedSoftmax<T>>(axis, 1);

    /// <summary>Log-softmax along an axis over the elements where the mask is true; −∞ elsewhere, without a gradient.</summary>
    /// <inheritdoc cref="MaskedSoftmax(ReadOnlySpan{bool}, Shape, int)"/>
    public Variable<T> MaskedLogSoftmax(ReadOnlySpan<bool> mask, Shape maskShape, int axis = -1) =>
        Hide(mask, maskShape).LogSoftmax(axis).Hide(mask, maskShape);

    /// <summary>
    /// Log-softmax of x + mask along an axis: −∞ in the mask hides an element, which has no gradient then. A learned mask has one.
    /// </summary>
    /// <inheritdoc cref="MaskedSoftmax(Variable{T}, int)"/>
    public Variable<T> MaskedLogSoftmax(Variable<T> mask, int axis) => (this + mask).ApplySoftmax<MaskedLogSoftmax<T>>(axis, 1);

    /// <summary>−∞ where the mask is false.</summary>
    private Variable<T> Hide(ReadOnlySpan<bool> mask, in Shape maskShape)
    {
        Shape shape = Shape;
        if (!Shape.TryBroadcast(in maskShape, in shape, out Shape both) || both != shape)
            throw new ArgumentException($"A mask {maskShape} does not broadcast to {shape}.", nameof(mask));
        return Where(mask, maskShape, Tape.Scalar(T.NegativeInfinity));
    }
}
