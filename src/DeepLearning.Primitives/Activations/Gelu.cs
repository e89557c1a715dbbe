using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = x·Φ(x), with Φ(x) = ½·erfc(−x/√2)</summary>
internal readonly struct Gelu<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLongValue => true;

    public static bool HasLongDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> =>
        VectorMath.Gelu<TVector, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> =>
        VectorMath.GeluDerivative<TVector, T>(x);

    public Variable<T> Derivative(Variable<T> x, Variable<T> y)
    {
        // Beyond ±40 the density is 0, and ∞·0 would be NaN.
        Variable<T> near = x.HardTanh(-40, 40);
        return (0.5 * (-0.7071067811865476 * x).Erfc()) + (near * (0.3989422804014327 * (-0.5 * near * near).Exp()));
    }
}

public static partial class Activations
{
    /// <summary><c>y = x·Φ(x) = ½·x·erfc(−x/√2)</c>, the exact GELU, within 2 ULP for every float, the tail included.</summary>
    /// <remarks>See <see cref="GeluTanh"/> for the approximation by tanh.</remarks>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Gelu<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, Gelu<T>>(x, destination);

    /// <summary><c>destination = upstream · (Φ(x) + x·φ(x))</c> with φ(x) = e^(−x²/2)/√(2π),
    /// within 4 ULP of the larger term.</summary>
    /// <param name="input">The input of <see cref="Gelu"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void GeluGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, Gelu<T>>(input, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = x·Φ(x), with Φ(x) = ½·erfc(−x/√2)</c>, element by element.</summary>
    public Variable<T> Gelu() => Apply<Gelu<T>>();
}
