using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// A reduction over some axes. The result keeps them with length 1, so that it broadcasts against the input; dropping
/// them is a free change of shape.
/// </summary>
internal abstract class AxisOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Bit i: axis i is reduced.
    private int _axes;

    public void SetAxes(int axes) => _axes = axes;

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => Kept(inputs[0].Shape, _axes);

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        GradientTape<T> tape = inputs[0].Tape;
        Shape shape = inputs[0].Shape;
        ReadOnlySpan<T> from = inputs[0].Value;
        var scratch = tape.MarkScratch();
        // One run of neighbouring axes at a time, the innermost first; each pass leaves less for the next.
        int axes = _axes;
        for (int end = shape.Rank; end > 0 && axes != 0; end--)
        {
            if ((axes & (1 << (end - 1))) == 0) continue;
            int start = end - 1;
            while (start > 0 && (axes & (1 << (start - 1))) != 0) start--;
            axes &= (1 << start) - 1;
            int outer = shape.Product(0, start), length = shape.Product(start, end), inner = shape.Product(end, shape.Rank);
            Span<T> to = axes == 0 ? output : tape.Allocate(outer * inner).Span;
            Reduce(from, outer, length, inner, to);
            from = to;
            shape = Kept(shape, ((1 << end) - 1) & ~((1 << start) - 1));
            end = start + 1;
        }

        if (_axes == 0) from.CopyTo(output);
        tape.ReleaseScratch(scratch);
    }

    /// <summary>[outer, length, inner] → [outer, inner].</summary>
    protected abstract void Reduce(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> destination);

    /// <summary>The shape with length 1 at the reduced axes.</summary>
    private static Shape Kept(in Shape shape, int axes)
    {
        Span<int> lengths = stackalloc int[Shape.MaxRank];
        Shape.AsSpan(in shape).CopyTo(lengths);
        for (int i = 0; i < shape.Rank; i++)
            if ((axes & (1 << i)) != 0) lengths[i] = 1;
        return Shape.Create(lengths[..shape.Rank]);
    }
}

public readonly partial struct Variable<T>
{
    private Variable<T> ReduceAxes<TOperation>(ReadOnlySpan<int> axes, bool keepDimensions)
        where TOperation : AxisOperation<T>, IRentable<TOperation>
    {
        Shape shape = Shape;
        int mask = 0;
        foreach (int named in axes)
        {
            int bit = 1 << shape.Axis(named, nameof(axes));
            if ((mask & bit) != 0) throw new ArgumentException($"Axis {named} of {shape} is named twice.", nameof(axes));
            mask |= bit;
        }

        return ReduceMask<TOperation>(mask, keepDimensions);
    }

    private Variable<T> ReduceMask<TOperation>(int mask, bool keepDimensions)
        where TOperation : AxisOperation<T>, IRentable<TOperation>
    {
        Shape shape = Shape;
        TOperation operation = Tape.Rent<TOperation>();
        operation.SetAxes(mask);
        Variable<T> result = Tape.Apply(operation, this);
        if (keepDimensions || mask == 0) return result;
        Span<int> kept = stackalloc int[Shape.MaxRank];
        int rank = 0;
        for (int i = 0; i < shape.Rank; i++)
            if ((mask & (1 << i)) == 0) kept[rank++] = shape[i];
        return result.Reshape(Shape.Create(kept[..rank]));
    }

    private int AllAxes() => (1 << Shape.Rank) - 1;
}
