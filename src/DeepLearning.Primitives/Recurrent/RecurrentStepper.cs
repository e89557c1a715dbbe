using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// Recurrent layers at work step by step, without a tape: each input gives an output at once, with the bits it would have in a
/// whole
/// sequence. Nothing is allocated after construction. A stepper is used by one thread at a time.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <example><code>
/// RecurrentStepper&lt;float&gt; stepper = gru.NewStepper();
/// stepper.Step(input, output);     // one row of inputSize in, one row of the state's length out
/// </code></example>
public abstract class RecurrentStepper<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected RecurrentStepper(int layers, int batch, int inputSize, int stateSize, int hiddenSize, bool hasCell)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        (InputLength, StateLength, CellLength) = (checked(batch * inputSize), checked(batch * stateSize), hasCell ? checked(batch * hiddenSize) : 0);
        (HiddenArray, CellArray) = (new T[checked(layers * StateLength)], new T[checked(layers * CellLength)]);
    }

    /// <summary>The hidden states, [layers, batch, state]; may be changed between steps.</summary>
    public Span<T> Hidden => HiddenArray;

    /// <summary>The cell states, [layers, batch, hidden]; empty but for an LSTM. May be changed between steps.</summary>
    public Span<T> Cell => CellArray;

    private protected int InputLength { get; }

    private protected int StateLength { get; }

    private protected int CellLength { get; }

    private protected T[] HiddenArray { get; }

    private protected T[] CellArray { get; }

    /// <summary>One step.</summary>
    /// <param name="input">[batch, inputSize].</param>
    /// <param name="output">[batch, state]: the last layer's new hidden state. It may be the input.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Step(ReadOnlySpan<T> input, Span<T> output)
    {
        Guard.Length(input.Length, InputLength, "the stepper", nameof(input));
        Guard.Length(output.Length, StateLength, "the stepper", nameof(output));
        Run(input);
        Hidden[^StateLength..].CopyTo(output);
    }

    /// <summary>Back to the learned initial states or zeros: a new sequence begins.</summary>
    public abstract void Restart();

    /// <summary>Reads the parameters again, after they have changed. The states stay.</summary>
    public abstract void Reload();

    private protected abstract void Run(ReadOnlySpan<T> input);
}

/// <summary>A stepper of one kind of unit.</summary>
internal sealed class RecurrentStepper<T, TCell> : RecurrentStepper<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TCell : struct, IRecurrentCell<T>
{
    private readonly RecurrentLayer<T> _layer;
    private readonly TCell _cell;
    private readonly int _batch;
    private readonly Packed[] _layers;
    private readonly T[] _gates;
    private readonly T[] _extra;
    private readonly T[] _output;

    public RecurrentStepper(RecurrentLayer<T> layer, TCell cell, bool needsPeepholes, int batch)
        : base(layer.Options.Layers, batch, layer.InputSize, layer.StateSize, layer.HiddenSize, TCell.HasCell)
    {
        if (layer.Directions == 2)
            throw new InvalidOperationException("A bidirectional layer needs whole sequences: its second direction begins at their ends.");
        (_layer, _cell, _batch) = (layer, cell, batch);
        _gates = new T[batch * TCell.Gates * layer.HiddenSize];
        _extra = new T[TCell.HasExtra ? batch * layer.HiddenSize : 0];
        _output = new T[layer.StateSize == layer.HiddenSize ? 0 : batch * layer.HiddenSize];
        _layers = new Packed[layer.Options.Layers];
        for (int i = 0; i < _layers.Length; i++) _layers[i] = new Packed(layer.SettingsOf(i), needsPeepholes);
        Reload();
        Restart();
    }

    public override void Restart()
    {
        Fill(_layer.InitialHidden, HiddenArray, StateLength);
        Fill(_layer.InitialCell, CellArray, CellLength);

        void Fill(Parameter<T>? initial, Span<T> states, int length)
        {
            if (initial is null)
            {
                states.Clear();
                return;
            }

            int width = initial.Shape[1];
            for (int i = 0; i < states.Length; i += width) initial.Value.Slice(i / length * width, width).CopyTo(states[i..]);
        }
    }

    public override void Reload()
    {
        int next = 0;
        foreach (Packed packed in _layers) packed.Load(_layer.Parameters, ref next, _cell.KeepsHiddenBiasApart, _batch == 1);
    }

