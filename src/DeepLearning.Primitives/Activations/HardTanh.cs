using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = min(max(x, minimum), maximum)</summary>
internal readonly struct HardTanh<T>(T minimum, T maximum) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static HardTanh<T> Create(double minimum, double maximum)
    {
        HardTanh<T> result = new(NumberGuard<T>.Finite(minimum), NumberGuard<T>.Finite(maximum));
        return minimum < maximum ? result : throw new ArgumentOutOfRangeException(
            nameof(minimum), minimum, $"minimum must be below maximum, which is {maximum}.");
    }

    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLightValue => true;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.Min(TVector.Create(maximum), TVector.Max(TVector.Create(minimum), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector low = TVector.Create(minimum), high = TVector.Create(maximum);
        return TVector.SelectLess(x, low, 0, TVector.SelectLess(high, x, 0, TVector.SelectEqual(x, x, 1, x)));
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.ConstantDerivative(this);
}

public static partial class Activations
{
    /// <summary><c>y = min(max(x, minimum), maximum)</c>, NaN stays NaN.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <param name="minimum">The least value; finite.</param>
    /// <param name="maximum">The largest value; finite.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite, or the minimum not below the maximum.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void HardTanh<T>(ReadOnlySpan<T> x, Span<T> destination, double minimum = -1, double maximum = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked(x, destination, Primitives.HardTanh<T>.Create(minimum, maximum));

    /// <summary><c>destination = upstream · (1 for minimum ≤ x ≤ maximum, else 0)</c>.</summary>
    /// <param name="input">The input of <see cref="HardTanh"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <param name="minimum">The least value; finite.</param>
    /// <param name="maximum">The largest value; finite.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite, or the minimum not below the maximum.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void HardTanhGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination, double minimum = -1, double maximum = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient(input, upstream, destination, Primitives.HardTanh<T>.Create(minimum, maximum));
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = min(max(x, minimum), maximum)</c>, element by element.</summary>
    /// <param name="minimum">The least value; finite.</param>
    /// <param name="maximum">The largest value; finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite, or the minimum not below the maximum.</exception>
    public Variable<T> HardTanh(double minimum = -1, double maximum = 1) => Apply(Primitives.HardTanh<T>.Create(minimum, maximum));
}
