using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>√Σx² of each row, of shape [rows, 1]; its gradient at 0 is 0.</summary>
internal sealed class RowNorm<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly RowNorm<T> Instance = new();

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => [inputs[0].Shape[0], 1];

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        int length = inputs[0].Shape[1];
        for (int row = 0; row < output.Length; row++)
            output[row] = Norm.L2(inputs[0].Value.Slice(row * length, length));
    }

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> x = step.Input(0), y = step.Output;
        Variable<T> slopes = x.Tape.NewConstant(x.Shape, out Span<T> elements);
        int length = x.Shape[1];
        for (int row = 0; row < y.Shape[0]; row++)
            Direction(x.Value.Slice(row * length, length), y.Value[row], elements.Slice(row * length, length));
        if (step.IsRecorded) slopes = slopes.DifferentiatedAs(x / (y + y.IsZero()));
        step.Add(0, step.Upstream.Through(slopes));
    }

    /// <summary>
    /// x over its norm, the norm's derivative: 0 at 0, and in the limit of one infinite element that element's sign alone.
    /// </summary>
    public static void Direction(ReadOnlySpan<T> x, T norm, Span<T> result)
    {
        if (T.IsZero(norm))
        {
            result.Clear();
            return;
        }

        int first = T.IsPositiveInfinity(norm) ? InfinityAfter(x, 0) : -1;
        bool isSole = first >= 0 && InfinityAfter(x, first + 1) < 0;
        T sign = isSole ? T.CopySign(T.One, x[first]) : T.Zero;
        Elementwise.Map(x, result, new Quotient(norm));
        if (isSole) result[first] = sign;
    }

    private static int InfinityAfter(ReadOnlySpan<T> x, int start)
    {
        while (start < x.Length && !T.IsInfinity(x[start])) start++;
        return start < x.Length ? start : -1;
    }

    private readonly struct Quotient(T divisor) : IMap1<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => a / TVector.Create(divisor);
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>√Σx² of each row of [rows, rowLength], as [rows, 1].</summary>
    private Variable<T> RowNorms() => Tape.Apply(RowNorm<T>.Instance, this);

    /// <summary>Rows of length 1; those of zeros stay, with zero gradient.</summary>
    private Variable<T> Unit()
    {
        Variable<T> norms = RowNorms();
        return Tape.Apply(KeepRows<T>.Instance, this, norms) / (norms + norms.IsZero());
    }

    /// <summary>1 where this is 0 and 0 elsewhere, a constant: added to a divisor, it makes of 0/0 what stands above.</summary>
    internal Variable<T> IsZero() => Tape.Apply(BinaryOperation<T, EqualIndicator<T>>.Instance, Detach(), Tape.Scalar(T.Zero));
}
