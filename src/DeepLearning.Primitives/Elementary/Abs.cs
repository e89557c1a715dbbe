using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = |x|</summary>
internal readonly struct Abs<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLightValue => true;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => TVector.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => TVector.SelectLess(0, x, 1, TVector.SelectLess(x, 0, -1, x + 0));

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.ConstantDerivative<Abs<T>>();
}

public static partial class Elementary
{
    /// <summary><c>y = |x|</c>, exact.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Abs<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.Checked<T, Abs<T>>(x, destination);

    /// <summary><c>destination = upstream · (sign x, 0 at 0)</c></summary>
    /// <param name="input">The input of <see cref="Abs"/>.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void AbsGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        UnaryFunction.CheckedGradient<T, Abs<T>>(input, upstream, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = |x|</c>, element by element.</summary>
    public Variable<T> Abs() => Apply<Abs<T>>();
}
