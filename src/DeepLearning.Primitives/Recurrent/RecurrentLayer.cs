using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// What <see cref="Lstm{T}"/>, <see cref="Gru{T}"/> and <see cref="Rnn{T}"/> have in common: parameters and the walk through the
/// layers.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class RecurrentLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Parameter<T>> _parameters = [];
    private readonly RecurrentSettings[] _layers;
    private readonly bool _hasCell;

    private protected RecurrentLayer(
        int inputSize, int hiddenSize, int stateSize, int gates, bool hasCell, bool hasPeepholes, Philox random, RecurrentOptions options)
    {
        Guard.ElementType<T>();
        options.Validate(inputSize, hiddenSize);
        ArgumentNullException.ThrowIfNull(random);
        (InputSize, HiddenSize, StateSize, Options, _hasCell) = (inputSize, hiddenSize, stateSize, options, hasCell);
        _layers = new RecurrentSettings[options.Layers];
        double bound = Math.Sqrt(1.0 / hiddenSize);
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            int width = layer == 0 ? inputSize : checked(Directions * stateSize);
            _layers[layer] = new(new(width, hiddenSize, stateSize), options.Bidirectional, options.Bias, hasPeepholes, options.RecomputeGates);
            for (int direction = 0; direction < Directions; direction++)
            {
                string suffix = options.IsCell ? "" : $"_l{layer}{(direction == 1 ? "_reverse" : "")}";
                int sums = checked(gates * hiddenSize);
                Add($"weight_ih{suffix}", [sums, width]);
                Add($"weight_hh{suffix}", [sums, stateSize]);
                if (options.Bias)
                {
                    Add($"bias_ih{suffix}", [sums]);
                    Add($"bias_hh{suffix}", [sums]);
                }

                if (stateSize != hiddenSize) Add($"weight_hr{suffix}", [stateSize, hiddenSize]);
                if (hasPeepholes) Add($"weight_ch{suffix}", [3, hiddenSize]);
            }
        }

        if (!options.LearnedInitialState) return;
        _parameters.Add(InitialHidden = new("initial_hidden", [options.Layers * Directions, stateSize]));
        if (hasCell) _parameters.Add(InitialCell = new("initial_cell", [options.Layers * Directions, hiddenSize]));

        void Add(string name, Shape shape)
        {
            Parameter<T> parameter = new(name, shape);
            random.Uniform(parameter.Value, T.CreateChecked(-bound), T.CreateChecked(bound));
            _parameters.Add(parameter);
        }
    }

    /// <summary>The length of an input.</summary>
    public int InputSize { get; }

    /// <summary>The number of units of a layer and direction.</summary>
    public int HiddenSize { get; }

    /// <summary>The length of a hidden state: the number of units, or what they are projected to.</summary>
    public int StateSize { get; }

    /// <summary>1, or 2 when bidirectional.</summary>
    public int Directions => Options.Bidirectional ? 2 : 1;

    /// <summary>
    /// For each layer, and each direction of it: weight_ih, weight_hh, bias_ih, bias_hh and, where there are, weight_hr
    /// (projection)
    /// and weight_ch (peepholes of i, f and o), named as <c>weight_ih_l0</c>, <c>weight_ih_l0_reverse</c>: names, order and
    /// layout as
    /// PyTorch's, which has no peepholes. At the end the learned initial states, if any.
    /// </summary>
    public IReadOnlyList<Parameter<T>> Parameters => _parameters;

    /// <summary>Zeros to begin with, for a sequence that comes in pieces: see <see cref="CarriedState{T}"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> is negative.</exception>
    public CarriedState<T> NewState(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        int rows = Options.Layers * Directions;
        return new([rows, batch, StateSize], _hasCell ? [rows, batch, HiddenSize] : [rows, batch, 0]);
    }

    internal RecurrentOptions Options { get; }

    internal ref readonly RecurrentSettings SettingsOf(int layer) => ref _layers[layer];

    internal Parameter<T>? InitialHidden { get; }

    internal Parameter<T>? InitialCell { get; }

    private protected (Variable<T> Output, Variable<T> FinalHidden, Variable<T> FinalCell) Run<TCell>(
        TCell cell,
        bool needsPeepholes,
        Variable<T> sequence,
        ReadOnlySpan<int> lengths,
        Variable<T>? initialHidden,
        Variable<T>? initialCell,
        Philox? random)
        where TCell : struct, IRecurrentCell<T>
    {
        GradientTape<T> tape = sequence.Tape;
        Shape shape = sequence.Shape;
        string first = Options.BatchMajor ? "[batch, time" : "[time, batch";
        if (shape.Rank != 3 || shape[2] != InputSize)
            throw new ArgumentException($"{GetType().Name.Split('`')[0]}: the sequence is {shape}, not {first}, {InputSize}].", nameof(sequence));
        int time = shape[Options.BatchMajor ? 1 : 0], batch = shape[Options.BatchMajor ? 0 : 1];
        SequencePlan.Check(time, batch, lengths);
        Variable<T> hidden = Initial(tape, initialHidden, InitialHidden, batch, StateSize, "initial hidden state");
        Variable<T> cells = _hasCell ? Initial(tape, initialCell, InitialCell, batch, HiddenSize, "initial cell state") : default;

        int directions = Directions, next = 0;
        Variable<T> output = sequence;
        Finals finalHidden = default, finalCell = default;
        Span<Variable<T>> hiddens = Options.Layers <= Finals.Count ? finalHidden : new Variable<T>[Options.Layers];
        Span<Variable<T>> cellStates = Options.Layers <= Finals.Count ? finalCell : new Variable<T>[Options.Layers];
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            ref readonly RecurrentSettings settings = ref _layers[layer];
            Inputs inputs = default;
            int count = 0;
            inputs[count++] = output;
            inputs[count++] = Part(hidden, layer, [directions, batch, StateSize]);
            if (_hasCell) inputs[count++] = Part(cells, layer, [directions, batch, HiddenSize]);
            for (int i = directions * settings.WeightCount; i > 0; i--) inputs[count++] = tape.Watch(_parameters[next++]);
            RecurrentOperation<T, TCell> operation = tape.Rent<RecurrentOperation<T, TCell>>();
            operation.Plan.Set(time, batch, lengths, Options.BatchMajor);
            operation.With(cell, settings, needsPeepholes);
            if (random is not null && Options.RecurrentDropout > 0)
                FillDropout(random, Options.RecurrentDropout, operation.NewMask(directions * batch * StateSize));
            Variable<T> all = tape.Apply(operation, ((ReadOnlySpan<Variable<T>>)inputs)[..count]);

            int outputs = time * batch * directions * StateSize, finals = directions * batch * StateSize;
            output = tape.Part(all, 0, Options.BatchMajor ? [batch, time, directions * StateSize] : [time, batch, directions * StateSize]);
            hiddens[layer] = tape.Part(all, outputs, [directions, batch, StateSize]);
            if (_hasCell) cellStates[layer] = tape.Part(all, outputs + finals, [directions, batch, HiddenSize]);
            if (random is not null && Options.Dropout > 0 && layer + 1 < _layers.Length)
            {
                Variable<T> mask = tape.NewConstant(output.Shape, out Span<T> elements);
                FillDropout(random, Options.Dropout, elements);
                output *= mask;
            }
        }

        return (output, Joined(hiddens[.._layers.Length], StateSize), _hasCell ? Joined(cellStates[.._layers.Length], HiddenSize) : default);

        Variable<T> Part(Variable<T> states, int layer, Shape shape) =>
            _layers.Length == 1 ? states : tape.Part(states, layer * shape.ElementCount, shape);

        Variable<T> Joined(ReadOnlySpan<Variable<T>> states, int width) =>
            states.Length == 1 ? states[0] : tape.Apply(Join<T>.Instance, states).Reshape(states.Length * directions, batch, width);
    }

    /// <summary>Zeros with probability p, 1 / (1 − p) otherwise.</summary>
    private static void FillDropout(Philox random, double p, Span<T> mask)
    {
        random.Uniform(mask);
        T limit = T.CreateChecked(p), scale = T.CreateChecked(1 / (1 - p));
        foreach (ref T element in mask) element = element < limit ? T.Zero : scale;
    }

    private Variable<T> Initial(GradientTape<T> tape, Variable<T>? given, Parameter<T>? learned, int batch, int width, string name)
    {
        Shape shape = [Options.Layers * Directions, batch, width];
        if (given is { } state)
        {
            if (state.Shape != shape)
                throw new ArgumentException($"{GetType().Name.Split('`')[0]}: the {name} is {state.Shape}, not {shape}.", "initial");
            return state;
        }

        if (learned is not null) return tape.Watch(learned).Reshape(shape[0], 1, width).BroadcastTo(shape);
        Variable<T> zeros = tape.NewConstant(shape, out Span<T> elements);
        elements.Clear();
        return zeros;
    }

    [InlineArray(15)]
    private struct Inputs
    {
        private Variable<T> _first;
    }

    /// <summary>One state for each layer, where there are no more.</summary>
    [InlineArray(Count)]
    private struct Finals
    {
        public const int Count = 8;

        private Variable<T> _first;
    }
}
