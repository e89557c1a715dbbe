using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = relu6(x + 3) / 6</summary>
internal readonly struct HardSigmoid<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.Min(6, TVector.Max(0, x + 3)) * (1.0 / 6);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectLess(TVector.Abs(x), 3, 1.0 / 6, TVector.SelectEqual(x, x, 0, x));

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.ConstantDerivative(this);
}

public static partial class Activations
{
    /// <summary><c>y = min(max(x + 3, 0), 6) / 6</c>, as PyTorch has it; NaN stays NaN.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void HardSigmoid<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, HardSigmoid<T>>(x, destination);

    /// <summary><c>destination = upstream · (1/6 for |x| &lt; 3, else 0)</c>.</summary>
    /// <param name="input">The input of <see cref="HardSigmoid"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void HardSigmoidGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, HardSigmoid<T>>(input, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = relu6(x + 3) / 6</c>, element by element.</summary>
    public Variable<T> HardSigmoid() => Apply<HardSigmoid<T>>();
}
