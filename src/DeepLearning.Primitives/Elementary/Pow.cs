using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = aᵇ</summary>
internal readonly struct Pow<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool IsInDouble => typeof(T) == typeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> => VectorMath.Pow<TVector, T>(a, b);

    public static Variable<T> LeftGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) =>
        upstream.Through(a.Tape.Apply(BinaryOperation<T, PowSlope<T>>.Instance, a, b));

    public static Variable<T> RightGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) =>
        upstream.Through(y * a.Apply<LogUnlessZero<T>>());
}

/// <summary>The derivative of aᵇ in a: b·aᵇ⁻¹, and 0 for b = 0, whatever a is.</summary>
internal readonly struct PowSlope<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool IsInDouble => typeof(T) == typeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectEqual(b, 0.0, 0.0, b * VectorMath.Pow<TVector, T>(a, b - 1.0));

    public static Variable<T> LeftGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) =>
        upstream.Through(b * a.Tape.Apply(BinaryOperation<T, PowSlope<T>>.Instance, a, b - 1));

    public static Variable<T> RightGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) =>
        upstream.Through(a.Pow(b - 1) + (y * a.Apply<LogUnlessZero<T>>()));
}

/// <summary>ln a, but 0 where a is 0: there 0ᵇ is constant.</summary>
internal readonly struct LogUnlessZero<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => TVector.SelectEqual(x, 0.0, 0.0, VectorMath.Log<TVector, T>(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => TVector.SelectEqual(x, 0.0, 0.0, (TVector)1.0 / x);

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => 1 / x;
}

/// <summary>y = xᶜ for a number c, and its derivative c·xᶜ⁻¹ for c ≠ 0.</summary>
internal readonly struct PowOf<T>(T exponent) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool IsInDouble => typeof(T) == typeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.Pow<TVector, T>(x, TVector.Create(exponent));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.Create(exponent) * VectorMath.Pow<TVector, T>(x, TVector.Create(exponent - T.One));

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => exponent * x.PowOf(exponent - T.One);
}

public static partial class Elementary
{
    /// <summary>
    /// <c>y = xᶜ</c> as IEEE 754 defines pow: x⁰ = 1 even for NaN, 1ᶜ = 1, a negative x has a power for an integer c alone.
    /// Within 1 ULP; exact where the power is a number of the type.
    /// </summary>
    /// <param name="x">The bases; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <param name="exponent">The exponent, any number.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Pow<T>(ReadOnlySpan<T> x, Span<T> destination, double exponent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T c = T.CreateTruncating(exponent);
        switch (double.CreateTruncating(c))
        {
            case 0.5: UnaryFunction.Checked<T, FixedPowOf<T, One>>(x, destination); break;
            case 1: UnaryFunction.Checked<T, FixedPowOf<T, Two>>(x, destination); break;
            case 2: UnaryFunction.Checked<T, FixedPowOf<T, Four>>(x, destination); break;
            case 3: UnaryFunction.Checked<T, FixedPowOf<T, Six>>(x, destination); break;
            default: UnaryFunction.Checked(x, destination, new PowOf<T>(c)); break;
        }
    }

    /// <summary><c>destination = upstream · c·xᶜ⁻¹</c>, 0 for c = 0.</summary>
    /// <param name="input">The bases.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <param name="exponent">The exponent, any number.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void PowGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination, double exponent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T c = T.CreateTruncating(exponent);
        switch (double.CreateTruncating(c))
        {
            case 0: UnaryFunction.CheckedGradient<T, FixedPowOf<T, Zero>>(input, upstream, destination); break;
            case 1: UnaryFunction.CheckedGradient<T, FixedPowOf<T, Two>>(input, upstream, destination); break;
            case 1.5: UnaryFunction.CheckedGradient<T, FixedPowOf<T, Three>>(input, upstream, destination); break;
            case 2: UnaryFunction.CheckedGradient<T, FixedPowOf<T, Four>>(input, upstream, destination); break;
            case 3: UnaryFunction.CheckedGradient<T, FixedPowOf<T, Six>>(input, upstream, destination); break;
            case 4: UnaryFunction.CheckedGradient<T, FixedPowOf<T, Eight>>(input, upstream, destination); break;
            default: UnaryFunction.CheckedGradient(input, upstream, destination, new PowOf<T>(c)); break;
        }
    }

    /// <summary><c>y = aᵇ</c> for each pair of elements: see <see cref="Pow{T}(ReadOnlySpan{T}, Span{T}, double)"/>.</summary>
    /// <param name="bases">The bases; any length.</param>
    /// <param name="exponents">The exponents; as long.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Pow<T>(ReadOnlySpan<T> bases, ReadOnlySpan<T> exponents, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Pair(bases, exponents, destination);
        Elementwise.Map<T, Pow<T>>(bases, exponents, destination, default);
    }

    /// <summary>The gradient in the bases: <c>upstream · b·aᵇ⁻¹</c>, 0 for b = 0.</summary>
    /// <param name="bases">The bases.</param>
    /// <param name="exponents">The exponents.</param>
    /// <param name="upstream">The gradient that arrives; as long as the inputs.</param>
    /// <param name="destination">At least as long; may be any of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void PowGradient<T>(ReadOnlySpan<T> bases, ReadOnlySpan<T> exponents, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        CheckedGradient<T, BaseSlope<T>>(bases, exponents, upstream, destination, default);

    /// <summary>The gradient in the exponents: <c>upstream · aᵇ·ln a</c>, 0 for a = 0.</summary>
    /// <inheritdoc cref="PowGradient{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T})"/>
    public static void PowExponentGradient<T>(ReadOnlySpan<T> bases, ReadOnlySpan<T> exponents, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        CheckedGradient<T, ExponentSlope<T>>(bases, exponents, upstream, destination, default);

    private readonly struct BaseSlope<T> : IMap3<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool IsInDouble => typeof(T) == typeof(float);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b, TVector c)
            where TVector : struct, ISimd<TVector, T> => default(GradientThrough<T>).Invoke(c, default(PowSlope<T>).Invoke(a, b));
    }

    private readonly struct ExponentSlope<T> : IMap3<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool IsInDouble => typeof(T) == typeof(float);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b, TVector c)
            where TVector : struct, ISimd<TVector, T> =>
            default(GradientThrough<T>).Invoke(c, VectorMath.Pow<TVector, T>(a, b) * default(LogUnlessZero<T>).Value(a));
    }
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = xᶜ</c>, element by element, as IEEE 754 defines pow.</summary>
    public Variable<T> Pow(double exponent) => PowOf(T.CreateTruncating(exponent));

    internal Variable<T> PowOf(T exponent) => double.CreateTruncating(exponent) switch
    {
        0 => Apply<FixedPowOf<T, Zero>>(),
        0.5 => Apply<FixedPowOf<T, One>>(),
        1 => Apply<FixedPowOf<T, Two>>(),
        1.5 => Apply<FixedPowOf<T, Three>>(),
        2 => Apply<FixedPowOf<T, Four>>(),
        3 => Apply<FixedPowOf<T, Six>>(),
        4 => Apply<FixedPowOf<T, Eight>>(),
        _ => Apply(new PowOf<T>(exponent)),
    };

    /// <summary><c>y = aᵇ</c>, element by element; the shapes broadcast as NumPy's do.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the tapes differ.</exception>
    public Variable<T> Pow(Variable<T> exponent) => Tape.Apply(BinaryOperation<T, Pow<T>>.Instance, this, exponent);
}
