using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>½d² for |d| ≤ δ, else δ·(|d| − ½δ), with d = x − t</summary>
internal readonly struct Huber<T>(double delta) : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector difference = x - t, magnitude = TVector.Abs(difference), limit = delta;
        // A NaN stands on the right of Min and Max and so stays.
        derivative = TVector.Max(-limit, TVector.Min(limit, difference));
        TVector square = 0.5 * (difference * difference), line = limit * (magnitude - (0.5 * limit));
        return TVector.SelectLess(limit, magnitude, line, square);
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t) => (x - t).Apply(new Bounded<T>(-delta, delta));

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t) => -Derivative(x, t);
}

/// <summary>Settings of the Huber loss. Make one and keep it.</summary>
public sealed class HuberOptions : LossOptions
{
    internal static new HuberOptions Default { get; } = new();

    /// <summary>δ: where the parabola becomes a line. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite and positive.</exception>
    public double Delta { get; init => field = Positive(value, nameof(Delta)); } = 1;
}

public static partial class Losses
{
    /// <summary>
    /// Huber loss: <c>½d²</c> for |d| ≤ δ, else <c>δ·(|d| − ½δ)</c>, with d = x − t (PyTorch's <c>huber_loss</c>).
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    [OverloadResolutionPriority(1)]
    public static T Huber<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        HuberOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= HuberOptions.Default;
        return ElementwiseLoss.Checked(predictions, targets, options, gradient, weights, losses, new Huber<T>(options.Delta));
    }

    /// <summary>The mean of the losses, and its gradient in the predictions.</summary>
    /// <inheritdoc cref="Huber{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, HuberOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T Huber<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(predictions, targets, HuberOptions.Default, gradient, new Huber<T>(HuberOptions.Default.Delta));
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Huber loss: <c>½d²</c> for |d| ≤ δ, else <c>δ·(|d| − ½δ)</c>, with d = x − t (PyTorch's <c>huber_loss</c>).
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> Huber(Variable<T> targets, HuberOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= HuberOptions.Default;
        return ElementwiseLoss(targets, options, weights, new Huber<T>(options.Delta));
    }

    /// <inheritdoc cref="Huber(Variable{T}, HuberOptions?, ReadOnlySpan{T})"/>
    public Variable<T> Huber(ReadOnlySpan<T> targets) => Huber(Targets(targets));
}
