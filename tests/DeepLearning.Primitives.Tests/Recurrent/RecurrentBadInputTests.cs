using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>What recurrent layers refuse, and what the message names; and how they begin.</summary>
public class RecurrentBadInputTests
{
    private readonly GradientTape<float> _tape = new();
    private readonly Philox _random = new(1);

    [Fact]
    public void Lengths_out_of_range_are_named()
    {
        Gru<float> gru = new(3, 4, _random);
        Variable<float> x = _tape.Constant(new float[5 * 2 * 3], [5, 2, 3]);
        var above = Assert.Throws<ArgumentOutOfRangeException>(() => gru.Forward(x, [3, 6]));
        Assert.Contains("length of row 1 is 6; the sequence has 5 steps", above.Message, StringComparison.Ordinal);
        Assert.Equal("lengths", above.ParamName);
        Assert.Contains("row 0 is -1", Assert.Throws<ArgumentOutOfRangeException>(() => gru.Forward(x, [-1, 5])).Message, StringComparison.Ordinal);
        Assert.Contains("3 lengths for a batch of 2", Assert.Throws<ArgumentException>(() => gru.Forward(x, [1, 2, 3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Lstm<float> lstm = new(3, 4, _random);
        Variable<float> x = _tape.Constant(new float[30], [5, 2, 3]), wrong = _tape.Constant(new float[40], [5, 2, 4]);
        Assert.Contains("the sequence is [5, 2, 4], not [time, batch, 3]", Assert.Throws<ArgumentException>(() => lstm.Forward(wrong)).Message, StringComparison.Ordinal);
        Variable<float> good = _tape.Constant(new float[8], [1, 2, 4]), bad = _tape.Constant(new float[8], [2, 1, 4]);
        var state = Assert.Throws<ArgumentException>(() => lstm.Forward(x, initial: new LstmState<float>(good, bad)));
        Assert.Contains("the initial cell state is [2, 1, 4], not [1, 2, 4]", state.Message, StringComparison.Ordinal);
        Assert.Equal("initial", state.ParamName);
        Assert.Throws<ArgumentException>(() => lstm.Continue(x, lstm.NewState(3)));
        Assert.Throws<ArgumentException>(() => new GruCell<float>(3, 4, _random).Forward(x));
        Assert.Throws<ArgumentException>(() => lstm.NewStepper().Step(new float[2], new float[4]));
    }

    [Fact]
    public void Sizes_and_options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Lstm<float>(3, 0, _random));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gru<float>(0, 4, _random));
        Assert.Throws<ArgumentNullException>(() => new Rnn<float>(3, 4, null!));
        var projection = Assert.Throws<ArgumentOutOfRangeException>(() => new Lstm<float>(3, 4, _random, new() { ProjectionSize = 4 }));
        Assert.Contains("ProjectionSize is 4; it must be below the 4 units", projection.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Lstm<float>(3, 4, _random, new() { CellClip = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gru<float>(3, 4, _random, new() { Layers = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gru<float>(3, 4, _random, new() { Dropout = 1 }));
        Assert.Throws<ArgumentException>(() => new Lstm<float>(3, 4, _random, new() { ForgetBias = 1, Bias = false }));
        Assert.Throws<InvalidOperationException>(() => new Gru<float>(3, 4, _random, new() { Bidirectional = true }).NewStepper());
        Assert.Throws<NotSupportedException>(() => new Gru<Half>(3, 4, _random));
    }

    [Fact]
    public void Spans_that_do_not_fit_are_refused_before_anything_is_written()
    {
        RecurrentShape shape = new(2, 1, 3, 4);
        float[] w = new float[36], u = new float[48], x = new float[6], output = [9, 9, 9, 9, 9, 9, 9, 9], workspace = new float[Recurrent.GruWorkspace<float>(shape)];
        Assert.Throws<ArgumentException>(() => Recurrent.GruForward<float>(shape, new() { Input = w, Hidden = w }, x, [], output, [], workspace));
        Assert.Throws<ArgumentException>(() => Recurrent.GruForward<float>(shape, new() { Input = w, Hidden = u }, x, [], output, [], workspace.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => Recurrent.GruForward<float>(shape, new() { Input = w, Hidden = u }, x, [], output.AsSpan(1), [], workspace));
        Assert.Throws<ArgumentOutOfRangeException>(() => Recurrent.GruForward<float>(shape, new() { Input = w, Hidden = u }, x, [], output, [], workspace, [3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Recurrent.LstmWorkspace<float>(new(1, 1, 1, 0)));
        Assert.All(output, v => Assert.Equal(9, v));
    }

    [Fact]
    public void States_and_overlaps_on_spans_are_named()
    {
        RecurrentShape shape = new(2, 1, 3, 4);
        float[] w = new float[48], u = new float[64], both = new float[14], bad = new float[3], workspace = new float[Recurrent.LstmWorkspace<float>(shape)];
        Assert.Equal("initialHidden", Refused(initialHidden: bad));
        Assert.Equal("initialCell", Refused(initialCell: bad));
        Assert.Equal("finalHidden", Refused(finalHidden: bad));
        Assert.Equal("finalCell", Refused(finalCell: bad));
        Assert.Equal("output", Refused(outputStart: 5));

        string? Refused(
            float[]? initialHidden = null, float[]? initialCell = null, float[]? finalHidden = null, float[]? finalCell = null, int outputStart = 6) =>
            Assert.Throws<ArgumentException>(() => Recurrent.LstmForward<float>(
                shape, new() { Input = w, Hidden = u }, both.AsSpan(0, 6), initialHidden, initialCell,
                both.AsSpan(outputStart, 8), finalHidden, finalCell, workspace)).ParamName;
    }

    [Fact]
    public void The_forget_gate_begins_as_told_and_dropout_needs_random_numbers()
    {
        Lstm<float> lstm = new(3, 4, _random, new() { ForgetBias = 1, Layers = 2, Dropout = 0.9, RecurrentDropout = 0.9 });
        foreach (Parameter<float> bias in lstm.Parameters.Where(p => p.Name.StartsWith("bias", StringComparison.Ordinal)))
        {
            float expected = bias.Name.StartsWith("bias_ih", StringComparison.Ordinal) ? 1 : 0;
            Assert.All(bias.Value[4..8].ToArray(), v => Assert.Equal(expected, v));
        }

        Variable<float> x = _tape.Constant(RecurrentTests.Numbers<float>(30, 1), [5, 2, 3]);
        float[] plain = lstm.Forward(x).Output.Value.ToArray();
        Assert.Equal(plain, lstm.Forward(x).Output.Value.ToArray());
        Assert.NotEqual(plain, lstm.Forward(x, random: new Philox(2)).Output.Value.ToArray());
        Assert.Equal(lstm.Forward(x, random: new Philox(2)).Output.Value.ToArray(), lstm.Forward(x, random: new Philox(2)).Output.Value.ToArray());
    }
}
