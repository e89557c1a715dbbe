using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// Gated recurrent unit (Cho et al., 2014): gates r, z, n; h′ = (1 − z) ⊙ n + z ⊙ h. By default
/// n = tanh(Wx + b + r ⊙ (Uh + b′)); with the reset before the product n = tanh(Wx + b + U(r ⊙ h) + b′).
/// </summary>
internal readonly struct GruUnit<T>(bool resetBefore) : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Gates => 3;

    public static bool HasCell => false;

    /// <summary>Uh + b′, or r ⊙ h with the reset before the product.</summary>
    public static bool HasExtra => true;

    public static int SplitAt => 2;

    public static bool PassesHidden => true;

    public bool KeepsHiddenBiasApart => !resetBefore;

    public bool HasOwnHiddenGradient => !resetBefore;

    public void Forward(scoped in CellRows<T> rows)
    {
        int width = rows.Hidden, count = rows.Count;
        for (int taken = 0, units; taken < width; taken += units)
        {
            int first = rows.Products.NextUnits(taken, width, out units);
            rows.Products.Sum(rows, rows.Fed, 0, 2, first);
            StreamRows<T> gates = new(rows.Gates[first..], 3, rows.GateStride), extra = new(rows.Extra[first..], 1, width);
            if (resetBefore)
            {
                UnitRows.Run(count, units, default(Reset), gates, extra, new StreamRows<T>(rows.Fed[first..], 1, width), part: width);
                continue;
            }

            rows.Products.SumApart(rows, first);
            StreamRows<T> before = new(rows.Previous[first..], 1, width), after = new(rows.Output[first..], 1, width);
            UnitRows.Run(count, units, default(Step), gates, after, extra, before, part: width);
        }

        if (resetBefore) FinishAfterReset(rows);
    }

    /// <summary>With r ⊙ h of all units there is what the candidates are made of.</summary>
    private static void FinishAfterReset(scoped in CellRows<T> rows)
    {
        int width = rows.Hidden;
        for (int taken = 0, units; taken < width; taken += units)
        {
            int first = rows.Products.NextUnits(taken, width, out units);
            rows.Products.Sum(rows, rows.Extra, 2, 3, first);
            StreamRows<T> gates = new(rows.Gates[first..], 3, rows.GateStride);
            StreamRows<T> before = new(rows.Previous[first..], 1, width), after = new(rows.Output[first..], 1, width);
            UnitRows.Run(rows.Count, units, default(StepAfterReset), gates, after, before, part: width);
        }
    }

    public void Backward(scoped in CellGradients<T> rows)
    {
        ref readonly CellRows<T> forward = ref rows.Forward;
        int width = forward.Hidden, count = forward.Count;
        bool one = forward.Products.ForOneRow;
        StreamRows<T> gates = new(forward.Gates, 3, forward.GateStride), extra = new(forward.Extra, 1, width);
        StreamRows<T> before = new(forward.Previous, 1, width), output = new(rows.Output, 1, width), results = new(rows.Gates, 3, 3 * width);
        if (!resetBefore)
        {
            StreamRows<T> hidden = new(rows.HiddenGates, 3, 3 * width);
            UnitRows.Run(count, width, default(StepBack), results, hidden, output, gates, extra, before);
            PackedMatrix.Multiply(
                rows.HiddenGates, forward.Products.Packed, rows.Fed, count, 3 * width, width, width, one, rows.Accumulate);
            return;
        }

        // The gradient of n goes through its own weights to that of r ⊙ h, from which r's gate and part of h's follow.
        StreamRows<T> scratch = new(rows.Scratch, 1, width), fed = new(rows.Fed, 1, width);
        Span<T> candidates = rows.HiddenGates[..(count * width)];
        UnitRows.Run(count, width, default(CandidateBack), results, new StreamRows<T>(candidates, 1, width), output, gates, before);
        PackedMatrix.Multiply(candidates, forward.Products.PackedRest, rows.Scratch, count, width, width, width, one, accumulate: false);
        if (!rows.Accumulate) rows.Fed[..(count * width)].Clear();
        UnitRows.Run(count, width, default(ResetBack), results, fed, scratch, gates, new StreamRows<T>(forward.Fed, 1, width));
        Span<T> resetAndUpdate = rows.HiddenGates[..(2 * count * width)];
        for (int i = 0; i < count; i++)
            rows.Gates.Slice(i * 3 * width, 2 * width).CopyTo(resetAndUpdate[(i * 2 * width)..]);
        PackedMatrix.Multiply(resetAndUpdate, forward.Products.Packed, rows.Fed, count, 2 * width, width, width, one, accumulate: true);
    }

    public (Variable<T> Output, Variable<T> Cell) Forward(in CellVariables<T> rows)
    {
        Variable<T> reset = rows.Sum(0).Sigmoid(), update = rows.Sum(1).Sigmoid();
        Variable<T> product = resetBefore ? rows.Product(2, reset * rows.Fed) : reset * rows.Product(2, rows.Fed);
        Variable<T> candidate = (rows.Inputs[2] + product).Tanh();
        return (candidate + (update * (rows.Previous - candidate)), default);
    }

    // Only long short-term memory is projected.
    public void Restore(scoped in CellRows<T> rows) => throw new NotSupportedException();

    /// <summary>Streams: gates, h′, Uh + b′, h.</summary>
    private readonly struct Step : IUnitKernel<T>
    {
        public static int Writes => 0b11;

        public static int Passes => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount
        {
            if (typeof(TPass) == typeof(One))
            {
                TVector r = row.A(0, at), z = row.A(1, at);
                GateMath.Sigmoid<TVector, T>(ref r, ref z);
                row.SetA(0, at, r);
                row.SetA(1, at, z);
            }
            else
            {
                TVector sum = TVector.FusedMultiplyAdd(row.A(0, at), row.C(0, at), row.A(2, at));
                TVector n = VectorMath.Tanh<TVector, T>(sum);
                row.SetA(2, at, n);
                row.SetB(0, at, TVector.FusedMultiplyAdd(row.A(1, at), row.D(0, at) - n, n));
            }
        }
    }

    /// <summary>Streams: gradients of the gates for x, for h, of h′ (out: what z passes on), then gates, Uh + b′, h.</summary>
    private readonly struct StepBack : IUnitKernel<T>
    {
        public static int Writes => 0b111;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount
        {
            TVector r = row.D(0, at), z = row.D(1, at), n = row.D(2, at), output = row.C(0, at);
            TVector candidate = output * (1.0 - z) * GateMath.TanhSlope<TVector, T>(n);
            TVector reset = candidate * row.E(0, at) * GateMath.SigmoidSlope<TVector, T>(r);
            TVector update = output * (row.F(0, at) - n) * GateMath.SigmoidSlope<TVector, T>(z);
            row.SetA(0, at, reset);
            row.SetA(1, at, update);
            row.SetA(2, at, candidate);
            row.SetB(0, at, reset);
            row.SetB(1, at, update);
            row.SetB(2, at, candidate * r);
            row.SetC(0, at, output * z);
        }
    }

    /// <summary>Streams: gates, r ⊙ h, h as it is fed.</summary>
    private readonly struct Reset : IUnitKernel<T>
    {
        public static int Writes => 0b11;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount
        {
            TVector r = row.A(0, at), z = row.A(1, at);
            GateMath.Sigmoid<TVector, T>(ref r, ref z);
            row.SetA(0, at, r);
            row.SetA(1, at, z);
            row.SetB(0, at, r * row.C(0, at));
        }
    }

    /// <summary>Streams: gates, of which n is not yet bent, h′, h.</summary>
    private readonly struct StepAfterReset : IUnitKernel<T>
    {
        public static int Writes => 0b11;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount
        {
            TVector n = VectorMath.Tanh<TVector, T>(row.A(2, at));
            row.SetA(2, at, n);
            row.SetB(0, at, TVector.FusedMultiplyAdd(row.A(1, at), row.C(0, at) - n, n));
        }
    }

    /// <summary>Streams: gradients of the gates, of n once more, of h′ (out: what z passes on), then gates, h.</summary>
    private readonly struct CandidateBack : IUnitKernel<T>
    {
        public static int Writes => 0b111;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount
        {
            TVector z = row.D(1, at), n = row.D(2, at), output = row.C(0, at);
            TVector candidate = output * (1.0 - z) * GateMath.TanhSlope<TVector, T>(n);
            row.SetA(1, at, output * (row.E(0, at) - n) * GateMath.SigmoidSlope<TVector, T>(z));
            row.SetA(2, at, candidate);
            row.SetB(0, at, candidate);
            row.SetC(0, at, output * z);
        }
    }

    /// <summary>Streams: gradients of the gates, of h as it is fed, of r ⊙ h, then gates, h as it is fed.</summary>
    private readonly struct ResetBack : IUnitKernel<T>
    {
        public static int Writes => 0b11;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount
        {
            TVector r = row.D(0, at), product = row.C(0, at);
            row.SetA(0, at, product * row.E(0, at) * GateMath.SigmoidSlope<TVector, T>(r));
            row.SetB(0, at, TVector.FusedMultiplyAdd(product, r, row.B(0, at)));
        }
    }
}
