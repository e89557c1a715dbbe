using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>eˣ − t·x, or x − t·log(x + ε) of the rate itself; with Stirling's log t! where asked for</summary>
internal readonly struct Poisson<T, TIsLog, TIsFull>(PoissonOptions options) : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TIsLog : struct, IFlag
    where TIsFull : struct, IFlag
{
    private readonly double _epsilon = options.Epsilon;

    public static bool HasOrdinaryForm => TIsLog.IsSet;

    public static bool IsLong => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOrdinary<TVector>(TVector x, TVector t)
        where TVector : struct, ISimd<TVector, T> => VectorMath.IsOrdinaryForExp<TVector, T>(x);

    public static bool HasDomain => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector IsOutside<TVector>(TVector x, TVector t)
        where TVector : struct, ISimd<TVector, T> => t < 0;

    public static (bool IsTarget, string Rule) Refusal(T x, T t) => (true, "must not be negative");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector loss;
        if (TIsLog.IsSet)
        {
            TVector rate = ordinary ? VectorMath.ExpOfOrdinary<TVector, T>(x) : VectorMath.Exp<TVector, T>(x);
            derivative = rate - t;
            loss = rate - TVector.SelectEqual(t, 0, 0, t * x);
        }
        else
        {
            TVector shifted = x + _epsilon;
            derivative = 1 - (t / shifted);
            loss = x - TVector.SelectEqual(t, 0, 0, t * VectorMath.Log<TVector, T>(shifted));
        }

        if (!TIsFull.IsSet) return loss;
        TVector n = TVector.Max(t, 1), logarithm = VectorMath.Log<TVector, T>(n);
        TVector stirling = (n * logarithm) - n + (0.5 * (logarithm + 1.8378770664093453));
        return loss + TVector.SelectLess(1, t, stirling, 0);
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t) => TIsLog.IsSet ? x.Exp() - t : 1 - (t / (x + _epsilon));

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t)
    {
        Variable<T> derivative = TIsLog.IsSet ? -x : -(x + _epsilon).Log();
        if (!TIsFull.IsSet) return derivative;
        // log n + 1/2n, where the target is above 1.
        Bounded<T> above = new(1, double.PositiveInfinity);
        Variable<T> n = t.Apply(above), isLarge = t.ConstantDerivative(above);
        return derivative + (isLarge * (n.Log() + (0.5 / n)));
    }
}

/// <summary>Settings of the Poisson negative log-likelihood; the defaults are PyTorch's. Make one and keep it.</summary>
public sealed class PoissonOptions : LossOptions
{
    internal static new PoissonOptions Default { get; } = new();

    /// <summary>True (the default) when the predictions are logarithms of rates, false when they are the rates.</summary>
    public bool LogInput { get; init; } = true;

    /// <summary>True to add Stirling's approximation of log t! for targets above 1. Default false.</summary>
    public bool Full { get; init; }

    /// <summary>ε: added to rates before their logarithm. Default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Epsilon { get; init => field = NotNegative(value, nameof(Epsilon)); } = 1e-8;
}

public static partial class Losses
{
    /// <summary>
    /// Poisson negative log-likelihood: <c>eˣ − t·x</c> of the logarithm of the rate, or <c>x − t·log(x + ε)</c> of the
    /// rate (PyTorch's <c>poisson_nll_loss</c>). Targets are not negative.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    [OverloadResolutionPriority(1)]
    public static T PoissonNegativeLogLikelihood<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        PoissonOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= PoissonOptions.Default;
        return (options.LogInput, options.Full) switch
        {
            (true, false) => ElementwiseLoss.Checked(
                predictions, targets, options, gradient, weights, losses, new Poisson<T, Yes, No>(options)),
            (true, true) => ElementwiseLoss.Checked(
                predictions, targets, options, gradient, weights, losses, new Poisson<T, Yes, Yes>(options)),
            (false, false) => ElementwiseLoss.Checked(
                predictions, targets, options, gradient, weights, losses, new Poisson<T, No, No>(options)),
            _ => ElementwiseLoss.Checked(
                predictions, targets, options, gradient, weights, losses, new Poisson<T, No, Yes>(options)),
        };
    }

    /// <summary>The mean of the losses, and its gradient in the predictions.</summary>
    /// <inheritdoc cref="PoissonNegativeLogLikelihood{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, PoissonOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T PoissonNegativeLogLikelihood<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(predictions, targets, PoissonOptions.Default, gradient, new Poisson<T, Yes, No>(PoissonOptions.Default));
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Poisson negative log-likelihood: <c>eˣ − t·x</c> of the logarithm of the rate, or <c>x − t·log(x + ε)</c> of the
    /// rate (PyTorch's <c>poisson_nll_loss</c>). Targets are not negative.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> PoissonNegativeLogLikelihood(Variable<T> targets, PoissonOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= PoissonOptions.Default;
        return (options.LogInput, options.Full) switch
        {
            (true, false) => ElementwiseLoss(targets, options, weights, new Poisson<T, Yes, No>(options)),
            (true, true) => ElementwiseLoss(targets, options, weights, new Poisson<T, Yes, Yes>(options)),
            (false, false) => ElementwiseLoss(targets, options, weights, new Poisson<T, No, No>(options)),
            _ => ElementwiseLoss(targets, options, weights, new Poisson<T, No, Yes>(options)),
        };
    }

    /// <inheritdoc cref="PoissonNegativeLogLikelihood(Variable{T}, PoissonOptions?, ReadOnlySpan{T})"/>
    public Variable<T> PoissonNegativeLogLikelihood(ReadOnlySpan<T> targets) => PoissonNegativeLogLikelihood(Targets(targets));
}
