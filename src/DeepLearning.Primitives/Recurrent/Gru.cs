using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// Gated recurrent units (Cho et al., 2014) over sequences. At each step, with gates in the order r, z, n:
/// <code>
/// r = σ(Wᵣx + bᵣ + Uᵣh + bᵣ′)   z = σ(W_z x + b_z + U_z h + b_z′)   n = tanh(Wₙx + bₙ + r ⊙ (Uₙh + bₙ′))
/// h′ = (1 − z) ⊙ n + z ⊙ h
/// </code>
/// or, with <see cref="GruOptions.ResetBefore"/>, n = tanh(Wₙx + bₙ + Uₙ(r ⊙ h) + bₙ′).
/// </summary>
/// <remarks>
/// <para>Names, order and layout of the parameters are PyTorch's. The same row has the same bits alone or in a batch, padded or
/// not, in a sequence
/// or step by step, forward or as the reverse direction of the reversed row, and with any number of threads.
/// A NaN stays in its row.</para>
/// <para>For the backward pass a step of a row of H units keeps 5·H numbers: its gates, its recurrent product of n and its
/// output (with
/// <see cref="RecurrentOptions.RecomputeGates"/> H), and a copy of its input where the batch is ragged, batch-major or read
/// backward.</para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="inputSize">The length of an input.</param>
/// <param name="hiddenSize">The number of units.</param>
/// <param name="random">Draws the weights: uniform in ±√(1 / hiddenSize), in the order of the parameters.</param>
/// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
/// <exception cref="ArgumentOutOfRangeException">A size or an option is out of range.</exception>
/// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
/// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
public sealed class Gru<T>(int inputSize, int hiddenSize, Philox random, GruOptions? options = null)
    : RecurrentLayer<T>(inputSize, hiddenSize, hiddenSize, GruUnit<T>.Gates, false, false, random, options ?? GruOptions.Default)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _resetBefore = options?.ResetBefore ?? false;

    /// <summary>Runs the layers over a sequence.</summary>
    /// <param name="sequence">[time, batch, inputSize], or batch first with <see cref="RecurrentOptions.BatchMajor"/>.</param>
    /// <param name="lengths">
    /// How many steps each row has, 0 to time; empty for all. Past its length a row's input is not looked at, its output is 0
    /// and its
    /// state is carried; a row of length 0 keeps its initial state. Short rows cost nothing beyond their lengths.
    /// </param>
    /// <param name="initial">The state to begin with, [layers · directions, batch, hidden]; the learned one or zeros by
    /// default.</param>
    /// <param name="random">Random numbers for the dropouts; without them nothing is dropped.</param>
    /// <exception cref="ArgumentException">A shape does not fit, there are not as many lengths as rows, or the tapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative or above the number of steps.</exception>
    public GruResult<T> Forward(
        Variable<T> sequence, ReadOnlySpan<int> lengths = default, Variable<T>? initial = null, Philox? random = null)
    {
        (Variable<T> output, Variable<T> hidden, _) =
            Run(new GruUnit<T>(_resetBefore), false, sequence, lengths, initial, null, random);
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
    public RecurrentStepper<T> NewStepper(int batch = 1) => new RecurrentStepper<T, GruUnit<T>>(this, new GruUnit<T>(_resetBefore), false, batch);
}
