using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = x ∓ λ for x beyond ±λ, else 0</summary>
internal readonly struct Softshrink<T>(T lambda) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLightValue => true;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T>
    {
        // The comparison is false for NaN, which the subtraction then keeps.
        TVector limit = TVector.Create(lambda), signedLimit = limit | (x & (TVector)(-0.0));
        return TVector.Select(TVector.Abs(x) <= limit, 0, x - signedLimit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectLess(TVector.Create(lambda), TVector.Abs(x), 1, TVector.SelectEqual(x, x, 0, x));

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.ConstantDerivative(this);
}

public static partial class Activations
{
    /// <summary><c>y = sign(x)·max(|x| − λ, 0)</c>; NaN stays NaN.</summary>
    /// <remarks>The same numbers as <see cref="Penalties.SoftThreshold"/>.</remarks>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <param name="lambda">λ, half the width of the interval that becomes 0; finite, 0 or more.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">λ is negative or not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Softshrink<T>(ReadOnlySpan<T> x, Span<T> destination, double lambda = 0.5)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked(x, destination, new Softshrink<T>(NumberGuard<T>.NotNegative(lambda)));

    /// <summary><c>destination = upstream · (1 for |x| &gt; λ, else 0)</c>.</summary>
    /// <param name="input">The input of <see cref="Softshrink"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <param name="lambda">λ, half the width of the interval that becomes 0; finite, 0 or more.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">λ is negative or not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SoftshrinkGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination, double lambda = 0.5)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient(input, upstream, destination, new Softshrink<T>(NumberGuard<T>.NotNegative(lambda)));
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = x ∓ λ for x beyond ±λ, else 0</c>, element by element.</summary>
    /// <param name="lambda">λ, half the width of the interval that becomes 0; finite, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">λ is negative or not finite.</exception>
    public Variable<T> Softshrink(double lambda = 0.5) => Apply(new Softshrink<T>(NumberGuard<T>.NotNegative(lambda)));
}
