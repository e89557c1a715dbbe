using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>A function of each row, that is, over the last dimension, whose gradient needs only its output.</summary>
internal abstract class RowOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => inputs[0].Shape;

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        // A tensor without elements may have rows of length 0, which the span functions refuse.
        if (!output.IsEmpty) Value(inputs[0].Value, inputs[0].Shape[^1], output);
    }

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> y = step.Output, g = step.Upstream;
        if (step.IsRecorded)
        {
            step.Add(0, Gradient(y, g));
            return;
        }

        Variable<T> gradient = step.NewGradient(0, out Span<T> elements);
        if (!elements.IsEmpty) Gradient(y.Value, g.Value, y.Shape[^1], elements);
        step.Add(0, gradient);
    }

    protected abstract void Value(ReadOnlySpan<T> x, int rowLength, Span<T> destination);

    protected abstract void Gradient(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination);

    /// <summary>The same gradient made of operations on a tape, for gradients of gradients.</summary>
    protected abstract Variable<T> Gradient(Variable<T> y, Variable<T> g);
}

public readonly partial struct Variable<T>
{
    /// <summary>A function of rows along an axis: where that is not the last one, it is exchanged with the last and back.</summary>
    internal Variable<T> ApplyToRows<TOperation>(int axis)
        where TOperation : RowOperation<T>, IRentable<TOperation>
    {
        int at = RowAxis<TOperation>(axis);
        TOperation operation = Tape.Rent<TOperation>();
        return at == Shape.Rank - 1 ? Tape.Apply(operation, this) : Tape.Apply(operation, Exchange(at)).Exchange(at);
    }

    private int RowAxis<TOperation>(int axis)
    {
        Shape shape = Shape;
        if (shape.Rank == 0)
            throw new ArgumentException($"{typeof(TOperation).Name.Split('`')[0]}: a scalar has no rows; reshape it first.", "logits");
        return shape.Axis(axis, nameof(axis));
    }

    /// <summary>An axis exchanged with the last one.</summary>
    internal Variable<T> Exchange(int axis)
    {
        Span<int> order = stackalloc int[Shape.MaxRank];
        int last = Shape.Rank - 1;
        for (int i = 0; i <= last; i++) order[i] = i;
        (order[axis], order[last]) = (last, axis);
        return Transpose(order[..(last + 1)]);
    }
}
