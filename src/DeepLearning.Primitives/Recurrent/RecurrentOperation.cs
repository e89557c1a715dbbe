using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>What the inputs of a <see cref="RecurrentOperation{T, TCell}"/> are, and how it runs.</summary>
internal readonly record struct RecurrentSettings(UnitSizes Sizes, bool IsBidirectional, bool HasBias, bool HasPeepholes, bool RecomputesGates)
{
    public int Directions => IsBidirectional ? 2 : 1;

    /// <summary>The weights of one direction.</summary>
    public int WeightCount => 2 + (HasBias ? 2 : 0) + (Sizes.IsProjected ? 1 : 0) + (HasPeepholes ? 1 : 0);
}

/// <summary>
/// One layer, with all its directions, over a sequence: x, h₀, for units with a cell state c₀, then the weights of each
/// direction.
/// The result is flat: the output, then the final states [directions, batch, state], then the final cell states.
/// </summary>
internal sealed partial class RecurrentOperation<T, TCell> : Operation<T>, IRentable<RecurrentOperation<T, TCell>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TCell : struct, IRecurrentCell<T>
{
    private const int MostInputs = 3 + (2 * 6);

    private readonly SequencePlan _plan = new();
    private readonly Slab<T>[] _saved = new Slab<T>[2];
    private readonly Variable<T>?[] _inputs = new Variable<T>?[MostInputs];
    private readonly Variable<T>?[] _gradients = new Variable<T>?[MostInputs];
    private TCell _cell;
    private RecurrentSettings _settings;
    private T[] _mask = [];
    private int _maskLength;
    private T[] _noPeepholes = [];
    private bool _needsPeepholes;

    public override string Name => typeof(TCell).Name.Split("Unit")[0];

    public SequencePlan Plan => _plan;

    private static int FirstWeight => TCell.HasCell ? 3 : 2;

    private int InputCount => FirstWeight + (_settings.Directions * _settings.WeightCount);

    private int OutputLength => _plan.Time * _plan.Batch * _settings.Directions * _settings.Sizes.State;

    private int FinalLength => _settings.Directions * _plan.Batch * _settings.Sizes.State;

    private int FinalCellLength => TCell.HasCell ? _settings.Directions * _plan.Batch * _settings.Sizes.Hidden : 0;

    private Kept KeptForBackward => _settings.RecomputesGates ? Kept.States : Kept.Gates;

    public static RecurrentOperation<T, TCell> Create() => new();

    /// <summary>
    /// Without a mask; <paramref name="needsPeepholes"/> is set for a unit that wants peepholes, if only of zeros.
    /// </summary>
    public void With(TCell cell, in RecurrentSettings settings, bool needsPeepholes)
    {
        (_cell, _settings, _maskLength, _needsPeepholes) = (cell, settings, 0, needsPeepholes);
        int peepholes = needsPeepholes && !settings.HasPeepholes ? 3 * settings.Sizes.Hidden : 0;
        if (_noPeepholes.Length < peepholes) _noPeepholes = new T[peepholes];
    }

    /// <summary>[directions, batch, state] to be filled: factors of the states on their way to the recurrent product.</summary>
    public Span<T> NewMask(int length)
    {
        _maskLength = length;
        if (_mask.Length < length) _mask = new T[length];
        return _mask.AsSpan(0, length);
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => [checked(OutputLength + FinalLength + FinalCellLength)];

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        GradientTape<T> tape = inputs[0].Tape;
        bool isRecorded = false;
        foreach (Variable<T> input in inputs) isRecorded |= input.IsDifferentiable;
        for (int i = 0; i < inputs.Length; i++) _inputs[i] = inputs[i];
        UnitSizes sizes = _settings.Sizes;
        int total = _plan.Total, batch = _plan.Batch, state = sizes.State, hidden = sizes.Hidden;
        bool hasMask = _maskLength > 0;
        Kept kept = isRecorded ? KeptForBackward : Kept.Nothing;
        _plan.ClearBeyond(output, _settings.Directions * state);
        for (int direction = 0; direction < _settings.Directions; direction++)
        {
            var mark = tape.MarkScratch();
            bool copies = !_plan.IsInPlace(direction == 1);
            _saved[direction] = tape.Allocate(RecurrentPass<T, TCell>.SavedLength(sizes, total, batch, copies, kept, hasMask));
            if (isRecorded) mark = tape.MarkScratch();
            RecurrentPass<T, TCell> pass = NewPass(direction, _inputs);
            Bind(ref pass, tape, direction, kept, RecurrentPass<T, TCell>.TransientRows(total, batch));
            pass.Forward(
                inputs[0].Value,
                inputs[1].Value.Slice(direction * batch * state, batch * state),
                TCell.HasCell ? inputs[2].Value.Slice(direction * batch * hidden, batch * hidden) : default,
                PartOf(_mask.AsSpan(0, _maskLength), direction, batch * state),
                output[..OutputLength][Math.Min(direction * state, OutputLength)..],
                _settings.Directions * state,
                tape.Allocate(RecurrentPass<T, TCell>.ForwardScratch(sizes, batch, hasMask)).Span);
            pass.CopyFinal(
                output.Slice(OutputLength + (direction * batch * state), batch * state),
                TCell.HasCell ? output.Slice(OutputLength + FinalLength + (direction * batch * hidden), batch * hidden) : default);
            tape.ReleaseScratch(mark);
        }
    }

