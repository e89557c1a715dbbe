using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>The sizes of one direction of one layer.</summary>
/// <param name="Input">The length of an input.</param>
/// <param name="Hidden">The number of units.</param>
/// <param name="State">The length of the hidden state: the number of units, or what they are projected to.</param>
internal readonly record struct UnitSizes(int Input, int Hidden, int State)
{
    public bool IsProjected => State != Hidden;
}

/// <summary>
/// The weights of one direction of one layer, row-major as PyTorch has them, or gradients in them; empty where there are none.
/// </summary>
internal ref struct UnitWeights<T>
    where T : unmanaged
{
    /// <summary>[gates·hidden, input] and [gates·hidden, state].</summary>
    public Span<T> Input, Hidden;

    /// <summary>[gates·hidden] each.</summary>
    public Span<T> InputBias, HiddenBias;

    /// <summary>[state, hidden].</summary>
    public Span<T> Projection;

    /// <summary>[3, hidden]: of i, f and o.</summary>
    public Span<T> Peepholes;
}

/// <summary>What a pass keeps for the way back: nothing but what the next step reads, the states of all steps, or their gates too.</summary>
internal enum Kept
{
    Nothing,
    States,
    Gates,
}

/// <summary>Cuts pieces off the front of a span; of a length 0 it gives nothing.</summary>
internal ref struct Carver<T>(Span<T> rest)
{
    private Span<T> _rest = rest;

    public Span<T> Take(int length)
    {
        Span<T> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}

/// <summary>
/// One direction of one layer over a whole sequence, both ways. Rows are independent of each other: threads take some rows
/// each, through all steps, and meet only at the end.
/// </summary>
internal ref partial struct RecurrentPass<T, TCell>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TCell : struct, IRecurrentCell<T>
{
    public required TCell Cell { get; init; }

    public required SequencePlan Plan { get; init; }

    public required UnitSizes Sizes { get; init; }

    public required bool Reverse { get; init; }

    public required UnitWeights<T> Weights { get; init; }

    /// <summary>
    /// The packed inputs [total, input]; the sequence itself where it is in place; those of one step where they are gathered step
    /// by step.
    /// </summary>
    public Span<T> Inputs;

    // Kept for the backward pass. States begin with the initial ones, [batch], then follow the packed rows. Where nothing is kept,
    // the states of even and odd steps take turns, and cell states stay in place.
    private Span<T> _gates;
    private Span<T> _extra;
    private Span<T> _states;
    private Span<T> _cells;
    private Span<T> _mask;
    private bool _reusesGates;
    private bool _reusesStates;

    // Scratch of either way.
    private Span<T> _packed;
    private Span<T> _packedRest;
    private Span<T> _bias;
    private Span<T> _packedProjection;
    private Span<T> _unprojected;
    private Span<T> _fed;
    private ReadOnlySpan<T> _sequence;
    private Span<T> _output;
    private int _outputStride;
    private bool _isBackward;
    private int _pieces;

    // Of all packed rows: gradients of the gates' sums, for the inputs and for the states, and of peepholes and projected states.
    private Span<T> _gateGradients;
    private Span<T> _hiddenGateGradients;
    private Span<T> _peepholeGradients;
    private Span<T> _projectedGradients;

    // Of the rows of the batch, carried from step to step.
    private Span<T> _stateGradients;
    private Span<T> _cellGradients;
    private Span<T> _cellScratch;
    private Span<T> _maskedProduct;
    private ReadOnlySpan<T> _upstream;

    private readonly int GatesLength => TCell.Gates * Sizes.Hidden;

    private readonly int GateStride => GateStrideOf(Sizes, Plan.Batch);

    private readonly bool StepsInputs => Plan.Batch >= RowsToStep;

    /// <summary>Where nothing is kept, inputs are gathered with the step that reads them.</summary>
    private readonly bool StepsGathering => StepsInputs && _reusesStates && !Plan.IsInPlace(Reverse);

    /// <summary>Where nothing is kept, states may stay in an output that is made of them as they come.</summary>
    private readonly bool StatesAreOutput => _reusesStates && Plan.IsInPlace(Reverse) && _outputStride == Sizes.State;

    private readonly bool ForOneRow => Plan.Batch == 1;

    private readonly bool HasBias => !Weights.InputBias.IsEmpty;

    /// <summary>
    /// With this many rows a step's input product is done with the step, and its sums go on into the recurrent one; with fewer,
    /// where the weights would be read for too little work, all steps' are done beforehand.
    /// </summary>
    private const int RowsToStep = 8;

    /// <summary>
    /// The elements that a pass keeps for the way back; gates that are not kept are computed again then.
    /// </summary>
    public static int SavedLength(in UnitSizes sizes, int total, int batch, bool copiesInputs, Kept kept, bool hasMask) =>
        checked((copiesInputs ? InputRows(total, batch, kept) * sizes.Input : 0)
            + (kept == Kept.Gates ? GateLength(sizes, total, batch) : 0)
            + (StateRows(total, batch, kept) * sizes.State)
            + (TCell.HasCell ? CellRows(total, batch, kept) * sizes.Hidden : 0)
            + (hasMask ? batch * sizes.State : 0));

    /// <summary>The elements that the gates of so many rows take.</summary>
    public static int GateLength(in UnitSizes sizes, int rows, int batch) =>
        checked(rows * (GateStrideOf(sizes, batch) + (TCell.HasExtra ? sizes.Hidden : 0)));

    /// <summary>
    /// From row to row of the gates. Rows of a tile that were a multiple of many lines apart would share a few lines of a cache:
    /// there is room for one more between them.
    /// </summary>
    private static int GateStrideOf(in UnitSizes sizes, int batch)
    {
        int length = checked(TCell.Gates * sizes.Hidden), line = 64 / Unsafe.SizeOf<T>();
        return batch >= RowsToStep && length % (4 * line) == 0 ? checked(length + line) : length;
    }

    /// <summary>The rows that gates take which are of no use after their step.</summary>
    public static int TransientRows(int total, int batch) => batch >= RowsToStep ? batch : total;

    /// <summary>The elements of scratch that going forward takes, gates that are not kept aside.</summary>
    public static int ForwardScratch(in UnitSizes sizes, int batch, bool hasMask)
    {
        int before = TCell.SplitAt * sizes.Hidden, after = (TCell.Gates * sizes.Hidden) - before;
        int weights = batch >= RowsToStep
            ? PackedPair.Length<T>(checked(sizes.Input + sizes.State), TCell.Gates, sizes.Hidden)
            : checked(PackedMatrix.Length<T>(sizes.State, before) + (after == 0 ? 0 : PackedMatrix.Length<T>(sizes.State, after)));
        return checked(weights + (TCell.Gates * sizes.Hidden)
            + (sizes.IsProjected ? PackedMatrix.Length<T>(sizes.Hidden, sizes.State) + (batch * sizes.Hidden) : 0)
            + (hasMask ? batch * sizes.State : 0));
    }

    private static int InputRows(int total, int batch, Kept kept) => kept == Kept.Nothing && batch >= RowsToStep ? batch : total;

    private static int StateRows(int total, int batch, Kept kept) => checked(batch + (kept == Kept.Nothing ? batch : total));

    private static int CellRows(int total, int batch, Kept kept) => checked(batch + (kept == Kept.Nothing ? 0 : total));

    /// <summary>Lays out what is kept. Without kept gates, <paramref name="gates"/> is scratch for some of them or all.</summary>
    public void Bind(ReadOnlySpan<T> sequence, Span<T> saved, Span<T> gates, bool copiesInputs, Kept kept, bool hasMask)
    {
        bool keepsGates = kept == Kept.Gates;
        var pieces = new Carver<T>(saved);
        int total = Plan.Total, batch = Plan.Batch;
        // What is in place is only ever read.
        Inputs = copiesInputs ? pieces.Take(InputRows(total, batch, kept) * Sizes.Input)
            : System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref sequence.Reference(), sequence.Length);
        var gatePieces = new Carver<T>(keepsGates ? pieces.Take(GateLength(Sizes, total, batch)) : gates);
        int rows = keepsGates ? total : gates.Length / GateLength(Sizes, 1, batch);
        _reusesGates = rows < total;
        _gates = gatePieces.Take(rows * GateStride);
        _extra = gatePieces.Take(TCell.HasExtra ? rows * Sizes.Hidden : 0);
        _reusesStates = kept == Kept.Nothing;
        _states = pieces.Take(StateRows(total, batch, kept) * Sizes.State);
        _cells = pieces.Take(TCell.HasCell ? CellRows(total, batch, kept) * Sizes.Hidden : 0);
        _mask = pieces.Take(hasMask ? batch * Sizes.State : 0);
    }

    /// <summary>Where the states before a step begin, in rows.</summary>
    private readonly int Before(int step) => _reusesStates ? step % 2 * Plan.Batch : step == 0 ? 0 : Plan.Batch + Plan.Offset(step - 1);

    /// <summary>The states of rows [start, start + count) before a step.</summary>
    private readonly Span<T> StatesAt(int step, int start, int count) =>
        step > 0 && StatesAreOutput
            ? _output.Slice((Plan.Offset(step - 1) + start) * Sizes.State, count * Sizes.State)
            : _states.Slice((Before(step) + start) * Sizes.State, count * Sizes.State);

    /// <summary>The rows [start, start + count) at a step, as the cell sees them.</summary>
    private readonly CellRows<T> RowsAt(int step, int start, int count)
    {
        int hidden = Sizes.Hidden, state = Sizes.State, gates = _reusesGates ? start : Plan.Offset(step) + start;
        int before = Before(step) + start, after = Before(step + 1) + start;
        CellRows<T> rows = new()
        {
            Count = count,
            Hidden = hidden,
            State = state,
            GateStride = GateStride,
            Gates = _gates.Slice(gates * GateStride, count * GateStride),
            Previous = StatesAt(step, start, count),
            Output = StatesAt(step + 1, start, count),
            Peepholes = Weights.Peepholes,
        };
        rows.Fed = rows.Previous;
        if (TCell.HasExtra) rows.Extra = _extra.Slice(gates * hidden, count * hidden);
        if (TCell.HasCell)
        {
            rows.PreviousCell = _cells.Slice((_reusesStates ? start : before) * hidden, count * hidden);
            rows.Cell = _cells.Slice((_reusesStates ? start : after) * hidden, count * hidden);
        }

        return rows;
    }

    /// <summary>Copies rows of the batch into the order of length, or zeros where there are none.</summary>
    private readonly void Sort(ReadOnlySpan<T> rows, int width, Span<T> sorted)
    {
        if (rows.IsEmpty)
        {
            sorted[..(Plan.Batch * width)].Clear();
            return;
        }

        for (int i = 0; i < Plan.Batch; i++) rows.Slice(Plan.Row(i) * width, width).CopyTo(sorted[(i * width)..]);
    }
}
