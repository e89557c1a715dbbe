using System.Numerics;

namespace DeepLearning.Primitives;

/// <content>Recurrent units over sequences, on spans.</content>
public static partial class Recurrent
{
    /// <summary>
    /// The elements of the workspace that <see cref="RnnForward"/> and <see cref="RnnBackward"/> take for a shape.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    /// <exception cref="OverflowException">They are more than an array holds.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static int RnnWorkspace<T>(RecurrentShape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => RecurrentSpans<T, RnnUnit<T>>.Workspace(new(false), shape);

    /// <summary>
    /// Plain recurrent units, as <see cref="Rnn{T}"/> defines them, over a sequence; one step where the shape has one. What the
    /// backward pass needs stays in the workspace.
    /// </summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="sequence">[time, batch, input].</param>
    /// <param name="initialHidden">[batch, hidden], or empty for zeros.</param>
    /// <param name="output">[time, batch, hidden]: the hidden states; zeros past a row's length.</param>
    /// <param name="finalHidden">[batch, hidden]: each row's last state.</param>
    /// <param name="workspace">At least <see cref="RnnWorkspace"/> elements with any contents; it overlaps nothing else.</param>
    /// <param name="lengths">The steps of each row, 0 to time; empty for all.</param>
    /// <param name="reverse">Whether each row is read from its last step to its first.</param>
    /// <param name="rectified">Whether units are rectified, as <see cref="RnnOptions.Rectified"/> says.</param>
    /// <exception cref="ArgumentException">A span has another length than its shape asks for, or too many overlap. Nothing has
    /// been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size or a length is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void RnnForward<T>(
        RecurrentShape shape,
        RecurrentWeights<T> weights,
        ReadOnlySpan<T> sequence,
        ReadOnlySpan<T> initialHidden,
        Span<T> output,
        Span<T> finalHidden,
        Span<T> workspace,
        ReadOnlySpan<int> lengths = default,
        bool reverse = false,
        bool rectified = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        RecurrentSpans<T, RnnUnit<T>>.Forward(
            new(rectified), shape, weights, sequence, lengths, reverse, initialHidden, default, output, finalHidden, default, workspace);

    /// <summary>The gradients of <see cref="RnnForward"/>, from those in its results.</summary>
    /// <param name="shape">As given to the forward pass, like weights, sequence, lengths and direction.</param>
    /// <param name="weights">As given to the forward pass.</param>
    /// <param name="sequence">As given to the forward pass.</param>
    /// <param name="output">The gradient in the output, [time, batch, hidden], or empty for zeros; not looked at past a row's
    /// length.</param>
    /// <param name="finalHidden">The gradient in the final states, [batch, hidden], or empty for zeros.</param>
    /// <param name="gradients">Where the results go.</param>
    /// <param name="workspace">As the forward pass left it. What it kept is kept: this may be called again.</param>
    /// <param name="lengths">As given to the forward pass.</param>
    /// <param name="reverse">As given to the forward pass.</param>
    /// <param name="rectified">As given to the forward pass.</param>
    /// <exception cref="ArgumentException">A span has another length than its shape asks for. Nothing has been
    /// written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size or a length is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void RnnBackward<T>(
        RecurrentShape shape,
        RecurrentWeights<T> weights,
        ReadOnlySpan<T> sequence,
        ReadOnlySpan<T> output,
        ReadOnlySpan<T> finalHidden,
        RecurrentGradients<T> gradients,
        Span<T> workspace,
        ReadOnlySpan<int> lengths = default,
        bool reverse = false,
        bool rectified = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        RecurrentSpans<T, RnnUnit<T>>.Backward(
            new(rectified), shape, weights, sequence, lengths, reverse, output, finalHidden, default, gradients, workspace);
}
