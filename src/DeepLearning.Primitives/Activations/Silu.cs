using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = x·σ(x)</summary>
internal readonly struct Silu<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasOrdinaryDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreOrdinary<TVector>(TVector x0, TVector x1)
        where TVector : struct, ISimd<TVector, T> => Sigmoid<T>.AreOrdinary(x0, x1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OrdinaryDerivative<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.TimesSigmoidDerivativeOfOrdinary<TVector, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.TimesSigmoid<TVector, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => VectorMath.TimesSigmoidDerivative<TVector, T>(x);

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => new Swish<T>(T.One).Derivative(x, y);
}

/// <summary>y = x·σ(β·x)</summary>
internal readonly struct Swish<T>(T beta) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector p = VectorMath.Product<TVector, T>(x, TVector.Create(beta), 0, out TVector low);
        return VectorMath.TimesSigmoid<TVector, T>(x, p, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector p = VectorMath.Product<TVector, T>(x, TVector.Create(beta), 0, out TVector low);
        return VectorMath.TimesSigmoidDerivative<TVector, T>(p, p, low);
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> y)
    {
        // Beyond ±1000 the second term is 0, and ∞·0 would be NaN.
        Variable<T> p = (beta * x).HardTanh(-1000, 1000), sigmoid = p.Sigmoid();
        return sigmoid + (p * sigmoid * (1 - sigmoid));
    }
}

public static partial class Activations
{
    /// <summary>
    /// <c>y = x·σ(β·x)</c>, also called swish, within 2 ULP for every float, the tail included;
    /// 0 at −∞ for a positive β.
    /// </summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <param name="beta">β; finite, of either sign, at least 1e-9 in magnitude.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">β is below 1e-9 in magnitude or not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Silu<T>(ReadOnlySpan<T> x, Span<T> destination, double beta = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (beta == 1) UnaryFunction.Checked<T, Silu<T>>(x, destination);
        else UnaryFunction.Checked(x, destination, new Swish<T>(NumberGuard<T>.Scale(beta)));
    }

    /// <summary>
    /// <c>destination = upstream · (σ(β·x) + β·x·σ(β·x)·σ(−β·x))</c>, within 4 ULP of the larger term.
    /// </summary>
    /// <param name="input">The input of <see cref="Silu"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <param name="beta">β; finite, of either sign, at least 1e-9 in magnitude.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">β is below 1e-9 in magnitude or not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SiluGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination, double beta = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (beta == 1) UnaryFunction.CheckedGradient<T, Silu<T>>(input, upstream, destination);
        else UnaryFunction.CheckedGradient(input, upstream, destination, new Swish<T>(NumberGuard<T>.Scale(beta)));
    }
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = x·σ(β·x)</c>, also called swish, element by element.</summary>
    /// <param name="beta">β; finite, of either sign, at least 1e-9 in magnitude.</param>
    /// <exception cref="ArgumentOutOfRangeException">β is below 1e-9 in magnitude or not finite.</exception>
    public Variable<T> Silu(double beta = 1) => beta == 1 ? Apply<Silu<T>>() : Apply(new Swish<T>(NumberGuard<T>.Scale(beta)));
}
