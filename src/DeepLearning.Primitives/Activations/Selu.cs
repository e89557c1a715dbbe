using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = λ·x for x > 0, else λ·α·(eˣ − 1)</summary>
internal readonly struct Selu<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Scale = 1.0507009873554805, ScaledAlpha = 1.7580993408473768;

    public static DerivativeFrom From => DerivativeFrom.Input;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectLess(0, x, Scale * x, ScaledAlpha * VectorMath.ExpM1OfNegative<TVector, T>(TVector.Min(0, x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector power = VectorMath.Decay<TVector, T>(TVector.Min(0, x), out TVector part), e = TVector.FusedMultiplyAdd(power, part, power);
        return TVector.SelectLess(0, x, Scale, e * ScaledAlpha * VectorMath.DecayUnit<TVector, T>());
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> y)
    {
        Variable<T> right = x.ConstantDerivative<Relu<T>>();
        return (Scale * right) + ((1 - right) * (ScaledAlpha - (-y).Relu()));
    }
}

public static partial class Activations
{
    /// <summary><c>y = λ·x</c> for x &gt; 0, else <c>λ·α·(eˣ − 1)</c>, within 2 ULP for every float.</summary>
    /// <remarks>λ = 1.0507009873554805 and α = 1.6732632423543772 keep mean 0 and variance 1 (Klambauer et al., 2017).</remarks>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Selu<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, Selu<T>>(x, destination);

    /// <summary><c>destination = upstream · (λ for x &gt; 0, else λ·α·eˣ)</c>, within 4 ULP; λ·α at 0.</summary>
    /// <param name="input">The input of <see cref="Selu"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SeluGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, Selu<T>>(input, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = λ·x for x > 0, else λ·α·(eˣ − 1)</c>, element by element.</summary>
    public Variable<T> Selu() => Apply<Selu<T>>();
}
