using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = tanh x</summary>
internal readonly struct Tanh<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Output;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.Tanh<TVector, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => TVector.FusedSubtractProduct(y, y, 1.0);

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => 1 - (y * y);
}

public static partial class Activations
{
    /// <summary><c>y = tanh x</c>, within 1 ULP for every float; ±0 keep their sign.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Tanh<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, Tanh<T>>(x, destination);

    /// <summary><c>destination = upstream · (1 − y²)</c></summary>
    /// <param name="output">The output of <see cref="Tanh"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="output"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void TanhGradient<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, Tanh<T>>(output, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = tanh x</c>, element by element.</summary>
    public Variable<T> Tanh() => Apply<Tanh<T>>();
}
