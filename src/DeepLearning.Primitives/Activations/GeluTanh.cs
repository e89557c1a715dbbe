using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))</summary>
/// <remarks>It is x·σ(p) with p = x·(c₀ + c₁·x²): tanh is a sigmoid of twice the argument.</remarks>
internal readonly struct GeluTanh<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // c₀ = √(8/π) and c₁ = 0.044715·c₀, and what remains of them beyond a float and a double.
    private const double C0 = 1.5957691216057308, FloatC0Low = -4.534068042105272e-8, DoubleC0Low = -9.96930880911092e-17;

    private const double C1 = 0.07135481627260025, FloatC1Low = 2.3988323959931355e-9, DoubleC1Low = -6.175149918155315e-19;

    private const double C3 = 3 * C1;

    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLongDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector p = Argument(x, out TVector low, out _);
        return VectorMath.TimesSigmoid<TVector, T>(x, p, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector p = Argument(x, out TVector low, out TVector rise);
        return VectorMath.TimesSigmoidDerivative<TVector, T>(rise, p, low);
    }

    /// <summary>p = x·(c₀ + c₁·x²) with what its rounding lost, and x·p′.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Argument<TVector>(TVector x, out TVector low, out TVector rise)
        where TVector : struct, ISimd<TVector, T>
    {
        // Beyond the limit the sigmoid is 0 or 1. A NaN stands on the right of Min and Max and so stays.
        bool single = typeof(T) == typeof(float);
        TVector limit = single ? 16 : 32, near = TVector.Min(limit, TVector.Max(-limit, x));
        TVector square = near * near, squareLow = TVector.FusedMultiplySubtract(near, near, square);
        TVector term = C1 * square, termLow = TVector.FusedMultiplySubtract(square, C1, term);
        termLow = TVector.FusedMultiplyAdd(square, single ? FloatC1Low : DoubleC1Low, TVector.FusedMultiplyAdd(squareLow, C1, termLow));
        TVector sum = C0 + term, rest = sum - C0;
        TVector sumLow = C0 - (sum - rest) + (term - rest) + (termLow + (single ? FloatC0Low : DoubleC0Low));
        TVector p = near * sum;
        low = TVector.FusedMultiplyAdd(near, sumLow, TVector.FusedMultiplySubtract(near, sum, p));
        // p′ = sum + 2·term
        TVector twice = term + term, slope = sum + twice, more = slope - sum;
        TVector slopeLow = sum - (slope - more) + (twice - more) + (sumLow + (termLow + termLow));
        rise = TVector.FusedMultiplyAdd(near, slope, near * slopeLow);
        return p;
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> y)
    {
        // Beyond ±32 the sigmoid is 0 or 1, and ∞·0 would be NaN.
        Variable<T> near = x.HardTanh(-32, 32), square = near * near, sigmoid = (near * (C0 + (C1 * square))).Sigmoid();
        return sigmoid + (near * (C0 + (C3 * square)) * sigmoid * (1 - sigmoid));
    }
}

public static partial class Activations
{
    /// <summary><c>y = ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))</c>, the approximation of GELU by tanh, within 2 ULP of this formula
    /// for every float, the tail included.</summary>
    /// <remarks>See <see cref="Gelu"/> for the exact function.</remarks>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void GeluTanh<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, GeluTanh<T>>(x, destination);

    /// <summary><c>destination = upstream · (σ(p) + x·p′·σ(p)·σ(−p))</c> with
    /// p = √(8/π)·(x + 0.044715·x³), within 4 ULP of the larger term.</summary>
    /// <param name="input">The input of <see cref="GeluTanh"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void GeluTanhGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, GeluTanh<T>>(input, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))</c>, element by element.</summary>
    public Variable<T> GeluTanh() => Apply<GeluTanh<T>>();
}
