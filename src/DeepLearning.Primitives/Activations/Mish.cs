using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = x·tanh(ln(1 + eˣ))</summary>
internal readonly struct Mish<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasOrdinaryDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreOrdinary<TVector>(TVector x0, TVector x1)
        where TVector : struct, ISimd<TVector, T> => Sigmoid<T>.AreOrdinary(x0, x1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OrdinaryDerivative<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.MishDerivative<TVector, T>(x, isOrdinary: true);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> =>
        VectorMath.Mish<TVector, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> =>
        VectorMath.MishDerivative<TVector, T>(x);

    public Variable<T> Derivative(Variable<T> x, Variable<T> y)
    {
        // Beyond ±1000 the second term is 0, and ∞·0 would be NaN.
        Variable<T> near = x.HardTanh(-1000, 1000), tanh = near.Softplus().Tanh();
        return tanh + (near * near.Sigmoid() * (1 - (tanh * tanh)));
    }
}

public static partial class Activations
{
    /// <summary><c>y = x·tanh(ln(1 + eˣ))</c>, within 2 ULP for every float, the tail included.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Mish<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, Mish<T>>(x, destination);

    /// <summary><c>destination = upstream · (tanh(s) + x·σ(x)·(1 − tanh²(s)))</c> with
    /// s = ln(1 + eˣ), within 4 ULP of the larger term.</summary>
    /// <param name="input">The input of <see cref="Mish"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void MishGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, Mish<T>>(input, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = x·tanh(ln(1 + eˣ))</c>, element by element.</summary>
    public Variable<T> Mish() => Apply<Mish<T>>();
}
