using System.Numerics;

namespace DeepLearning.Primitives;

public static partial class Activations
{
    /// <summary>Softmax of each row of matrices [queries, keys], query i seeing the keys 0 … i + offset alone.</summary>
    /// <remarks>What a query does not see gets 0, and may hold anything. The gradient is <see cref="MaskedSoftmaxGradient"/>.</remarks>
    /// <param name="logits">[matrices, queries, keys]; may be empty.</param>
    /// <param name="queries">Rows of a matrix.</param>
    /// <param name="keys">Columns of a matrix.</param>
    /// <param name="destination">As long as the logits or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    /// <param name="offset">
    /// Query i sees the keys 0 … i + offset: 0 for queries and keys from the same place, keys − queries where the queries are
    /// the last of the keys.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="queries"/> or <paramref name="keys"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The logits are not whole matrices, or the destination is too short or a shifted part of the logits.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void CausalSoftmax<T>(ReadOnlySpan<T> logits, int queries, int keys, Span<T> destination, int offset = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckCausal(logits, queries, keys, destination);
        CausalKernel.Run(logits, queries, keys, offset, destination, SoftmaxForm.Probabilities);
    }

    /// <summary>The logarithm of <see cref="CausalSoftmax"/>.</summary>
    /// <remarks>What a query does not see gets −∞, and may hold anything. The gradient is <see cref="MaskedLogSoftmaxGradient"/>.</remarks>
    /// <param name="logits">[matrices, queries, keys]; may be empty.</param>
    /// <param name="queries">Rows of a matrix.</param>
    /// <param name="keys">Columns of a matrix.</param>
    /// <param name="destination">As long as the logits or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    /// <param name="offset">
    /// Query i sees the keys 0 … i + offset: 0 for queries and keys from the same place, keys − queries where the queries are
    /// the last of the keys.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="queries"/> or <paramref name="keys"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The logits are not whole matrices, or the destination is too short or a shifted part of the logits.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void CausalLogSoftmax<T>(ReadOnlySpan<T> logits, int queries, int keys, Span<T> destination, int offset = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckCausal(logits, queries, keys, destination);
        CausalKernel.Run(logits, queries, keys, offset, destination, SoftmaxForm.Logarithms);
    }

    private static void CheckCausal<T>(ReadOnlySpan<T> logits, int queries, int keys, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(queries);
        int rows = Guard.Rows(logits.Length, keys, nameof(logits), nameof(keys));
        if (rows % queries != 0)
            throw new ArgumentException($"logits has {rows} rows, which do not make whole matrices of {queries}.", nameof(logits));
        Guard.Destination(logits, destination);
    }
}

/// <summary>CausalSoftmax of matrices of the last two dimensions, on a tape.</summary>
internal sealed class CausalSoftmax<T> : RowOperation<T>, IRentable<CausalSoftmax<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int _queries;
    private int _offset;

    public static CausalSoftmax<T> Create() => new();

    public CausalSoftmax<T> With(int queries, int offset)
    {
        (_queries, _offset) = (queries, offset);
        return this;
    }

    protected override void Value(ReadOnlySpan<T> x, int rowLength, Span<T> destination) =>
        Activations.CausalSoftmax(x, _queries, rowLength, destination, _offset);

    protected override void Gradient(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination) =>
        Activations.MaskedSoftmaxGradient(output, upstream, rowLength, destination);

    protected override Variable<T> Gradient(Variable<T> y, Variable<T> g) => MaskedSoftmax<T>.Recorded(y, g);
}

/// <summary>CausalLogSoftmax of matrices of the last two dimensions, on a tape.</summary>
internal sealed class CausalLogSoftmax<T> : RowOperation<T>, IRentable<CausalLogSoftmax<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int _queries;
    private int _offset;

    public static CausalLogSoftmax<T> Create() => new();

    public CausalLogSoftmax<T> With(int queries, int offset)
    {
        (_queries, _offset) = (queries, offset);
        return this;
    }

    protected override void Value(ReadOnlySpan<T> x, int rowLength, Span<T> destination) =>
        Activations.CausalLogSoftmax(x, _queries, rowLength, destination, _offset);

    protected override void Gradient(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination) =>
        Activations.MaskedLogSoftmaxGradient(output, upstream, rowLength, destination);

    protected override Variable<T> Gradient(Variable<T> y, Variable<T> g) => MaskedLogSoftmax<T>.Recorded(y, g);
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Softmax over the last dimension of matrices <c>[…, queries, keys]</c>, query i seeing the keys 0 … i + offset; 0 elsewhere.
    /// </summary>
    /// <param name="offset">0 for queries and keys from the same place, keys − queries where the queries are the last of the keys.</param>
    /// <exception cref="ArgumentException">There are fewer than two dimensions.</exception>
    public Variable<T> CausalSoftmax(int offset = 0) => Tape.Apply(Tape.Rent<CausalSoftmax<T>>().With(Queries(nameof(CausalSoftmax)), offset), this);

    /// <summary>The logarithm of <see cref="CausalSoftmax"/>: −∞ at what a query does not see, without a gradient.</summary>
    /// <inheritdoc cref="CausalSoftmax"/>
    public Variable<T> CausalLogSoftmax(int offset = 0) =>
        Tape.Apply(Tape.Rent<CausalLogSoftmax<T>>().With(Queries(nameof(CausalLogSoftmax)), offset), this);

    private int Queries(string name) =>
        Shape.Rank >= 2 ? Shape[^2] : throw new ArgumentException($"{name}: {Shape} has no matrices [queries, keys].", "logits");
}
