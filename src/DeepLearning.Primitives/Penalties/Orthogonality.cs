using System.Buffers;
using System.Numerics;

namespace DeepLearning.Primitives;

public static partial class Penalties
{
    /// <summary>
    /// The distance of a matrix's rows from being orthonormal, ‖W·Wᵀ − I‖²; of its columns, ‖Wᵀ·W − I‖², where it has more
    /// rows than columns (Frobenius' norm; N. Bansal and others, 2018: soft orthogonality). Multiply it by the strength.
    /// </summary>
    /// <param name="weights">The matrix, row-major.</param>
    /// <param name="rowLength">The columns, 1 or more.</param>
    /// <exception cref="ArgumentException">The weights do not make whole rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The row length is below 1.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T Orthogonality<T>(ReadOnlySpan<T> weights, int rowLength)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int rows = Guard.Rows(weights.Length, rowLength, nameof(weights)), size = Math.Min(rows, rowLength);
        T[] rented = ArrayPool<T>.Shared.Rent(size * size);
        T value = Reduce.SumOfSquares<T>(Excess(weights, rows, rowLength, rented));
        ArrayPool<T>.Shared.Return(rented);
        return value;
    }

    /// <summary>The gradient of strength times the penalty: 4·strength·(W·Wᵀ − I)·W, or W·(Wᵀ·W − I) with more rows than columns.</summary>
    /// <param name="weights">The matrix, row-major.</param>
    /// <param name="rowLength">The columns, 1 or more.</param>
    /// <param name="strength">The factor before the penalty, times what arrives from upstream.</param>
    /// <param name="destination">As long as the weights or longer, the rest untouched; shares no element with them.</param>
    /// <exception cref="ArgumentException">
    /// The weights do not make whole rows, or the destination is too short or overlaps them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The row length is below 1.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void OrthogonalityGradient<T>(ReadOnlySpan<T> weights, int rowLength, T strength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int rows = Guard.Rows(weights.Length, rowLength, nameof(weights)), size = Math.Min(rows, rowLength);
        Guard.Destination(weights, destination);
        Guard.Apart<T>(weights, destination);
        T[] rented = ArrayPool<T>.Shared.Rent(size * size);
        Span<T> excess = Excess(weights, rows, rowLength, rented);
        Elementwise.Map(excess, excess, new Scale<T>(T.CreateChecked(4) * strength));
        destination = destination[..weights.Length];
        if (rows <= rowLength) LinearAlgebra.MatMul(excess, weights, destination, rows, rows, rowLength);
        else LinearAlgebra.MatMul(weights, excess, destination, rows, rowLength, rowLength);
        ArrayPool<T>.Shared.Return(rented);
    }

    /// <summary>W·Wᵀ − I or Wᵀ·W − I, whichever is smaller.</summary>
    private static Span<T> Excess<T>(ReadOnlySpan<T> weights, int rows, int columns, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool ofRows = rows <= columns;
        int size = Math.Min(rows, columns);
        Span<T> excess = scratch[..(size * size)];
        LinearAlgebra.MatMul(weights, weights, excess, size, Math.Max(rows, columns), size, transposeA: !ofRows, transposeB: ofRows);
        for (int i = 0; i < size; i++) excess[i * (size + 1)] -= T.One;
        return excess;
    }
}

/// <summary>‖W·Wᵀ − I‖² on a tape.</summary>
internal sealed class OrthogonalityPenalty<T> : PenaltyOperation<T>, IRentable<OrthogonalityPenalty<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int _rowLength;

    public static OrthogonalityPenalty<T> Create() => new();

    public OrthogonalityPenalty<T> With(int rowLength)
    {
        _rowLength = rowLength;
        return this;
    }

    protected override T Value(ReadOnlySpan<T> weights) => Penalties.Orthogonality(weights, _rowLength);

    protected override void Gradient(ReadOnlySpan<T> weights, T strength, Span<T> destination) =>
        Penalties.OrthogonalityGradient(weights, _rowLength, strength, destination);

    protected override Variable<T> Derivative(Variable<T> weights)
    {
        Shape shape = weights.Shape;
        int size = Math.Min(shape[0], shape[1]);
        Variable<T> identity = weights.Tape.NewConstant([size, size], out Span<T> elements);
        elements.Clear();
        for (int i = 0; i < size; i++) elements[i * (size + 1)] = T.One;
        return 4 * (shape[0] <= shape[1]
            ? (weights.MatMul(weights, transposeB: true) - identity).MatMul(weights)
            : weights.MatMul(weights.MatMul(weights, transposeA: true) - identity));
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// How far a matrix's rows, or its columns where there are fewer of them, are from orthonormal, of shape <c>[]</c>, as
    /// <see cref="Penalties.Orthogonality"/>.
    /// </summary>
    /// <exception cref="ArgumentException">Not a matrix.</exception>
    public Variable<T> OrthogonalityPenalty()
    {
        Shape shape = Shape;
        if (shape.Rank != 2) throw new ArgumentException($"OrthogonalityPenalty asks for a matrix; the shape is {shape}.", "weights");
        return Tape.Apply(Tape.Rent<OrthogonalityPenalty<T>>().With(Math.Max(1, shape[1])), this);
    }
}
