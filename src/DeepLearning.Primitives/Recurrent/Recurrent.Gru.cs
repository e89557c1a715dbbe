using System.Numerics;

namespace DeepLearning.Primitives;

/// <content>Gated recurrent units over sequences, on spans.</content>
public static partial class Recurrent
{
    /// <summary>
    /// The elements of the workspace that <see cref="GruForward"/> and <see cref="GruBackward"/> take for a shape.
    /// </summary>
    /// <inheritdoc cref="LstmWorkspace" path="/exception"/>
    public static int GruWorkspace<T>(RecurrentShape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => RecurrentSpans<T, GruUnit<T>>.Workspace(new(false), shape);

    /// <summary>
    /// Gated recurrent units, as <see cref="Gru{T}"/> defines them, over a sequence; one step where the shape has one. What the
    /// backward pass needs stays in the workspace.
    /// With <paramref name="resetBefore"/> the reset gate acts before the product, as <see cref="GruOptions.ResetBefore"/> says.
    /// </summary>
    /// <inheritdoc cref="LstmForward" path="/param|/exception"/>
    public static void GruForward<T>(
        RecurrentShape shape,
        RecurrentWeights<T> weights,
        ReadOnlySpan<T> sequence,
        ReadOnlySpan<T> initialHidden,
        Span<T> output,
        Span<T> finalHidden,
        Span<T> workspace,
        ReadOnlySpan<int> lengths = default,
        bool reverse = false,
        bool resetBefore = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new RecurrentSpans<T, GruUnit<T>>(new(resetBefore), shape, weights, sequence, lengths, reverse, workspace)
            .Forward(initialHidden, default, output, finalHidden, default);

    /// <summary>The gradients of <see cref="GruForward"/>, from those in its results.</summary>
    /// <inheritdoc cref="LstmBackward" path="/param|/exception"/>
    public static void GruBackward<T>(
        RecurrentShape shape,
        RecurrentWeights<T> weights,
        ReadOnlySpan<T> sequence,
        ReadOnlySpan<T> output,
        ReadOnlySpan<T> finalHidden,
        RecurrentGradients<T> gradients,
        Span<T> workspace,
        ReadOnlySpan<int> lengths = default,
        bool reverse = false,
        bool resetBefore = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new RecurrentSpans<T, GruUnit<T>>(new(resetBefore), shape, weights, sequence, lengths, reverse, workspace)
            .Backward(output, finalHidden, default, gradients);
}
