using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// C = op(A) · op(B) over the last two dimensions, op being the identity or the transpose; leading dimensions broadcast.
/// The gradients are products of the same kind, so no operand is ever transposed in memory.
/// </summary>
internal sealed class MatMul<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly MatMul<T>[] s_instances = [new(false, false), new(false, true), new(true, false), new(true, true)];

    private readonly bool _transposeA;
    private readonly bool _transposeB;

    private MatMul(bool transposeA, bool transposeB) => (_transposeA, _transposeB) = (transposeA, transposeB);

    public static MatMul<T> Instance(bool transposeA, bool transposeB) => s_instances[(transposeA ? 2 : 0) + (transposeB ? 1 : 0)];

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs)
    {
        Shape a = inputs[0].Shape, b = inputs[1].Shape;
        if (a.Rank < 2 || b.Rank < 2) throw new ArgumentException($"MatMul: {a} × {b}: both need at least two dimensions.", "right");
        int m = a[_transposeA ? ^1 : ^2], k = a[_transposeA ? ^2 : ^1], kOfB = b[_transposeB ? ^1 : ^2], n = b[_transposeB ? ^2 : ^1];
        if (k != kOfB)
        {
            throw new ArgumentException(
                $"MatMul: {a}{(_transposeA ? "ᵀ" : "")} × {b}{(_transposeB ? "ᵀ" : "")}: inner lengths {k} and {kOfB} differ", "right");
        }

        Shape aBatch = a.Prefix(a.Rank - 2), bBatch = b.Prefix(b.Rank - 2);
        if (!Shape.TryBroadcast(in aBatch, in bBatch, out Shape batch))
            throw new ArgumentException($"MatMul: {a} × {b}: the leading dimensions {aBatch} and {bBatch} do not broadcast.", "right");
        return batch.Prefix(batch.Rank, m, n);
    }

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output) =>
        Multiply(inputs[0], inputs[1], GetShape(inputs), output);

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> a = step.Input(0), b = step.Input(1), g = step.Upstream;
        if (step.Needs(0))
        {
            if (_transposeA) Product(step, 0, b, g, _transposeB, true);
            else Product(step, 0, g, b, false, !_transposeB);
        }

        if (step.Needs(1))
        {
            if (_transposeB) Product(step, 1, g, a, true, _transposeA);
            else Product(step, 1, a, g, !_transposeA, false);
        }
    }

    private static void Product(BackwardStep<T> step, int input, Variable<T> left, Variable<T> right, bool transposeLeft, bool transposeRight)
    {
        MatMul<T> operation = Instance(transposeLeft, transposeRight);
        // Written straight into its final place unless the operand was broadcast and its gradient must be summed first.
        if (step.IsRecorded || operation.GetShape([left, right]) != step.Input(input).Shape)
        {
            step.Add(input, left.Tape.Apply(operation, left, right));
            return;
        }

        Variable<T> gradient = step.NewGradient(input, out Span<T> elements);
        operation.Multiply(left, right, gradient.Shape, elements);
        step.Add(input, gradient);
    }

    private void Multiply(Variable<T> left, Variable<T> right, in Shape shape, Span<T> output)
    {
        Shape a = left.Shape, b = right.Shape;
        int m = shape[^2], n = shape[^1], k = a[_transposeA ? ^2 : ^1];
        int batch = shape.Product(0, shape.Rank - 2), aBatch = a.Product(0, a.Rank - 2), bBatch = b.Product(0, b.Rank - 2);
        if ((aBatch == batch || aBatch == 1) && (bBatch == batch || bBatch == 1))
        {
            MatrixProduct.Multiply(
                left.Value, right.Value, output, m, k, n, _transposeA, _transposeB, accumulate: false,
                batch, aBatch == 1 ? 0 : m * k, bBatch == 1 ? 0 : k * n);
            return;
        }

        for (int i = 0; i < batch; i++)
        {
            MatrixProduct.Multiply(
                left.Value.Slice(MatrixOffset(a, shape, i), m * k),
                right.Value.Slice(MatrixOffset(b, shape, i), k * n),
                output.Slice(i * m * n, m * n), m, k, n, _transposeA, _transposeB, accumulate: false);
        }
    }

    /// <summary>Where the matrix of an operand begins that serves matrix <paramref name="index"/> of the result.</summary>
    private static int MatrixOffset(in Shape operand, in Shape result, int index)
    {
        int offset = 0, step = operand[^1] * operand[^2];
        for (int i = 3; i <= operand.Rank; i++)
        {
            int position = index % result[^i];
            index /= result[^i];
            if (operand[^i] != 1) offset += position * step;
            step *= operand[^i];
        }

        return offset;
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// The matrix product over the last two dimensions, <c>[…, m, k] · […, k, n] = […, m, n]</c>; leading dimensions
    /// broadcast as NumPy's do. A vector counts as a row on the left and as a column on the right, and its dimension
    /// leaves the result.
    /// </summary>
    /// <param name="right">The right factor, of the same tape.</param>
    /// <param name="transposeA">The left factor is stored as <c>[…, k, m]</c>.</param>
    /// <param name="transposeB">The right factor is stored as <c>[…, n, k]</c>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the tapes differ.</exception>
    public Variable<T> MatMul(Variable<T> right, bool transposeA = false, bool transposeB = false)
    {
        Shape a = Shape, b = right.Shape;
        if (a.Rank == 0 || b.Rank == 0) throw new ArgumentException($"MatMul: {a} × {b}: a scalar is no matrix.", nameof(right));
        if (a.Rank == 1)
        {
            Variable<T> product = Reshape(1, a[0]).MatMul(right, false, transposeB);
            return product.Reshape(WithoutAxis(product.Shape, b.Rank == 1 ? 0 : product.Shape.Rank - 2));
        }

        if (b.Rank == 1)
        {
            Variable<T> product = MatMul(right.Reshape(b[0], 1), transposeA);
            return product.Reshape(WithoutAxis(product.Shape, product.Shape.Rank - 1));
        }

        if (a.Rank > 2 && b.Rank == 2 && !transposeA && a[^1] == b[transposeB ? ^1 : ^2])
        {
            // One matrix for the whole batch: one product over all rows, and one for its gradient.
            Variable<T> product = Reshape(a.Product(0, a.Rank - 1), a[^1]).MatMul(right, false, transposeB);
            return product.Reshape(a.Prefix(a.Rank - 1, product.Shape[1]));
        }

        return Tape.Apply(Primitives.MatMul<T>.Instance(transposeA, transposeB), this, right);
    }

    private static Shape WithoutAxis(in Shape shape, int axis)
    {
        Span<int> lengths = stackalloc int[Shape.MaxRank];
        int rank = 0;
        for (int i = 0; i < shape.Rank; i++)
            if (i != axis) lengths[rank++] = shape[i];
        return Shape.Create(lengths[..rank]);
    }
}
