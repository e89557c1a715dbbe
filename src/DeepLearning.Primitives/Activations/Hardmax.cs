using System.Numerics;

namespace DeepLearning.Primitives;

public static partial class Activations
{
    /// <summary>1 at the first of each row's largest elements, 0 elsewhere.</summary>
    /// <remarks>A row that is all −∞ gives zeros; one that holds NaN gives NaN. Its gradient is 0 wherever it has one.</remarks>
    /// <param name="logits">[rows, rowLength]; may be empty.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The logits are not whole rows, or the destination is too short or a shifted part of the logits.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Hardmax<T>(ReadOnlySpan<T> logits, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int rows = Guard.Rows(logits.Length, rowLength, nameof(logits));
        Guard.Destination(logits, destination);
        if (rows != 0) RowDriver.Run<T, T, HardmaxRows<T>>(rows, logits, default, destination[..logits.Length], default, new(rowLength));
    }

    private readonly struct HardmaxRows<T>(int rowLength) : IRowKernel<T, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> unused, Span<T> y, Span<T> unusedToo)
        {
            for (int start = 0; start < x.Length; start += rowLength)
            {
                ReadOnlySpan<T> row = x.Slice(start, rowLength);
                T max = Reduce.Max(row);
                int first = T.IsNaN(max) || T.IsNegativeInfinity(max) ? -1 : row.IndexOf(max);
                Span<T> result = y.Slice(start, rowLength);
                result.Fill(T.IsNaN(max) ? T.NaN : T.Zero);
                if (first >= 0) result[first] = T.One;
            }
        }
    }
}

/// <summary>Hardmax over the last dimension whose gradient is that of the identity: the straight-through estimate.</summary>
internal sealed class Hardmax<T> : RowOperation<T>, IRentable<Hardmax<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Hardmax<T> Create() => new();

    protected override void Value(ReadOnlySpan<T> x, int rowLength, Span<T> destination) =>
        Activations.Hardmax(x, rowLength, destination);

    protected override void Gradient(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination) =>
        upstream.CopyTo(destination);

    protected override Variable<T> Gradient(Variable<T> y, Variable<T> g) => g;
}

public readonly partial struct Variable<T>
{
    /// <summary>1 at the first of each row's largest elements along an axis, 0 elsewhere: a constant, without a gradient.</summary>
    /// <param name="axis">Where the rows lie; negative: counted from the end.</param>
    /// <exception cref="ArgumentException">The variable is a scalar.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Variable<T> Hardmax(int axis = -1) => Detach().ApplyToRows<Hardmax<T>>(axis);
}
