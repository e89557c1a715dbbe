using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>q·(t − x) where t &gt; x, (1 − q)·(x − t) where t &lt; x</summary>
internal readonly struct Quantile<T>(double quantile) : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector difference = x - t, low = -quantile, high = 1 - quantile;
        derivative = TVector.SelectLess(0, difference, high, TVector.SelectLess(difference, 0, low, difference + 0));
        return TVector.SelectLess(0, difference, high, low) * difference;
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t)
    {
        Variable<T> sign = (x - t).ConstantDerivative<Abs<T>>();
        return sign * (0.5 + ((0.5 - quantile) * sign));
    }

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t) => -Derivative(x, t);
}

/// <summary>Settings of the quantile loss. Make one and keep it.</summary>
public sealed class QuantileOptions : LossOptions
{
    internal static new QuantileOptions Default { get; } = new();

    /// <summary>q in (0, 1): the quantile that the best prediction is. Default ½, the median.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 1.</exception>
    public double Quantile { get; init => field = Within(value, value is > 0 and < 1, nameof(Quantile), "between 0 and 1"); } = 0.5;
}

public static partial class Losses
{
    /// <summary>
    /// Quantile (pinball) loss: <c>q·(t − x)</c> for targets above the prediction, <c>(1 − q)·(x − t)</c> for those
    /// below; its gradient is 0 at 0.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    [OverloadResolutionPriority(1)]
    public static T Quantile<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        QuantileOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= QuantileOptions.Default;
        return ElementwiseLoss.Checked(predictions, targets, options, gradient, weights, losses, new Quantile<T>(options.Quantile));
    }

    /// <summary>The mean of the losses, and its gradient in the predictions.</summary>
    /// <inheritdoc cref="Quantile{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, QuantileOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T Quantile<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(predictions, targets, QuantileOptions.Default, gradient, new Quantile<T>(QuantileOptions.Default.Quantile));
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Quantile (pinball) loss: <c>q·(t − x)</c> for targets above the prediction, <c>(1 − q)·(x − t)</c> for those
    /// below; its gradient is 0 at 0.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> Quantile(Variable<T> targets, QuantileOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= QuantileOptions.Default;
        return ElementwiseLoss(targets, options, weights, new Quantile<T>(options.Quantile));
    }

    /// <inheritdoc cref="Quantile(Variable{T}, QuantileOptions?, ReadOnlySpan{T})"/>
    public Variable<T> Quantile(ReadOnlySpan<T> targets) => Quantile(Targets(targets));
}
