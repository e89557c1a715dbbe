using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>A function of each row, that is, over the last dimension, whose gradient needs only its output.</summary>
internal abstract class RowOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs)
    {
        Shape shape = inputs[0].Shape;
        if (shape.Rank == 0) throw new ArgumentException($"{Name}: a scalar has no rows; reshape it first.", "logits");
        return shape;
    }

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
