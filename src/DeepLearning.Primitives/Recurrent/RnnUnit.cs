using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>The plain recurrent unit (Elman, 1990): h′ = tanh(Wx + b + Uh + b′), or with max(0, ·) in tanh's place.</summary>
internal readonly struct RnnUnit<T>(bool rectified) : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Gates => 1;

    public static bool HasCell => false;

    public static bool HasExtra => false;

    public static int SplitAt => Gates;

    public static bool PassesHidden => false;

    public bool KeepsHiddenBiasApart => false;

    public bool HasOwnHiddenGradient => false;

    public void Forward(scoped in CellRows<T> rows)
    {
        int width = rows.Hidden;
        for (int taken = 0, units; taken < width; taken += units)
        {
            int first = rows.Products.NextUnits(taken, width, out units);
            rows.Products.Sum(rows, rows.Fed, 0, 1, first);
            StreamRows<T> gates = new(rows.Gates[first..], 1, rows.GateStride), output = new(rows.Output[first..], 1, width);
            if (rectified) UnitRows.Run(rows.Count, units, default(Rectify), gates, output, part: width);
            else UnitRows.Run(rows.Count, units, default(Bend), gates, output, part: width);
        }
    }

    public void Backward(scoped in CellGradients<T> rows)
    {
        ref readonly CellRows<T> forward = ref rows.Forward;
        int width = forward.Hidden;
        StreamRows<T> gates = new(forward.Gates, 1, forward.GateStride), output = new(rows.Output, 1, width), results = new(rows.Gates, 1, width);
        if (rectified) UnitRows.Run(forward.Count, width, default(RectifyBack), results, gates, output);
        else UnitRows.Run(forward.Count, width, default(BendBack), results, gates, output);
        PackedMatrix.Multiply(
            rows.Gates, forward.Products.Packed, rows.Fed, forward.Count, width, width, width, forward.Products.ForOneRow, rows.Accumulate);
    }

    public (Variable<T> Output, Variable<T> Cell) Forward(in CellVariables<T> rows) =>
        (rectified ? rows.Sum(0).Relu() : rows.Sum(0).Tanh(), default);

    // Only long short-term memory is projected.
    public void Restore(scoped in CellRows<T> rows) => throw new NotSupportedException();

    /// <summary>Streams: the sum (out: h′), h′.</summary>
    private readonly struct Bend : IUnitKernel<T>
    {
        public static int Writes => 0b11;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount
        {
            TVector y = VectorMath.Tanh<TVector, T>(row.A(0, at));
            row.SetA(0, at, y);
            row.SetB(0, at, y);
        }
    }

    private readonly struct Rectify : IUnitKernel<T>
    {
        public static int Writes => 0b11;

        // A NaN stands on the right of Max and so stays.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount
        {
            TVector y = TVector.Max(0, row.A(0, at));
            row.SetA(0, at, y);
            row.SetB(0, at, y);
        }
    }

    /// <summary>Streams: gradient of the sum, h′, gradient of h′.</summary>
    private readonly struct BendBack : IUnitKernel<T>
    {
        public static int Writes => 0b1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount =>
            row.SetA(0, at, row.C(0, at) * GateMath.TanhSlope<TVector, T>(row.B(0, at)));
    }

    private readonly struct RectifyBack : IUnitKernel<T>
    {
        public static int Writes => 0b1;

        // relu′(0) = 0, and a NaN stays: neither is it above 0 nor is it 0 or below.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
            where TVector : struct, ISimd<TVector, T>
            where TPass : struct, ICount
        {
            TVector y = row.B(0, at), upstream = row.C(0, at);
            row.SetA(0, at, TVector.Select(y <= 0, 0, TVector.Select(y > 0, upstream, y)));
        }
    }
}
