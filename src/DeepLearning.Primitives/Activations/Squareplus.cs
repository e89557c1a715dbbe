using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = (x + √(x² + b)) / 2</summary>
/// <remarks>On the left it is (b/4) over that of |x|, which cancels nothing.</remarks>
internal readonly struct Squareplus<T>(T b) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _quarter = b / T.CreateChecked(4);

    public static DerivativeFrom From => DerivativeFrom.Input;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T>
    {
        // In double: on the left of 0 the roundings of the sum, the root and the quotient add up beyond 2 ULP.
        if (typeof(T) == typeof(float)) return TVector.InDouble(x, new ValueInDouble(new Squareplus<double>(double.CreateChecked(b))));
        TVector half = HalfSum(x, out _);
        return TVector.SelectLess(x, 0, TVector.Create(_quarter) / half, half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T>
    {
        if (typeof(T) == typeof(float)) return TVector.InDouble(x, new DerivativeInDouble(new Squareplus<double>(double.CreateChecked(b))));
        // y / √(x² + b) on the left, and its complement on the right.
        TVector half = HalfSum(x, out TVector root), left = TVector.Create(_quarter) / half / root;
        return TVector.SelectLess(x, 0, left, 1 - left);
    }

    /// <summary>(|x| + √(x² + b)) / 2, and the root.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector HalfSum<TVector>(TVector x, out TVector root)
        where TVector : struct, ISimd<TVector, T>
    {
        // Where x² could overflow, b no longer counts.
        TVector magnitude = TVector.Abs(x);
        root = TVector.Sqrt(TVector.FusedMultiplyAdd(magnitude, magnitude, TVector.Create(b)));
        root = TVector.SelectLess(magnitude, 1e150, root, magnitude);
        return TVector.FusedMultiplyAdd(magnitude, 0.5, 0.5 * root);
    }

    private readonly struct ValueInDouble(Squareplus<double> function) : IMap1<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, double> => function.Value(a);
    }

    private readonly struct DerivativeInDouble(Squareplus<double> function) : IMap1<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, double> => function.Derivative(a, a);
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> y)
    {
        // Beyond ±10¹⁸ the derivative is 0 or 1, and ∞/∞ would be NaN.
        Variable<T> near = x.HardTanh(-1e18, 1e18);
        return near.Squareplus(double.CreateChecked(b)) / ((near * near) + b).Sqrt();
    }
}

public static partial class Activations
{
    /// <summary><c>y = (x + √(x² + b)) / 2</c> (Barron, 2021), within 2 ULP for every float, the tail included.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <param name="b">b, four times the square of the value at 0; positive, finite, from 1e-9 to 1e9.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">b is not from 1e-9 to 1e9.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Squareplus<T>(ReadOnlySpan<T> x, Span<T> destination, double b = 4)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked(x, destination, new Squareplus<T>(NumberGuard<T>.Moderate(b)));

    /// <summary><c>destination = upstream · (y / √(x² + b))</c>, within 4 ULP.</summary>
    /// <param name="input">The input of <see cref="Squareplus"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <param name="b">b, four times the square of the value at 0; positive, finite, from 1e-9 to 1e9.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">b is not from 1e-9 to 1e9.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SquareplusGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination, double b = 4)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient(input, upstream, destination, new Squareplus<T>(NumberGuard<T>.Moderate(b)));
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = (x + √(x² + b)) / 2</c>, element by element.</summary>
    /// <param name="b">b, four times the square of the value at 0; positive, finite, from 1e-9 to 1e9.</param>
    /// <exception cref="ArgumentOutOfRangeException">b is not from 1e-9 to 1e9.</exception>
    public Variable<T> Squareplus(double b = 4) => Apply(new Squareplus<T>(NumberGuard<T>.Moderate(b)));
}
