using System.Numerics;
using System.Numerics.Tensors;

namespace DeepLearning.Primitives;

/// <content>Where System.Numerics.Tensors meets the tape.</content>
public sealed partial class GradientTape<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A copy of a tensor as a variable, row-major whatever its strides; see the other forms.</summary>
    /// <exception cref="ArgumentException">It has more than 8 dimensions or more elements than an array holds.</exception>
    public Variable<T> Constant(in ReadOnlyTensorSpan<T> values)
    {
        Span<int> lengths = stackalloc int[Shape.MaxRank];
        if (values.Rank > Shape.MaxRank)
            throw new ArgumentException($"A shape has at most {Shape.MaxRank} dimensions, not {values.Rank}.", nameof(values));
        for (int i = 0; i < values.Rank; i++) lengths[i] = (int)nint.Min(values.Lengths[i], int.MaxValue);
        Shape shape = Shape.Create(lengths[..values.Rank]);
        Slab<T> slab = _arena.Allocate(shape.ElementCount);
        values.FlattenTo(slab.Span);
        Variable<T> variable = Add(in shape, slab, out int index);
        _nodes[index].IsDifferentiable = true;
        return variable;
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>A copy of the value as a tensor of its own.</summary>
    public Tensor<T> ToTensor()
    {
        Shape shape = Shape;
        Span<nint> lengths = stackalloc nint[Shape.MaxRank];
        for (int i = 0; i < shape.Rank; i++) lengths[i] = shape[i];
        return Tensor.Create(Value.ToArray(), lengths[..shape.Rank]);
    }
}
