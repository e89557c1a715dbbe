using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber, 1997) over sequences. At each step, with gates in the order i, f, g, o:
/// <code>
/// i = σ(Wᵢx + bᵢ + Uᵢh + bᵢ′)   f = σ(W_f x + b_f + U_f h + b_f′)   g = tanh(W_g x + …)   o = σ(Wₒx + …)
/// c′ = f ⊙ c + i ⊙ g            h′ = o ⊙ tanh c′
/// </code>
/// </summary>
/// <remarks>
/// <para>Names, order and layout of the parameters are PyTorch's. The same row has the same bits alone or in a batch, padded or
/// not, in a sequence
/// or step by step (one step at a time), forward or as the reverse direction of the reversed row, and with any number of threads.
/// A NaN stays in its row.</para>
/// <para>For the backward pass a step of a row of H units keeps 6·H numbers: its gates, its cell state and its output (with
/// <see cref="RecurrentOptions.RecomputeGates"/> 2·H), and a copy of its input where the batch is ragged, batch-major or read
/// backward.</para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <example><code>
/// var lstm = new Lstm&lt;float&gt;(inputSize: 28, hiddenSize: 128, random);
/// var result = lstm.Forward(sequence, lengths);                 // [time, batch, 28] → [time, batch, 128]
/// var logits = output.Forward(result.FinalHidden.Reshape(batch, 128));
/// </code></example>
public sealed class Lstm<T> : RecurrentLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LstmOptions _options;

    /// <summary>Weights and biases are uniform in ±√(1 / hiddenSize), drawn in the order of the parameters.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A size or an option is out of range; the projection is not below the hidden size; the forget bias is not finite.
    /// </exception>
    /// <exception cref="ArgumentException">There is a forget bias to begin with, and no bias.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public Lstm(int inputSize, int hiddenSize, Philox random, LstmOptions? options = null)
        : base(
            inputSize, hiddenSize, State(hiddenSize, options ??= LstmOptions.Default), LstmUnit<T>.Gates, true, options.Peepholes, random, options)
    {
        _options = options;
        if (options.ForgetBias is not { } given) return;
        if (!options.Bias) throw new ArgumentException("ForgetBias is given and Bias is false.", nameof(options));
        T bias = NumberGuard<T>.Finite(given, nameof(options.ForgetBias));
        foreach (Parameter<T> parameter in Parameters)
        {
            bool isInput = parameter.Name.StartsWith("bias_ih", StringComparison.Ordinal);
            if (!isInput && !parameter.Name.StartsWith("bias_hh", StringComparison.Ordinal)) continue;
            parameter.Value.Slice(hiddenSize, hiddenSize).Fill(isInput ? bias : T.Zero);
        }
    }

    /// <summary>Runs the layers over a sequence.</summary>
    /// <param name="sequence">[time, batch, inputSize], or batch first with <see cref="RecurrentOptions.BatchMajor"/>.</param>
    /// <param name="lengths">
    /// How many steps each row has, 0 to time; empty for all. Past its length a row's input is not looked at, its output is 0
    /// and its
    /// state is carried; a row of length 0 keeps its initial state. Short rows cost nothing beyond their lengths.
    /// </param>
    /// <param name="initial">The states to begin with; the learned ones or zeros by default.</param>
    /// <param name="random">Random numbers for the dropouts; without them nothing is dropped.</param>
    /// <exception cref="ArgumentException">A shape does not fit, there are not as many lengths as rows, or the tapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative or above the number of steps.</exception>
    public LstmResult<T> Forward(
        Variable<T> sequence, ReadOnlySpan<int> lengths = default, LstmState<T>? initial = null, Philox? random = null)
    {
        (Variable<T> output, Variable<T> hidden, Variable<T> cell) =
            Run(Unit, NeedsPeepholes, sequence, lengths, initial?.Hidden, initial?.Cell, random);
        return new(output, hidden, cell);
    }

    /// <summary>
    /// Runs the layers over a piece of a longer sequence, from the states that the last piece has left in <paramref
    /// name="state"/>, and
    /// leaves its own there. Gradients stop at the piece's beginning: truncated back-propagation through time.
    /// </summary>
    /// <exception cref="ArgumentException">A shape does not fit, there are not as many lengths as rows, or the tapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative or above the number of steps.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="state"/> is null.</exception>
    public LstmResult<T> Continue(Variable<T> sequence, CarriedState<T> state, ReadOnlySpan<int> lengths = default, Philox? random = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        LstmResult<T> result = Forward(sequence, lengths, new LstmState<T>(state.HiddenOn(sequence.Tape), state.CellOn(sequence.Tape)), random);
        result.FinalHidden.Value.CopyTo(state.Hidden);
        result.FinalCell.Value.CopyTo(state.Cell);
        return result;
    }

    /// <summary>Runs step by step without a tape, for so many rows at once.</summary>
    /// <exception cref="InvalidOperationException">The layers are bidirectional: those cannot begin before a sequence has
    /// ended.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> is below 1.</exception>
    public RecurrentStepper<T> NewStepper(int batch = 1) => new RecurrentStepper<T, LstmUnit<T>>(this, Unit, NeedsPeepholes, batch);

    private LstmUnit<T> Unit => new(Clip(_options));

    private bool NeedsPeepholes => _options.Peepholes || double.IsFinite(_options.CellClip);

    private static T Clip(LstmOptions options) => T.CreateSaturating(options.CellClip);

    private static int State(int hiddenSize, LstmOptions options)
    {
        int projection = options.ProjectionSize;
        if (projection < 0 || (projection > 0 && projection >= hiddenSize))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), projection, $"ProjectionSize is {projection}; it must be below the {hiddenSize} units, or 0 for none.");
        }

        if (!(Clip(options) > T.Zero))
            throw new ArgumentOutOfRangeException(nameof(options), options.CellClip, $"CellClip must be above 0 as a {typeof(T).Name}.");
        return projection == 0 ? hiddenSize : projection;
    }
}
