using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>−x of the right class</summary>
internal readonly struct NegativeLogLikelihood<T> : ILabelLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T Value(ReadOnlySpan<T> x, int label, T scale, Span<T> gradient)
    {
        T loss = -x[label];
        gradient.Clear();
        if (!gradient.IsEmpty) gradient[label] = -scale;
        return loss;
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> label) => -label;
}

public static partial class Losses
{
    /// <summary>
    /// Negative log-likelihood: <c>−w·x</c> of the right class, x being log-probabilities (PyTorch's <c>nll_loss</c>).
    /// After a log-softmax it is cross entropy, which <see cref="CrossEntropy{T}(ReadOnlySpan{T}, ReadOnlySpan{int})"/> computes in one pass.
    /// </summary>
    /// <param name="logProbabilities">[rows, classes], or [outer, classes, inner] with an inner length.</param>
    /// <param name="labels">[rows] or [outer, inner]: class indices.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="gradient">
    /// The gradient in the first argument (with Reduction.None that of the sum): as long or longer, the rest untouched; may
    /// be that argument itself. Empty where only the loss is wanted.
    /// </param>
    /// <param name="weights">
    /// One for each row, finite and not negative, beside the weight of its class; none are all 1. The mean divides by the sum
    /// of the products of both. A row of weight 0 or with the ignored label counts nowhere, whatever it holds.
    /// </param>
    /// <param name="innerLength">The elements after the class axis, 1 when it is the last.</param>
    /// <param name="losses">[rows]: each row's loss, weights included; empty where not wanted. Shares nothing with the inputs.</param>
    /// <returns>
    /// The mean, or else the sum of the losses; when nothing counts, 0 for the sum and what the options say for the mean.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The lengths do not fit, an output is too short or overlaps, or Reduction.None without a span for the losses.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A label is neither a class nor ignored, or a weight is negative or not finite; nothing is written.
    /// </exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T NegativeLogLikelihood<T>(
        ReadOnlySpan<T> logProbabilities,
        ReadOnlySpan<int> labels,
        ClassLossOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        int innerLength = 1,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LabelLoss.Checked(
            logProbabilities, labels, options ?? ClassLossOptions.Default, gradient, weights, innerLength, losses,
            default(NegativeLogLikelihood<T>));
}

public readonly partial struct Variable<T>
{
    /// <summary>Negative log-likelihood of these log-probabilities: <c>−w·x</c> of the right class.</summary>
    /// <param name="labels">One for each row, that is, for each element of the shape without the class axis; copied.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="weights">None, or one for each label; copied.</param>
    /// <param name="axis">The class axis, the last by default; PyTorch's is 1.</param>
    /// <returns>
    /// The mean or the sum, of shape <c>[]</c>; with Reduction.None the losses, of this shape without the class axis.
    /// </returns>
    /// <exception cref="ArgumentException">The numbers of labels or weights do not fit the shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is neither a class nor ignored, or there is no such axis.</exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    public Variable<T> NegativeLogLikelihood(
        ReadOnlySpan<int> labels, ClassLossOptions? options = null, ReadOnlySpan<T> weights = default, int axis = -1) =>
        LabelLoss(labels, options ?? ClassLossOptions.Default, weights, axis, default(NegativeLogLikelihood<T>));
}
