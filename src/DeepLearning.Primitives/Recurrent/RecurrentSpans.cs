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

/// <summary>Where gradients go; each is overwritten, and one that is empty is not computed.</summary>
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

/// <summary>The walk through a sequence behind the span functions of <see cref="Recurrent"/>, with their checks.</summary>
internal static class RecurrentSpans<T, TCell>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TCell : struct, IRecurrentCell<T>
{
    [ThreadStatic]
    private static SequencePlan? t_plan;

    public static int Workspace(TCell cell, RecurrentShape shape)
    {
        Guard.ElementType<T>();
        UnitSizes sizes = Sizes(shape);
        int total = checked(shape.Time * shape.Batch);
        return checked(RecurrentPass<T, TCell>.SavedLength(sizes, total, shape.Batch, copiesInputs: true, keepsGates: true, hasMask: false)
            + Math.Max(
                RecurrentPass<T, TCell>.ForwardScratch(sizes, shape.Batch, hasMask: false),
                RecurrentPass<T, TCell>.BackwardScratch(cell, sizes, total, shape.Batch, hasPeepholes: false)));
    }

    public static void Forward(
        TCell cell, RecurrentShape shape, RecurrentWeights<T> weights, ReadOnlySpan<T> sequence, ReadOnlySpan<int> lengths, bool reverse,
        ReadOnlySpan<T> initialHidden, ReadOnlySpan<T> initialCell, Span<T> output, Span<T> finalHidden, Span<T> finalCell, Span<T> workspace)
    {
        Check(cell, shape, weights, sequence, workspace);
        int state = shape.Batch * shape.HiddenSize;
        Optional(initialHidden.Length, state, nameof(initialHidden));
        Optional(initialCell.Length, state, nameof(initialCell));
        Guard.Length(output.Length, checked(shape.Time * state), "the shape", nameof(output));
        Optional(finalHidden.Length, state, nameof(finalHidden));
        Optional(finalCell.Length, state, nameof(finalCell));
        Guard.Apart(sequence, output);
        Guard.Apart(sequence, workspace);
        RecurrentPass<T, TCell> pass = Bind(cell, shape, weights, sequence, lengths, reverse, workspace, out Span<T> scratch);
        if (!pass.Plan.IsFull) output.Clear();
        pass.Forward(sequence, initialHidden, initialCell, default, output, shape.HiddenSize, scratch);
        pass.CopyFinal(finalHidden, finalCell);
    }

    public static void Backward(
        TCell cell, RecurrentShape shape, RecurrentWeights<T> weights, ReadOnlySpan<T> sequence, ReadOnlySpan<int> lengths, bool reverse,
        ReadOnlySpan<T> output, ReadOnlySpan<T> finalHidden, ReadOnlySpan<T> finalCell, RecurrentGradients<T> gradients, Span<T> workspace)
    {
        Check(cell, shape, weights, sequence, workspace);
        int state = shape.Batch * shape.HiddenSize;
        Optional(output.Length, checked(shape.Time * state), nameof(output));
        Optional(finalHidden.Length, state, nameof(finalHidden));
        Optional(finalCell.Length, state, nameof(finalCell));
        Optional(gradients.Sequence.Length, sequence.Length, nameof(gradients));
        Optional(gradients.InitialHidden.Length, state, nameof(gradients));
        Optional(gradients.InitialCell.Length, state, nameof(gradients));
        Optional(gradients.Input.Length, weights.Input.Length, nameof(gradients));
        Optional(gradients.Hidden.Length, weights.Hidden.Length, nameof(gradients));
        Optional(gradients.InputBias.Length, weights.InputBias.Length, nameof(gradients));
        Optional(gradients.HiddenBias.Length, weights.HiddenBias.Length, nameof(gradients));
        RecurrentPass<T, TCell> pass = Bind(cell, shape, weights, sequence, lengths, reverse, workspace, out Span<T> scratch);
        UnitWeights<T> results = new()
        {
            Input = gradients.Input,
            Hidden = gradients.Hidden,
            InputBias = gradients.InputBias,
            HiddenBias = gradients.HiddenBias,
        };
        pass.Backward(
            output, shape.HiddenSize, finalHidden, finalCell, gradients.Sequence, addsToSequence: false,
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

    private static void Check(TCell cell, RecurrentShape shape, RecurrentWeights<T> weights, ReadOnlySpan<T> sequence, Span<T> workspace)
    {
        int wanted = Workspace(cell, shape), gates = checked(TCell.Gates * shape.HiddenSize);
        Guard.Length(sequence.Length, checked(shape.Time * shape.Batch * shape.InputSize), "the shape", nameof(sequence));
        Guard.Length(weights.Input.Length, checked(gates * shape.InputSize), "the shape", "weights.Input");
        Guard.Length(weights.Hidden.Length, checked(gates * shape.HiddenSize), "the shape", "weights.Hidden");
        Optional(weights.InputBias.Length, gates, "weights.InputBias");
        Guard.Length(weights.HiddenBias.Length, weights.InputBias.Length, "weights.InputBias", "weights.HiddenBias");
        if (workspace.Length < wanted)
            throw new ArgumentException($"The workspace has {workspace.Length} elements; this shape takes {wanted}.", nameof(workspace));
    }

    private static void Optional(int length, int wanted, string name)
    {
        if (length != 0) Guard.Length(length, wanted, "the shape", name);
    }

    private static RecurrentPass<T, TCell> Bind(
        TCell cell, RecurrentShape shape, RecurrentWeights<T> weights, ReadOnlySpan<T> sequence, ReadOnlySpan<int> lengths, bool reverse,
        Span<T> workspace, out Span<T> scratch)
    {
        SequencePlan plan = t_plan ??= new();
        plan.Set(shape.Time, shape.Batch, lengths, batchMajor: false);
        UnitSizes sizes = Sizes(shape);
        UnitWeights<T> spans = new()
        {
            Input = Writable(weights.Input),
            Hidden = Writable(weights.Hidden),
            InputBias = Writable(weights.InputBias),
            HiddenBias = Writable(weights.HiddenBias),
        };
        RecurrentPass<T, TCell> pass = new() { Cell = cell, Plan = plan, Sizes = sizes, Reverse = reverse, Weights = spans };
        bool copies = !plan.IsInPlace(reverse);
        int saved = RecurrentPass<T, TCell>.SavedLength(sizes, plan.Total, shape.Batch, copies, keepsGates: true, hasMask: false);
        pass.Bind(sequence, workspace[..saved], default, copies, keepsGates: true, hasMask: false);
        scratch = workspace[saved..];
        return pass;
    }

    /// <summary>Weights stand in one struct with gradients, but are only ever read.</summary>
    private static Span<T> Writable(ReadOnlySpan<T> span) =>
        System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref span.Reference(), span.Length);
}
