using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = ln(1 / (1 + e⁻ˣ)) = min(x, 0) − ln(1 + e^−|x|)</summary>
internal readonly struct LogSigmoid<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasOrdinaryDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreOrdinary<TVector>(TVector x0, TVector x1)
        where TVector : struct, ISimd<TVector, T> => Sigmoid<T>.AreOrdinary(x0, x1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OrdinaryDerivative<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.SigmoidOfOrdinary<TVector, T>(-x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.Min(x, 0) - VectorMath.Log1POfDecay<TVector, T>(VectorMath.ExpOfNegative<TVector, T>(-TVector.Abs(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> =>
        VectorMath.SigmoidOf<TVector, T>(-x);

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => (-x).Sigmoid();
}

public static partial class Activations
{
    /// <summary><c>y = ln(1 / (1 + e⁻ˣ)) = min(x, 0) − ln(1 + e^−|x|)</c>, within 2 ULP for every float, the tail included.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void LogSigmoid<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, LogSigmoid<T>>(x, destination);

    /// <summary><c>destination = upstream · (σ(−x))</c>, within 4 ULP.</summary>
    /// <param name="input">The input of <see cref="LogSigmoid"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void LogSigmoidGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, LogSigmoid<T>>(input, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = ln(1 / (1 + e⁻ˣ)) = min(x, 0) − ln(1 + e^−|x|)</c>, element by element.</summary>
    public Variable<T> LogSigmoid() => Apply<LogSigmoid<T>>();
}
