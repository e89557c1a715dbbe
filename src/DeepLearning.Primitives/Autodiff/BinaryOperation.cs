using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>y = f(a, b), element by element, and its gradients in both operands made of operations on a tape.</summary>
internal interface IBinaryFunction<T> : IMap2<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static abstract Variable<T> LeftGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream);

    static abstract Variable<T> RightGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream);
}

/// <summary>A binary function on a tape; operands broadcast as NumPy's do.</summary>
internal sealed class BinaryOperation<T, TFunction> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : struct, IBinaryFunction<T>
{
    public static readonly BinaryOperation<T, TFunction> Instance = new();

    public override string Name => typeof(TFunction).Name.Split('`')[0];

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs)
    {
        ref readonly Shape a = ref inputs[0].Node.Shape, b = ref inputs[1].Node.Shape;
        if (a.Equals(in b)) return a;
        if (!Shape.TryBroadcast(in a, in b, out Shape shape))
            throw new ArgumentException($"{Name}: the shapes {a} and {b} do not broadcast.", "right");
        return shape;
    }

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        ref readonly Shape a = ref inputs[0].Node.Shape, b = ref inputs[1].Node.Shape;
        if (output.Length == 1 || a.Equals(in b)) Elementwise.Map(inputs[0].Value, inputs[1].Value, output, default(TFunction));
        else Broadcasting.Map(inputs[0].Value, in a, inputs[1].Value, in b, output, default(TFunction));
    }

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> a = step.Input(0), b = step.Input(1), y = step.Output;
        if (step.Needs(0)) step.Add(0, TFunction.LeftGradient(a, b, y, step.Upstream));
        if (step.Needs(1)) step.Add(1, TFunction.RightGradient(a, b, y, step.Upstream));
    }
}
