using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = the smaller of a and b, NaN if either is NaN; +0 is above −0.</summary>
internal readonly struct Minimum<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> => TVector.Minimum(a, b);

    public static Variable<T> LeftGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => upstream.Through(GreaterShare<T>.Of(b, a));

    public static Variable<T> RightGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => upstream.Through(GreaterShare<T>.Of(a, b));
}

public static partial class Elementary
{
    /// <summary>The smaller of each pair of elements, NaN if either is NaN.</summary>
    /// <param name="left">One input; any length.</param>
    /// <param name="right">The other input; as long.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Minimum<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => CheckedMap<T, Minimum<T>>(left, right, destination);

    /// <summary>
    /// The gradient of <see cref="Minimum"/> in the left input: upstream where that is the smaller, half of it where they tie, 0
    /// elsewhere. That in the right input comes with the inputs exchanged.
    /// </summary>
    /// <param name="left">One input.</param>
    /// <param name="right">The other input.</param>
    /// <param name="upstream">The gradient that arrives; as long as the inputs.</param>
    /// <param name="destination">At least as long; may be any of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void MinimumGradient<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, ReadOnlySpan<T> upstream, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        CheckedGradient<T, MinimumSlope<T>>(left, right, upstream, destination, default);

    private readonly struct MinimumSlope<T> : IMap3<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b, TVector c)
            where TVector : struct, ISimd<TVector, T> => default(GradientThrough<T>).Invoke(c, default(GreaterShare<T>).Invoke(b, a));
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>The smaller of the two, element by element; the shapes broadcast as NumPy's do. Ties share the gradient evenly.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the tapes differ.</exception>
    public Variable<T> Minimum(Variable<T> right) => Tape.Apply(BinaryOperation<T, Minimum<T>>.Instance, this, right);

    /// <summary>The smaller of each element and a number. Ties share the gradient evenly.</summary>
    public Variable<T> Minimum(double right) => Minimum(Tape.Scalar(T.CreateTruncating(right)));
}
