using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = x for x > 0, else slope·x, where the slope is learned</summary>
internal readonly struct PRelu<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> =>
        // A slope of 0 makes 0 of −∞ too, the limit, where the product would be NaN. A NaN stands on the right of Max.
        TVector.SelectLess(0, a, a, b * TVector.SelectEqual(b, 0, TVector.Max(-1, a), a));

    public static Variable<T> LeftGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream)
    {
        Variable<T> right = a.ConstantDerivative<Relu<T>>();
        return upstream.Through(right + ((1 - right) * b));
    }

    public static Variable<T> RightGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => -upstream.Through((-a).Relu());

    /// <summary>∂y/∂x, which is the slope at 0.</summary>
    internal readonly struct Derivative : IMap2<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, T> => TVector.SelectLess(0, a, 1, TVector.Select(a <= 0, b, a));
    }
}

public static partial class Activations
{
    /// <summary>
    /// <c>y = x</c> for x &gt; 0, else <c>slope[c]·x</c>, where c is the channel of the element; NaN stays NaN.
    /// </summary>
    /// <param name="x">The input: examples × channels × <paramref name="channelLength"/>, row-major.</param>
    /// <param name="slope">One slope for all, or one for each channel; not empty.</param>
    /// <param name="channelLength">Neighbouring elements that share a channel: the product of the dimensions after the channels'.</param>
    /// <param name="destination">At least as long as x; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">
    /// There is no slope, x does not consist of whole examples, or the destination is too short or a shifted part of the input.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The channel length is not positive.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void PRelu<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> slope, int channelLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Destination(x, destination);
        Channels(x, slope, channelLength, destination, default(PRelu<T>));
    }

    /// <summary><c>destination = upstream · (1 for x &gt; 0, else slope[c])</c></summary>
    /// <remarks>The gradient in the slopes is that of the tape: the sum of <c>upstream · min(x, 0)</c> over a channel.</remarks>
    /// <param name="input">The input of <see cref="PRelu"/>.</param>
    /// <param name="slope">One slope for all, or one for each channel; not empty.</param>
    /// <param name="upstream">The gradient that arrives; as long as <paramref name="input"/>.</param>
    /// <param name="channelLength">As for <see cref="PRelu"/>.</param>
    /// <param name="destination">At least as long as the input; may be the input itself, apart from the upstream.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The channel length is not positive.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void PReluGradient<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> slope, ReadOnlySpan<T> upstream, int channelLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.SameLength(input, upstream);
        Guard.Destination(input, destination);
        Guard.Apart(upstream, destination[..input.Length], nameof(upstream), nameof(destination));
        Channels(input, slope, channelLength, destination, default(PRelu<T>.Derivative));
        Elementwise.Map<T, GradientThrough<T>>(upstream, destination[..input.Length], destination, default);
    }

    private static void Channels<T, TMap>(ReadOnlySpan<T> x, ReadOnlySpan<T> slope, int channelLength, Span<T> destination, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
    {
        if (slope.IsEmpty) throw new ArgumentException("slope is empty: there must be one for all, or one for each channel.", nameof(slope));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channelLength);
        Guard.Apart(slope, destination[..x.Length], nameof(slope), nameof(destination));
        if (slope.Length == 1) channelLength = x.Length;
        long example = (long)slope.Length * channelLength;
        if (example > 0 && x.Length % example != 0)
        {
            throw new ArgumentException(
                $"x has {x.Length} elements, which do not make whole examples of {example}: {slope.Length} channels of {channelLength}.", nameof(x));
        }

        if (x.IsEmpty) return;
        Strided.Map<T, TMap>(
            [(int)(x.Length / example), slope.Length, channelLength], x, [(int)example, channelLength, 1], slope, [0, 1, 0], destination[..x.Length], map);
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// <c>y = x</c> for x &gt; 0, else <c>slope·x</c>, with a gradient in the slope as well: the sum of <c>upstream · min(x, 0)</c>.
    /// </summary>
    /// <param name="slope">One element for all, or one for each channel.</param>
    /// <param name="axis">The dimension of the channels where there is more than one slope; negative: counted from the end.</param>
    /// <exception cref="ArgumentException">There are neither one slope nor as many as channels, or the tapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Variable<T> PRelu(Variable<T> slope, int axis = 1)
    {
        int count = slope.Shape.ElementCount;
        if (count == 1) return Tape.Apply(BinaryOperation<T, PRelu<T>>.Instance, this, slope.Reshape(default(Shape)));
        Shape shape = Shape;
        axis = shape.Axis(axis, nameof(axis));
        if (slope.Shape.Rank != 1 || count != shape[axis])
        {
            throw new ArgumentException(
                $"PRelu: the slope {slope.Shape} must hold one element, or {shape[axis]}, one for each channel of {shape} along axis {axis}.", nameof(slope));
        }

        Span<int> lengths = stackalloc int[Shape.MaxRank];
        lengths.Fill(1);
        lengths[0] = count;
        return Tape.Apply(BinaryOperation<T, PRelu<T>>.Instance, this, slope.Reshape(Shape.Create(lengths[..(shape.Rank - axis)])));
    }
}