    private protected override void Run(ReadOnlySpan<T> input)
    {
        int hidden = _layer.HiddenSize, state = _layer.StateSize, gates = TCell.Gates * hidden;
        bool one = _batch == 1;
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            Packed weights = _layers[layer];
            for (int row = 0; row < _batch; row++)
            {
                weights.Bias.CopyTo(_gates, row * gates);
                if (TCell.HasExtra) weights.ExtraBias.CopyTo(_extra, row * hidden);
            }

            PackedMatrix.Multiply(input, weights.Input, _gates, _batch, weights.Sizes.Input, gates, gates, one, accumulate: true);
            Span<T> states = Hidden.Slice(layer * StateLength, StateLength), cells = Cell.Slice(layer * CellLength, CellLength);
            // States change in place: each unit's new one is made after all products have read the old ones.
            CellRows<T> rows = new()
            {
                Count = _batch,
                Hidden = hidden,
                State = state,
                GateStride = gates,
                Gates = _gates,
                Extra = _extra,
                Previous = states,
                Fed = states,
                Output = weights.Sizes.IsProjected ? _output : states,
                PreviousCell = cells,
                Cell = cells,
                Peepholes = weights.Peepholes,
                Products = new() { Packed = weights.Hidden, PackedRest = weights.HiddenRest, ForOneRow = one },
            };
            _cell.Forward(rows);
            if (weights.Sizes.IsProjected)
                PackedMatrix.Multiply(_output, weights.Projection, states, _batch, hidden, state, state, one, accumulate: false);
            input = states;
        }
    }

    /// <summary>One layer's weights as the products read them.</summary>
    private sealed class Packed(in RecurrentSettings settings, bool needsPeepholes)
    {
        private readonly RecurrentSettings _settings = settings;

        public UnitSizes Sizes => _settings.Sizes;

        public T[] Input { get; } = new T[PackedMatrix.Length<T>(settings.Sizes.Input, TCell.Gates * settings.Sizes.Hidden)];

        public T[] Hidden { get; } = new T[PackedMatrix.Length<T>(settings.Sizes.State, TCell.SplitAt * settings.Sizes.Hidden)];

        public T[] HiddenRest { get; } = TCell.SplitAt == TCell.Gates ? []
            : new T[PackedMatrix.Length<T>(settings.Sizes.State, (TCell.Gates - TCell.SplitAt) * settings.Sizes.Hidden)];

        public T[] Projection { get; } = settings.Sizes.IsProjected
            ? new T[PackedMatrix.Length<T>(settings.Sizes.Hidden, settings.Sizes.State)] : [];

        public T[] Bias { get; } = new T[TCell.Gates * settings.Sizes.Hidden];

        public T[] ExtraBias { get; } = new T[TCell.HasExtra ? settings.Sizes.Hidden : 0];

        public T[] Peepholes { get; } = new T[needsPeepholes ? 3 * settings.Sizes.Hidden : 0];

        public void Load(IReadOnlyList<Parameter<T>> parameters, ref int next, bool keepsBiasApart, bool forOneRow)
        {
            int hidden = Sizes.Hidden, state = Sizes.State, gates = TCell.Gates * hidden, split = TCell.SplitAt * hidden;
            PackedMatrix.Pack(parameters[next++].Value, Sizes.Input, gates, transposeB: true, forOneRow, Input);
            ReadOnlySpan<T> recurrent = parameters[next++].Value;
            PackedMatrix.Pack(recurrent[..(split * state)], state, split, transposeB: true, forOneRow, Hidden);
            if (split < gates) PackedMatrix.Pack(recurrent[(split * state)..], state, gates - split, transposeB: true, forOneRow, HiddenRest);
            if (_settings.HasBias)
            {
                parameters[next++].Value.CopyTo(Bias);
                ReadOnlySpan<T> other = parameters[next++].Value;
                int joined = keepsBiasApart ? split : gates;
                Elementwise.Map<T, Add<T>>(Bias.AsSpan(0, joined), other[..joined], Bias.AsSpan(0, joined), default);
                if (keepsBiasApart) other[joined..].CopyTo(ExtraBias);
            }

            if (Sizes.IsProjected) PackedMatrix.Pack(parameters[next++].Value, hidden, state, transposeB: true, forOneRow, Projection);
            if (_settings.HasPeepholes) parameters[next++].Value.CopyTo(Peepholes);
        }
    }
}
