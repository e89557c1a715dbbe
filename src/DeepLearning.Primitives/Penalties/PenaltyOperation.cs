using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>A penalty on a tape: one number from all weights, and a gradient in one pass over them.</summary>
internal abstract class PenaltyOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => [];

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output) => output[0] = Value(inputs[0].Value);

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> weights = step.Input(0);
        if (step.IsRecorded)
        {
            step.Add(0, step.Upstream * Derivative(weights));
            return;
        }

        Variable<T> gradient = step.NewGradient(0, out Span<T> elements);
        Gradient(weights.Value, step.Upstream.Item, elements);
        step.Add(0, gradient);
    }

    protected abstract T Value(ReadOnlySpan<T> weights);

    /// <summary>The derivative times <paramref name="strength"/>.</summary>
    protected abstract void Gradient(ReadOnlySpan<T> weights, T strength, Span<T> destination);

    /// <summary>The same derivative made of operations on a tape, for gradients of gradients.</summary>
    protected abstract Variable<T> Derivative(Variable<T> weights);
}
