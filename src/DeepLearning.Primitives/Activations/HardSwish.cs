using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = x·relu6(x + 3) / 6</summary>
internal readonly struct HardSwish<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T>
    {
        // x·(x + 3), and the sixth, with what the roundings of the sum and the sixth lost. A NaN stays on the right of Max.
        TVector near = TVector.Max(-3, x), sum = near + 3, product = TVector.FusedMultiplyAdd(near, sum, near * (near - (sum - 3)));
        TVector sixth = TVector.FusedMultiplyAdd(product, 1.0 / 6, product * (typeof(T) == typeof(float) ? -4.967053731282552e-9 : 9.25185853854297e-18));
        return TVector.SelectLess(x, 3, sixth, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector inside = TVector.FusedMultiplyAdd(x, 1.0 / 3, 0.5);
        return TVector.SelectLess(x, 3, TVector.SelectLess(-3, x, inside, 0), TVector.SelectEqual(x, x, 1, x));
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.HardSigmoid() + (x.HardTanh(-3, 3) * x.ConstantDerivative<HardSigmoid<T>>());
}

public static partial class Activations
{
    /// <summary><c>y = x·min(max(x + 3, 0), 6) / 6</c>, 0 at −∞; NaN stays NaN.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void HardSwish<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, HardSwish<T>>(x, destination);

    /// <summary><c>destination = upstream · (0 for x ≤ −3, 1 for x ≥ 3, else x/3 + ½)</c>.</summary>
    /// <param name="input">The input of <see cref="HardSwish"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void HardSwishGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, HardSwish<T>>(input, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = x·relu6(x + 3) / 6</c>, element by element.</summary>
    public Variable<T> HardSwish() => Apply<HardSwish<T>>();
}
