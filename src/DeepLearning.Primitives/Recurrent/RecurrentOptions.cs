namespace DeepLearning.Primitives;

/// <summary>
/// What <see cref="Lstm{T}"/>, <see cref="Gru{T}"/> and <see cref="Rnn{T}"/> have in common. Checked by their constructors.
/// </summary>
public abstract class RecurrentOptions
{
    private protected RecurrentOptions()
    {
    }

    /// <summary>Layers on top of each other, each reading the output of the one below; 1 by default.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>
    /// Whether each layer also runs from each row's last step to its first, with weights of its own; outputs stand side by side,
    /// forward first.
    /// </summary>
    public bool Bidirectional { get; init; }

    /// <summary>
    /// Whether sequences and outputs are [batch, time, …] and not [time, batch, …]. States are the same in either case.
    /// </summary>
    public bool BatchMajor { get; init; }

    /// <summary>Whether there are biases, two for each gate as in PyTorch; true by default.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>
    /// The probability with which an element of the output of each layer but the last is dropped, in calls that are given random
    /// numbers; what stays is scaled by 1 / (1 − p). 0 by default.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>
    /// The probability with which an element of the hidden state is dropped on its way into the recurrent product, in calls that
    /// are given random numbers: the same elements at every step (Gal and Ghahramani, 2016), scaled as in <see cref="Dropout"/>.
    /// </summary>
    public double RecurrentDropout { get; init; }

    /// <summary>
    /// Whether the initial states are parameters, one row for each layer and direction, used by all rows of a batch when no
    /// initial state is given. They begin as zeros.
    /// </summary>
    public bool LearnedInitialState { get; init; }

    /// <summary>
    /// Whether the backward pass computes the gates once more instead of keeping them: a third more work, the same bits, and for
    /// each step and row of an LSTM of H units 2·H numbers kept instead of 6·H (of a GRU H instead of 5·H).
    /// </summary>
    public bool RecomputeGates { get; init; }

    /// <summary>Parameters are named as a cell's: without a layer's number.</summary>
    internal bool IsCell { get; init; }

    internal void Validate(int inputSize, int hiddenSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Layers, 1, nameof(Layers));
        Settings.Fraction(Dropout, nameof(Dropout));
        Settings.Fraction(RecurrentDropout, nameof(RecurrentDropout));
    }
}

/// <summary>How an <see cref="Lstm{T}"/> is made; all have defaults.</summary>
public sealed class LstmOptions : RecurrentOptions
{
    internal static readonly LstmOptions Default = new();

    /// <summary>
    /// What the hidden state is projected to by weights of its own (LSTMP; Sak et al., 2014), fewer than there are units; 0 for
    /// no
    /// projection. PyTorch's <c>proj_size</c>.
    /// </summary>
    public int ProjectionSize { get; init; }

    /// <summary>
    /// Whether the gates see the cell state (Gers and Schmidhuber, 2000): i and f the one before the step, o the one after it,
    /// unit by unit, with weights of their own.
    /// </summary>
    public bool Peepholes { get; init; }

    /// <summary>
    /// What the bias of the forget gate is at first: 1 keeps long memories in the beginning (Jozefowicz et al., 2015).
    /// <see langword="null"/>: random like the others.
    /// </summary>
    public double? ForgetBias { get; init; }

    /// <summary>The largest magnitude of an element of the cell state, which is cut off there; +∞ by default.</summary>
    public double CellClip { get; init; } = double.PositiveInfinity;
}

/// <summary>How a <see cref="Gru{T}"/> is made; all have defaults.</summary>
public sealed class GruOptions : RecurrentOptions
{
    internal static readonly GruOptions Default = new();

    /// <summary>
    /// Whether the reset gate acts on the state before its product, n = tanh(Wx + b + U(r ⊙ h) + b′), as Cho et al. (2014) have
    /// it,
    /// and ONNX by default; otherwise after it, n = tanh(Wx + b + r ⊙ (Uh + b′)), as PyTorch, Keras and cuDNN do.
    /// </summary>
    public bool ResetBefore { get; init; }
}

/// <summary>How an <see cref="Rnn{T}"/> is made; all have defaults.</summary>
public sealed class RnnOptions : RecurrentOptions
{
    internal static readonly RnnOptions Default = new();

    /// <summary>Whether units are rectified, max(0, ·), instead of bent by tanh.</summary>
    public bool Rectified { get; init; }
}
