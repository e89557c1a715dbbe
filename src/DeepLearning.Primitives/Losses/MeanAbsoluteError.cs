using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>|x − t|</summary>
internal readonly struct MeanAbsoluteError<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector difference = x - t;
        derivative = TVector.SelectLess(0, difference, 1, TVector.SelectLess(difference, 0, -1, difference + 0));
        return TVector.Abs(difference);
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t) => (x - t).ConstantDerivative<Abs<T>>();

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t) => -Derivative(x, t);
}

public static partial class Losses
{
    /// <summary>
    /// Mean absolute error: <c>|x − t|</c> (PyTorch's <c>l1_loss</c>); its gradient is the sign of x − t, 0 at 0.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    [OverloadResolutionPriority(1)]
    public static T MeanAbsoluteError<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        LossOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= LossOptions.Default;
        return ElementwiseLoss.Checked(predictions, targets, options, gradient, weights, losses, default(MeanAbsoluteError<T>));
    }

    /// <summary>The mean of the losses, and its gradient in the predictions.</summary>
    /// <inheritdoc cref="MeanAbsoluteError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T MeanAbsoluteError<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(predictions, targets, LossOptions.Default, gradient, default(MeanAbsoluteError<T>));
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Mean absolute error: <c>|x − t|</c> (PyTorch's <c>l1_loss</c>); its gradient is the sign of x − t, 0 at 0.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> MeanAbsoluteError(Variable<T> targets, LossOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= LossOptions.Default;
        return ElementwiseLoss(targets, options, weights, default(MeanAbsoluteError<T>));
    }

    /// <inheritdoc cref="MeanAbsoluteError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> MeanAbsoluteError(ReadOnlySpan<T> targets) => MeanAbsoluteError(Targets(targets));
}
