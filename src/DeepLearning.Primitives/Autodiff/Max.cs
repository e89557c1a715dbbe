using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>y = max x over some axes; elements that tie for it share its gradient evenly.</summary>
internal sealed class Max<T> : AxisOperation<T>, IRentable<Max<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Max<T> Create() => new();

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> x = step.Input(0), y = step.Output;
        Variable<T> isMaximum = x.Tape.Apply(BinaryOperation<T, EqualIndicator<T>>.Instance, x.Detach(), y.Detach());
        step.Add(0, isMaximum * step.Upstream.Over(isMaximum.SumTo(y.Shape)));
    }

    protected override void Reduce(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> destination) =>
        Primitives.Reduce.MaxAxis(x, outer, length, inner, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary>The largest element, of shape <c>[]</c>; −∞ when there is none, NaN when there is a NaN.</summary>
    public Variable<T> Max() => ReduceMask<Max<T>>(AllAxes(), keepDimensions: false);

    /// <summary>The largest over the named axes (negative: counted from the end), which leave the shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ArgumentException">An axis is named twice.</exception>
    public Variable<T> Max(params ReadOnlySpan<int> axes) => Max(axes, keepDimensions: false);

    /// <summary>The largest over the named axes, which stay in the shape with length 1 when asked.</summary>
    /// <inheritdoc cref="Max(ReadOnlySpan{int})"/>
    public Variable<T> Max(ReadOnlySpan<int> axes, bool keepDimensions) => ReduceAxes<Max<T>>(axes, keepDimensions);
}
