using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// One step of an <see cref="Lstm{T}"/> of one layer, on a tape: for loops whose inputs depend on their outputs.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="inputSize">The length of an input.</param>
/// <param name="hiddenSize">The number of units.</param>
/// <param name="random">Draws the weights as for <see cref="Lstm{T}"/>.</param>
/// <param name="bias">Whether there are biases.</param>
/// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
/// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
/// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
public sealed class LstmCell<T>(int inputSize, int hiddenSize, Philox random, bool bias = true)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lstm<T> _lstm = new(inputSize, hiddenSize, random, new() { Bias = bias, IsCell = true });

    /// <summary>weight_ih, weight_hh, bias_ih, bias_hh: names, order and layout as PyTorch's.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => _lstm.Parameters;

    /// <summary>One step, with the bits it would have in a sequence.</summary>
    /// <param name="input">[batch, inputSize].</param>
    /// <param name="state">Hidden and cell state, [batch, hiddenSize] each; zeros by default.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public LstmState<T> Forward(Variable<T> input, LstmState<T>? state = null)
    {
        LstmState<T>? initial = state is { } s ? new(CellStep.AsStep(s.Hidden, nameof(state)), CellStep.AsStep(s.Cell, nameof(state))) : null;
        LstmResult<T> result = _lstm.Forward(CellStep.AsStep(input, nameof(input)), default, initial);
        return new(CellStep.AsRows(result.FinalHidden), CellStep.AsRows(result.FinalCell));
    }
}

/// <summary>One step of a <see cref="Gru{T}"/> of one layer, on a tape: for loops whose inputs depend on their outputs.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="inputSize">The length of an input.</param>
/// <param name="hiddenSize">The number of units.</param>
/// <param name="random">Draws the weights as for <see cref="Gru{T}"/>.</param>
/// <param name="bias">Whether there are biases.</param>
/// <param name="resetBefore">As <see cref="GruOptions.ResetBefore"/>.</param>
/// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
/// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
/// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
public sealed class GruCell<T>(int inputSize, int hiddenSize, Philox random, bool bias = true, bool resetBefore = false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Gru<T> _gru = new(inputSize, hiddenSize, random, new() { Bias = bias, ResetBefore = resetBefore, IsCell = true });

    /// <inheritdoc cref="LstmCell{T}.Parameters"/>
    public IReadOnlyList<Parameter<T>> Parameters => _gru.Parameters;

    /// <summary>One step, with the bits it would have in a sequence.</summary>
    /// <param name="input">[batch, inputSize].</param>
    /// <param name="hidden">The hidden state, [batch, hiddenSize]; zeros by default.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public Variable<T> Forward(Variable<T> input, Variable<T>? hidden = null) =>
        CellStep.AsRows(_gru.Forward(
            CellStep.AsStep(input, nameof(input)), default, hidden is { } h ? CellStep.AsStep(h, nameof(hidden)) : null).FinalHidden);
}

/// <summary>
/// One step of an <see cref="Rnn{T}"/> of one layer, on a tape: for loops whose inputs depend on their outputs.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="inputSize">The length of an input.</param>
/// <param name="hiddenSize">The number of units.</param>
/// <param name="random">Draws the weights as for <see cref="Rnn{T}"/>.</param>
/// <param name="bias">Whether there are biases.</param>
/// <param name="rectified">As <see cref="RnnOptions.Rectified"/>.</param>
/// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
/// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
/// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
public sealed class RnnCell<T>(int inputSize, int hiddenSize, Philox random, bool bias = true, bool rectified = false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Rnn<T> _rnn = new(inputSize, hiddenSize, random, new() { Bias = bias, Rectified = rectified, IsCell = true });

    /// <inheritdoc cref="LstmCell{T}.Parameters"/>
    public IReadOnlyList<Parameter<T>> Parameters => _rnn.Parameters;

    /// <inheritdoc cref="GruCell{T}.Forward"/>
    public Variable<T> Forward(Variable<T> input, Variable<T>? hidden = null) =>
        CellStep.AsRows(_rnn.Forward(
            CellStep.AsStep(input, nameof(input)), default, hidden is { } h ? CellStep.AsStep(h, nameof(hidden)) : null).FinalHidden);
}

/// <summary>[batch, length] as a sequence of one step, and back.</summary>
internal static class CellStep
{
    public static Variable<T> AsStep<T>(Variable<T> rows, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape shape = rows.Shape;
        if (shape.Rank != 2) throw new ArgumentException($"A cell takes [batch, length], not {shape}.", name);
        return rows.Reshape(1, shape[0], shape[1]);
    }

    public static Variable<T> AsRows<T>(Variable<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => step.Reshape(step.Shape[1], step.Shape[2]);
}
