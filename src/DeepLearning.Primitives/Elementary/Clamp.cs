using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = min(max(x, low), high)</summary>
internal readonly struct Clamp<T>(T low, T high) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLightValue => true;

    public static bool HasLightDerivative => true;

    // A NaN is the right one, which both give back.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => TVector.Min(TVector.Create(high), TVector.Max(TVector.Create(low), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectLess(x, TVector.Create(low), 0, TVector.SelectLess(TVector.Create(high), x, 0, TVector.SelectEqual(x, x, 1, x)));

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.ConstantDerivative(this);
}

public static partial class Elementary
{
    /// <summary><c>y = x</c> between the bounds, else the bound that is nearer; NaN stays NaN.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <param name="min">The lower bound; −∞ for none.</param>
    /// <param name="max">The upper bound, at least <paramref name="min"/>; +∞ for none.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The upper bound is below the lower one, or one is NaN.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Clamp<T>(ReadOnlySpan<T> x, Span<T> destination, double min, double max)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked(x, destination, Bounds<T>(min, max));

    /// <summary><c>destination = upstream</c> for an input between the bounds or at one, else 0.</summary>
    /// <param name="input">The input of <see cref="Clamp"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <param name="min">The lower bound; −∞ for none.</param>
    /// <param name="max">The upper bound, at least <paramref name="min"/>; +∞ for none.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The upper bound is below the lower one, or one is NaN.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void ClampGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination, double min, double max)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient(input, upstream, destination, Bounds<T>(min, max));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Clamp<T> Bounds<T>(double min, double max)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(min <= max)) ThrowBounds(min, max);
        return new(T.CreateTruncating(min), T.CreateTruncating(max));
    }

    private static void ThrowBounds(double min, double max) =>
        throw new ArgumentOutOfRangeException(nameof(max), max, $"The upper bound must be at least the lower one, {min}.");
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = x</c> between the bounds, else the bound that is nearer. The gradient is 1 at a bound.</summary>
    /// <param name="min">The lower bound; −∞ for none.</param>
    /// <param name="max">The upper bound, at least <paramref name="min"/>; +∞ for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The upper bound is below the lower one, or one is NaN.</exception>
    public Variable<T> Clamp(double min, double max) => Apply(Elementary.Bounds<T>(min, max));
}
