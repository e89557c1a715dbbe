using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = x − tanh x</summary>
internal readonly struct Tanhshrink<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> =>
        VectorMath.Tanhshrink<TVector, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector tanh = VectorMath.Tanh<TVector, T>(x);
        return tanh * tanh;
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.Tanh() * x.Tanh();
}

public static partial class Activations
{
    /// <summary><c>y = x − tanh x</c>, within 2 ULP for every float, near 0 as well.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Tanhshrink<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, Tanhshrink<T>>(x, destination);

    /// <summary><c>destination = upstream · (tanh² x)</c>, within 4 ULP.</summary>
    /// <param name="input">The input of <see cref="Tanhshrink"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void TanhshrinkGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, Tanhshrink<T>>(input, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = x − tanh x</c>, element by element.</summary>
    public Variable<T> Tanhshrink() => Apply<Tanhshrink<T>>();
}
