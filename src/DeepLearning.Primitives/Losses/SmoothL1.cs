using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>½d²/β for |d| &lt; β, else |d| − ½β, with d = x − t</summary>
internal readonly struct SmoothL1<T>(double beta) : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector difference = x - t, magnitude = TVector.Abs(difference), limit = beta;
        TVector sign = TVector.SelectLess(0, difference, 1, TVector.SelectLess(difference, 0, -1, difference + 0));
        TVector part = difference / limit, isLine = magnitude >= limit;
        derivative = TVector.Select(isLine, sign, part);
        return TVector.Select(isLine, magnitude - (0.5 * limit), 0.5 * difference * part);
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t) => beta == 0
        ? (x - t).ConstantDerivative<Abs<T>>() : (x - t).Apply(new Bounded<T>(-beta, beta)) / beta;

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t) => -Derivative(x, t);
}

/// <summary>Settings of the smooth L1 loss. Make one and keep it.</summary>
public sealed class SmoothL1Options : LossOptions
{
    internal static new SmoothL1Options Default { get; } = new();

    /// <summary>β: where the parabola becomes a line; 0 gives the absolute error. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Beta { get; init => field = NotNegative(value, nameof(Beta)); } = 1;
}

public static partial class Losses
{
    /// <summary>
    /// Smooth L1 loss, the Huber loss over β: <c>½d²/β</c> for |d| &lt; β, else <c>|d| − ½β</c>, with d = x − t
    /// (PyTorch's <c>smooth_l1_loss</c>).
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    [OverloadResolutionPriority(1)]
    public static T SmoothL1<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        SmoothL1Options? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= SmoothL1Options.Default;
        return ElementwiseLoss.Checked(predictions, targets, options, gradient, weights, losses, new SmoothL1<T>(options.Beta));
    }

    /// <summary>The mean of the losses, and its gradient in the predictions.</summary>
    /// <inheritdoc cref="SmoothL1{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, SmoothL1Options?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T SmoothL1<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(predictions, targets, SmoothL1Options.Default, gradient, new SmoothL1<T>(SmoothL1Options.Default.Beta));
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Smooth L1 loss, the Huber loss over β: <c>½d²/β</c> for |d| &lt; β, else <c>|d| − ½β</c>, with d = x − t
    /// (PyTorch's <c>smooth_l1_loss</c>).
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> SmoothL1(Variable<T> targets, SmoothL1Options? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= SmoothL1Options.Default;
        return ElementwiseLoss(targets, options, weights, new SmoothL1<T>(options.Beta));
    }

    /// <inheritdoc cref="SmoothL1(Variable{T}, SmoothL1Options?, ReadOnlySpan{T})"/>
    public Variable<T> SmoothL1(ReadOnlySpan<T> targets) => SmoothL1(Targets(targets));
}
