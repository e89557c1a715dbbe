using System.Numerics;

namespace DeepLearning.Primitives;

/// <content>Plain recurrent units over sequences, on spans.</content>
public static partial class Recurrent
{
    /// <summary>
    /// The elements of the workspace that <see cref="RnnForward"/> and <see cref="RnnBackward"/> take for a shape.
    /// </summary>
    /// <inheritdoc cref="LstmWorkspace" path="/exception"/>
    public static int RnnWorkspace<T>(RecurrentShape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => RecurrentSpans<T, RnnUnit<T>>.Workspace(new(false), shape);

    /// <summary>
    /// Plain recurrent units, as <see cref="Rnn{T}"/> defines them, over a sequence; one step where the shape has one. What the
    /// backward pass needs stays in the workspace.
    /// With <paramref name="rectified"/> units are rectified, as <see cref="RnnOptions.Rectified"/> says.
    /// </summary>
    /// <inheritdoc cref="LstmForward" path="/param|/exception"/>
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
        new RecurrentSpans<T, RnnUnit<T>>(new(rectified), shape, weights, sequence, lengths, reverse, workspace)
            .Forward(initialHidden, default, output, finalHidden, default);

    /// <summary>The gradients of <see cref="RnnForward"/>, from those in its results.</summary>
    /// <inheritdoc cref="LstmBackward" path="/param|/exception"/>
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
        new RecurrentSpans<T, RnnUnit<T>>(new(rectified), shape, weights, sequence, lengths, reverse, workspace)
            .Backward(output, finalHidden, default, gradients);
}
