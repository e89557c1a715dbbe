using System.Numerics;

namespace DeepLearning.Primitives;

/// <content>What operations made of many steps need: parts of variables, and gradients of a piece of a tape.</content>
public sealed partial class GradientTape<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The elements from <paramref name="offset"/> on, in place, under a shape.</summary>
    internal Variable<T> Part(Variable<T> source, int offset, Shape shape)
    {
        ref readonly Node<T> node = ref source.Node;
        Slab<T> slab = new(node.Slab.Array, node.Slab.Offset + offset, shape.ElementCount);
        bool isRecorded = node.IsDifferentiable && IsRecording;
        return Record(isRecorded ? Rent<Part<T>>().With(offset) : null, in shape, slab, isRecorded, source);
    }

    internal Variable<T> PickRows(Variable<T> source, ReadOnlySpan<int> rows) => Apply(Rent<PickRows<T>>().With(rows), source);

    /// <summary>
    /// Adds to the gradient in some elements of a variable: in place, in memory that belongs to this gradient alone, so that many
    /// parts cost no more than one whole.
    /// </summary>
    internal void AddGradientPart(int node, int offset, Variable<T> gradient)
    {
        ReadOnlySpan<T> part = gradient.Value;
        int present = _gradients[node];
        if (present >= 0 && _isOwn[node])
        {
            Span<T> sum = _nodes[present].Slab.Span.Slice(offset, part.Length);
            Elementwise.Map<T, Add<T>>(sum, part, sum, default);
            return;
        }

        Variable<T> all = NewConstant(_nodes[node].Shape, out Span<T> elements);
        Span<T> own = elements.Slice(offset, part.Length);
        if (present < 0)
        {
            elements[..offset].Clear();
            elements[(offset + part.Length)..].Clear();
            part.CopyTo(own);
        }
        else
        {
            _nodes[present].Slab.Span.CopyTo(elements);
            Elementwise.Map<T, Add<T>>(own, part, own, default);
        }

        (_gradients[node], _isOwn[node]) = (all.Index, true);
    }

    /// <summary>
    /// The number of the next variable, from which <see cref="GradientsSince"/> counts.
    /// </summary>
    internal int MarkNodes() => _nodeCount;

    /// <summary>
    /// Inside a backward pass that is recorded: the gradients in <paramref name="variables"/>, all made since <paramref
    /// name="start"/>,
    /// from the gradient in a variable that was computed from them. This is how an operation with a fused kernel goes backward
    /// twice: it computes its value once more with operations on the tape.
    /// </summary>
    internal Variable<T>?[] GradientsSince(int start, Variable<T> output, Variable<T> upstream, ReadOnlySpan<Variable<T>> variables)
    {
        (int[] gradients, bool[] isNeeded, bool[] isOwn) = (_gradients, _isNeeded, _isOwn);
        int last = output.Index;
        _gradients = new int[last + 1];
        _isNeeded = new bool[last + 1];
        _isOwn = new bool[last + 1];
        Array.Fill(_gradients, -1);
        try
        {
            foreach (Variable<T> variable in variables) _isNeeded[variable.Index] = true;
            MarkNeeded(start, last);
            _gradients[last] = upstream.Index;
            Visit(start, last);
            Variable<T>?[] results = new Variable<T>?[variables.Length];
            for (int i = 0; i < results.Length; i++)
                if (_gradients[variables[i].Index] is >= 0 and int gradient) results[i] = At(gradient);
            return results;
        }
        finally
        {
            (_gradients, _isNeeded, _isOwn) = (gradients, isNeeded, isOwn);
        }
    }
}
