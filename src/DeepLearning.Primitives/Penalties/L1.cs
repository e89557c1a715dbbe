using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Penalties on weights, their gradients and their proximal steps.</summary>
public static partial class Penalties
{
    /// <summary>The L1 penalty, Σ|w|: multiply it by the strength λ. 0 for no weights; NaN if a weight is NaN.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T L1<T>(ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        return Reduce.SumOfMagnitudes(weights);
    }

    /// <summary>
    /// A subgradient of strength·Σ|w|: strength·sign(w), with sign(0) = 0. NaN gives NaN.
    /// </summary>
    /// <param name="weights">The weights.</param>
    /// <param name="strength">The factor λ before the penalty, times what arrives from upstream.</param>
    /// <param name="destination">As long as the weights or longer, the rest untouched; may be the weights themselves.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the weights.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void L1Gradient<T>(ReadOnlySpan<T> weights, T strength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Destination(weights, destination);
        Elementwise.Map(weights, destination, new SignTimes<T>(strength));
    }

    private readonly struct SignTimes<T>(T strength) : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector w)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector up = TVector.Create(strength);
            // What is neither above nor below 0 is 0 or NaN, and is its own answer (+ 0: no negative zero).
            return TVector.Select(w > 0, up, TVector.Select(w < 0, -up, w + 0));
        }
    }
}

/// <summary>Σ|w| on a tape.</summary>
internal sealed class L1Penalty<T> : PenaltyOperation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly L1Penalty<T> Instance = new();

    protected override T Value(ReadOnlySpan<T> weights) => Penalties.L1(weights);

    protected override void Gradient(ReadOnlySpan<T> weights, T strength, Span<T> destination) =>
        Penalties.L1Gradient(weights, strength, destination);

    protected override Variable<T> Derivative(Variable<T> weights) => weights.ConstantDerivative<Abs<T>>();
}

public readonly partial struct Variable<T>
{
    /// <summary><c>Σ|w|</c> over all elements, of shape <c>[]</c>; its gradient is sign(w), 0 at 0.</summary>
    public Variable<T> L1Penalty() => Tape.Apply(Primitives.L1Penalty<T>.Instance, this);
}
