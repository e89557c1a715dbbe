using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>The states of an <see cref="Lstm{T}"/> between two steps.</summary>
/// <param name="Hidden">[layers · directions, batch, state], the state being the units or what they are projected to.</param>
/// <param name="Cell">[layers · directions, batch, hidden].</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly record struct LstmState<T>(Variable<T> Hidden, Variable<T> Cell)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The same states as constants: gradients stop here.</summary>
    public LstmState<T> Detach() => new(Hidden.Detach(), Cell.Detach());
}

/// <summary>What an <see cref="Lstm{T}"/> makes of a sequence.</summary>
/// <param name="Output">
/// The last layer's hidden states of all steps, [time, batch, directions · state] (or batch first); zeros past a row's length.
/// </param>
/// <param name="FinalHidden">[layers · directions, batch, state]: each row's state after its last step.</param>
/// <param name="FinalCell">[layers · directions, batch, hidden]: the cell states that go with them.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly record struct LstmResult<T>(Variable<T> Output, Variable<T> FinalHidden, Variable<T> FinalCell)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The final states, to go on from.</summary>
    public LstmState<T> State => new(FinalHidden, FinalCell);
}

/// <summary>What a <see cref="Gru{T}"/> or an <see cref="Rnn{T}"/> makes of a sequence.</summary>
/// <param name="Output">
/// The last layer's hidden states of all steps, [time, batch, directions · hidden] (or batch first); zeros past a row's length.
/// </param>
/// <param name="FinalHidden">[layers · directions, batch, hidden]: each row's state after its last step.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly record struct GruResult<T>(Variable<T> Output, Variable<T> FinalHidden)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
