using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = sin x</summary>
internal readonly struct Sin<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasOrdinaryForm => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreOrdinary<TVector>(TVector x0, TVector x1)
        where TVector : struct, ISimd<TVector, T> => VectorMath.IsOrdinaryForSine<TVector, T>(TVector.LargerMagnitude(x0, x1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OrdinaryValue<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.SineOfOrdinary<TVector, T>(x, 0);

    public static bool HasOrdinaryDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OrdinaryDerivative<TVector>(TVector from)
        where TVector : struct, ISimd<TVector, T> => VectorMath.SineOfOrdinary<TVector, T>(from, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.Sine<TVector, T>(x, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => VectorMath.Sine<TVector, T>(x, 1);

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.Cos();
}

public static partial class Elementary
{
    /// <summary><c>y = sin x</c>, within 1 ULP for every float, huge ones included; NaN at ±∞.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Sin<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, Sin<T>>(x, destination);

    /// <summary><c>destination = upstream · cos x</c></summary>
    /// <param name="input">The input of <see cref="Sin"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SinGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, Sin<T>>(input, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = sin x</c>, element by element.</summary>
    public Variable<T> Sin() => Apply<Sin<T>>();
}
