using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// Plain recurrent units (Elman, 1990) over sequences: h′ = tanh(Wx + b + Uh + b′), or max(0, …) with <see
/// cref="RnnOptions.Rectified"/>.
/// </summary>
/// <remarks>
/// Names, order and layout of the parameters are PyTorch's. The same row has the same bits alone or in a batch, padded or not,
/// in a sequence
/// or step by step. For the backward pass a step of a row of H units keeps 2·H numbers.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="inputSize">The length of an input.</param>
/// <param name="hiddenSize">The number of units.</param>
/// <param name="random">Draws the weights: uniform in ±√(1 / hiddenSize), in the order of the parameters.</param>
/// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
/// <exception cref="ArgumentOutOfRangeException">A size or an option is out of range.</exception>
/// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
/// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
public sealed class Rnn<T>(int inputSize, int hiddenSize, Philox random, RnnOptions? options = null)
    : RecurrentLayer<T>(inputSize, hiddenSize, hiddenSize, RnnUnit<T>.Gates, false, false, random, options ?? RnnOptions.Default)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _rectified = options?.Rectified ?? false;

    /// <inheritdoc cref="Gru{T}.Forward"/>
    public GruResult<T> Forward(
        Variable<T> sequence, ReadOnlySpan<int> lengths = default, Variable<T>? initial = null, Philox? random = null)
    {
        (Variable<T> output, Variable<T> hidden, _) =
            Run(new RnnUnit<T>(_rectified), false, sequence, lengths, initial, null, random);
        return new(output, hidden);
    }

    /// <inheritdoc cref="Lstm{T}.Continue"/>
    public GruResult<T> Continue(Variable<T> sequence, CarriedState<T> state, ReadOnlySpan<int> lengths = default, Philox? random = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        GruResult<T> result = Forward(sequence, lengths, state.HiddenOn(sequence.Tape), random);
        result.FinalHidden.Value.CopyTo(state.Hidden);
        return result;
    }

    /// <inheritdoc cref="Lstm{T}.NewStepper"/>
    public RecurrentStepper<T> NewStepper(int batch = 1) => new RecurrentStepper<T, RnnUnit<T>>(this, new RnnUnit<T>(_rectified), false, batch);
}
