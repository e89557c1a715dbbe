using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = sign x</summary>
internal readonly struct Sign<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLightValue => true;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => TVector.SelectLess(0.0, x, 1.0, TVector.SelectLess(x, 0.0, -1.0, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => TVector.SelectEqual(x, x, 0.0, x);

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.ConstantDerivative<Sign<T>>();
}

public static partial class Elementary
{
    /// <summary><c>y = 1, −1 or x itself where that is ±0 or NaN</c>, exact.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Sign<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, Sign<T>>(x, destination);

    /// <summary><c>destination = upstream · 0</c>: sign is constant in pieces.</summary>
    /// <param name="input">The input of <see cref="Sign"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SignGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, Sign<T>>(input, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary>The sign, element by element: 1, −1, or x itself where that is ±0 or NaN. Its gradient is 0.</summary>
    public Variable<T> Sign() => Apply<Sign<T>>();
}
