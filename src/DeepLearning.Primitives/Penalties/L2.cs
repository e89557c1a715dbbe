using System.Numerics;

namespace DeepLearning.Primitives;

public static partial class Penalties
{
    /// <summary>
    /// The L2 penalty, Σw²: multiply it by the strength λ. 0 for no weights; NaN if a weight is NaN.
    /// </summary>
    /// <remarks>
    /// As in Keras, without a factor ½: a strength of λ pulls as hard as a <c>WeightDecay</c> of 2λ, or as PyTorch's
    /// <c>weight_decay</c> of 2λ.
    /// </remarks>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T L2<T>(ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        return Reduce.SumOfSquares(weights);
    }

    /// <summary>The gradient of strength·Σw²: 2·strength·w.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="strength">The factor λ before the penalty, times what arrives from upstream.</param>
    /// <param name="destination">As long as the weights or longer, the rest untouched; may be the weights themselves.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the weights.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void L2Gradient<T>(ReadOnlySpan<T> weights, T strength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Destination(weights, destination);
        Elementwise.Map(weights, destination, new Scale<T>(strength + strength));
    }
}

/// <summary>Σw² on a tape.</summary>
internal sealed class L2Penalty<T> : PenaltyOperation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly L2Penalty<T> Instance = new();

    protected override T Value(ReadOnlySpan<T> weights) => Penalties.L2(weights);

    protected override void Gradient(ReadOnlySpan<T> weights, T strength, Span<T> destination) =>
        Penalties.L2Gradient(weights, strength, destination);

    protected override Variable<T> Derivative(Variable<T> weights) => 2 * weights;
}

public readonly partial struct Variable<T>
{
    /// <summary><c>Σw²</c> over all elements, of shape <c>[]</c>; half of it times λ is what weight decay by λ descends.</summary>
    public Variable<T> L2Penalty() => Tape.Apply(Primitives.L2Penalty<T>.Instance, this);
}
