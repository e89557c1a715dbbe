using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = x / (1 + |x|)</summary>
internal readonly struct Softsign<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T>
    {
        // The largest number stands in for infinity. A NaN stands on the right of Min and Max and so stays.
        TVector largest = typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue, near = TVector.Min(largest, TVector.Max(-largest, x));
        return near / (1 + TVector.Abs(near));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector inverse = 1 / (1 + TVector.Abs(x));
        return inverse * inverse;
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => 1 / ((1 + x.Abs()) * (1 + x.Abs()));
}

public static partial class Activations
{
    /// <summary><c>y = x / (1 + |x|)</c>, within 2 ULP for every float; ±1 at ±∞.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Softsign<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, Softsign<T>>(x, destination);

    /// <summary><c>destination = upstream · (1 / (1 + |x|)²)</c>, within 4 ULP.</summary>
    /// <param name="input">The input of <see cref="Softsign"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SoftsignGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, Softsign<T>>(input, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = x / (1 + |x|)</c>, element by element.</summary>
    public Variable<T> Softsign() => Apply<Softsign<T>>();
}
