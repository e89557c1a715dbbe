using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = x for x > threshold, else value</summary>
internal readonly struct Threshold<T>(T threshold, T value) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLightValue => true;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.Select(x <= TVector.Create(threshold), TVector.Create(value), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectLess(TVector.Create(threshold), x, 1, TVector.SelectEqual(x, x, 0, x));

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.ConstantDerivative(this);
}

public static partial class Activations
{
    /// <summary><c>y = x</c> for x &gt; threshold, else <c>value</c>; NaN stays NaN.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <param name="threshold">What an element must exceed to stay; finite.</param>
    /// <param name="value">What the others become; finite.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Threshold<T>(ReadOnlySpan<T> x, Span<T> destination, double threshold, double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked(x, destination, new Threshold<T>(NumberGuard<T>.Finite(threshold), NumberGuard<T>.Finite(value)));

    /// <summary><c>destination = upstream · (1 for x &gt; threshold, else 0)</c>.</summary>
    /// <param name="input">The input of <see cref="Threshold"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <param name="threshold">What an element must exceed to stay; finite.</param>
    /// <param name="value">What the others become; finite.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void ThresholdGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination, double threshold, double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient(input, upstream, destination, new Threshold<T>(NumberGuard<T>.Finite(threshold), NumberGuard<T>.Finite(value)));
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = x for x > threshold, else value</c>, element by element.</summary>
    /// <param name="threshold">What an element must exceed to stay; finite.</param>
    /// <param name="value">What the others become; finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not finite.</exception>
    public Variable<T> Threshold(double threshold, double value) => Apply(new Threshold<T>(NumberGuard<T>.Finite(threshold), NumberGuard<T>.Finite(value)));
}
