using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>(x − t)²</summary>
internal readonly struct MeanSquaredError<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector difference = x - t;
        derivative = difference + difference;
        return difference * difference;
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t) => 2 * (x - t);

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t) => -Derivative(x, t);
}

public static partial class Losses
{
    /// <summary>Mean squared error: <c>(x − t)²</c>, without a factor ½ (PyTorch's <c>mse_loss</c>).</summary>
    /// <param name="predictions">The predictions; any shape, row-major.</param>
    /// <param name="targets">As many.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="gradient">
    /// The gradient of the result in the predictions (with Reduction.None that of the sum): as long as these or longer, the
    /// rest untouched; may be the predictions or the targets themselves. Empty where only the loss is wanted.
    /// </param>
    /// <param name="weights">
    /// None, or one for each element, or one for each row of neighbouring elements: finite and not negative. What has weight 0
    /// (a mask) counts nowhere, whatever it holds. The mean divides by the weights of all elements together.
    /// </param>
    /// <param name="losses">
    /// The loss of each element, its weight included; empty where not wanted. As the gradient, and not the same span as it.
    /// </param>
    /// <returns>
    /// The mean, or else the sum of the losses; when nothing counts, 0 for the sum and what the options say for the mean.
    /// </returns>
    /// <remarks>Large inputs are split over threads, with the same bits. NaN in gives NaN out.</remarks>
    /// <exception cref="ArgumentException">
    /// The lengths do not fit, an output is too short or overlaps without being the same span, or Reduction.None without a
    /// span for the losses.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A weight is negative or not finite, or a prediction or target is none that the loss is defined for; nothing is written.
    /// </exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    [OverloadResolutionPriority(1)]
    public static T MeanSquaredError<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        LossOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= LossOptions.Default;
        return ElementwiseLoss.Checked(predictions, targets, options, gradient, weights, losses, default(MeanSquaredError<T>));
    }

    /// <summary>The mean of the losses, and its gradient in the predictions.</summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T MeanSquaredError<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(predictions, targets, LossOptions.Default, gradient, default(MeanSquaredError<T>));
}

public readonly partial struct Variable<T>
{
    /// <summary>Mean squared error: <c>(x − t)²</c>, without a factor ½ (PyTorch's <c>mse_loss</c>).</summary>
    /// <param name="targets">Of this variable's shape; may be differentiated as well.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="weights">None, or one for each element or each row of neighbouring elements; copied.</param>
    /// <returns>The mean or the sum, of shape <c>[]</c>; with Reduction.None the losses, of this variable's shape.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the weights do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight, prediction or target is none that the loss is defined for.</exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    public Variable<T> MeanSquaredError(Variable<T> targets, LossOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= LossOptions.Default;
        return ElementwiseLoss(targets, options, weights, default(MeanSquaredError<T>));
    }

    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> MeanSquaredError(ReadOnlySpan<T> targets) => MeanSquaredError(Targets(targets));
}
