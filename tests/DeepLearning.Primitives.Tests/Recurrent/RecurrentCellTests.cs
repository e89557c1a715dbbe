using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Steps by hand: the bits and the gradients of the sequence, and states that end a gradient.</summary>
public class RecurrentCellTests
{
    private const int Time = 5, Batch = 3, Input = 4, Hidden = 7;

    private readonly double[] _x = RecurrentTests.Numbers<double>(Time * Batch * Input, 3);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cells_are_the_steps_of_the_sequence(bool bias)
    {
        LstmCell<double> lstm = new(Input, Hidden, new Philox(1), bias);
        Agree(lstm.Parameters, new Lstm<double>(Input, Hidden, new Philox(1), new() { Bias = bias }), (step, states) =>
        {
            LstmState<double> state = lstm.Forward(step, states is [var h, var c] ? new(h, c) : null);
            return [state.Hidden, state.Cell];
        });
        foreach (bool option in (bool[])[false, true])
        {
            GruCell<double> gru = new(Input, Hidden, new Philox(1), bias, option);
            Agree(
                gru.Parameters, new Gru<double>(Input, Hidden, new Philox(1), new() { Bias = bias, ResetBefore = option }),
                (step, states) => [gru.Forward(step, states is [var h] ? h : null)]);
            RnnCell<double> rnn = new(Input, Hidden, new Philox(1), bias, option);
            Agree(
                rnn.Parameters, new Rnn<double>(Input, Hidden, new Philox(1), new() { Bias = bias, Rectified = option }),
                (step, states) => [rnn.Forward(step, states is [var h] ? h : null)]);
        }
    }

    [Fact]
    public void A_detached_state_ends_the_gradient()
    {
        LstmCell<double> cell = new(Input, Hidden, new Philox(1));
        Parameter<double> first = new("first", [Batch, Input], _x.AsSpan(0, Batch * Input));
        GradientTape<double> tape = new();
        Variable<double> second = tape.Constant(_x.AsSpan(Batch * Input, Batch * Input), [Batch, Input]);
        LstmState<double> state = cell.Forward(tape.Watch(first));
        tape.Backward(cell.Forward(second, state).Hidden.Sum());
        Assert.DoesNotContain(0, first.Gradient.ToArray());
        LstmState<double> detached = state.Detach();
        Assert.Equal(state.Hidden.Value, detached.Hidden.Value);
        Assert.Equal(state.Cell.Value, detached.Cell.Value);
        tape.Backward(cell.Forward(second, detached).Hidden.Sum());
        Assert.All(first.Gradient.ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Final_states_go_on()
    {
        Lstm<double> lstm = new(Input, Hidden, new Philox(1), new() { Layers = 2, ProjectionSize = 3 });
        GradientTape<double> tape = new();
        LstmResult<double> whole = lstm.Forward(tape.Constant(_x, [Time, Batch, Input]));
        int cut = 2 * Batch * Input;
        LstmResult<double> begun = lstm.Forward(tape.Constant(_x.AsSpan(0, cut), [2, Batch, Input]));
        LstmResult<double> ended = lstm.Forward(tape.Constant(_x.AsSpan(cut), [Time - 2, Batch, Input]), initial: begun.State);
        Assert.Equal(whole.Output.Value.ToArray(), (double[])[.. begun.Output.Value, .. ended.Output.Value]);
        Assert.Equal(whole.FinalHidden.Value, ended.FinalHidden.Value);
        Assert.Equal(whole.FinalCell.Value, ended.FinalCell.Value);
    }

    private void Agree(
        IReadOnlyList<Parameter<double>> parameters, RecurrentLayer<double> layer,
        Func<Variable<double>, Variable<double>[], Variable<double>[]> step)
    {
        Assert.Equal(layer.Parameters.Select(p => p.Name.Replace("_l0", "", StringComparison.Ordinal)), parameters.Select(p => p.Name));
        Parameter<double> x = new("x", [Time, Batch, Input], _x);
        GradientTape<double> tape = new();
        Variable<double> sequence = tape.Watch(x);
        Variable<double>[] finals = layer switch
        {
            Lstm<double> lstm => lstm.Forward(sequence) is var r ? [r.FinalHidden, r.FinalCell] : [],
            Gru<double> gru => [gru.Forward(sequence).FinalHidden],
            _ => [((Rnn<double>)layer).Forward(sequence).FinalHidden],
        };
        tape.Backward(Sum(finals));
        double[][] gradients = [x.Gradient.ToArray(), .. layer.Parameters.Select(p => p.Gradient.ToArray())];

        Parameter<double>[] steps = [.. Enumerable.Range(0, Time).Select(t => new Parameter<double>($"x{t}", [Batch, Input], _x.AsSpan(t * Batch * Input, Batch * Input)))];
        Variable<double>[] states = [];
        foreach (Parameter<double> one in steps) states = step(tape.Watch(one), states);
        for (int i = 0; i < finals.Length; i++) Assert.Equal(finals[i].Value, states[i].Value);
        tape.Backward(Sum(states));
        // Sums of some ten products below 2 in another order, through five steps; gradients of weights add the steps up one by one.
        GoldenVectorTests.AssertClose("inputs", gradients[0], [.. steps.SelectMany(s => s.Gradient.ToArray())], 0, 1e-14);
        for (int i = 0; i < parameters.Count; i++)
            GoldenVectorTests.AssertClose(parameters[i].Name, gradients[i + 1], parameters[i].Gradient.ToArray(), 0, 1e-13);

        static Variable<double> Sum(Variable<double>[] all) => all.Select(v => (v * v).Sum()).Aggregate((a, b) => a + b);
    }
}
