using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>Softmax or its logarithm along an axis: the gradient needs only the output.</summary>
internal abstract class SoftmaxOperation<T>(SoftmaxForm form, SoftmaxGradientForm gradientForm) : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Not negative.</summary>
    public int Axis { get; set; }

    /// <summary>What the logits are divided by.</summary>
    public T Temperature { get; set; }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => inputs[0].Shape;

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        Shape shape = inputs[0].Shape;
        if (output.IsEmpty) return;
        SoftmaxColumns.Run(inputs[0].Value, shape[Axis], Inner(in shape), output, form, Temperature);
    }

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> y = step.Output, g = step.Upstream;
        Shape shape = y.Shape;
        if (step.IsRecorded)
        {
            step.Add(0, Axis == shape.Rank - 1 ? Gradient(y, g) : Gradient(y.Exchange(Axis), g.Exchange(Axis)).Exchange(Axis));
            return;
        }

        Variable<T> gradient = step.NewGradient(0, out Span<T> elements);
        if (!elements.IsEmpty)
            SoftmaxColumns.Gradient(y.Value, g.Value, shape[Axis], Inner(in shape), elements, gradientForm, Temperature);
        step.Add(0, gradient);
    }

    /// <summary>The gradient along the last axis, made of operations on a tape, for gradients of gradients.</summary>
    protected abstract Variable<T> Gradient(Variable<T> y, Variable<T> g);

    private int Inner(in Shape shape) => shape.Product(Axis + 1, shape.Rank);
}

public readonly partial struct Variable<T>
{
    /// <summary>1 where this is not the value, 0 where it is: a constant.</summary>
    internal Variable<T> IsNot(T value) => 1 - Tape.Apply(BinaryOperation<T, EqualIndicator<T>>.Instance, Detach(), Tape.Scalar(value));

    private Variable<T> ApplySoftmax<TOperation>(int axis, double temperature)
        where TOperation : SoftmaxOperation<T>, IRentable<TOperation>
    {
        axis = RowAxis<TOperation>(axis);
        T divisor = Guard.Temperature<T>(temperature);
        TOperation operation = Tape.Rent<TOperation>();
        (operation.Axis, operation.Temperature) = (axis, divisor);
        return Tape.Apply(operation, this);
    }
}
