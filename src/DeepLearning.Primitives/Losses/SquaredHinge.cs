using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>max(0, 1 − t·x)²</summary>
internal readonly struct SquaredHinge<T> : IElementwiseLoss<T>
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
        TVector margin = TVector.Max(0, 1 - (t * x));
        derivative = (TVector)(-2.0) * (t * margin);
        return margin * margin;
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t) => -2 * t * (1 - (t * x)).Relu();

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t) => -2 * x * (1 - (t * x)).Relu();
}

public static partial class Losses
{
    /// <summary>Squared hinge loss: <c>max(0, 1 − t·x)²</c> for targets −1 and 1.</summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    [OverloadResolutionPriority(1)]
    public static T SquaredHinge<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        LossOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= LossOptions.Default;
        return ElementwiseLoss.Checked(predictions, targets, options, gradient, weights, losses, default(SquaredHinge<T>));
    }

    /// <summary>The mean of the losses, and its gradient in the predictions.</summary>
    /// <inheritdoc cref="SquaredHinge{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T SquaredHinge<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(predictions, targets, LossOptions.Default, gradient, default(SquaredHinge<T>));
}

public readonly partial struct Variable<T>
{
    /// <summary>Squared hinge loss: <c>max(0, 1 − t·x)²</c> for targets −1 and 1.</summary>
    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> SquaredHinge(Variable<T> targets, LossOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= LossOptions.Default;
        return ElementwiseLoss(targets, options, weights, default(SquaredHinge<T>));
    }

    /// <inheritdoc cref="SquaredHinge(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> SquaredHinge(ReadOnlySpan<T> targets) => SquaredHinge(Targets(targets));
}
