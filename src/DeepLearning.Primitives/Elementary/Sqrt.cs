using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>y = √x</summary>
internal readonly struct Sqrt<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Output;

    // Stores past the caches that the divider keeps waiting take up to three times as long.
    public static bool HasLightValue => HasOrdinaryForm;

    public static bool HasLightDerivative => true;

    public static bool HasOrdinaryForm => Vector512.IsHardwareAccelerated && Simd512<T>.HasRootEstimate && !Processor.HasFastDivider;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreOrdinary<TVector>(TVector x0, TVector x1)
        where TVector : struct, ISimd<TVector, T> => VectorMath.AreOrdinaryForSqrt<TVector, T>(x0, x1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OrdinaryValue<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.SqrtOfOrdinary<TVector, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => TVector.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => 0.5 / y;

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => 0.5 / y;
}

public static partial class Elementary
{
    /// <summary><c>y = √x</c>, correctly rounded; NaN below 0.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Sqrt<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, Sqrt<T>>(x, destination);

    /// <summary><c>destination = upstream · (1 / (2y))</c></summary>
    /// <param name="output">The output of <see cref="Sqrt"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="output"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SqrtGradient<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, Sqrt<T>>(output, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = √x</c>, element by element.</summary>
    public Variable<T> Sqrt() => Apply<Sqrt<T>>();
}
