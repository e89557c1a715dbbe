using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>t·(log t − x) of log-probabilities x and probabilities t</summary>
internal readonly struct KullbackLeibler<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool HasDomain => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector IsOutside<TVector>(TVector x, TVector t)
        where TVector : struct, ISimd<TVector, T> => (t < 0) | (t > 1);

    public static (bool IsTarget, string Rule) Refusal(T x, T t) => (true, ElementwiseLoss.Probability);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        derivative = -t;
        return TVector.SelectEqual(t, 0, 0, t * (VectorMath.Log<TVector, T>(t) - x));
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t) => -t;

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t) => t.Log() + 1 - x;
}

/// <summary>eᵗ·(t − x) of log-probabilities x and t</summary>
internal readonly struct KullbackLeiblerOfLogs<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector probability = VectorMath.Exp<TVector, T>(t);
        derivative = -probability;
        return TVector.SelectEqual(probability, 0, 0, probability * (t - x));
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t) => -t.Exp();

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t) => t.Exp() * (t + 1 - x);
}

/// <summary>Settings of the Kullback–Leibler divergence. Make one and keep it.</summary>
public sealed class KullbackLeiblerOptions : LossOptions
{
    internal static new KullbackLeiblerOptions Default { get; } = new();

    /// <summary>True when the targets are log-probabilities too. Default false: they are probabilities.</summary>
    public bool LogTargets { get; init; }

    /// <summary>
    /// Elements in a distribution: the mean divides the sum by the number of distributions, which is PyTorch's
    /// <c>batchmean</c> and the divergence proper. Default 1, the mean over all elements, PyTorch's <c>mean</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int RowLength { get; init => field = (int)Positive(value, nameof(RowLength)); } = 1;

    internal override int ElementsPerRow => RowLength;
}

public static partial class Losses
{
    /// <summary>
    /// Kullback–Leibler divergence from log-probabilities x to targets t, <c>t·(log t − x)</c> element by element (PyTorch's
    /// <c>kl_div</c>); 0·log 0 = 0, also where x is −∞. Targets are probabilities in [0, 1] unless the options say otherwise.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    [OverloadResolutionPriority(1)]
    public static T KullbackLeibler<T>(
        ReadOnlySpan<T> logProbabilities,
        ReadOnlySpan<T> targets,
        KullbackLeiblerOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= KullbackLeiblerOptions.Default;
        return options.LogTargets
            ? ElementwiseLoss.Checked(logProbabilities, targets, options, gradient, weights, losses, default(KullbackLeiblerOfLogs<T>))
            : ElementwiseLoss.Checked(logProbabilities, targets, options, gradient, weights, losses, default(KullbackLeibler<T>));
    }

    /// <summary>The mean over all elements, and its gradient in the log-probabilities.</summary>
    /// <inheritdoc cref="KullbackLeibler{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, KullbackLeiblerOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T KullbackLeibler<T>(ReadOnlySpan<T> logProbabilities, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(
            logProbabilities, targets, KullbackLeiblerOptions.Default, gradient, default(KullbackLeibler<T>));
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Kullback–Leibler divergence from these log-probabilities x to targets t: <c>t·(log t − x)</c>, or <c>eᵗ·(t − x)</c>
    /// of log-probabilities t.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> KullbackLeibler(
        Variable<T> targets, KullbackLeiblerOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= KullbackLeiblerOptions.Default;
        return options.LogTargets
            ? ElementwiseLoss(targets, options, weights, default(KullbackLeiblerOfLogs<T>))
            : ElementwiseLoss(targets, options, weights, default(KullbackLeibler<T>));
    }

    /// <inheritdoc cref="KullbackLeibler(Variable{T}, KullbackLeiblerOptions?, ReadOnlySpan{T})"/>
    public Variable<T> KullbackLeibler(ReadOnlySpan<T> targets) => KullbackLeibler(Targets(targets));
}
