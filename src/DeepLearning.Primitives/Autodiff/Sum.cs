using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>y = Σ x over some axes; each element's gradient is that of its sum.</summary>
internal sealed class Sum<T> : AxisOperation<T>, IRentable<Sum<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Sum<T> Create() => new();

    public override void Backward(BackwardStep<T> step) => step.Add(0, step.Upstream.BroadcastTo(step.Input(0).Shape));

    protected override void Reduce(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> destination) =>
        Primitives.Reduce.SumAxis(x, outer, length, inner, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary>Σ of all elements, of shape <c>[]</c>; 0 when there is none.</summary>
    public Variable<T> Sum() => ReduceMask<Sum<T>>(AllAxes(), keepDimensions: false);

    /// <summary>Σ over the named axes (negative: counted from the end), which leave the shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ArgumentException">An axis is named twice.</exception>
    public Variable<T> Sum(params ReadOnlySpan<int> axes) => Sum(axes, keepDimensions: false);

    /// <summary>Σ over the named axes, which stay in the shape with length 1 when asked.</summary>
    /// <inheritdoc cref="Sum(ReadOnlySpan{int})"/>
    public Variable<T> Sum(ReadOnlySpan<int> axes, bool keepDimensions) => ReduceAxes<Sum<T>>(axes, keepDimensions);

    /// <summary>Sums the repetitions of a broadcast away, down to <paramref name="shape"/>.</summary>
    internal Variable<T> SumTo(Shape shape)
    {
        Shape from = Shape;
        if (from == shape) return this;
        int extra = from.Rank - shape.Rank, mask = (1 << extra) - 1;
        for (int i = 0; i < shape.Rank; i++)
            if (shape[i] == 1 && from[extra + i] != 1) mask |= 1 << (extra + i);
        return ReduceMask<Sum<T>>(mask, keepDimensions: true).Reshape(shape);
    }
}
