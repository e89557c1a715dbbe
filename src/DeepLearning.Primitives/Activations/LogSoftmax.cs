using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

public static partial class Activations
{
    /// <summary>
    /// The logarithm of softmax of each row: yᵢ = (xᵢ − m) − log Σⱼ e^(xⱼ − m), where m is the row's maximum.
    /// </summary>
    /// <remarks>
    /// A row that is all −∞ (fully masked) gives −∞; one that holds NaN or +∞ gives NaN. A row's bits depend on that row
    /// alone. Large inputs are split over threads by rows.
    /// </remarks>
    /// <param name="logits">[rows, rowLength]; may be empty.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The logits are not whole rows, or the destination is too short or a shifted part of the logits.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void LogSoftmax<T>(ReadOnlySpan<T> logits, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int rows = Guard.Rows(logits.Length, rowLength, nameof(logits));
        Guard.Destination(logits, destination);
        RowDriver.Run<T, T, LogSoftmaxRows<T>>(rows, logits, default, destination[..logits.Length], default, new(rowLength));
    }

    /// <summary>
    /// The gradient of <see cref="LogSoftmax"/> from its output: gᵢ − e^yᵢ·Σⱼ gⱼ. A fully masked row gives zeros.
    /// </summary>
    /// <param name="output">[rows, rowLength]: what <see cref="LogSoftmax"/> gave.</param>
    /// <param name="upstream">[rows, rowLength]: the gradient of the loss with respect to the output.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be either input itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The inputs differ in length or are not whole rows, or the destination is too short or a shifted part of an input.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void LogSoftmaxGradient<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int rows = Guard.Rows(output.Length, rowLength, nameof(output));
        Guard.SameLength(output, upstream);
        Guard.Destination(output, destination);
        Guard.Destination(upstream, destination);
        RowDriver.Run<T, T, LogSoftmaxGradientRows<T>>(
            rows, output, upstream, destination[..output.Length], default, new(rowLength));
    }

    private readonly struct LogSoftmaxRows<T>(int rowLength) : IRowKernel<T, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> unused, Span<T> y, Span<T> unusedToo)
        {
            if (rowLength <= RowMath.LongestShort) Short(x, y);
            else Long(x, y);
        }

        [SkipLocalsInit]
        private void Short(ReadOnlySpan<T> x, Span<T> y)
        {
            Span<T> shifted = stackalloc T[RowMath.PanelCapacity], results = stackalloc T[RowMath.PanelCapacity];
            Span<T> sums = stackalloc T[RowMath.RowsPerPanel(rowLength)];
            for (int start = 0, count; start < x.Length; start += count)
            {
                count = Math.Min(sums.Length * rowLength, x.Length - start);
                sums = sums[..(count / rowLength)];
                RowMath.Shift(RowMath.WithRoom(x[start..], count, results), sums.Length, rowLength, shifted);
                OrdinaryMap.Run(shifted[..count], results, default(Exponential<T>));
                RowMath.Sums(results, rowLength, sums);
                Elementwise.Map<T, LogOrZero<T>>(sums, sums, default);
                RowMath.Map<T, Subtract<T>>(shifted, sums, rowLength, results, default);
                results[..count].CopyTo(y[start..]);
            }
        }

        private void Long(ReadOnlySpan<T> x, Span<T> y)
        {
            for (int start = 0; start < x.Length; start += rowLength)
            {
                ReadOnlySpan<T> row = x.Slice(start, rowLength);
                T shift = RowMath.Shift(row), log = RowMath.SumOfExponentials(row, shift, default);
                Elementwise.Map<T, LogOrZero<T>>(new ReadOnlySpan<T>(in log), new Span<T>(ref log), default);
                Elementwise.Map(row, y.Slice(start, rowLength), new Normalized(shift, log));
            }
        }

        private readonly struct Normalized(T shift, T log) : IMap1<T>
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TVector Invoke<TVector>(TVector x)
                where TVector : struct, ISimd<TVector, T> => x - TVector.Create(shift) - TVector.Create(log);
        }
    }

    private readonly struct LogSoftmaxGradientRows<T>(int rowLength) : IRowKernel<T, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Invoke(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, Span<T> destination, Span<T> unused)
        {
            for (int start = 0; start < output.Length; start += rowLength)
            {
                ReadOnlySpan<T> y = output.Slice(start, rowLength), g = upstream.Slice(start, rowLength);
                Span<T> to = destination.Slice(start, rowLength);
                if (T.IsNegativeInfinity(y[0]) && T.IsNegativeInfinity(Reduce.Max(y))) to.Clear();
                else Elementwise.Map(y, g, to, new LessShare(Reduce.Sum(g)));
            }
        }

        private readonly struct LessShare(T total) : IMap2<T>
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public TVector Invoke<TVector>(TVector y, TVector g)
                where TVector : struct, ISimd<TVector, T> => g - (VectorMath.Exp<TVector, T>(y) * TVector.Create(total));
        }
    }
}

/// <summary>LogSoftmax over the last dimension, on a tape.</summary>
internal sealed class LogSoftmax<T> : RowOperation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly LogSoftmax<T> Instance = new();

    protected override void Value(ReadOnlySpan<T> x, int rowLength, Span<T> destination) =>
        Activations.LogSoftmax(x, rowLength, destination);

    protected override void Gradient(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination) =>
        Activations.LogSoftmaxGradient(output, upstream, rowLength, destination);

    protected override Variable<T> Gradient(Variable<T> y, Variable<T> g) => g - (y.Exp() * g.Sum([-1], keepDimensions: true));
}

public readonly partial struct Variable<T>
{
    /// <summary><c>yᵢ = xᵢ − ln Σⱼ e^xⱼ</c> over the last dimension.</summary>
    /// <exception cref="ArgumentException">The variable is a scalar.</exception>
    public Variable<T> LogSoftmax() => Tape.Apply(Primitives.LogSoftmax<T>.Instance, this);
}
