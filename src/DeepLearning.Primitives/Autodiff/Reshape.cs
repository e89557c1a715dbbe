using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = x under another shape: no element moves, in either direction.</summary>
internal sealed class Reshape<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly Reshape<T> Instance = new();

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => inputs[0].Shape;

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output) => inputs[0].Value.CopyTo(output);

    public override void Backward(BackwardStep<T> step) => step.Add(0, step.Upstream.Reshape(step.Input(0).Shape));
}

public readonly partial struct Variable<T>
{
    /// <summary>The same elements in row-major order under another shape, at no cost.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    public Variable<T> Reshape(Shape shape)
    {
        Shape from = Shape;
        if (from == shape) return this;
        if (from.ElementCount != shape.ElementCount)
            throw new ArgumentException($"Reshape: {from} has {from.ElementCount} elements, {shape} has {shape.ElementCount}.", nameof(shape));
        return Tape.View(this, shape, Primitives.Reshape<T>.Instance);
    }

    /// <summary>
    /// The same elements in row-major order under these lengths, at no cost. One of them may be −1: it takes what is left.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The lengths ask for another number of elements, or more than one is −1, or one cannot be determined.
    /// </exception>
    [OverloadResolutionPriority(1)]
    public Variable<T> Reshape(params ReadOnlySpan<int> lengths)
    {
        int open = lengths.IndexOf(-1);
        if (open < 0) return Reshape(Shape.Create(lengths));
        if (lengths.LastIndexOf(-1) != open)
            throw new ArgumentException("Reshape: only one length may be −1.", nameof(lengths));
        if (lengths.Length > Shape.MaxRank) return Reshape(Shape.Create(lengths));
        Span<int> filled = stackalloc int[Shape.MaxRank];
        lengths.CopyTo(filled);
        filled[open] = 1;
        int rest = Shape.Create(filled[..lengths.Length]).ElementCount, count = Shape.ElementCount;
        if (rest == 0 || count % rest != 0)
        {
            throw new ArgumentException(
                $"Reshape: the {count} elements of {Shape} do not fill [{string.Join(", ", lengths.ToArray())}].", nameof(lengths));
        }

        filled[open] = count / rest;
        return Reshape(Shape.Create(filled[..lengths.Length]));
    }
}
