using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber, 1997; Gers et al., 2000): gates i, f, g, o;
/// c′ = f ⊙ c + i ⊙ g, h = o ⊙ tanh c′; with peepholes i and f also see c, and o sees c′.
/// </summary>
/// <param name="clip">The largest magnitude of the cell state; +∞ for none.</param>
internal readonly struct LstmUnit<T>(T clip) : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Gates => 4;

    public static bool HasCell => true;

    public static bool HasExtra => false;

    public static int SplitAt => Gates;

    public static bool PassesHidden => false;

    public bool KeepsHiddenBiasApart => false;

    public bool HasOwnHiddenGradient => false;

    /// <summary>With a clip there are peepholes too, if only of zeros, which leave every sum as it is.</summary>
    private static bool IsGeneral(scoped in CellRows<T> rows) => !rows.Peepholes.IsEmpty;

    public void Forward(scoped in CellRows<T> rows)
    {
        int width = rows.Hidden, count = rows.Count;
        for (int taken = 0, units; taken < width; taken += units)
        {
            int first = rows.Products.NextUnits(taken, width, out units);
            rows.Products.Sum(rows, rows.Fed, 0, 4, first);
            StreamRows<T> gates = new(rows.Gates[first..], 4, rows.GateStride), before = new(rows.PreviousCell[first..], 1, width);
            StreamRows<T> after = new(rows.Cell[first..], 1, width), output = new(rows.Output[first..], 1, width);
            if (!IsGeneral(rows))
                UnitRows.Run(count, units, default(Step), gates, before, after, output, part: width);
            else
                UnitRows.Run(count, units, new GeneralStep(clip), gates, before, after, output, Peepholes(rows, first), part: width);
        }
    }

    public void Backward(scoped in CellGradients<T> rows)
    {
        ref readonly CellRows<T> forward = ref rows.Forward;
        int width = forward.Hidden;
        StreamRows<T> gates = new(forward.Gates, 4, forward.GateStride), before = new(forward.PreviousCell, 1, width);
        StreamRows<T> after = new(forward.Cell, 1, width), output = new(rows.Output, 1, width);
        StreamRows<T> results = new(rows.Gates, 4, 4 * width), cell = new(rows.Cell, 1, width);
        if (!IsGeneral(forward))
        {
            UnitRows.Run(forward.Count, width, default(StepBack), results, cell, gates, before, after, output);
        }
        else
        {
            StreamRows<T> peepholes = new(rows.Peepholes, 3, 3 * width);
            UnitRows.Run(
                forward.Count, width, new GeneralStepBack(clip), results, cell, peepholes, gates, before, after, output, Peepholes(forward, 0));
        }

        PackedMatrix.Multiply(
            rows.Gates, forward.Products.Packed, rows.Fed, forward.Count, 4 * width, forward.State, forward.State, forward.Products.ForOneRow, rows.Accumulate);
    }

    public (Variable<T> Output, Variable<T> Cell) Forward(in CellVariables<T> rows)
    {
        Variable<T> before = rows.Cell, toInput = rows.Sum(0), toForget = rows.Sum(1), toOutput = rows.Sum(3);
        if (rows.Peepholes is not null)
        {
            toInput += rows.Peepholes[0] * before;
            toForget += rows.Peepholes[1] * before;
        }

        Variable<T> cell = (toForget.Sigmoid() * before) + (toInput.Sigmoid() * rows.Sum(2).Tanh());
        if (T.IsFinite(clip)) cell = Clip(cell);
        if (rows.Peepholes is not null) toOutput += rows.Peepholes[2] * cell;
        return (toOutput.Sigmoid() * cell.Tanh(), cell);
    }

    public void Restore(scoped in CellRows<T> rows)
    {
        int width = rows.Hidden;
        UnitRows.Run(
            rows.Count, width, default(Output), new StreamRows<T>(rows.Output, 1, width), new StreamRows<T>(rows.Gates, 4, rows.GateStride),
            new StreamRows<T>(rows.Cell, 1, width));
    }

    /// <summary>The cell state where it is within the bounds, the bound elsewhere.</summary>
    private Variable<T> Clip(Variable<T> cell)
    {
        Variable<T> isInside = cell.Tape.NewConstant(cell.Shape, out Span<T> inside);
        Variable<T> bound = cell.Tape.NewConstant(cell.Shape, out Span<T> bounds);
        ReadOnlySpan<T> values = cell.Value;
        for (int i = 0; i < values.Length; i++)
        {
            bool isOutside = T.Abs(values[i]) > clip;
            inside[i] = isOutside ? T.Zero : T.One;
            bounds[i] = isOutside ? T.CopySign(clip, values[i]) : T.Zero;
        }

        return (isInside * cell) + bound;
    }

    private static StreamRows<T> Peepholes(scoped in CellRows<T> rows, int first) => new(rows.Peepholes[first..], 3, 0);

    /// <summary>Streams: gates, c, c′, h.</summary>
    private readonly struct Step : IUnitKernel<T>
    {
        public static int Writes => 0b1101;

        public static int Passes => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount
        {
            if (typeof(TPass) == typeof(One))
            {
                TVector i = row.A(0, at), f = row.A(1, at);
                GateMath.Sigmoid<TVector, T>(ref i, ref f);
                row.SetA(0, at, i);
                row.SetA(1, at, f);
            }
            else if (typeof(TPass) == typeof(Two))
            {
                row.SetA(2, at, VectorMath.Tanh<TVector, T>(row.A(2, at)));
                row.SetA(3, at, VectorMath.Sigmoid<TVector, T>(row.A(3, at)));
            }
            else
            {
                TVector entering = row.A(0, at) * row.A(2, at);
                TVector cell = TVector.FusedMultiplyAdd(row.A(1, at), row.B(0, at), entering);
                row.SetC(0, at, cell);
                row.SetD(0, at, row.A(3, at) * VectorMath.Tanh<TVector, T>(cell));
            }
        }
    }

    /// <summary>Streams: h, gates, c′.</summary>
    private readonly struct Output : IUnitKernel<T>
    {
        public static int Writes => 0b1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount =>
            row.SetA(0, at, row.B(3, at) * VectorMath.Tanh<TVector, T>(row.C(0, at)));
    }

    /// <summary>Streams: gradients of the gates, of c (in: of c′), then gates, c, c′, gradient of h.</summary>
    private readonly struct StepBack : IUnitKernel<T>
    {
        public static int Writes => 0b11;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount
        {
            TVector i = row.C(0, at), f = row.C(1, at), g = row.C(2, at), o = row.C(3, at);
            TVector bent = VectorMath.Tanh<TVector, T>(row.E(0, at)), hidden = row.F(0, at);
            TVector cell = TVector.FusedMultiplyAdd(hidden * o, GateMath.TanhSlope<TVector, T>(bent), row.B(0, at));
            row.SetA(0, at, cell * g * GateMath.SigmoidSlope<TVector, T>(i));
            row.SetA(1, at, cell * row.D(0, at) * GateMath.SigmoidSlope<TVector, T>(f));
            row.SetA(2, at, cell * i * GateMath.TanhSlope<TVector, T>(g));
            row.SetA(3, at, hidden * bent * GateMath.SigmoidSlope<TVector, T>(o));
            row.SetB(0, at, cell * f);
        }
    }

    /// <summary>Streams: gates, c, c′, h, peepholes.</summary>
    private readonly struct GeneralStep(T clip) : IUnitKernel<T>
    {
        public static int Writes => 0b1101;

        public static int Passes => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount
        {
            if (typeof(TPass) == typeof(One))
            {
                TVector before = row.B(0, at);
                TVector i = TVector.FusedMultiplyAdd(row.E(0, at), before, row.A(0, at));
                TVector f = TVector.FusedMultiplyAdd(row.E(1, at), before, row.A(1, at));
                GateMath.Sigmoid<TVector, T>(ref i, ref f);
                row.SetA(0, at, i);
                row.SetA(1, at, f);
            }
            else if (typeof(TPass) == typeof(Two))
            {
                TVector g = VectorMath.Tanh<TVector, T>(row.A(2, at)), limit = TVector.Create(clip);
                row.SetA(2, at, g);
                TVector cell = TVector.FusedMultiplyAdd(row.A(1, at), row.B(0, at), row.A(0, at) * g);
                // A NaN stands on the right of Min and Max and so stays.
                row.SetC(0, at, TVector.Max(-limit, TVector.Min(limit, cell)));
            }
            else
            {
                TVector cell = row.C(0, at);
                TVector o = TVector.FusedMultiplyAdd(row.E(2, at), cell, row.A(3, at));
                o = VectorMath.Sigmoid<TVector, T>(o);
                row.SetA(3, at, o);
                row.SetD(0, at, o * VectorMath.Tanh<TVector, T>(cell));
            }
        }
    }

    /// <summary>Streams: gradients of the gates, of c, of the peepholes, then gates, c, c′, gradient of h, peepholes.</summary>
    private readonly struct GeneralStepBack(T clip) : IUnitKernel<T>
    {
        public static int Writes => 0b111;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount
        {
            TVector i = row.D(0, at), f = row.D(1, at), g = row.D(2, at), o = row.D(3, at);
            TVector before = row.E(0, at), after = row.F(0, at), limit = TVector.Create(clip);
            TVector bent = VectorMath.Tanh<TVector, T>(after), hidden = row.G(0, at);
            TVector toOutput = hidden * bent * GateMath.SigmoidSlope<TVector, T>(o);
            TVector cell = TVector.FusedMultiplyAdd(hidden * o, GateMath.TanhSlope<TVector, T>(bent), row.B(0, at));
            cell = TVector.FusedMultiplyAdd(toOutput, row.H(2, at), cell);
            // Where the clip took hold nothing passes; at the bound itself the gradient is that of the inside.
            TVector unclipped = TVector.Abs(TVector.FusedMultiplyAdd(f, before, i * g));
            cell = TVector.Select(unclipped > limit, 0, cell);
            TVector toInput = cell * g * GateMath.SigmoidSlope<TVector, T>(i);
            TVector toForget = cell * before * GateMath.SigmoidSlope<TVector, T>(f);
            row.SetA(0, at, toInput);
            row.SetA(1, at, toForget);
            row.SetA(2, at, cell * i * GateMath.TanhSlope<TVector, T>(g));
            row.SetA(3, at, toOutput);
            row.SetC(0, at, toInput * before);
            row.SetC(1, at, toForget * before);
            row.SetC(2, at, toOutput * after);
            TVector past = TVector.FusedMultiplyAdd(toForget, row.H(1, at), cell * f);
            row.SetB(0, at, TVector.FusedMultiplyAdd(toInput, row.H(0, at), past));
        }
    }
}
