using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = x for x > 0, else α·(eˣ − 1)</summary>
internal readonly struct Elu<T>(T alpha) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectLess(0, x, x, TVector.Create(alpha) * VectorMath.ExpM1OfNegative<TVector, T>(TVector.Min(0, x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector power = VectorMath.Decay<TVector, T>(TVector.Min(0, x), out TVector part), e = TVector.FusedMultiplyAdd(power, part, power);
        return TVector.SelectLess(0, x, 1, e * (TVector.Create(alpha) * VectorMath.DecayUnit<TVector, T>()));
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> y)
    {
        // 1 on the right, and on the left α + y.
        Variable<T> right = x.ConstantDerivative<Relu<T>>();
        return right + ((1 - right) * (alpha - (-y).Relu()));
    }
}

public static partial class Activations
{
    /// <summary><c>y = x</c> for x &gt; 0, else <c>α·(eˣ − 1)</c>, within 2 ULP for every float.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <param name="alpha">α, minus the limit at −∞; finite.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">α is not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Elu<T>(ReadOnlySpan<T> x, Span<T> destination, double alpha = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked(x, destination, new Elu<T>(NumberGuard<T>.Finite(alpha)));

    /// <summary><c>destination = upstream · (1 for x &gt; 0, else α·eˣ)</c>, within 4 ULP; α at 0.</summary>
    /// <param name="input">The input of <see cref="Elu"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <param name="alpha">α, minus the limit at −∞; finite.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">α is not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void EluGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination, double alpha = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient(input, upstream, destination, new Elu<T>(NumberGuard<T>.Finite(alpha)));
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = x for x > 0, else α·(eˣ − 1)</c>, element by element.</summary>
    /// <param name="alpha">α, minus the limit at −∞; finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">α is not finite.</exception>
    public Variable<T> Elu(double alpha = 1) => Apply(new Elu<T>(NumberGuard<T>.Finite(alpha)));
}
