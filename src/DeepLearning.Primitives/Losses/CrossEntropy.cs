using System.Buffers;
using System.Numerics;

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
    /// <inheritdoc cref="CrossEntropy{T}(ReadOnlySpan{T}, ReadOnlySpan{int}, CrossEntropyOptions?, Span{T})"/>
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
    /// <returns>The mean or the sum of the losses; when no row counts, 0 for the sum and what the options say for the mean.</returns>
    /// <exception cref="ArgumentException">
    /// The logits are not whole rows, the class weights are not one for each class, the gradient is too short or a shifted
    /// part of the logits, or the reduction is None, which <see cref="CrossEntropyPerRow"/> is for.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is neither a class nor ignored; nothing is written.</exception>
    /// <exception cref="InvalidOperationException">No row counts, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T CrossEntropy<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<int> labels, CrossEntropyOptions? options, Span<T> gradient = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= CrossEntropyOptions.Default;
        ValidateCrossEntropy(logits, labels, options);
        ValidateReduction(options);
        if (gradient.IsEmpty) return CrossEntropyCore(logits, labels, options, gradient);
        Guard.Destination(logits, gradient);
        return CrossEntropyCore(logits, labels, options, gradient[..logits.Length]);
    }

    /// <summary>
    /// The cross entropy of each row, weight included and 0 where ignored; see
    /// <see cref="CrossEntropy{T}(ReadOnlySpan{T}, ReadOnlySpan{int}, CrossEntropyOptions?, Span{T})"/>. The reduction of
    /// the options is not looked at.
    /// </summary>
    /// <param name="logits">[rows, classes]: unnormalized scores.</param>
    /// <param name="labels">[rows]: class indices.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="losses">[rows] or longer, the rest untouched; shares no element with the logits.</param>
    /// <exception cref="ArgumentException">
    /// The logits are not whole rows, the class weights are not one for each class, or the losses are too short or overlap
    /// the logits.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is neither a class nor ignored; nothing is written.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void CrossEntropyPerRow<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<int> labels, CrossEntropyOptions? options, Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= CrossEntropyOptions.Default;
        ValidateCrossEntropy(logits, labels, options);
        if (losses.Length < labels.Length)
            throw new ArgumentException($"losses has {losses.Length} elements, too few for {labels.Length} rows.", nameof(losses));
        losses = losses[..labels.Length];
        Guard.Apart(logits, (ReadOnlySpan<T>)losses, nameof(logits), nameof(losses));
        CrossEntropyRows(logits, labels, options, 1, default, losses);
    }

    internal static void ValidateCrossEntropy<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<int> labels, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        if (labels.Length == 0 ? logits.Length != 0 : logits.Length % labels.Length != 0)
        {
            throw new ArgumentException(
                $"logits has {logits.Length} elements, which do not make {labels.Length} rows, one for each label.",
                nameof(logits));
        }

        if (labels.IsEmpty) return;
        int classes = logits.Length / labels.Length;
        if (options.Weights.Length != 0 && options.Weights.Length != classes)
        {
            throw new ArgumentException(
                $"ClassWeights has {options.Weights.Length} elements, the logits have {classes} classes.", nameof(options));
        }

        for (int row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)classes && labels[row] != options.IgnoreIndex)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels), labels[row], $"The label of row {row} is {labels[row]}, and there are {classes} classes.");
            }
        }
    }

    internal static void ValidateReduction(CrossEntropyOptions options)
    {
        if (options.Reduction == Reduction.None)
            throw new ArgumentException("One loss cannot hold Reduction.None: use CrossEntropyPerRow.", nameof(options));
    }

    /// <summary>The loss; the gradient too unless that is empty. Everything is valid, the gradient as long as the logits.</summary>
    internal static T CrossEntropyCore<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<int> labels, CrossEntropyOptions options, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double weight = 0;
        foreach (int label in labels) weight += options.WeightOf(label);
        bool mean = options.Reduction == Reduction.Mean;
        if (weight == 0)
        {
            T result = options.Nothing<T>();
            gradient.Clear();
            return result;
        }

        const int Few = 256;
        T[]? rented = labels.Length <= Few ? null : ArrayPool<T>.Shared.Rent(labels.Length);
        Span<T> losses = rented is null ? stackalloc T[labels.Length] : rented.AsSpan(0, labels.Length);
        double divisor = mean ? weight : 1;
        CrossEntropyRows(logits, labels, options, divisor, gradient, losses);
        T total = Reduce.Sum<T>(losses);
        if (rented is not null) ArrayPool<T>.Shared.Return(rented);
        return T.CreateTruncating(double.CreateTruncating(total) / divisor);
    }

    private static void CrossEntropyRows<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<int> labels, CrossEntropyOptions options, double divisor, Span<T> gradient, Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (logits.IsEmpty)
        {
            losses.Clear();
            return;
        }

        CrossEntropyKernel<T> kernel = new(options, logits.Length / labels.Length, divisor);
        RowDriver.Run(labels.Length, logits, labels, gradient, losses, kernel);
    }
}
