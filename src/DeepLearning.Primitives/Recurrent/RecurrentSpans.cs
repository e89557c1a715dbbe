using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>The sizes of a sequence and of the units that read it.</summary>
/// <param name="Time">Steps.</param>
/// <param name="Batch">Rows.</param>
/// <param name="InputSize">The length of an input.</param>
/// <param name="HiddenSize">The number of units.</param>
public readonly record struct RecurrentShape(int Time, int Batch, int InputSize, int HiddenSize);

/// <summary>The weights of one layer and direction as PyTorch has them: gates i, f, g, o of an LSTM, r, z, n of a GRU.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct RecurrentWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>[gates · hidden, input]: weight_ih.</summary>
    public ReadOnlySpan<T> Input { get; init; }

    /// <summary>[gates · hidden, hidden]: weight_hh.</summary>
    public ReadOnlySpan<T> Hidden { get; init; }

    /// <summary>[gates · hidden]: bias_ih; empty for none, then like <see cref="HiddenBias"/>.</summary>
    public ReadOnlySpan<T> InputBias { get; init; }

    /// <summary>[gates · hidden]: bias_hh.</summary>
    public ReadOnlySpan<T> HiddenBias { get; init; }
}

/// <summary>
/// Where gradients go; each is overwritten, and one that is empty is not computed. They lie apart from each other and from all else.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct RecurrentGradients<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>[time, batch, input]; zeros past a row's length.</summary>
    public Span<T> Sequence { get; init; }

    /// <summary>[batch, hidden].</summary>
    public Span<T> InitialHidden { get; init; }

    /// <summary>[batch, hidden], of an LSTM.</summary>
    public Span<T> InitialCell { get; init; }

    /// <summary>As the weights.</summary>
    public Span<T> Input { get; init; }

    /// <summary>As the weights.</summary>
    public Span<T> Hidden { get; init; }

    /// <summary>As the weights.</summary>
    public Span<T> InputBias { get; init; }

    /// <summary>As the weights.</summary>
    public Span<T> HiddenBias { get; init; }
}

