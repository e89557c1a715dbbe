using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Losses and their gradients, on spans and on variables.</summary>
public static partial class Losses
{
    /// <summary>
    /// Cross entropy of softmax: the mean over the rows of log Σⱼ e^(xⱼ) − x_label, without overflow and exact also where
    /// it is close to 0.
    /// </summary>
    /// <param name="logits">[rows, classes]: unnormalized scores. The number of classes follows from the two lengths.</param>
    /// <param name="labels">[rows]: class indices; a row with label −100 is ignored, whatever it holds.</param>
    /// <returns>The mean loss; NaN when no row counts.</returns>
    /// <exception cref="ArgumentException">The logits are not whole rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class; nothing is written.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T CrossEntropy<T>(ReadOnlySpan<T> logits, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => CrossEntropy(logits, labels, null, default);

    /// <summary>
    /// Cross entropy and its gradient with respect to the logits: (softmax(x) − onehot(label)) / rows.
    /// </summary>
    /// <inheritdoc cref="CrossEntropy{T}(ReadOnlySpan{T}, ReadOnlySpan{int}, CrossEntropyOptions?, Span{T}, ReadOnlySpan{T}, int, Span{T})"/>
    public static T CrossEntropy<T>(ReadOnlySpan<T> logits, ReadOnlySpan<int> labels, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Destination(logits, gradient);
        return CrossEntropy(logits, labels, null, gradient);
    }

    /// <summary>
    /// Cross entropy with options, and its gradient with respect to the logits where asked for. With p = softmax(x), class
    /// weights w and smoothing ε over C classes a row costs (1 − ε)·w_label·(−log p_label) + (ε/C)·Σⱼ wⱼ·(−log pⱼ); the mean
    /// divides the sum of the rows by the sum of their w_label.
    /// </summary>
    /// <remarks>
    /// Infinite logits take limits: one +∞ has probability 1, one −∞ has 0; a row of −∞ alone costs +∞ with zero gradient.
    /// More than one +∞, or a NaN, makes the row NaN. Rows with the ignored label or with weight 0 count nowhere, whatever
    /// they hold; their gradient is 0. Large inputs are split over threads by rows, with the same bits.
    /// </remarks>
    /// <param name="logits">[rows, classes]: unnormalized scores. The number of classes follows from the two lengths.</param>
    /// <param name="labels">[rows]: class indices.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="gradient">
    /// [rows, classes] or longer, the rest untouched; may be the logits themselves. Empty where only the loss is wanted.
    /// </param>
    /// <param name="weights">
    /// [rows]: the weight of each sample, finite and not negative, beside that of its class; none are all 1. The mean divides
    /// by the sum of the products of both.
    /// </param>
    /// <param name="innerLength">
    /// For logits [outer, classes, inner] with labels [outer, inner], as PyTorch has them: the elements after the class axis.
    /// </param>
    /// <param name="losses">
    /// [rows]: each row's loss, weight included; empty where not wanted. Shares nothing with the other spans. With
    /// Reduction.None, which asks for it, the gradient is that of the sum.
    /// </param>
    /// <returns>
    /// The mean, or else the sum of the losses; when no row counts, 0 for the sum and what the options say for the mean.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The logits are not whole rows, the weights are not one for each class or row, an output is too short or overlaps, or
    /// the reduction is None without a span for the losses (<see cref="CrossEntropyPerRow"/> fills one without a gradient).
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A label is neither a class nor ignored, or a weight is negative or not finite; nothing is written.
    /// </exception>
    /// <exception cref="InvalidOperationException">No row counts, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    [OverloadResolutionPriority(1)]
    public static T CrossEntropy<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> labels,
        CrossEntropyOptions? options,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        int innerLength = 1,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= CrossEntropyOptions.Default;
        LabelLoss.Validate(logits, labels, options, weights, innerLength);
        if (options.Reduction == Reduction.None && losses.IsEmpty)
            throw new ArgumentException("One loss cannot hold Reduction.None: pass a span for the losses, or use CrossEntropyPerRow.", nameof(options));
        LabelLoss.CheckGradient(logits, ref gradient, weights);
        if (!losses.IsEmpty) LabelLoss.CheckLosses(logits, labels.Length, ref losses, weights);
        Guard.Apart((ReadOnlySpan<T>)gradient, losses, nameof(gradient), nameof(losses));
        return CrossEntropyCore(logits, labels, options, gradient, weights, innerLength, losses);
    }

    /// <summary>
    /// The cross entropy of each row, weight included and 0 where ignored; see
    /// <see cref="CrossEntropy{T}(ReadOnlySpan{T}, ReadOnlySpan{int}, CrossEntropyOptions?, Span{T}, ReadOnlySpan{T}, int, Span{T})"/>. The reduction of
    /// the options is not looked at.
    /// </summary>
    /// <param name="logits">[rows, classes]: unnormalized scores.</param>
    /// <param name="labels">[rows]: class indices.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="losses">[rows] or longer, the rest untouched; shares no element with the logits.</param>
    /// <param name="weights">[rows]: the weight of each sample; none are all 1.</param>
    /// <param name="innerLength">The elements after the class axis, 1 for rows of logits.</param>
    /// <exception cref="ArgumentException">
    /// The logits are not whole rows, the weights are not one for each class or row, or the losses are too short or overlap
    /// the logits.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A label is neither a class nor ignored, or a weight is negative or not finite; nothing is written.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void CrossEntropyPerRow<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> labels,
        CrossEntropyOptions? options,
        Span<T> losses,
        ReadOnlySpan<T> weights = default,
        int innerLength = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= CrossEntropyOptions.Default;
        LabelLoss.Validate(logits, labels, options, weights, innerLength);
        LabelLoss.CheckLosses(logits, labels.Length, ref losses, weights);
        CrossEntropyRows(logits, labels, options, 1, default, weights, innerLength, losses);
    }

    /// <summary>
    /// The loss; the gradient too unless that is empty. Everything is valid, the gradient as long as the logits, the losses
    /// empty or one for each row.
    /// </summary>
    internal static T CrossEntropyCore<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> labels,
        CrossEntropyOptions options,
        Span<T> gradient,
        ReadOnlySpan<T> weights,
        int innerLength,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double divisor = LabelLoss.Divisor(labels, options, weights);
        if (divisor == 0)
        {
            T result = options.Nothing<T>();
            gradient.Clear();
            losses.Clear();
            return result;
        }

        const int Few = 256;
        bool isRented = losses.IsEmpty && labels.Length > Few;
        using Rented<T> rented = new(isRented ? labels.Length : 0);
        Span<T> each = !losses.IsEmpty ? losses : isRented ? rented.Span : stackalloc T[labels.Length];
        CrossEntropyRows(logits, labels, options, divisor, gradient, weights, innerLength, each);
        return T.CreateTruncating(double.CreateTruncating(Reduce.Sum<T>(each)) / divisor);
    }

    private static void CrossEntropyRows<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> labels,
        CrossEntropyOptions options,
        double divisor,
        Span<T> gradient,
        ReadOnlySpan<T> weights,
        int innerLength,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (logits.IsEmpty)
        {
            losses.Clear();
            return;
        }

        weights.CopyTo(losses);
        CrossEntropyKernel<T> kernel = new(options, logits.Length / labels.Length, divisor, !weights.IsEmpty);
        ClassAxis.Run(logits, labels, gradient, losses, innerLength, kernel);
    }
}
