using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = x for x > 0, else negativeSlope·x</summary>
internal readonly struct LeakyRelu<T>(T slope) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A slope of 0 makes 0 of −∞ too, the limit, where the product would be NaN.
    private readonly T _least = slope == T.Zero ? -T.One : T.NegativeInfinity;

    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectLess(0, x, x, TVector.Create(slope) * TVector.Max(TVector.Create(_least), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectLess(0, x, 1, TVector.SelectEqual(x, x, TVector.Create(slope), x));

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.ConstantDerivative(this);
}

public static partial class Activations
{
    /// <summary><c>y = x</c> for x &gt; 0, else <c>negativeSlope·x</c>; NaN stays NaN.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <param name="negativeSlope">The slope for x ≤ 0; finite.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The slope is not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void LeakyRelu<T>(ReadOnlySpan<T> x, Span<T> destination, double negativeSlope = 0.01)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked(x, destination, new LeakyRelu<T>(NumberGuard<T>.Finite(negativeSlope)));

    /// <summary><c>destination = upstream · (1 for x &gt; 0, else negativeSlope)</c>.</summary>
    /// <param name="input">The input of <see cref="LeakyRelu"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <param name="negativeSlope">The slope for x ≤ 0; finite.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The slope is not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void LeakyReluGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination, double negativeSlope = 0.01)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient(input, upstream, destination, new LeakyRelu<T>(NumberGuard<T>.Finite(negativeSlope)));
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = x for x > 0, else negativeSlope·x</c>, element by element.</summary>
    /// <param name="negativeSlope">The slope for x ≤ 0; finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is not finite.</exception>
    public Variable<T> LeakyRelu(double negativeSlope = 0.01) => Apply(new LeakyRelu<T>(NumberGuard<T>.Finite(negativeSlope)));
}