/// <summary>
/// A sequence and the units that read it, as the span functions of <see cref="Recurrent"/> are given them, checked; and the walk
/// through it.
/// </summary>
internal readonly ref struct RecurrentSpans<T, TCell>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TCell : struct, IRecurrentCell<T>
{
    [ThreadStatic]
    private static SequencePlan? t_plan;

    private readonly TCell _cell;
    private readonly RecurrentShape _shape;
    private readonly RecurrentWeights<T> _weights;
    private readonly ReadOnlySpan<T> _sequence;
    private readonly ReadOnlySpan<int> _lengths;
    private readonly bool _reverse;
    private readonly Span<T> _workspace;

    public RecurrentSpans(
        TCell cell, RecurrentShape shape, RecurrentWeights<T> weights, ReadOnlySpan<T> sequence, ReadOnlySpan<int> lengths, bool reverse,
        Span<T> workspace)
    {
        int wanted = Workspace(cell, shape), gates = checked(TCell.Gates * shape.HiddenSize);
        Guard.Length(sequence.Length, checked(shape.Time * shape.Batch * shape.InputSize), "the shape", nameof(sequence));
        Guard.Length(weights.Input.Length, checked(gates * shape.InputSize), "the shape", "weights.Input");
        Guard.Length(weights.Hidden.Length, checked(gates * shape.HiddenSize), "the shape", "weights.Hidden");
        Optional(weights.InputBias.Length, gates, "weights.InputBias");
        Guard.Length(weights.HiddenBias.Length, weights.InputBias.Length, "weights.InputBias", "weights.HiddenBias");
        if (workspace.Length < wanted)
            throw new ArgumentException($"The workspace has {workspace.Length} elements; this shape takes {wanted}.", nameof(workspace));
        FromInputs(sequence, weights, workspace, nameof(workspace));
        _cell = cell;
        _shape = shape;
        _weights = weights;
        _sequence = sequence;
        _lengths = lengths;
        _reverse = reverse;
        _workspace = workspace;
    }

    private int StateLength => _shape.Batch * _shape.HiddenSize;

    public static int Workspace(TCell cell, RecurrentShape shape)
    {
        Guard.ElementType<T>();
        UnitSizes sizes = Sizes(shape);
        int total = checked(shape.Time * shape.Batch);
        return checked(RecurrentPass<T, TCell>.SavedLength(sizes, total, shape.Batch, copiesInputs: true, Kept.Gates, hasMask: false)
            + Math.Max(
                RecurrentPass<T, TCell>.ForwardScratch(sizes, shape.Batch, hasMask: false),
                RecurrentPass<T, TCell>.BackwardScratch(cell, sizes, total, shape.Batch, hasPeepholes: false)));
    }

    public void Forward(
        ReadOnlySpan<T> initialHidden, ReadOnlySpan<T> initialCell, Span<T> output, Span<T> finalHidden, Span<T> finalCell)
    {
        Optional(initialHidden.Length, StateLength, nameof(initialHidden));
        Optional(initialCell.Length, StateLength, nameof(initialCell));
        Guard.Length(output.Length, checked(_shape.Time * StateLength), "the shape", nameof(output));
        Optional(finalHidden.Length, StateLength, nameof(finalHidden));
        Optional(finalCell.Length, StateLength, nameof(finalCell));
        Guard.Apart(initialHidden, _workspace, destinationName: "workspace");
        Guard.Apart(initialCell, _workspace, destinationName: "workspace");
        FromInputsAndWorkspace(output, nameof(output));
        FromInputsAndWorkspace(finalHidden, nameof(finalHidden));
        FromInputsAndWorkspace(finalCell, nameof(finalCell));
        Guard.Apart<T>(output, finalHidden);
        Guard.Apart<T>(output, finalCell);
        Guard.Apart<T>(finalHidden, finalCell);
        RecurrentPass<T, TCell> pass = Bind(out Span<T> scratch);
        pass.Plan.ClearBeyond(output, _shape.HiddenSize);
        pass.Forward(_sequence, initialHidden, initialCell, default, output, _shape.HiddenSize, scratch);
        pass.CopyFinal(finalHidden, finalCell);
    }

    public void Backward(
        ReadOnlySpan<T> output, ReadOnlySpan<T> finalHidden, ReadOnlySpan<T> finalCell, RecurrentGradients<T> gradients)
    {
        Optional(output.Length, checked(_shape.Time * StateLength), nameof(output));
        Optional(finalHidden.Length, StateLength, nameof(finalHidden));
        Optional(finalCell.Length, StateLength, nameof(finalCell));
        Optional(gradients.Sequence.Length, _sequence.Length, nameof(gradients));
        Optional(gradients.InitialHidden.Length, StateLength, nameof(gradients));
        Optional(gradients.InitialCell.Length, StateLength, nameof(gradients));
        Optional(gradients.Input.Length, _weights.Input.Length, nameof(gradients));
        Optional(gradients.Hidden.Length, _weights.Hidden.Length, nameof(gradients));
        Optional(gradients.InputBias.Length, _weights.InputBias.Length, nameof(gradients));
        Optional(gradients.HiddenBias.Length, _weights.HiddenBias.Length, nameof(gradients));
        Guard.Apart(output, _workspace, destinationName: "workspace");
        Guard.Apart(finalHidden, _workspace, destinationName: "workspace");
        Guard.Apart(finalCell, _workspace, destinationName: "workspace");
        FromInputsAndWorkspace(gradients.Sequence, nameof(gradients));
        FromInputsAndWorkspace(gradients.InitialHidden, nameof(gradients));
        FromInputsAndWorkspace(gradients.InitialCell, nameof(gradients));
        FromInputsAndWorkspace(gradients.Input, nameof(gradients));
        FromInputsAndWorkspace(gradients.Hidden, nameof(gradients));
        FromInputsAndWorkspace(gradients.InputBias, nameof(gradients));
        FromInputsAndWorkspace(gradients.HiddenBias, nameof(gradients));
        UnitWeights<T> results = new()
        {
            Input = gradients.Input,
            Hidden = gradients.Hidden,
            InputBias = gradients.InputBias,
            HiddenBias = gradients.HiddenBias,
        };
        Bind(out Span<T> scratch).Backward(
            output, _shape.HiddenSize, finalHidden, finalCell, gradients.Sequence, addsToSequence: false,
            gradients.InitialHidden, gradients.InitialCell, results, scratch);
    }

    private static UnitSizes Sizes(RecurrentShape shape)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shape.Time, nameof(shape));
        ArgumentOutOfRangeException.ThrowIfNegative(shape.Batch, nameof(shape));
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.InputSize, 1, nameof(shape));
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.HiddenSize, 1, nameof(shape));
        return new(shape.InputSize, shape.HiddenSize, shape.HiddenSize);
    }

    private static void Optional(int length, int wanted, string name)
    {
        if (length != 0) Guard.Length(length, wanted, "the shape", name);
    }

    /// <summary>Throws when what is written overlaps what is read.</summary>
    private static void FromInputs(ReadOnlySpan<T> sequence, in RecurrentWeights<T> weights, Span<T> written, string name)
    {
        Guard.Apart(sequence, written, destinationName: name);
        Guard.Apart(weights.Input, written, destinationName: name);
        Guard.Apart(weights.Hidden, written, destinationName: name);
        Guard.Apart(weights.InputBias, written, destinationName: name);
        Guard.Apart(weights.HiddenBias, written, destinationName: name);
    }

    private void FromInputsAndWorkspace(Span<T> written, string name)
    {
        FromInputs(_sequence, in _weights, written, name);
        Guard.Apart(_workspace, written, "workspace", name);
    }

    private RecurrentPass<T, TCell> Bind(out Span<T> scratch)
    {
        SequencePlan plan = t_plan ??= new();
        plan.Set(_shape.Time, _shape.Batch, _lengths, batchMajor: false);
        UnitSizes sizes = Sizes(_shape);
        UnitWeights<T> spans = new()
        {
            Input = Writable(_weights.Input),
            Hidden = Writable(_weights.Hidden),
            InputBias = Writable(_weights.InputBias),
            HiddenBias = Writable(_weights.HiddenBias),
        };
        RecurrentPass<T, TCell> pass = new() { Cell = _cell, Plan = plan, Sizes = sizes, Reverse = _reverse, Weights = spans };
        bool copies = !plan.IsInPlace(_reverse);
        int saved = RecurrentPass<T, TCell>.SavedLength(sizes, plan.Total, _shape.Batch, copies, Kept.Gates, hasMask: false);
        pass.Bind(_sequence, _workspace[..saved], default, copies, Kept.Gates, hasMask: false);
        scratch = _workspace[saved..];
        return pass;
    }

    /// <summary>Weights stand in one struct with gradients, but are only ever read.</summary>
    private static Span<T> Writable(ReadOnlySpan<T> span) =>
        System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref span.Reference(), span.Length);
}
