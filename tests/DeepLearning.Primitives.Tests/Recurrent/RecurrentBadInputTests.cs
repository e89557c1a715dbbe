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
    public void Overlaps_on_spans_are_refused_before_anything_is_written()
    {
        RecurrentShape shape = new(2, 1, 3, 4);
        int work = Recurrent.LstmWorkspace<float>(shape);
        // One memory: sequence, weights, output, states, workspace; every kind of overlap is a shift of one of them.
        int[] lengths = [6, 48, 64, 16, 16, 8, 4, 4, 4, 4, work];
        string[] names = ["sequence", "weights.Input", "weights.Hidden", "weights.InputBias", "weights.HiddenBias", "output", "finalHidden", "finalCell", "initialHidden", "initialCell", "workspace"];
        int[] starts = [.. lengths.Select((_, i) => lengths[..i].Sum())];
        float[] memory = RecurrentTests.Numbers<float>(lengths.Sum(), 1), before = [.. memory];
        foreach (int moved in (int[])[5, 6, 7])
        {
            foreach (int onto in (int[])[0, 1, 2, 3, 4, 5, 6, 7, 10])
                if (onto != moved) Refused(moved, starts[onto], Forward, names[moved], names[onto]);
        }

        foreach (int onto in (int[])[0, 1, 2, 3, 4, 8, 9]) Refused(onto, starts[10], Forward, "workspace", names[onto]);
        foreach (int moved in (int[])[5, 6, 7])
        {
            Refused(moved, starts[10] + 1, Backward, "workspace");
            foreach (int onto in (int[])[0, 1, 2, 3, 4]) Refused(8, starts[onto], Backward, "gradients");
        }

        // States may be updated in place, and what is not wanted left out.
        Forward(starts);
        float[] hidden = [.. memory.AsSpan(starts[6], 4)], cell = [.. memory.AsSpan(starts[7], 4)], output = [.. memory.AsSpan(starts[5], 8)];
        Assert.Equal(output[4..], hidden);
        Run([], []);
        Assert.Equal(output, memory.AsSpan(starts[5], 8).ToArray());
        Run(At(8, starts), At(9, starts));
        Assert.Equal(hidden, memory.AsSpan(starts[8], 4).ToArray());
        Assert.Equal(cell, memory.AsSpan(starts[9], 4).ToArray());

        void Refused(int moved, int to, Action<int[]> call, params string[] parameters)
        {
            int[] places = [.. starts];
            places[moved] = to;
            ArgumentException e = Assert.Throws<ArgumentException>(() => call(places));
            Assert.Contains(e.ParamName, parameters);
            Assert.Equal(before, memory);
        }

        Span<float> At(int i, int[] places) => memory.AsSpan(places[i], lengths[i]);

        RecurrentWeights<float> Weights(int[] places) => new()
        {
            Input = At(1, places),
            Hidden = At(2, places),
            InputBias = At(3, places),
            HiddenBias = At(4, places),
        };

        void Run(Span<float> finalHidden, Span<float> finalCell) => Recurrent.LstmForward(
            shape, Weights(starts), At(0, starts), At(8, starts), At(9, starts), At(5, starts), finalHidden, finalCell, At(10, starts));

        void Forward(int[] places) => Recurrent.LstmForward(
            shape, Weights(places), At(0, places), At(8, places), At(9, places), At(5, places), At(6, places), At(7, places), At(10, places));

        void Backward(int[] places) => Recurrent.LstmBackward(
            shape, Weights(places), At(0, places), At(5, places), At(6, places), At(7, places), new() { InitialHidden = At(8, places) }, At(10, places));
    }

    [Fact]
    public void Weights_of_other_layouts_that_do_not_fit_are_refused()
    {
        float[] w = new float[36], u = new float[48], b = new float[24], memory = new float[96];
        Refused<ArgumentException>("input", () => Export(w.AsSpan(1), u, b));
        Refused<ArgumentException>("hidden", () => Export(w, u.AsSpan(1), b));
        Refused<ArgumentException>("bias", () => Export(w, u, b.AsSpan(1)));
        Refused<ArgumentException>("input", () => Export(memory.AsSpan(1, 36), u, b));
        Refused<ArgumentException>("weights.Input", () => Import(memory.AsSpan(1, 36)));
        Refused<ArgumentOutOfRangeException>("hiddenSize", () => RecurrentLayouts.BiasLength(RecurrentLayout.Onnx, RecurrentUnit.Gru, 0));
        Refused<ArgumentOutOfRangeException>("unit", () => RecurrentLayouts.BiasLength(RecurrentLayout.Onnx, (RecurrentUnit)9, 4));
        Refused<ArgumentOutOfRangeException>("layout", () => RecurrentLayouts.BiasLength((RecurrentLayout)9, RecurrentUnit.Gru, 4));
        Assert.Throws<NotSupportedException>(() => RecurrentLayouts.ImportPeepholes<float>(RecurrentLayout.Keras, 4, w.AsSpan(0, 12), u.AsSpan(0, 12)));
        Refused<ArgumentException>("destination", () => RecurrentLayouts.ExportPeepholes<float>(RecurrentLayout.Onnx, 4, w.AsSpan(0, 12), w.AsSpan(1, 12)));
        Half[] halves = new Half[48];
        Assert.Throws<NotSupportedException>(() => RecurrentLayouts.Export<Half>(
            RecurrentLayout.Onnx, RecurrentUnit.Gru, 3, 4, new() { Input = halves.AsSpan(0, 36), Hidden = halves }, new Half[36], new Half[48], new Half[24]));

        void Export(Span<float> input, Span<float> hidden, Span<float> bias) => RecurrentLayouts.Export(
            RecurrentLayout.Onnx, RecurrentUnit.Gru, 3, 4, new() { Input = memory.AsSpan(0, 36), Hidden = memory.AsSpan(36, 48) }, input, hidden, bias);

        void Import(Span<float> to) => RecurrentLayouts.Import<float>(
            RecurrentLayout.Onnx, RecurrentUnit.Gru, 3, 4, memory.AsSpan(0, 36), u, [],
            new() { Input = to, Hidden = new float[48], InputBias = new float[12], HiddenBias = new float[12] });

        static void Refused<TException>(string parameter, Action call)
            where TException : ArgumentException => Assert.Equal(parameter, Assert.Throws<TException>(call).ParamName);
    }

    [Fact]
    public void Steppers_states_and_cells_name_what_they_refuse()
    {
        Gru<float> gru = new(3, 4, _random);
        Lstm<float> lstm = new(3, 4, _random, new() { Layers = 2 });
        foreach (int batch in (int[])[0, -1, int.MinValue]) Assert.Equal("batch", Assert.Throws<ArgumentOutOfRangeException>(() => gru.NewStepper(batch)).ParamName);
        Assert.Equal("batch", Assert.Throws<ArgumentOutOfRangeException>(() => lstm.NewState(-1)).ParamName);
        Assert.Equal("input", Assert.Throws<ArgumentException>(() => gru.NewStepper().Step(new float[4], new float[4])).ParamName);
        Assert.Equal("output", Assert.Throws<ArgumentException>(() => gru.NewStepper().Step(new float[3], new float[3])).ParamName);
        Variable<float> x = _tape.Constant(new float[30], [5, 2, 3]), row = _tape.Constant(new float[6], [2, 3]), state = _tape.Constant(new float[8], [2, 4]);
        Assert.Equal("state", Assert.Throws<ArgumentNullException>(() => gru.Continue(x, null!)).ParamName);
        Assert.Equal("initial", Assert.Throws<ArgumentException>(() => gru.Forward(x, initial: x)).ParamName);
        // A state of another kind of layer, or of another tape.
        Assert.Throws<ArgumentException>(() => new Lstm<float>(3, 4, _random).Continue(x, gru.NewState(2)));
        Assert.Throws<ArgumentException>(() => gru.Forward(x, initial: new GradientTape<float>().Constant(new float[8], [1, 2, 4])));
        Assert.Throws<InvalidOperationException>(() => gru.Forward(default));
        GruCell<float> cell = new(3, 4, _random);
        Assert.Equal("input", Assert.Throws<ArgumentException>(() => cell.Forward(x)).ParamName);
        Assert.Equal("hidden", Assert.Throws<ArgumentException>(() => cell.Forward(row, x)).ParamName);
        Assert.Throws<ArgumentException>(() => cell.Forward(row, row));
        Assert.Equal("state", Assert.Throws<ArgumentException>(() => new LstmCell<float>(3, 4, _random).Forward(row, new LstmState<float>(state, x))).ParamName);
        Assert.Equal([2, 4], new RnnCell<float>(3, 4, _random).Forward(row, state).Shape.ToArray());
        Assert.Equal([2, 0, 4], lstm.Forward(_tape.Constant([], [0, 0, 3])).FinalCell.Shape.ToArray());
    }

    [Fact]
    public void Options_that_are_no_numbers_are_refused()
    {
        foreach (double clip in (double[])[0, -1, double.NaN, double.NegativeInfinity, 1e-60])
            Assert.Contains("CellClip", Assert.Throws<ArgumentOutOfRangeException>(() => new Lstm<float>(3, 4, _random, new() { CellClip = clip })).Message, StringComparison.Ordinal);
        foreach (double bias in (double[])[double.NaN, double.PositiveInfinity, 1e60])
            Assert.Contains("ForgetBias", Assert.Throws<ArgumentOutOfRangeException>(() => new Lstm<float>(3, 4, _random, new() { ForgetBias = bias })).Message, StringComparison.Ordinal);
        foreach (double p in (double[])[-0.1, 1, double.NaN])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new Lstm<float>(3, 4, _random, new() { RecurrentDropout = p }));
            Assert.Throws<ArgumentOutOfRangeException>(() => new Rnn<float>(3, 4, _random, new() { Dropout = p }));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new Lstm<float>(3, 4, _random, new() { ProjectionSize = -1 }));
        Assert.NotNull(new Lstm<double>(3, 4, _random, new() { CellClip = 1e-60 }));
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
