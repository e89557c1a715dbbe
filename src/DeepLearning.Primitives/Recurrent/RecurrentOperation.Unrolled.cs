using System.Numerics;

namespace DeepLearning.Primitives;

/// <content>
/// The same layer made of operations on the tape, step by step. A backward pass that is itself recorded goes through them, so
/// that gradients of any order are right.
/// </content>
internal sealed partial class RecurrentOperation<T, TCell>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TCell : struct, IRecurrentCell<T>
{
    private void BackwardRecorded(BackwardStep<T> step)
    {
        GradientTape<T> tape = step.Upstream.Tape;
        int start = tape.MarkNodes();
        // Views, so that a variable that is an input twice counts as two.
        Variable<T>[] inputs = new Variable<T>[InputCount];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = tape.View(step.Input(i), step.Input(i).Shape, Reshape<T>.Instance);
        Variable<T>?[] gradients = tape.GradientsSince(start, Unroll(inputs), step.Upstream, inputs);
        for (int i = 0; i < inputs.Length; i++)
            if (step.Needs(i) && gradients[i] is { } gradient) step.Add(i, gradient);
    }

    private Variable<T> Unroll(Variable<T>[] inputs)
    {
        GradientTape<T> tape = inputs[0].Tape;
        int directions = _settings.Directions, batch = _plan.Batch, state = _settings.Sizes.State, hidden = _settings.Sizes.Hidden;
        Variable<T>[] outputs = new Variable<T>[directions], finals = new Variable<T>[directions], cells = new Variable<T>[directions];
        for (int direction = 0; direction < directions; direction++)
            (outputs[direction], finals[direction], cells[direction]) = Unroll(inputs, direction);
        Variable<T> output = outputs[0];
        if (directions == 2)
        {
            // Rows of the one direction after rows of the other, then taken in turns.
            int rows = _plan.Time * batch;
            int[] turns = [.. Enumerable.Range(0, 2 * rows).Select(i => (i / 2) + (i % 2 * rows))];
            output = tape.PickRows(tape.Apply(Join<T>.Instance, outputs).Reshape(2 * rows, state), turns);
        }

        return tape.Apply(Join<T>.Instance, TCell.HasCell ? [output, .. finals, .. cells] : [output, .. finals]);
    }

    private (Variable<T> Output, Variable<T> Final, Variable<T> Cell) Unroll(Variable<T>[] inputs, int direction)
    {
        GradientTape<T> tape = inputs[0].Tape;
        UnitSizes sizes = _settings.Sizes;
        int batch = _plan.Batch, state = sizes.State, hidden = sizes.Hidden, total = _plan.Total;
        bool reverse = direction == 1;
        int next = FirstWeight + (direction * _settings.WeightCount);
        Variable<T>[] inputWeights = Gates(inputs[next++], sizes.Input), hiddenWeights = Gates(inputs[next++], state);
        Variable<T>[]? inputBiases = _settings.HasBias ? Gates(inputs[next++], 0) : null;
        Variable<T>[]? hiddenBiases = _settings.HasBias ? Gates(inputs[next++], 0) : null;
        Variable<T>? projection = sizes.IsProjected ? inputs[next++] : null;
        Variable<T>[]? peepholes = _settings.HasPeepholes ? Gates(inputs[next].Reshape(3 * hidden), 0, 3) : null;

        int[] order = [.. Enumerable.Range(0, batch).Select(_plan.Row)];
        int[] positions =
        [
            .. Enumerable.Range(0, _plan.Time)
                .SelectMany(s => Enumerable.Range(0, _plan.Count(s)).Select(r => _plan.Position(s, r, reverse))),
        ];
        Variable<T> packed = tape.PickRows(inputs[0].Reshape(_plan.Time * batch, sizes.Input), positions);
        Variable<T>[] sums = [.. inputWeights.Select(w => packed.MatMul(w, transposeB: true))];
        if (inputBiases is not null) for (int gate = 0; gate < sums.Length; gate++) sums[gate] += inputBiases[gate];
        Variable<T>[][] sumsOfSteps = [.. sums.Select(_ => new Variable<T>[_plan.Time])];
        for (int gate = 0; gate < sums.Length; gate++) Split(sums[gate], 0, ActiveSteps(), sumsOfSteps[gate]);
        Variable<T> mask = default;
        if (_maskLength > 0)
            mask = tape.PickRows(tape.Constant(_mask.AsSpan(direction * batch * state, batch * state), [batch, state]), order);

        List<Variable<T>> states = [tape.PickRows(First(inputs[1], state), order)], cells = [];
        if (TCell.HasCell) cells.Add(tape.PickRows(First(inputs[2], hidden), order));
        for (int step = 0; step < ActiveSteps(); step++)
        {
            int count = _plan.Count(step);
            Variable<T> previous = tape.Part(states[^1], 0, [count, state]);
            (Variable<T> output, Variable<T> cell) = _cell.Forward(new CellVariables<T>
            {
                Inputs = [.. sumsOfSteps.Select(s => s[step])],
                Weights = hiddenWeights,
                Biases = hiddenBiases,
                Peepholes = peepholes,
                Previous = previous,
                Fed = _maskLength > 0 ? previous * tape.Part(mask, 0, [count, state]) : previous,
                Cell = TCell.HasCell ? tape.Part(cells[^1], 0, [count, hidden]) : default,
            });
            states.Add(projection is { } p ? output.MatMul(p, transposeB: true) : output);
            if (TCell.HasCell) cells.Add(cell);
        }

        int[] places = new int[_plan.Time * batch], last = new int[batch];
        Array.Fill(places, -1);
        for (int i = 0; i < total; i++) places[positions[i]] = batch + i;
        for (int i = 0; i < batch; i++) last[_plan.Row(i)] = _plan.Final(i);
        Variable<T> all = tape.Apply(Join<T>.Instance, [.. states]).Reshape(batch + total, state);
        Variable<T> final = TCell.HasCell ? tape.PickRows(tape.Apply(Join<T>.Instance, [.. cells]).Reshape(batch + total, hidden), last) : default;
        return (tape.PickRows(all, places), tape.PickRows(all, last), final);

        int ActiveSteps() => batch == 0 ? 0 : _plan.Length(0);

        // In halves, and those in halves: the gradient of a part is as long as what it was taken from.
        void Split(Variable<T> rows, int first, int count, Variable<T>[] steps)
        {
            if (count == 1) steps[first] = rows;
            if (count <= 1) return;
            int half = count / 2, cut = _plan.Offset(first + half) - _plan.Offset(first);
            Split(tape.Part(rows, 0, [cut, hidden]), first, half, steps);
            Split(tape.Part(rows, cut * hidden, [rows.Shape[0] - cut, hidden]), first + half, count - half, steps);
        }

        Variable<T> First(Variable<T> initial, int width) => tape.Part(initial, direction * batch * width, [batch, width]);

        Variable<T>[] Gates(Variable<T> weights, int width, int count = 0) =>
        [
            .. Enumerable.Range(0, count == 0 ? TCell.Gates : count)
                .Select(gate => tape.Part(weights, gate * hidden * Math.Max(1, width), width == 0 ? [hidden] : [hidden, width])),
        ];
    }
}
