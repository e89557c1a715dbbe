using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

public static partial class Penalties
{
    /// <summary>
    /// The elastic net of H. Zou and T. Hastie (2005) as scikit-learn weighs it, ρΣ|w| + ½(1 − ρ)Σw²: multiply it by the
    /// strength. 0 for no weights; NaN if a weight is NaN.
    /// </summary>
    /// <param name="weights">The weights.</param>
    /// <param name="l1Ratio">ρ, from 0 (½Σw², half of <see cref="L2"/>) to 1 (<see cref="L1"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">The ratio is not from 0 to 1.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T ElasticNet<T>(ReadOnlySpan<T> weights, T l1Ratio)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        T half = HalfOfRest(l1Ratio);
        // At its ends the penalty is one of the two, and 0 · ∞ must not come in.
        if (T.IsZero(l1Ratio)) return half * Reduce.SumOfSquares(weights);
        if (T.IsZero(half)) return Reduce.SumOfMagnitudes(weights);
        return T.FusedMultiplyAdd(l1Ratio, Reduce.SumOfMagnitudes(weights), half * Reduce.SumOfSquares(weights));
    }

    /// <summary>A subgradient of strength times the elastic net: strength·(ρ·sign(w) + (1 − ρ)·w), with sign(0) = 0.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="l1Ratio">ρ, from 0 to 1.</param>
    /// <param name="strength">The factor before the penalty, times what arrives from upstream.</param>
    /// <param name="destination">As long as the weights or longer, the rest untouched; may be the weights themselves.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ratio is not from 0 to 1.</exception>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the weights.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void ElasticNetGradient<T>(ReadOnlySpan<T> weights, T l1Ratio, T strength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        HalfOfRest(l1Ratio);
        Guard.Destination(weights, destination);
        Elementwise.Map(weights, destination, new ElasticPull<T>(strength * l1Ratio, strength * (T.One - l1Ratio)));
    }

    /// <summary>
    /// The proximal step of the elastic net: the minimum over v of ½(v − w)² + t·(ρ|v| + ½(1 − ρ)v²), which is the soft
    /// threshold t·ρ and then division by 1 + t·(1 − ρ). Exactly 0 for |w| ≤ t·ρ.
    /// </summary>
    /// <param name="weights">The weights.</param>
    /// <param name="threshold">t, the learning rate times the strength; 0 or more and finite.</param>
    /// <param name="l1Ratio">ρ, from 0 to 1.</param>
    /// <param name="destination">As long as the weights or longer, the rest untouched; may be the weights themselves.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is negative or not finite, or the ratio is not from 0 to 1.</exception>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the weights.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void ElasticNetThreshold<T>(ReadOnlySpan<T> weights, T threshold, T l1Ratio, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Settings.NonNegative(threshold, nameof(threshold));
        HalfOfRest(l1Ratio);
        Guard.Destination(weights, destination);
        Elementwise.Map(weights, destination, new ElasticShrink<T>(threshold * l1Ratio, T.One + (threshold * (T.One - l1Ratio))));
    }

    /// <summary>½(1 − ρ), after a check of ρ.</summary>
    internal static T HalfOfRest<T>(T l1Ratio)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(l1Ratio >= T.Zero && l1Ratio <= T.One))
            throw new ArgumentOutOfRangeException(nameof(l1Ratio), l1Ratio, "The ratio lies from 0 to 1.");
        return T.CreateChecked(0.5) * (T.One - l1Ratio);
    }

    private readonly struct ElasticPull<T>(T sign, T slope) : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector w)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector up = TVector.Create(sign);
            TVector pull = TVector.Select(w > 0, up, TVector.Select(w < 0, -up, w + 0));
            return TVector.FusedMultiplyAdd(TVector.Create(slope), w, pull);
        }
    }

    private readonly struct ElasticShrink<T>(T threshold, T divisor) : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector w)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector limit = TVector.Create(threshold), signedLimit = limit | (w & (TVector)(-0.0));
            return TVector.Select(TVector.Abs(w) <= limit, 0, (w - signedLimit) / TVector.Create(divisor));
        }
    }
}

/// <summary>ρΣ|w| + ½(1 − ρ)Σw² on a tape.</summary>
internal sealed class ElasticNetPenalty<T> : PenaltyOperation<T>, IRentable<ElasticNetPenalty<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T _l1Ratio;

    public static ElasticNetPenalty<T> Create() => new();

    public ElasticNetPenalty<T> With(T l1Ratio)
    {
        _l1Ratio = l1Ratio;
        return this;
    }

    protected override T Value(ReadOnlySpan<T> weights) => Penalties.ElasticNet(weights, _l1Ratio);

    protected override void Gradient(ReadOnlySpan<T> weights, T strength, Span<T> destination) =>
        Penalties.ElasticNetGradient(weights, _l1Ratio, strength, destination);

    protected override Variable<T> Derivative(Variable<T> weights) =>
        (_l1Ratio * weights.ConstantDerivative<Abs<T>>()) + ((T.One - _l1Ratio) * weights);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>ρΣ|w| + ½(1 − ρ)Σw²</c> over all elements, of shape <c>[]</c>, as <see cref="Penalties.ElasticNet"/>.</summary>
    /// <param name="l1Ratio">ρ, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ratio is not from 0 to 1.</exception>
    public Variable<T> ElasticNetPenalty(T l1Ratio)
    {
        Penalties.HalfOfRest(l1Ratio);
        return Tape.Apply(Tape.Rent<ElasticNetPenalty<T>>().With(l1Ratio), this);
    }
}
