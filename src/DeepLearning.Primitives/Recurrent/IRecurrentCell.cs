using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// What tells one kind of recurrent unit from another: its gates, the recurrent product and the step forward and backward for
/// some rows of a batch. The walk over the sequence is <see cref="RecurrentPass{T, TCell}"/>'s.
/// </summary>
internal interface IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of gates, each as wide as the hidden state.</summary>
    static abstract int Gates { get; }

    /// <summary>True for a unit with a cell state beside its hidden state.</summary>
    static abstract bool HasCell { get; }

    /// <summary>True for a unit that keeps another [rows, hidden] for the backward pass.</summary>
    static abstract bool HasExtra { get; }

    /// <summary>Gates from which on the recurrent product is another one, or <see cref="Gates"/>: packed separately.</summary>
    static abstract int SplitAt { get; }

    /// <summary>The first unit's gates from which on the hidden bias stands in Extra and not in the gates.</summary>
    bool KeepsHiddenBiasApart { get; }

    /// <summary>True when the gradient of the recurrent product differs from that of the input product.</summary>
    bool HasOwnHiddenGradient { get; }

    /// <summary>True when part of the gradient in the hidden state goes past the recurrent product.</summary>
    static abstract bool PassesHidden { get; }

    void Forward(scoped in CellRows<T> rows);

    void Backward(scoped in CellGradients<T> rows);

    /// <summary>The same step made of operations on a tape, gate by gate, for gradients of gradients.</summary>
    (Variable<T> Output, Variable<T> Cell) Forward(in CellVariables<T> rows);

    /// <summary>Computes the output, before a projection, anew from gates and cell state.</summary>
    void Restore(scoped in CellRows<T> rows);
}

/// <summary>
/// Some rows of a batch at one step, going forward. H is the number of units, P the length of the state that is fed back.
/// </summary>
internal ref struct CellRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Count, Hidden, State;

    /// <summary>Elements from row to row of <see cref="Gates"/>.</summary>
    public int GateStride;

    /// <summary>[rows, gates·H]: for few rows the input product with its biases; becomes the gates.</summary>
    public Span<T> Gates;

    /// <summary>[rows, H] of the unit's own.</summary>
    public Span<T> Extra;

    /// <summary>[rows, P]: the state before the step, and as it enters the recurrent product.</summary>
    public Span<T> Previous, Fed;

    /// <summary>[rows, H]: the new hidden state.</summary>
    public Span<T> Output;

    /// <summary>[rows, H]: the cell state before and after.</summary>
    public Span<T> PreviousCell, Cell;

    /// <summary>[3, H], where there are any.</summary>
    public Span<T> Peepholes;

    public GateProducts<T> Products;
}

/// <summary>The same going backward.</summary>
internal ref struct CellGradients<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public CellRows<T> Forward;

    /// <summary>
    /// [rows, H]: the gradient in the output, replaced by what goes past the recurrent product if anything does.
    /// </summary>
    public Span<T> Output;

    /// <summary>[rows, H]: the gradient in the cell state after the step, replaced by that before it.</summary>
    public Span<T> Cell;

    /// <summary>[rows, gates·H]: result, of the input product.</summary>
    public Span<T> Gates;

    /// <summary>
    /// [rows, gates·H]: result, of the recurrent product where that is another; otherwise for the unit's own use.
    /// </summary>
    public Span<T> HiddenGates;

    /// <summary>[rows, 3·H]: results, to be summed over the rows.</summary>
    public Span<T> Peepholes;

    /// <summary>[rows, P]: result, the gradient in what was fed.</summary>
    public Span<T> Fed;

    /// <summary>[rows, H] for the unit's own use.</summary>
    public Span<T> Scratch;

    /// <summary>True when the gradient in what was fed is added to <see cref="Fed"/>.</summary>
    public bool Accumulate;
}

/// <summary>Some rows of a batch at one step, as variables.</summary>
internal readonly struct CellVariables<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The input product of each gate with its bias, [rows, H].</summary>
    public required Variable<T>[] Inputs { get; init; }

    /// <summary>The recurrent weights of each gate, [H, P], and its hidden bias, [H], or none.</summary>
    public required Variable<T>[] Weights { get; init; }

    public required Variable<T>[]? Biases { get; init; }

    /// <summary>The peepholes of each gate that has them, [H], or none.</summary>
    public required Variable<T>[]? Peepholes { get; init; }

    /// <summary>
    /// The state before the step, [rows, P], and as it enters the recurrent product; the cell state, [rows, H].
    /// </summary>
    public required Variable<T> Previous { get; init; }

    public required Variable<T> Fed { get; init; }

    public required Variable<T> Cell { get; init; }

    /// <summary>The recurrent product of a gate, with its bias.</summary>
    public Variable<T> Product(int gate, Variable<T> fed)
    {
        Variable<T> product = fed.MatMul(Weights[gate], transposeB: true);
        return Biases is null ? product : product + Biases[gate];
    }

    /// <summary>All that arrives at a gate but its peephole.</summary>
    public Variable<T> Sum(int gate) => Inputs[gate] + Product(gate, Fed);
}
