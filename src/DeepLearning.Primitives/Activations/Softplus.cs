using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|)</summary>
internal readonly struct Softplus<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasOrdinaryDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreOrdinary<TVector>(TVector x0, TVector x1)
        where TVector : struct, ISimd<TVector, T> => Sigmoid<T>.AreOrdinary(x0, x1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OrdinaryDerivative<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.SigmoidOfOrdinary<TVector, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.Max(x, 0) + VectorMath.Log1POfDecay<TVector, T>(VectorMath.ExpOfNegative<TVector, T>(-TVector.Abs(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => VectorMath.SigmoidOf<TVector, T>(x);

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.Sigmoid();
}

/// <summary>y = ln(1 + e^(β·x)) / β</summary>
internal readonly struct ScaledSoftplus<T>(T beta) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _inverse = T.One / beta, _inverseLow = T.FusedMultiplyAdd(-(T.One / beta), beta, T.One) / beta;

    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLongValue => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector p = VectorMath.Product<TVector, T>(x, TVector.Create(beta), 0, out TVector low);
        TVector e = VectorMath.ScaledExpOfNegated<TVector, T>(p, low), unit = VectorMath.DecayUnit<TVector, T>();
        // Far out ln(1 + e) is e, which stays scaled up until it is divided, for the sake of subnormal results.
        TVector isFar = TVector.Abs(p) > 50, log = TVector.Select(isFar, e, VectorMath.Log1POfDecay<TVector, T>(e * unit, out TVector logLow));
        TVector quotient = log * TVector.Create(_inverse), rest = TVector.FusedMultiplySubtract(log, TVector.Create(_inverse), quotient);
        rest = TVector.FusedMultiplyAdd(log, TVector.Create(_inverseLow), rest) + (TVector.Select(isFar, 0, logLow) * TVector.Create(_inverse));
        TVector left = (quotient + rest) * TVector.Select(isFar, unit, 1);
        // On the right x is added, and what the sum loses goes to the rest.
        TVector sum = x + quotient, added = sum - x;
        TVector right = sum + (x - (sum - added) + (quotient - added) + rest);
        return TVector.SelectLess(0, p, TVector.Select(isFar, x, right), left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector p = VectorMath.Product<TVector, T>(x, TVector.Create(beta), 0, out TVector low);
        return VectorMath.SigmoidOf<TVector, T>(p, low);
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => (beta * x).Sigmoid();
}

public static partial class Activations
{
    /// <summary>
    /// <c>y = ln(1 + e^(β·x)) / β</c>, without a threshold, within 2 ULP for every float, the tail included.
    /// </summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <param name="beta">β; finite, of either sign, at least 1e-9 in magnitude.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">β is below 1e-9 in magnitude or not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Softplus<T>(ReadOnlySpan<T> x, Span<T> destination, double beta = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (beta == 1) UnaryFunction.Checked<T, Softplus<T>>(x, destination);
        else UnaryFunction.Checked(x, destination, new ScaledSoftplus<T>(NumberGuard<T>.Scale(beta)));
    }

    /// <summary><c>destination = upstream · σ(β·x)</c>, within 4 ULP.</summary>
    /// <param name="input">The input of <see cref="Softplus"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <param name="beta">β; finite, of either sign, at least 1e-9 in magnitude.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">β is below 1e-9 in magnitude or not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SoftplusGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination, double beta = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (beta == 1) UnaryFunction.CheckedGradient<T, Softplus<T>>(input, upstream, destination);
        else UnaryFunction.CheckedGradient(input, upstream, destination, new ScaledSoftplus<T>(NumberGuard<T>.Scale(beta)));
    }
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = ln(1 + e^(β·x)) / β</c>, element by element.</summary>
    /// <param name="beta">β; finite, of either sign, at least 1e-9 in magnitude.</param>
    /// <exception cref="ArgumentOutOfRangeException">β is below 1e-9 in magnitude or not finite.</exception>
    public Variable<T> Softplus(double beta = 1) =>
        beta == 1 ? Apply<Softplus<T>>() : Apply(new ScaledSoftplus<T>(NumberGuard<T>.Scale(beta)));
}
