using System.Numerics;

namespace DeepLearning.Primitives;

/// <content>Forward.</content>
internal ref partial struct RecurrentPass<T, TCell> : IParallelBody
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TCell : struct, IRecurrentCell<T>
{
    /// <summary>Multiplications worth a thread of their own.</summary>
    private const long ParallelWork = 1 << 20;

    /// <summary>
    /// Runs the sequence. <paramref name="output"/> has a row of <paramref name="outputStride"/> elements for each step and row
    /// of the batch, of which the first ones are this direction's; what lies beyond a row's length is left alone.
    /// </summary>
    public void Forward(
        ReadOnlySpan<T> sequence,
        ReadOnlySpan<T> initialState,
        ReadOnlySpan<T> initialCell,
        ReadOnlySpan<T> mask,
        Span<T> output,
        int outputStride,
        Span<T> scratch)
    {
        _sequence = sequence;
        if (!Plan.IsInPlace(Reverse) && !StepsGathering)
            for (int step = 0; step < Plan.Time; step++) GatherInputs(step, 0, Plan.Count(step), Plan.Offset(step));
        Sort(initialState, Sizes.State, _states);
        if (TCell.HasCell) Sort(initialCell, Sizes.Hidden, _cells);
        if (!_mask.IsEmpty) Sort(mask, Sizes.State, _mask);
        _output = output;
        _outputStride = outputStride;
        Run(scratch);
    }

    /// <summary>Computes gates that were not kept; what was kept gets the same bits once more.</summary>
    public void Recompute(Span<T> scratch)
    {
        _output = default;
        Run(scratch);
    }

    /// <summary>The last states and cell states, in the order of the batch; empty where they are not wanted.</summary>
    public readonly void CopyFinal(Span<T> finalState, Span<T> finalCell)
    {
        int state = Sizes.State, hidden = Sizes.Hidden;
        for (int i = 0; i < Plan.Batch; i++)
        {
            int row = Plan.Row(i), last = Before(Plan.Length(i)) + i;
            if (!finalState.IsEmpty) StatesAt(Plan.Length(i), i, 1).CopyTo(finalState[(row * state)..]);
            if (TCell.HasCell && !finalCell.IsEmpty) _cells.Slice((_reusesStates ? i : last) * hidden, hidden).CopyTo(finalCell[(row * hidden)..]);
        }
    }

    /// <summary>Pieces of whole rows: each thread runs its own through all steps.</summary>
    public readonly void Invoke(int start, int end)
    {
        for (int piece = start; piece < end; piece++)
        {
            int first = FirstRow(piece), last = FirstRow(piece + 1);
            if (_isBackward) BackwardRows(first, last);
            else ForwardRows(first, last);
        }
    }

    private void Run(Span<T> scratch)
    {
        var pieces = new Carver<T>(scratch);
        int state = Sizes.State, before = TCell.SplitAt * Sizes.Hidden, after = GatesLength - before;
        if (StepsInputs)
        {
            _packed = pieces.Take(PackedPair.Length<T>(Sizes.Input + state, TCell.Gates, Sizes.Hidden));
            PackedPair.Pack(Weights.Input, Weights.Hidden, Sizes.Input, state, TCell.Gates, Sizes.Hidden, _packed);
        }
        else
        {
            _packed = pieces.Take(PackedMatrix.Length<T>(state, before));
            PackedMatrix.Pack(Weights.Hidden[..(before * state)], state, before, transposeB: true, ForOneRow, _packed);
            if (after > 0)
            {
                _packedRest = pieces.Take(PackedMatrix.Length<T>(state, after));
                PackedMatrix.Pack(Weights.Hidden[(before * state)..], state, after, transposeB: true, ForOneRow, _packedRest);
            }
        }

        if (Sizes.IsProjected)
        {
            _packedProjection = pieces.Take(PackedMatrix.Length<T>(Sizes.Hidden, state));
            PackedMatrix.Pack(Weights.Projection, Sizes.Hidden, state, transposeB: true, ForOneRow, _packedProjection);
            _unprojected = pieces.Take(Plan.Batch * Sizes.Hidden);
        }

        _fed = pieces.Take(_mask.Length);
        _bias = pieces.Take(GatesLength);
        JoinBiases();
        if (!StepsInputs)
        {
            StartSums();
            MatrixProduct.Multiply(Inputs, Weights.Input, _gates, Plan.Total, Sizes.Input, GatesLength, false, true, accumulate: HasBias);
        }

        _isBackward = false;
        RunRows();
    }

    private readonly void JoinBiases()
    {
        if (!HasBias) return;
        Weights.InputBias.CopyTo(_bias);
        int joined = Cell.KeepsHiddenBiasApart ? TCell.SplitAt * Sizes.Hidden : GatesLength;
        Elementwise.Map<T, Add<T>>(_bias[..joined], Weights.HiddenBias[..joined], _bias[..joined], default);
    }

    /// <summary>The biases, from which the input products go on, and then the recurrent ones.</summary>
    private readonly void StartSums()
    {
        if (HasBias) Repeat(_bias, _gates);
        if (!TCell.HasExtra || !Cell.KeepsHiddenBiasApart) return;
        if (HasBias) Repeat(HiddenBiasApart, _extra);
        else _extra.Clear();
    }

    /// <summary>The hidden bias of the gates after the split.</summary>
    private readonly ReadOnlySpan<T> HiddenBiasApart => Weights.HiddenBias[(TCell.SplitAt * Sizes.Hidden)..];

    private static void Repeat(ReadOnlySpan<T> row, Span<T> destination)
    {
        if (destination.IsEmpty) return;
        row.CopyTo(destination);
        for (int filled = row.Length; filled < destination.Length; filled *= 2)
            destination[..Math.Min(filled, destination.Length - filled)].CopyTo(destination[filled..]);
    }

    private void RunRows()
    {
        long work = (long)Plan.Total * GatesLength * Sizes.State;
        int threads = Parallelism.IsWorthwhile ? Compute.MaxDegreeOfParallelism : 1;
        _pieces = (int)Math.Max(1, Math.Min(Math.Min(threads, Plan.Batch), work / ParallelWork));
        if (_pieces == 1) Invoke(0, 1);
        else Parallelism.For(_pieces, 1, this);
    }

    /// <summary>Where a piece begins: pieces have as many packed rows each as can be.</summary>
    private readonly int FirstRow(int piece)
    {
        long wanted = (long)Plan.Total * piece / _pieces;
        if (Plan.IsFull) return (int)((long)Plan.Batch * piece / _pieces);
        int row = 0;
        for (long rows = 0; row < Plan.Batch && (piece == _pieces || rows < wanted); row++) rows += Plan.Length(row);
        return row;
    }

    private readonly void ForwardRows(int first, int last)
    {
        for (int step = 0; step < Plan.Time; step++)
        {
            int count = Math.Min(last, Plan.Count(step)) - first;
            if (count <= 0) break;
            if (StepsGathering) GatherInputs(step, first, count, first);
            CellRows<T> rows = RowsAt(step, first, count);
            rows.Products = ProductsAt(step, first, count);
            if (!_mask.IsEmpty) rows.Fed = Mask(rows.Previous, first);
            Span<T> states = rows.Output;
            if (Sizes.IsProjected) rows.Output = _unprojected.Slice(first * Sizes.Hidden, count * Sizes.Hidden);
            Cell.Forward(rows);
            if (Sizes.IsProjected)
            {
                PackedMatrix.Multiply(
                    rows.Output, _packedProjection, states, count, Sizes.Hidden, Sizes.State, Sizes.State, ForOneRow, accumulate: false);
            }

            if (!_output.IsEmpty && !StatesAreOutput) Scatter(states, step, first, count);
        }
    }

    private readonly GateProducts<T> ProductsAt(int step, int first, int count)
    {
        if (!StepsInputs) return new() { Packed = _packed, PackedRest = _packedRest, ForOneRow = ForOneRow };
        return new()
        {
            Pair = _packed,
            FromLast = step % 2 != 0,
            Shape = new(Sizes.Input, Sizes.State, TCell.Gates, Sizes.Hidden),
            Inputs = Inputs.Slice(((StepsGathering ? 0 : Plan.Offset(step)) + first) * Sizes.Input, count * Sizes.Input),
            Bias = HasBias ? _bias : default,
            HiddenBias = HasBias && Cell.KeepsHiddenBiasApart ? HiddenBiasApart : default,
        };
    }

    /// <summary>The states as they enter the recurrent product.</summary>
    private readonly Span<T> Mask(ReadOnlySpan<T> states, int first)
    {
        Span<T> fed = _fed.Slice(first * Sizes.State, states.Length);
        Elementwise.Map<T, Multiply<T>>(states, _mask.Slice(first * Sizes.State, states.Length), fed, default);
        return fed;
    }

    private readonly void Scatter(ReadOnlySpan<T> states, int step, int first, int count)
    {
        int state = Sizes.State;
        for (int row = 0; row < Plan.Batch; row++)
        {
            if (Plan.IsAlive(row, step, out int i) && (uint)(i - first) < (uint)count)
                states.Slice((i - first) * state, state).CopyTo(_output[(Plan.Position(step, i, Reverse) * _outputStride)..]);
        }
    }

    /// <summary>Copies the inputs of some rows of a step to where they are read, in rows.</summary>
    private readonly void GatherInputs(int step, int first, int count, int to)
    {
        int width = Sizes.Input;
        for (int row = 0; row < Plan.Batch; row++)
        {
            if (Plan.IsAlive(row, step, out int i) && (uint)(i - first) < (uint)count)
                _sequence.Slice(Plan.Position(step, i, Reverse) * width, width).CopyTo(Inputs[((to + i - first) * width)..]);
        }
    }
}
