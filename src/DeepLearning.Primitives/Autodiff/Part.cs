using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// A run of elements of a variable, in place, under a shape of its own: how an operation hands out several results, which it
/// computes as one. Going backward, the parts' gradients are put together again.
/// </summary>
internal sealed class Part<T> : Operation<T>, IRentable<Part<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int _offset;

    public static Part<T> Create() => new();

    public Part<T> With(int offset)
    {
        _offset = offset;
        return this;
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => throw new NotSupportedException();

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output) => throw new NotSupportedException();

    public override void Backward(BackwardStep<T> step)
    {
        if (!step.IsRecorded)
        {
            step.AddPart(0, _offset, step.Upstream);
            return;
        }

        Variable<T> g = step.Upstream;
        step.Add(0, g.Tape.Apply(g.Tape.Rent<Place<T>>().With(_offset, step.Input(0).Shape), g));
    }
}

/// <summary>Zeros but for a run of elements, which are the input's.</summary>
internal sealed class Place<T> : Operation<T>, IRentable<Place<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int _offset;
    private Shape _shape;

    public static Place<T> Create() => new();

    public Place<T> With(int offset, Shape shape)
    {
        (_offset, _shape) = (offset, shape);
        return this;
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => _shape;

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        output.Clear();
        inputs[0].Value.CopyTo(output[_offset..]);
    }

    public override void Backward(BackwardStep<T> step) =>
        step.Add(0, step.Upstream.Tape.Part(step.Upstream, _offset, step.Input(0).Shape));
}

/// <summary>The elements of all inputs, one input after the other, of shape [count].</summary>
internal sealed class Join<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly Join<T> Instance = new();

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs)
    {
        int count = 0;
        foreach (Variable<T> input in inputs) count = checked(count + input.Shape.ElementCount);
        return [count];
    }

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        foreach (Variable<T> input in inputs)
        {
            input.Value.CopyTo(output);
            output = output[input.Value.Length..];
        }
    }

    public override void Backward(BackwardStep<T> step)
    {
        for (int i = 0, offset = 0; offset < step.Upstream.Shape.ElementCount; offset += step.Input(i++).Shape.ElementCount)
            if (step.Needs(i)) step.Add(i, step.Upstream.Tape.Part(step.Upstream, offset, step.Input(i).Shape));
    }
}

/// <summary>
/// Rows of a matrix in another order, each at most once; index −1 stands for a row of zeros. The gradient goes back through the
/// inverse order.
/// </summary>
internal sealed class PickRows<T> : Operation<T>, IRentable<PickRows<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int[] _rows = [];
    private int _count;

    public static PickRows<T> Create() => new();

    public PickRows<T> With(ReadOnlySpan<int> rows)
    {
        if (_rows.Length < rows.Length) _rows = new int[rows.Length];
        rows.CopyTo(_rows);
        _count = rows.Length;
        return this;
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => [_count, inputs[0].Shape[1]];

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        int width = inputs[0].Shape[1];
        for (int i = 0; i < _count; i++)
        {
            Span<T> to = output.Slice(i * width, width);
            if (_rows[i] < 0) to.Clear();
            else inputs[0].Value.Slice(_rows[i] * width, width).CopyTo(to);
        }
    }

    public override void Backward(BackwardStep<T> step)
    {
        int[] inverse = new int[step.Input(0).Shape[0]];
        Array.Fill(inverse, -1);
        for (int i = 0; i < _count; i++)
            if (_rows[i] >= 0) inverse[_rows[i]] = i;
        step.Add(0, step.Upstream.Tape.PickRows(step.Upstream, inverse));
    }
}
