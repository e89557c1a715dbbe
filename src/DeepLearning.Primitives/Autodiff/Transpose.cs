using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>y = x with its dimensions in another order, copied; the gradient goes back through the inverse order.</summary>
internal sealed class Transpose<T> : Operation<T>, IRentable<Transpose<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Dimension i of the result is dimension _order[i] of the input.
    private readonly int[] _order = new int[Shape.MaxRank];

    public static Transpose<T> Create() => new();

    public Transpose<T> With(ReadOnlySpan<int> order)
    {
        order.CopyTo(_order);
        return this;
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs)
    {
        Shape from = inputs[0].Shape;
        Span<int> lengths = stackalloc int[Shape.MaxRank];
        for (int i = 0; i < from.Rank; i++) lengths[i] = from[_order[i]];
        return Shape.Create(lengths[..from.Rank]);
    }

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        Shape from = inputs[0].Shape, to = GetShape(inputs);
        Span<int> strides = stackalloc int[Shape.MaxRank];
        for (int i = 0; i < from.Rank; i++) strides[i] = from.Product(_order[i] + 1, from.Rank);
        Permutation.Copy(inputs[0].Value, Shape.AsSpan(in to), strides[..from.Rank], output);
    }

    public override void Backward(BackwardStep<T> step)
    {
        Span<int> inverse = stackalloc int[Shape.MaxRank];
        int rank = step.Upstream.Shape.Rank;
        for (int i = 0; i < rank; i++) inverse[_order[i]] = i;
        step.Add(0, step.Upstream.Transpose(inverse[..rank]));
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>The last two dimensions exchanged, copied.</summary>
    /// <exception cref="InvalidOperationException">There are fewer than two dimensions.</exception>
    public Variable<T> Transpose()
    {
        int rank = Shape.Rank;
        if (rank < 2) throw new InvalidOperationException($"Transpose asks for at least two dimensions; the shape is {Shape}.");
        Span<int> order = stackalloc int[Shape.MaxRank];
        for (int i = 0; i < rank; i++) order[i] = i;
        (order[rank - 1], order[rank - 2]) = (rank - 2, rank - 1);
        return Transpose(order[..rank]);
    }

    /// <summary>The dimensions in another order, copied: dimension i of the result is dimension <c>order[i]</c>.</summary>
    /// <exception cref="ArgumentException"><paramref name="order"/> does not name every dimension once.</exception>
    public Variable<T> Transpose(params ReadOnlySpan<int> order)
    {
        Shape shape = Shape;
        Span<int> axes = stackalloc int[Shape.MaxRank];
        int seen = 0;
        if (order.Length == shape.Rank)
        {
            for (int i = 0; i < order.Length; i++)
            {
                axes[i] = shape.Axis(order[i], nameof(order));
                seen |= 1 << axes[i];
            }
        }

        if (order.Length != shape.Rank || seen != AllAxes())
        {
            throw new ArgumentException(
                $"Transpose: [{string.Join(", ", order.ToArray())}] does not name each dimension of {shape} once.", nameof(order));
        }

        return Tape.Apply(Tape.Rent<Transpose<T>>().With(axes[..order.Length]), this);
    }
}
