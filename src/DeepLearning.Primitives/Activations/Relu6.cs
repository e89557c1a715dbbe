using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = min(max(x, 0), 6)</summary>
internal readonly struct Relu6<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLightValue => true;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.Min(6, TVector.Max(0, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectLess(0, x, TVector.SelectLess(x, 6, 1, 0), TVector.SelectEqual(x, x, 0, x));

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.ConstantDerivative(this);
}

public static partial class Activations
{
    /// <summary><c>y = min(max(x, 0), 6)</c>, NaN stays NaN.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Relu6<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, Relu6<T>>(x, destination);

    /// <summary><c>destination = upstream · (1 for 0 &lt; x &lt; 6, else 0)</c>.</summary>
    /// <param name="input">The input of <see cref="Relu6"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Relu6Gradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, Relu6<T>>(input, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = min(max(x, 0), 6)</c>, element by element.</summary>
    public Variable<T> Relu6() => Apply<Relu6<T>>();
}
