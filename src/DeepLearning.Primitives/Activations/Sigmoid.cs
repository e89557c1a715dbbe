using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = 1 / (1 + e⁻ˣ)</summary>
internal readonly struct Sigmoid<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Output;

    public static bool HasLightDerivative => true;

    public static bool HasOrdinaryForm => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreOrdinary<TVector>(TVector x0, TVector x1)
        where TVector : struct, ISimd<TVector, T> => VectorMath.IsOrdinaryForSigmoid<TVector, T>(TVector.LargerMagnitude(x0, x1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OrdinaryValue<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.SigmoidOfOrdinary<TVector, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.Sigmoid<TVector, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => y * (1.0 - y);

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => y * (1 - y);
}

public static partial class Activations
{
    /// <summary><c>y = 1 / (1 + e⁻ˣ)</c>, within 2 ULP for every float, down to the smallest subnormal.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Sigmoid<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, Sigmoid<T>>(x, destination);

    /// <summary><c>destination = upstream · (y · (1 − y))</c></summary>
    /// <param name="output">The output of <see cref="Sigmoid"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="output"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SigmoidGradient<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, Sigmoid<T>>(output, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = 1 / (1 + e⁻ˣ)</c>, element by element.</summary>
    public Variable<T> Sigmoid() => Apply<Sigmoid<T>>();
}
