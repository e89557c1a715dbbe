using System.Numerics;

namespace DeepLearning.Primitives;

/// <content>Backward.</content>
internal ref partial struct RecurrentPass<T, TCell>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TCell : struct, IRecurrentCell<T>
{
    /// <summary>The elements of scratch that going backward takes.</summary>
    public static int BackwardScratch(TCell cell, in UnitSizes sizes, int total, int batch, bool hasPeepholes)
    {
        int hidden = sizes.Hidden, state = sizes.State, gates = TCell.Gates * hidden;
        int before = (cell.HasOwnHiddenGradient ? TCell.Gates : TCell.SplitAt) * hidden, after = gates - before;
        return checked(PackedMatrix.Length<T>(before, state) + (after > 0 ? PackedMatrix.Length<T>(after, state) : 0)
            + (total * (gates + state + sizes.Input))
            + (TCell.HasExtra ? (Math.Max(total, batch) * gates) + (batch * hidden) + (gates * state) : 0)
            + (hasPeepholes ? total * 3 * hidden : 0)
            + (batch * ((2 * hidden) + (3 * state)))
            + (sizes.IsProjected ? PackedMatrix.Length<T>(state, hidden) + (total * (state + hidden)) : 0));
    }

    /// <summary>Gates whose gradients go through the first packed matrix.</summary>
    private readonly int BackwardSplit => Cell.HasOwnHiddenGradient ? TCell.Gates : TCell.SplitAt;

    /// <summary>
    /// The gradients of a run, from those in its output (laid out as there; empty for none) and in the final states. Results that
    /// are empty are not asked for; that in the sequence overwrites, or adds when <paramref name="addsToSequence"/>.
    /// </summary>
    public void Backward(
        ReadOnlySpan<T> output,
        int outputStride,
        ReadOnlySpan<T> finalState,
        ReadOnlySpan<T> finalCell,
        Span<T> sequence,
        bool addsToSequence,
        Span<T> initialState,
        Span<T> initialCell,
        UnitWeights<T> gradients,
        Span<T> scratch)
    {
        var pieces = new Carver<T>(scratch);
        int total = Plan.Total, batch = Plan.Batch, hidden = Sizes.Hidden, state = Sizes.State, gates = GatesLength;
        int before = BackwardSplit * hidden, after = gates - before;
        _packed = pieces.Take(PackedMatrix.Length<T>(before, state));
        PackedMatrix.Pack(Weights.Hidden[..(before * state)], before, state, transposeB: false, ForOneRow, _packed);
        if (after > 0)
        {
            _packedRest = pieces.Take(PackedMatrix.Length<T>(after, state));
            PackedMatrix.Pack(Weights.Hidden[(before * state)..], after, state, transposeB: false, ForOneRow, _packedRest);
        }

        _gateGradients = pieces.Take(total * gates);
        _hiddenGateGradients = TCell.HasExtra ? pieces.Take(Math.Max(total, batch) * gates) : _gateGradients;
        _cellScratch = pieces.Take(TCell.HasExtra ? batch * hidden : 0);
        _peepholeGradients = pieces.Take(Weights.Peepholes.IsEmpty ? 0 : total * 3 * hidden);
        _stateGradients = pieces.Take(batch * state);
        _cellGradients = pieces.Take(TCell.HasCell ? batch * hidden : 0);
        _fed = pieces.Take(_mask.Length);
        _maskedProduct = pieces.Take(_mask.Length);
        if (Sizes.IsProjected)
        {
            _projectedGradients = pieces.Take(total * state);
            _unprojected = pieces.Take(batch * hidden);
            _packedProjection = pieces.Take(PackedMatrix.Length<T>(state, hidden));
            PackedMatrix.Pack(Weights.Projection, state, hidden, transposeB: false, ForOneRow, _packedProjection);
        }

        Sort(finalState, state, _stateGradients);
        if (TCell.HasCell) Sort(finalCell, hidden, _cellGradients);
        _upstream = output;
        _outputStride = outputStride;
        _isBackward = true;
        RunRows();

        Unsort(_stateGradients, state, initialState);
        if (TCell.HasCell) Unsort(_cellGradients, hidden, initialCell);
        if (!sequence.IsEmpty) SequenceGradient(sequence, addsToSequence, pieces);
        WeightGradients(gradients, pieces);
    }

    private readonly void BackwardRows(int first, int last)
    {
        int hidden = Sizes.Hidden, state = Sizes.State, gates = GatesLength;
        for (int step = Plan.Time - 1; step >= 0; step--)
        {
            int count = Math.Min(last, Plan.Count(step)) - first, packed = Plan.Offset(step) + first;
            if (count <= 0) continue;
            Span<T> states = _stateGradients.Slice(first * state, count * state);
            if (!_upstream.IsEmpty) AddUpstream(states, step, first, count);
            CellGradients<T> rows = new()
            {
                Forward = RowsAt(step, first, count),
                Output = states,
                Gates = _gateGradients.Slice(packed * gates, count * gates),
                Fed = states,
                Accumulate = TCell.PassesHidden,
            };
            rows.Forward.Products = new() { Packed = _packed, PackedRest = _packedRest, ForOneRow = ForOneRow };
            if (TCell.HasExtra)
            {
                int at = Cell.HasOwnHiddenGradient ? packed : first;
                rows.HiddenGates = _hiddenGateGradients.Slice(at * gates, count * gates);
                rows.Scratch = _cellScratch.Slice(first * hidden, count * hidden);
            }

            if (TCell.HasCell) rows.Cell = _cellGradients.Slice(first * hidden, count * hidden);
            if (!Weights.Peepholes.IsEmpty) rows.Peepholes = _peepholeGradients.Slice(packed * 3 * hidden, count * 3 * hidden);
            if (Sizes.IsProjected)
            {
                states.CopyTo(_projectedGradients[(packed * state)..]);
                rows.Output = _unprojected.Slice(first * hidden, count * hidden);
                PackedMatrix.Multiply(states, _packedProjection, rows.Output, count, state, hidden, hidden, ForOneRow, accumulate: false);
            }

            if (_mask.IsEmpty) Cell.Backward(rows);
            else MaskedBackward(rows, states, first);
        }
    }

    /// <summary>What was masked on the way to the recurrent product is masked on the way back.</summary>
    private readonly void MaskedBackward(scoped CellGradients<T> rows, Span<T> states, int first)
    {
        Span<T> mask = _mask.Slice(first * Sizes.State, states.Length), fed = _fed.Slice(first * Sizes.State, states.Length);
        Span<T> product = _maskedProduct.Slice(first * Sizes.State, states.Length);
        Elementwise.Map<T, Multiply<T>>(rows.Forward.Previous, mask, fed, default);
        rows.Forward.Fed = fed;
        rows.Fed = product;
        rows.Accumulate = false;
        Cell.Backward(rows);
        if (!TCell.PassesHidden) states.Clear();
        Elementwise.Map(product, mask, states, states, default(MultiplyAdd<T>));
    }

    private readonly void AddUpstream(Span<T> states, int step, int first, int count)
    {
        int state = Sizes.State, rows = Plan.IsInPlace(Reverse) && _outputStride == state ? 1 : count, length = count / rows * state;
        for (int i = 0; i < rows; i++)
        {
            Span<T> row = states.Slice(i * length, length);
            ReadOnlySpan<T> upstream = _upstream.Slice(Plan.Position(step, first + i, Reverse) * _outputStride, length);
            Elementwise.Map<T, Add<T>>(row, upstream, row, default);
        }
    }

    private readonly void Unsort(ReadOnlySpan<T> sorted, int width, Span<T> rows)
    {
        if (rows.IsEmpty) return;
        for (int i = 0; i < Plan.Batch; i++) sorted.Slice(i * width, width).CopyTo(rows[(Plan.Row(i) * width)..]);
    }

    private readonly void SequenceGradient(Span<T> sequence, bool adds, Carver<T> pieces)
    {
        int width = Sizes.Input, total = Plan.Total;
        bool isInPlace = Plan.IsInPlace(Reverse) && !adds;
        Span<T> packed = isInPlace ? sequence : pieces.Take(total * width);
        MatrixProduct.Multiply(_gateGradients, Weights.Input, packed, total, GatesLength, width, false, false, accumulate: false);
        if (isInPlace) return;
        if (!adds) Plan.ClearBeyond(sequence, width);
        for (int step = 0; step < Plan.Time; step++)
        {
            for (int row = 0; row < Plan.Batch; row++)
            {
                if (!Plan.IsAlive(row, step, out int i)) continue;
                Span<T> from = packed.Slice((Plan.Offset(step) + i) * width, width);
                Span<T> to = sequence.Slice(Plan.Position(step, i, Reverse) * width, width);
                if (adds) Elementwise.Map<T, Add<T>>(to, from, to, default);
                else from.CopyTo(to);
            }
        }
    }

    private readonly void WeightGradients(UnitWeights<T> gradients, Carver<T> pieces)
    {
        int total = Plan.Total, hidden = Sizes.Hidden, state = Sizes.State, gates = GatesLength;
        ReadOnlySpan<T> forHidden = Cell.HasOwnHiddenGradient ? _hiddenGateGradients[..(total * gates)] : _gateGradients;
        if (!gradients.Input.IsEmpty)
            MatrixProduct.Multiply(_gateGradients, Inputs, gradients.Input, gates, total, Sizes.Input, true, false, accumulate: false);
        if (!gradients.Hidden.IsEmpty)
        {
            MatrixProduct.Multiply(forHidden, FedStates(ref pieces), gradients.Hidden, gates, total, state, true, false, accumulate: false);
            if (TCell.HasExtra && !Cell.HasOwnHiddenGradient)
            {
                // The gates after the split were fed what is kept in Extra.
                Span<T> all = pieces.Take(gates * state);
                MatrixProduct.Multiply(_gateGradients, _extra, all, gates, total, state, true, false, accumulate: false);
                int split = TCell.SplitAt * hidden * state;
                all[split..].CopyTo(gradients.Hidden[split..]);
            }
        }

        if (!gradients.InputBias.IsEmpty) Reduce.SumAxis<T>(_gateGradients, 1, total, gates, gradients.InputBias);
        if (!gradients.HiddenBias.IsEmpty)
        {
            if (gradients.InputBias.IsEmpty || Cell.HasOwnHiddenGradient) Reduce.SumAxis(forHidden, 1, total, gates, gradients.HiddenBias);
            else gradients.InputBias.CopyTo(gradients.HiddenBias);
        }

        if (!gradients.Peepholes.IsEmpty) Reduce.SumAxis<T>(_peepholeGradients, 1, total, 3 * hidden, gradients.Peepholes);
        if (gradients.Projection.IsEmpty) return;
        CellRows<T> rows = new()
        {
            Count = total,
            Hidden = hidden,
            GateStride = GateStride,
            Gates = _gates,
            Cell = _cells[(Plan.Batch * hidden)..],
            Output = pieces.Take(total * hidden),
        };
        Cell.Restore(rows);
        MatrixProduct.Multiply<T>(_projectedGradients, rows.Output, gradients.Projection, state, total, hidden, true, false, accumulate: false);
    }

    /// <summary>The states as they entered the recurrent products of all steps.</summary>
    private readonly ReadOnlySpan<T> FedStates(ref Carver<T> pieces)
    {
        int state = Sizes.State;
        if (Plan.IsFull && _mask.IsEmpty) return _states[..(Plan.Total * state)];
        Span<T> all = pieces.Take(Plan.Total * state), to = all;
        for (int step = 0; step < Plan.Time; step++)
        {
            int length = Plan.Count(step) * state;
            ReadOnlySpan<T> states = _states.Slice(Before(step) * state, length);
            if (_mask.IsEmpty) states.CopyTo(to);
            else Elementwise.Map<T, Multiply<T>>(states, _mask[..length], to[..length], default);
            to = to[length..];
        }

        return all;
    }

    /// <summary>a·b + c</summary>
    private readonly struct MultiplyAdd<TElement> : IMap3<TElement>
        where TElement : unmanaged
    {
        public TVector Invoke<TVector>(TVector a, TVector b, TVector c)
            where TVector : struct, ISimd<TVector, TElement> => TVector.FusedMultiplyAdd(a, b, c);
    }
}
