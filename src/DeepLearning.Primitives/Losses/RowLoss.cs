using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>A loss of corresponding rows of up to three inputs, and its gradients in them.</summary>
internal interface IRowLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The loss; each gradient that is not empty, times <paramref name="scale"/>.</summary>
    T Value(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c, T scale, Span<T> aGradient, Span<T> bGradient, Span<T> cGradient);
}

/// <summary>The driver of losses of rows, and what their forms on a tape share.</summary>
internal static class RowLoss
{
    /// <summary>All inputs are whole rows and as many; the gradients are empty or as long as their inputs and apart.</summary>
    public static T Run<T, TLoss>(
        ReadOnlySpan<T> a,
        ReadOnlySpan<T> b,
        ReadOnlySpan<T> c,
        int rows,
        LossOptions options,
        Span<T> aGradient,
        Span<T> bGradient,
        Span<T> cGradient,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        TLoss loss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IRowLoss<T>
    {
        double divisor = Divisor(options, weights, rows);
        if (divisor == 0)
        {
            T result = options.Nothing<T>();
            aGradient.Clear();
            bGradient.Clear();
            cGradient.Clear();
            losses.Clear();
            return result;
        }

        using Rented<T> rented = new(losses.IsEmpty ? rows : 0);
        if (losses.IsEmpty) losses = rented.Span;
        Body<T, TLoss> body = new()
        {
            A = a,
            B = b,
            C = c,
            AGradient = aGradient,
            BGradient = bGradient,
            CGradient = cGradient,
            Weights = weights,
            Losses = losses,
            Divisor = divisor,
            Loss = loss,
        };
        Parallelism.For(rows, Math.Max(1, Elementwise.Grain / Math.Max(1, a.Length / rows)), body);
        return T.CreateTruncating(double.CreateTruncating(Reduce.Sum<T>(losses)) / divisor);
    }

    /// <summary>The weights, the losses and Reduction.None, of so many rows.</summary>
    public static void Check<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c, int rows, LossOptions options, ReadOnlySpan<T> weights, ref Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckWeights(weights, rows);
        if (!losses.IsEmpty)
        {
            LabelLoss.CheckLosses(a, rows, ref losses, weights, "the inputs");
            Guard.Apart(b, losses);
            Guard.Apart(c, losses);
        }
        else if (options.Reduction == Reduction.None && rows != 0)
        {
            throw new ArgumentException("Reduction.None asks for a span for the losses.", nameof(losses));
        }
    }

    /// <summary>None, or one for each row, finite and not negative.</summary>
    public static void CheckWeights<T>(ReadOnlySpan<T> weights, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!weights.IsEmpty) Guard.Length(weights.Length, rows, "one for each row", nameof(weights));
        ElementwiseLoss.CheckWeights(weights, rows, "rows");
    }

    /// <summary>A gradient that is empty, or of its input's length and apart from all that is read.</summary>
    public static void CheckGradient<T>(
        ReadOnlySpan<T> a,
        ReadOnlySpan<T> b,
        ReadOnlySpan<T> c,
        ReadOnlySpan<T> weights,
        ReadOnlySpan<T> losses,
        ref Span<T> gradient,
        string name,
        int length)
    {
        if (gradient.IsEmpty) return;
        if (gradient.Length < length)
            throw new ArgumentException($"{name} has {gradient.Length} elements, too few for {length}.", name);
        gradient = gradient[..length];
        Guard.Apart(a, gradient, "an input", name);
        Guard.Apart(b, gradient, "an input", name);
        Guard.Apart(c, gradient, "an input", name);
        Guard.Apart(weights, gradient, nameof(weights), name);
        Guard.Apart(losses, gradient, nameof(losses), name);
    }

    /// <summary>What the sum of the losses is divided by; 0 when nothing counts.</summary>
    public static double Divisor<T>(LossOptions options, ReadOnlySpan<T> weights, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double total = weights.IsEmpty ? rows : double.CreateTruncating(Reduce.Sum(weights));
        return total == 0 || options.Reduction == Reduction.Mean ? total : 1;
    }

    private ref struct Body<T, TLoss> : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IRowLoss<T>
    {
        public ReadOnlySpan<T> A, B, C, Weights;
        public Span<T> AGradient, BGradient, CGradient, Losses;
        public double Divisor;
        public TLoss Loss;

        public readonly void Invoke(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                T weight = Weights.IsEmpty ? T.One : Weights[row];
                Span<T> a = Row(AGradient, row), b = Row(BGradient, row), c = Row(CGradient, row);
                Losses[row] = T.Zero;
                if (weight == T.Zero)
                {
                    a.Clear();
                    b.Clear();
                    c.Clear();
                    continue;
                }

                T scale = T.CreateTruncating(double.CreateTruncating(weight) / Divisor);
                Losses[row] = weight * Loss.Value(Row(A, row), Row(B, row), Row(C, row), scale, a, b, c);
            }
        }

        private readonly ReadOnlySpan<T> Row(ReadOnlySpan<T> x, int row) =>
            x.Slice(row * (x.Length / Losses.Length), x.Length / Losses.Length);

        private readonly Span<T> Row(Span<T> x, int row) => x.Slice(row * (x.Length / Losses.Length), x.Length / Losses.Length);
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>The mean, the sum or the losses themselves, of one loss for each row: [rows, 1].</summary>
    private Variable<T> ReduceRows(LossOptions options, ReadOnlySpan<T> weights)
    {
        int rows = Shape.ElementCount;
        double divisor = RowLoss.Divisor(options, weights, rows);
        Variable<T> losses = Reshape(rows);
        if (options.Reduction != Reduction.None && divisor == 0) return Tape.Scalar(options.Nothing<T>());
        if (!weights.IsEmpty)
        {
            Variable<T> factors = Tape.NewConstant([rows], out Span<T> elements);
            weights.CopyTo(elements);
            losses *= factors;
        }

        return options.Reduction switch
        {
            Reduction.None => losses,
            Reduction.Sum => losses.Sum(),
            _ => losses.Sum() / divisor,
        };
    }

    /// <summary>This as [rows, rowLength], with zeros in the rows of weight 0.</summary>
    private Variable<T> WeighedRows(ReadOnlySpan<T> weights)
    {
        int length = Shape.Rank == 0 ? 1 : Shape[^1], rows = length == 0 ? 0 : Shape.ElementCount / length;
        Variable<T> x = Reshape(rows, length);
        RowLoss.CheckWeights(weights, rows);
        if (!weights.Contains(T.Zero)) return x;
        Variable<T> kept = Tape.NewConstant([rows, 1], out Span<T> elements);
        weights.CopyTo(elements);
        return Tape.Apply(KeepRows<T>.Instance, x, kept);
    }

    private void CheckSameShape(Variable<T> other, string operation, [CallerArgumentExpression(nameof(other))] string name = "")
    {
        Shape shape = Shape, otherShape = other.Shape;
        if (shape != otherShape) throw new ArgumentException($"{operation}: the shapes {shape} and {otherShape} differ.", name);
    }
}
