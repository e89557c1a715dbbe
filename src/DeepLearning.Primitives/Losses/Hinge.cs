using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>max(0, m − t·x) with the margin m</summary>
internal readonly struct Hinge<T>(double margin) : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool HasDomain => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector IsOutside<TVector>(TVector x, TVector t)
        where TVector : struct, ISimd<TVector, T> => (TVector.Abs(t) < 1) | (TVector.Abs(t) > 1);

    public static (bool IsTarget, string Rule) Refusal(T x, T t) => (true, "must be −1 or 1");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector excess = margin - (t * x);
        derivative = TVector.Select(excess >= 0, -t, TVector.SelectLess(excess, 0, 0, excess));
        return TVector.Max(0, excess);
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t) => -t * IsActive(x, t);

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t) => -x * IsActive(x, t);

    private Variable<T> IsActive(Variable<T> x, Variable<T> t) =>
        (margin - (t * x)).ConstantDerivative(new Bounded<T>(0, double.PositiveInfinity));
}

public static partial class Losses
{
    /// <summary>
    /// Hinge loss: <c>max(0, 1 − t·x)</c> for targets −1 and 1; the gradient at the kink is −t, as PyTorch's
    /// <c>clamp_min</c> has it.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    [OverloadResolutionPriority(1)]
    public static T Hinge<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        LossOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= LossOptions.Default;
        return ElementwiseLoss.Checked(predictions, targets, options, gradient, weights, losses, new Hinge<T>(margin: 1));
    }

    /// <summary>The mean of the losses, and its gradient in the predictions.</summary>
    /// <inheritdoc cref="Hinge{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T Hinge<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(predictions, targets, LossOptions.Default, gradient, new Hinge<T>(margin: 1));
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Hinge loss: <c>max(0, 1 − t·x)</c> for targets −1 and 1; the gradient at the kink is −t, as PyTorch's
    /// <c>clamp_min</c> has it.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> Hinge(Variable<T> targets, LossOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= LossOptions.Default;
        return ElementwiseLoss(targets, options, weights, new Hinge<T>(margin: 1));
    }

    /// <inheritdoc cref="Hinge(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> Hinge(ReadOnlySpan<T> targets) => Hinge(Targets(targets));
}
