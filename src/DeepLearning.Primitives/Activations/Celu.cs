using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = x for x > 0, else α·(e^(x/α) − 1)</summary>
internal readonly struct Celu<T>(T alpha) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _inverse = T.One / alpha, _inverseLow = T.FusedMultiplyAdd(-(T.One / alpha), alpha, T.One) / alpha;

    public static DerivativeFrom From => DerivativeFrom.Input;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector quotient = Quotient(x, out TVector low), e = VectorMath.ExpM1OfNegative<TVector, T>(TVector.Min(0, quotient), out TVector rest);
        TVector factor = TVector.Create(alpha);
        return TVector.SelectLess(0, x, x, TVector.FusedMultiplyAdd(factor, e, factor * TVector.FusedMultiplyAdd(low, 1 + e, rest)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector quotient = Quotient(x, out TVector low);
        TVector power = VectorMath.Decay<TVector, T>(TVector.Min(0, quotient), low, out TVector part);
        return TVector.SelectLess(0, x, 1, TVector.FusedMultiplyAdd(power, part, power) * VectorMath.DecayUnit<TVector, T>());
    }

    /// <summary>x/α, and what its rounding lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Quotient<TVector>(TVector x, out TVector low)
        where TVector : struct, ISimd<TVector, T> =>
        VectorMath.Product<TVector, T>(x, TVector.Create(_inverse), TVector.Create(_inverseLow), out low);

    public Variable<T> Derivative(Variable<T> x, Variable<T> y)
    {
        // 1 on the right, and on the left 1 + y/α.
        Variable<T> right = x.ConstantDerivative<Relu<T>>();
        return right + ((1 - right) * (1 - ((-y).Relu() * _inverse)));
    }
}

public static partial class Activations
{
    /// <summary><c>y = x</c> for x &gt; 0, else <c>α·(e^(x/α) − 1)</c>, within 2 ULP for every float.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <param name="alpha">α, minus the limit at −∞; positive, finite and at least 1e-9.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">α is below 1e-9 or not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Celu<T>(ReadOnlySpan<T> x, Span<T> destination, double alpha = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked(x, destination, new Celu<T>(NumberGuard<T>.Positive(alpha)));

    /// <summary><c>destination = upstream · (1 for x &gt; 0, else e^(x/α))</c>, within 4 ULP.</summary>
    /// <param name="input">The input of <see cref="Celu"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <param name="alpha">α, minus the limit at −∞; positive, finite and at least 1e-9.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">α is below 1e-9 or not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void CeluGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination, double alpha = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient(input, upstream, destination, new Celu<T>(NumberGuard<T>.Positive(alpha)));
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = x for x > 0, else α·(e^(x/α) − 1)</c>, element by element.</summary>
    /// <param name="alpha">α, minus the limit at −∞; positive, finite and at least 1e-9.</param>
    /// <exception cref="ArgumentOutOfRangeException">α is below 1e-9 or not finite.</exception>
    public Variable<T> Celu(double alpha = 1) => Apply(new Celu<T>(NumberGuard<T>.Positive(alpha)));
}