    public override void Backward(BackwardStep<T> step)
    {
        if (step.IsRecorded)
        {
            BackwardRecorded(step);
            return;
        }

        GradientTape<T> tape = step.Upstream.Tape;
        UnitSizes sizes = _settings.Sizes;
        int batch = _plan.Batch, state = sizes.State, hidden = sizes.Hidden;
        ReadOnlySpan<T> upstream = step.Upstream.Value;
        NewGradients(step);
        for (int direction = 0; direction < _settings.Directions; direction++)
        {
            var mark = tape.MarkScratch();
            RecurrentPass<T, TCell> pass = NewPass(direction, _inputs);
            Bind(ref pass, tape, direction, KeptForBackward, _plan.Total);
            if (_settings.RecomputesGates)
                pass.Recompute(tape.Allocate(RecurrentPass<T, TCell>.ForwardScratch(sizes, batch, _maskLength > 0)).Span);
            pass.Backward(
                upstream[..OutputLength][Math.Min(direction * state, OutputLength)..],
                _settings.Directions * state,
                upstream.Slice(OutputLength + (direction * batch * state), batch * state),
                TCell.HasCell ? upstream.Slice(OutputLength + FinalLength + (direction * batch * hidden), batch * hidden) : default,
                GradientOf(0),
                addsToSequence: direction == 1,
                PartOf(GradientOf(1), direction, batch * state),
                TCell.HasCell ? PartOf(GradientOf(2), direction, batch * hidden) : default,
                WeightsOf(direction, _gradients),
                tape.Allocate(RecurrentPass<T, TCell>.BackwardScratch(_cell, sizes, _plan.Total, batch, _needsPeepholes)).Span);
            tape.ReleaseScratch(mark);
        }

        for (int i = 0; i < InputCount; i++)
            if (step.Needs(i)) step.Add(i, _gradients[i]!.Value);
    }

    private RecurrentPass<T, TCell> NewPass(int direction, Variable<T>?[] inputs)
    {
        UnitWeights<T> weights = WeightsOf(direction, inputs);
        if (_needsPeepholes && !_settings.HasPeepholes) weights.Peepholes = _noPeepholes.AsSpan(0, 3 * _settings.Sizes.Hidden);
        return new() { Cell = _cell, Plan = _plan, Sizes = _settings.Sizes, Reverse = direction == 1, Weights = weights };
    }

    /// <summary>Binds a pass to what is kept, and to scratch for the gates of so many rows where they are not.</summary>
    private void Bind(ref RecurrentPass<T, TCell> pass, GradientTape<T> tape, int direction, Kept kept, int gateRows)
    {
        Span<T> gates = kept == Kept.Gates ? default : tape.Allocate(RecurrentPass<T, TCell>.GateLength(_settings.Sizes, gateRows, _plan.Batch)).Span;
        bool copies = !_plan.IsInPlace(direction == 1);
        pass.Bind(SpanOf(_inputs[0]), _saved[direction].Span, gates, copies, kept, _maskLength > 0);
    }

    private UnitWeights<T> WeightsOf(int direction, Variable<T>?[] inputs)
    {
        int next = FirstWeight + (direction * _settings.WeightCount);
        UnitWeights<T> weights = new() { Input = SpanOf(inputs[next++]), Hidden = SpanOf(inputs[next++]) };
        if (_settings.HasBias)
        {
            weights.InputBias = SpanOf(inputs[next++]);
            weights.HiddenBias = SpanOf(inputs[next++]);
        }

        if (_settings.Sizes.IsProjected) weights.Projection = SpanOf(inputs[next++]);
        if (_settings.HasPeepholes) weights.Peepholes = SpanOf(inputs[next]);
        return weights;
    }

    private Span<T> GradientOf(int input) => SpanOf(_gradients[input]);

    private static Span<T> SpanOf(Variable<T>? variable) => variable is { } v ? v.Node.Slab.Span : default;

    private static Span<T> PartOf(Span<T> span, int index, int length) => span.IsEmpty ? span : span.Slice(index * length, length);

    private void NewGradients(BackwardStep<T> step)
    {
        for (int i = 0; i < InputCount; i++)
        {
            _inputs[i] = step.Input(i);
            _gradients[i] = null;
            if (!step.Needs(i)) continue;
            // One parameter in two places, sequence or state, has one place for its gradient.
            bool isTwice = false;
            for (int k = 0; k < i && i < FirstWeight; k++) isTwice |= step.Input(k).Index == step.Input(i).Index;
            _gradients[i] = isTwice ? step.Upstream.Tape.NewConstant(step.Input(i).Shape, out _) : step.NewGradient(i, out _);
        }
    }
}
