using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// The value of the first input, which a kernel found, with the derivatives of the second, the same by a formula. Where the
/// formula knows only NaN, as at infinite logits, the value is a limit and counts as a constant.
/// </summary>
internal sealed class KnownValue<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly KnownValue<T> Instance = new();

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => inputs[0].Shape;

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output) => inputs[0].Value.CopyTo(output);

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> known = step.Input(0), formula = step.Input(1), upstream = step.Upstream;
        Variable<T> derivative = known.Tape.NewConstant(known.Shape, out Span<T> elements);
        Elementwise.Map(known.Value, formula.Value, elements, default(Derivative));
        step.Add(1, upstream.Through(derivative));
    }

    /// <summary>1; 0 where the formula alone is NaN, NaN where the value is.</summary>
    private readonly struct Derivative : IMap2<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, T> =>
            TVector.SelectEqual(a, a, TVector.SelectEqual(b, b, 1, 0), a);
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>This value with the derivatives of a formula for it.</summary>
    internal Variable<T> DifferentiatedAs(Variable<T> formula) => Tape.Apply(KnownValue<T>.Instance, this, formula);
}
