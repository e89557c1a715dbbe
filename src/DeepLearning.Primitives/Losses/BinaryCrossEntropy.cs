using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>−t·log x − (1 − t)·log(1 − x), no logarithm below −100</summary>
internal readonly struct BinaryCrossEntropy<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool HasDomain => true;

    public static bool IsLong => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector IsOutside<TVector>(TVector x, TVector t)
        where TVector : struct, ISimd<TVector, T> => (x < 0) | (x > 1) | (t < 0) | (t > 1);

    public static (bool IsTarget, string Rule) Refusal(T x, T t) => (!(x < T.Zero || x > T.One), ElementwiseLoss.Probability);

    public static bool HasOrdinaryForm => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOrdinary<TVector>(TVector x, TVector t)
        where TVector : struct, ISimd<TVector, T> => VectorMath.IsOrdinaryForLog<TVector, T>(x) && VectorMath.IsOrdinaryForLog1P<TVector, T>(-x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector log = ordinary ? VectorMath.LogOfOrdinary<TVector, T>(x) : VectorMath.Log<TVector, T>(x);
        TVector complement = ordinary ? VectorMath.Log1POfOrdinary<TVector, T>(-x) : VectorMath.Log1P<TVector, T>(-x);
        derivative = (x - t) / TVector.Max(1e-12, (1 - x) * x);
        return ((t - 1) * TVector.Max(-100, complement)) - (t * TVector.Max(-100, log));
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t) => (x - t) / ((1 - x) * x).Apply(new Bounded<T>(1e-12, 1));

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t) => (1 - x).Log().Apply(new Bounded<T>(-100, 0)) - x.Log().Apply(new Bounded<T>(-100, 0));
}

public static partial class Losses
{
    /// <summary>
    /// Binary cross entropy of probabilities: <c>−t·log x − (1 − t)·log(1 − x)</c>. As in PyTorch a logarithm is at least
    /// −100 and the gradient's divisor x·(1 − x) at least 1e-12. Probabilities and targets lie in [0, 1].
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    [OverloadResolutionPriority(1)]
    public static T BinaryCrossEntropy<T>(
        ReadOnlySpan<T> probabilities,
        ReadOnlySpan<T> targets,
        LossOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= LossOptions.Default;
        return ElementwiseLoss.Checked(probabilities, targets, options, gradient, weights, losses, default(BinaryCrossEntropy<T>));
    }

    /// <summary>The mean of the losses, and its gradient in the probabilities.</summary>
    /// <inheritdoc cref="BinaryCrossEntropy{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T BinaryCrossEntropy<T>(ReadOnlySpan<T> probabilities, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(probabilities, targets, LossOptions.Default, gradient, default(BinaryCrossEntropy<T>));
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Binary cross entropy of probabilities: <c>−t·log x − (1 − t)·log(1 − x)</c>. As in PyTorch a logarithm is at least
    /// −100 and the gradient's divisor x·(1 − x) at least 1e-12. Probabilities and targets lie in [0, 1].
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> BinaryCrossEntropy(Variable<T> targets, LossOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= LossOptions.Default;
        return ElementwiseLoss(targets, options, weights, default(BinaryCrossEntropy<T>));
    }

    /// <inheritdoc cref="BinaryCrossEntropy(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> BinaryCrossEntropy(ReadOnlySpan<T> targets) => BinaryCrossEntropy(Targets(targets));
}
