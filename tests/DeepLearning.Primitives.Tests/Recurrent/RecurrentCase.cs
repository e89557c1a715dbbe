using System.Numerics;

namespace DeepLearning.Primitives.Tests;

/// <summary>One layer of some kind with its options, called in the same way whatever the kind.</summary>
internal sealed class RecurrentCase<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lstm<T>? _lstm;
    private readonly Gru<T>? _gru;
    private readonly Rnn<T>? _rnn;

    public RecurrentCase(RecurrentKind kind, int input, int hidden, RecurrentSetup setup, long seed = 1)
    {
        Philox random = new(seed);
        (Kind, Setup, Input) = (kind, setup, input);
        switch (kind)
        {
            case RecurrentKind.Lstm:
                _lstm = new(input, hidden, random, setup.Lstm());
                break;
            case RecurrentKind.Gru or RecurrentKind.GruResetBefore:
                _gru = new(input, hidden, random, setup.Gru(kind == RecurrentKind.GruResetBefore));
                break;
            default:
                _rnn = new(input, hidden, random, setup.Rnn(kind == RecurrentKind.RectifiedRnn));
                break;
        }

        Layer = (RecurrentLayer<T>?)_lstm ?? (RecurrentLayer<T>?)_gru ?? _rnn!;
    }

    public RecurrentKind Kind { get; }

    public RecurrentSetup Setup { get; }

    public int Input { get; }

    public RecurrentLayer<T> Layer { get; }

    public int Places => Setup.Layers * Layer.Directions;

    /// <summary>Output, final states and, of an LSTM, final cell states.</summary>
    public Variable<T>[] Forward(Variable<T> x, int[]? lengths = null, Variable<T>? hidden = null, Variable<T>? cell = null, Philox? random = null)
    {
        if (_lstm is not null)
        {
            LstmResult<T> result = _lstm.Forward(x, lengths, hidden is null ? null : new(hidden.Value, cell!.Value), random);
            return [result.Output, result.FinalHidden, result.FinalCell];
        }

        GruResult<T> other = _gru?.Forward(x, lengths, hidden, random) ?? _rnn!.Forward(x, lengths, hidden, random);
        return [other.Output, other.FinalHidden];
    }

    public RecurrentStepper<T> NewStepper(int batch) => _lstm?.NewStepper(batch) ?? _gru?.NewStepper(batch) ?? _rnn!.NewStepper(batch);

    public Variable<T> Continue(Variable<T> x, CarriedState<T> state) =>
        _lstm?.Continue(x, state).Output ?? _gru?.Continue(x, state).Output ?? _rnn!.Continue(x, state).Output;

    public RecurrentReference Reference() => new()
    {
        Kind = Kind,
        Hidden = Layer.HiddenSize,
        State = Layer.StateSize,
        Layers = Setup.Layers,
        Bidirectional = Setup.Bidirectional,
        Clip = Setup.Clip,
        Parameters = Layer.Parameters.ToDictionary(p => p.Name, p => Array.ConvertAll(p.Value.ToArray(), double.CreateChecked)),
    };
}

/// <summary>Options of any kind of layer.</summary>
public sealed record RecurrentSetup(
    int Layers = 1, bool Bidirectional = false, bool BatchMajor = false, bool Bias = true, int Projection = 0, bool Peepholes = false,
    double Clip = double.PositiveInfinity, bool Recompute = false, double Dropout = 0, double RecurrentDropout = 0, bool Learned = false)
{
    public LstmOptions Lstm() => new()
    {
        Layers = Layers,
        Bidirectional = Bidirectional,
        BatchMajor = BatchMajor,
        Bias = Bias,
        ProjectionSize = Projection,
        Peepholes = Peepholes,
        CellClip = Clip,
        RecomputeGates = Recompute,
        Dropout = Dropout,
        RecurrentDropout = RecurrentDropout,
        LearnedInitialState = Learned,
    };

    public GruOptions Gru(bool resetBefore) => new()
    {
        Layers = Layers,
        Bidirectional = Bidirectional,
        BatchMajor = BatchMajor,
        Bias = Bias,
        ResetBefore = resetBefore,
        RecomputeGates = Recompute,
        Dropout = Dropout,
        RecurrentDropout = RecurrentDropout,
        LearnedInitialState = Learned,
    };

    public RnnOptions Rnn(bool rectified) => new()
    {
        Layers = Layers,
        Bidirectional = Bidirectional,
        BatchMajor = BatchMajor,
        Bias = Bias,
        Rectified = rectified,
        RecomputeGates = Recompute,
        Dropout = Dropout,
        RecurrentDropout = RecurrentDropout,
        LearnedInitialState = Learned,
    };
}
