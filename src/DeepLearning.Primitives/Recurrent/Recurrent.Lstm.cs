using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// Recurrent units over sequences, on spans: no tape, no allocation. One layer and one direction; <see cref="Lstm{T}"/>,
/// <see cref="Gru{T}"/> and <see cref="Rnn{T}"/> stack them on a tape and have more options.
/// </summary>
public static partial class Recurrent
{
    /// <summary>
    /// The elements of the workspace that <see cref="LstmForward"/> and <see cref="LstmBackward"/> take for a shape.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    /// <exception cref="OverflowException">They are more than an array holds.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static int LstmWorkspace<T>(RecurrentShape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => RecurrentSpans<T, LstmUnit<T>>.Workspace(new(T.PositiveInfinity), shape);

    /// <summary>
    /// Long short-term memory, as <see cref="Lstm{T}"/> defines it, over a sequence; one step where the shape has one. What the
    /// backward pass needs stays in the workspace.
    /// </summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="sequence">[time, batch, input].</param>
    /// <param name="initialHidden">[batch, hidden], or empty for zeros.</param>
    /// <param name="initialCell">[batch, hidden], or empty for zeros.</param>
    /// <param name="output">[time, batch, hidden]: the hidden states; zeros past a row's length.</param>
    /// <param name="finalHidden">[batch, hidden]: each row's last state, or empty; may be <paramref name="initialHidden"/> itself.</param>
    /// <param name="finalCell">
    /// [batch, hidden]: the cell states that go with them, or empty; may be <paramref name="initialCell"/> itself.
    /// </param>
    /// <param name="workspace">At least as many elements as the unit's workspace function says, with any contents; it overlaps
    /// nothing else.</param>
    /// <param name="lengths">The steps of each row, 0 to time; empty for all.</param>
    /// <param name="reverse">Whether each row is read from its last step to its first.</param>
    /// <exception cref="ArgumentException">A span has another length than its shape asks for, or what is written overlaps something
    /// else. Nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size or a length is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void LstmForward<T>(
        RecurrentShape shape,
        RecurrentWeights<T> weights,
        ReadOnlySpan<T> sequence,
        ReadOnlySpan<T> initialHidden,
        ReadOnlySpan<T> initialCell,
        Span<T> output,
        Span<T> finalHidden,
        Span<T> finalCell,
        Span<T> workspace,
        ReadOnlySpan<int> lengths = default,
        bool reverse = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new RecurrentSpans<T, LstmUnit<T>>(new(T.PositiveInfinity), shape, weights, sequence, lengths, reverse, workspace)
            .Forward(initialHidden, initialCell, output, finalHidden, finalCell);

    /// <summary>The gradients of <see cref="LstmForward"/>, from those in its results.</summary>
    /// <param name="shape">As given to the forward pass, like weights, sequence, lengths and direction.</param>
    /// <param name="weights">As given to the forward pass.</param>
    /// <param name="sequence">As given to the forward pass.</param>
    /// <param name="output">The gradient in the output, [time, batch, hidden], or empty for zeros; not looked at past a row's
    /// length.</param>
    /// <param name="finalHidden">The gradient in the final states, [batch, hidden], or empty for zeros.</param>
    /// <param name="finalCell">The gradient in the final cell states, [batch, hidden], or empty for zeros.</param>
    /// <param name="gradients">Where the results go.</param>
    /// <param name="workspace">As the forward pass left it. What it kept is kept: this may be called again.</param>
    /// <param name="lengths">As given to the forward pass.</param>
    /// <param name="reverse">As given to the forward pass.</param>
    /// <exception cref="ArgumentException">A span has another length than its shape asks for, or what is written overlaps something
    /// else. Nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size or a length is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void LstmBackward<T>(
        RecurrentShape shape,
        RecurrentWeights<T> weights,
        ReadOnlySpan<T> sequence,
        ReadOnlySpan<T> output,
        ReadOnlySpan<T> finalHidden,
        ReadOnlySpan<T> finalCell,
        RecurrentGradients<T> gradients,
        Span<T> workspace,
        ReadOnlySpan<int> lengths = default,
        bool reverse = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new RecurrentSpans<T, LstmUnit<T>>(new(T.PositiveInfinity), shape, weights, sequence, lengths, reverse, workspace)
            .Backward(output, finalHidden, finalCell, gradients);
}
