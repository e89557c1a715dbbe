using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>y = x repeated to fill a larger shape; its gradient is the sum over the repetitions.</summary>
internal sealed class BroadcastTo<T> : Operation<T>, IRentable<BroadcastTo<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Shape _shape;

    public static BroadcastTo<T> Create() => new();

    public BroadcastTo<T> With(in Shape shape)
    {
        _shape = shape;
        return this;
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs)
    {
        Shape from = inputs[0].Shape;
        if (!Shape.TryBroadcast(in from, in _shape, out Shape result) || result != _shape)
            throw new ArgumentException($"BroadcastTo: {from} does not broadcast to {_shape}.", "shape");
        return _shape;
    }

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output) =>
        Broadcasting.Repeat(inputs[0].Value, inputs[0].Shape, output, in _shape);

    public override void Backward(BackwardStep<T> step) => step.Add(0, step.Upstream);
}

public readonly partial struct Variable<T>
{
    /// <summary>The elements repeated to fill a larger shape, by NumPy's rules of broadcasting.</summary>
    /// <exception cref="ArgumentException">The shape does not broadcast to <paramref name="shape"/>.</exception>
    public Variable<T> BroadcastTo(Shape shape) =>
        Shape == shape ? this : Tape.Apply(Tape.Rent<BroadcastTo<T>>().With(in shape), this);
}
