using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// What must not change a bit: padding, company in the batch, direction, layout, steps, kept gates; and what must not be
/// allocated.
/// </summary>
public class RecurrentBitsTests
{
    private const int Time = 9, Batch = 9, Input = 5;

    private static readonly int[] s_lengths = [4, 9, 0, 9, 1, 7, 2, 9, 5];

    // Widths that fill vectors, and that leave every kind of rest.
    public static TheoryData<RecurrentKind, int> Kinds
    {
        get
        {
            TheoryData<RecurrentKind, int> kinds = [];
            foreach (RecurrentKind kind in Enum.GetValues<RecurrentKind>())
                foreach (int hidden in (int[])[3, 21, 32, 70]) kinds.Add(kind, hidden);
            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_row_has_the_same_bits_alone_and_in_a_batch_and_padded_and_not(RecurrentKind kind, int hidden)
    {
        Check<float>(kind, hidden, new(Layers: 2, Bidirectional: true));
        Check<double>(kind, hidden, new(BatchMajor: true));
        if (kind == RecurrentKind.Lstm && hidden > 2) Check<float>(kind, hidden, new(Projection: 2, Peepholes: true, Clip: 0.3));

        static void Check<T>(RecurrentKind kind, int hidden, RecurrentSetup setup)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            RecurrentCase<T> layer = new(kind, Input, hidden, setup);
            // Padding is not looked at: it may hold anything.
            T[] x = RecurrentTests.Numbers<T>(Time * Batch * Input, 3);
            for (int t = 0; t < Time; t++)
                for (int row = 0; row < Batch; row++) if (t >= s_lengths[row]) Row(x, setup, t, row, Time, Batch).Fill(T.NaN);
            Run<T> all = Evaluate(layer, x, Time, Batch, s_lengths);
            for (int row = 0; row < Batch; row++)
            {
                int length = s_lengths[row];
                T[] own = new T[length * Input];
                for (int t = 0; t < length; t++) Row(x, setup, t, row, Time, Batch).CopyTo(own.AsSpan(t * Input));
                Run<T> alone = Evaluate(layer, own, length, 1, null);
                for (int t = 0; t < Time; t++)
                {
                    ReadOnlySpan<T> inBatch = all.OutputRow(setup, t, row, Time, Batch);
                    if (t < length) Assert.Equal(alone.OutputRow(setup, t, 0, length, 1), inBatch);
                    else Assert.Equal(new T[inBatch.Length], inBatch.ToArray());
                    if (t < length) Assert.Equal(Row(alone.Gradient, setup, t, 0, length, 1), Row(all.Gradient, setup, t, row, Time, Batch));
                    else Assert.Equal(new T[Input], Row(all.Gradient, setup, t, row, Time, Batch).ToArray());
                }

                for (int part = 0; part < all.Finals.Length; part++)
                {
                    int width = all.Finals[part].Length / (layer.Places * Batch);
                    for (int place = 0; place < layer.Places; place++)
                    {
                        Assert.Equal(
                            alone.Finals[part].AsSpan(place * width, width), all.Finals[part].AsSpan(((place * Batch) + row) * width, width));
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Two_directions_are_two_runs(RecurrentKind kind, int hidden)
    {
        RecurrentCase<float> both = new(kind, Input, hidden, new(Bidirectional: true)), one = new(kind, Input, hidden, new());
        float[] x = RecurrentTests.Numbers<float>(Time * Batch * Input, 3), reversed = new float[x.Length];
        for (int t = 0; t < Time; t++)
            for (int row = 0; row < Batch; row++)
            {
                int from = t < s_lengths[row] ? s_lengths[row] - 1 - t : t;
                x.AsSpan(((from * Batch) + row) * Input, Input).CopyTo(reversed.AsSpan(((t * Batch) + row) * Input));
            }

        Run<float> together = Evaluate(both, x, Time, Batch, s_lengths);
        for (int direction = 0; direction < 2; direction++)
        {
            Parameter<float>[] own = [.. both.Layer.Parameters.Where(p => p.Name.EndsWith("_reverse", StringComparison.Ordinal) == (direction == 1))];
            for (int i = 0; i < own.Length; i++) own[i].Value.CopyTo(one.Layer.Parameters[i].Value);
            Run<float> alone = Evaluate(one, direction == 0 ? x : reversed, Time, Batch, s_lengths, direction, 2);
            for (int row = 0; row < Batch; row++)
                for (int t = 0; t < s_lengths[row]; t++)
                {
                    int at = direction == 0 ? t : s_lengths[row] - 1 - t;
                    Assert.Equal(
                        alone.Output.AsSpan(((t * Batch) + row) * hidden, hidden),
                        together.Output.AsSpan((((at * Batch) + row) * 2 * hidden) + (direction * hidden), hidden));
                }

            for (int i = 0; i < own.Length; i++) Assert.Equal(alone.WeightGradients[i], own[i].Gradient.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Recomputed_gates_change_nothing(RecurrentKind kind, int hidden)
    {
        float[] x = RecurrentTests.Numbers<float>(Time * Batch * Input, 3);
        foreach (int projection in kind == RecurrentKind.Lstm ? (int[])[0, 2] : [0])
        {
            RecurrentSetup setup = new(Layers: 2, Bidirectional: true, Projection: projection, Clip: projection == 0 ? double.PositiveInfinity : 0.3);
            Run<float> kept = Evaluate(new RecurrentCase<float>(kind, Input, hidden, setup), x, Time, Batch, s_lengths);
            Run<float> recomputed = Evaluate(new RecurrentCase<float>(kind, Input, hidden, setup with { Recompute = true }), x, Time, Batch, s_lengths);
            Assert.Equal(kept.Output, recomputed.Output);
            Assert.Equal(kept.Gradient, recomputed.Gradient);
            for (int i = 0; i < kept.WeightGradients.Length; i++) Assert.Equal(kept.WeightGradients[i], recomputed.WeightGradients[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Going_forward_only_changes_nothing(RecurrentKind kind, int hidden)
    {
        RecurrentSetup plain = new(Layers: 2, Bidirectional: true);
        RecurrentSetup other = kind == RecurrentKind.Lstm ? plain with { Projection = 2, Peepholes = true, Clip = 0.3 } : plain;
        foreach ((int batch, bool isRagged) in ((int, bool)[])[(2, true), (Batch, true), (2, false), (Batch, false)])
        {
            RecurrentCase<float> layer = new(kind, Input, hidden, isRagged ? other : other with { Bidirectional = false });
            float[] x = RecurrentTests.Numbers<float>(Time * batch * Input, 3);
            int[]? lengths = isRagged ? s_lengths[..batch] : null;
            Run<float> kept = Evaluate(layer, x, Time, batch, lengths);
            GradientTape<float> tape = new(recording: false);
            Variable<float>[] results = layer.Forward(tape.Constant(x, [Time, batch, Input]), lengths);
            Assert.Equal(kept.Output, results[0].Value.ToArray());
            for (int i = 0; i < kept.Finals.Length; i++) Assert.Equal(kept.Finals[i], results[i + 1].Value.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Steps_have_the_bits_of_the_sequence(RecurrentKind kind, int hidden)
    {
        foreach (int batch in (int[])[1, 9])
        {
            RecurrentSetup setup = kind == RecurrentKind.Lstm ? new(Layers: 2, Projection: 2, Peepholes: true, Learned: true) : new(Layers: 2, Learned: true);
            RecurrentCase<float> layer = new(kind, Input, hidden, setup);
            foreach (Parameter<float> initial in layer.Layer.Parameters.Where(p => p.Name.StartsWith("initial", StringComparison.Ordinal)))
                RecurrentTests.Numbers<float>(initial.Value.Length, 9).CopyTo(initial.Value);
            float[] x = RecurrentTests.Numbers<float>(Time * batch * Input, 3);
            Run<float> sequence = Evaluate(layer, x, Time, batch, null);
            RecurrentStepper<float> stepper = layer.NewStepper(batch);
            CarriedState<float> state = layer.Layer.NewState(batch);
            stepper.Hidden.CopyTo(state.Hidden);
            stepper.Cell.CopyTo(state.Cell);
            GradientTape<float> tape = new(recording: false);
            int width = batch * layer.Layer.StateSize;
            float[] output = new float[width];
            for (int t = 0; t < Time; t++)
            {
                stepper.Step(x.AsSpan(t * batch * Input, batch * Input), output);
                Assert.Equal(sequence.Output.AsSpan(t * width, width).ToArray(), output);
                tape.Reset();
                Variable<float> piece = tape.Constant(x.AsSpan(t * batch * Input, batch * Input), [1, batch, Input]);
                Assert.Equal(output.ToArray(), layer.Continue(piece, state).Value.ToArray());
            }

            Assert.Equal(sequence.Finals[0], stepper.Hidden.ToArray());
            Assert.Equal(sequence.Finals[0], state.Hidden.ToArray());
            if (kind == RecurrentKind.Lstm) Assert.Equal(sequence.Finals[1], stepper.Cell.ToArray());
            Allocation.IsNone(() => stepper.Step(x.AsSpan(0, batch * Input), output));
        }
    }

    [Theory]
    [InlineData(RecurrentKind.Lstm)]
    [InlineData(RecurrentKind.Gru)]
    [InlineData(RecurrentKind.GruResetBefore)]
    [InlineData(RecurrentKind.Rnn)]
    [InlineData(RecurrentKind.RectifiedRnn)]
    public void A_NaN_stays_in_its_row(RecurrentKind kind)
    {
        RecurrentCase<float> layer = new(kind, Input, 20, new());
        float[] x = RecurrentTests.Numbers<float>(Time * Batch * Input, 3);
        float[] clean = Evaluate(layer, x, Time, Batch, null).Output;
        x[(((3 * Batch) + 2) * Input) + 1] = float.NaN;
        float[] output = Evaluate(layer, x, Time, Batch, null).Output;
        for (int i = 0; i < output.Length; i++)
        {
            bool isTouched = i / 20 % Batch == 2 && i / 20 / Batch >= 3;
            if (isTouched) Assert.True(float.IsNaN(output[i]));
            else Assert.Equal(clean[i], output[i]);
        }
    }

    [Theory]
    [InlineData(RecurrentKind.Lstm)]
    [InlineData(RecurrentKind.Gru)]
    public void Threads_change_no_bit_and_a_step_allocates_nothing(RecurrentKind kind)
    {
        const int Long = 40, Many = 30, Hidden = 64;
        RecurrentSetup setup = new(Layers: 2, Bidirectional: true, Dropout: 0.2, RecurrentDropout: 0.2, Recompute: true);
        RecurrentCase<float> layer = new(kind, Input, Hidden, setup);
        float[] x = RecurrentTests.Numbers<float>(Long * Many * Input, 3);
        int[] lengths = [.. Enumerable.Range(0, Many).Select(i => i * 11 % (Long + 1))];
        int threads = Compute.MaxDegreeOfParallelism;
        try
        {
            Compute.MaxDegreeOfParallelism = 1;
            Run<float> serial = Evaluate(layer, x, Long, Many, lengths, random: new Philox(3));
            Compute.MaxDegreeOfParallelism = 4;
            Run<float> parallel = Evaluate(layer, x, Long, Many, lengths, random: new Philox(3));
            Assert.Equal(serial.Output, parallel.Output);
            for (int i = 0; i < serial.WeightGradients.Length; i++) Assert.Equal(serial.WeightGradients[i], parallel.WeightGradients[i]);
        }
        finally
        {
            Compute.MaxDegreeOfParallelism = threads;
        }

        GradientTape<float> tape = new();
        Philox random = new(3);
        Lstm<float> lstm = new(Input, Hidden, random, setup.Lstm());
        Gru<float> gru = new(Input, Hidden, random, setup.Gru(false));
        Allocation.IsNone(Step, warmUps: 3);

        void Step()
        {
            tape.Reset();
            Variable<float> sequence = tape.Constant(x, [Long, Many, Input]);
            Variable<float> output = kind == RecurrentKind.Lstm
                ? lstm.Forward(sequence, lengths, random: random).Output : gru.Forward(sequence, lengths, random: random).Output;
            tape.Backward(output.Sum());
        }
    }

    /// <summary>As the remarks of the layers say, in units of the hidden size.</summary>
    [Fact]
    public void Kept_numbers_are_those_that_are_documented()
    {
        Assert.Equal((6, 2, 0), Steps<LstmUnit<float>>());
        Assert.Equal((5, 1, 0), Steps<GruUnit<float>>());
        Assert.Equal((2, 1, 0), Steps<RnnUnit<float>>());

        static (int WithGates, int WithoutGates, int ForwardOnly) Steps<TCell>()
            where TCell : struct, IRecurrentCell<float>
        {
            const int Hidden = 24;
            int Step(Kept kept) => (Length(101, kept) - Length(100, kept)) / Hidden;
            int Length(int total, Kept kept) =>
                RecurrentPass<float, TCell>.SavedLength(new(Input, Hidden, Hidden), total, 1, copiesInputs: false, kept, hasMask: false);
            return (Step(Kept.Gates), Step(Kept.States), Step(Kept.Nothing));
        }
    }

    [Fact]
    public void Ten_thousand_steps_run_both_ways()
    {
        Gru<float> gru = new(2, 4, new Philox(1));
        GradientTape<float> tape = new();
        Parameter<float> x = new("x", [10_000, 1, 2], RecurrentTests.Numbers<float>(20_000, 1));
        tape.Backward(gru.Forward(tape.Watch(x)).Output.Sum());
        Assert.True(float.IsFinite(x.Gradient[0]) && x.Gradient[0] != 0);
    }

    private static Run<T> Evaluate<T>(
        RecurrentCase<T> layer, T[] x, int time, int batch, int[]? lengths, int part = 0, int parts = 1, Philox? random = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        GradientTape<T> tape = new();
        Parameter<T> parameter = new("x", layer.Setup.BatchMajor ? [batch, time, Input] : [time, batch, Input], x);
        Variable<T>[] results = layer.Forward(tape.Watch(parameter), lengths, random: random);
        // Weights that depend on the place in the sequence and in the output alone.
        int width = results[0].Shape[2], whole = width * parts;
        T[] weights = new T[results[0].Value.Length];
        for (int i = 0; i < weights.Length; i++) weights[i] = T.CreateChecked(1 + ((i % width) + (part * width)) % whole % 7);
        tape.Backward((results[0] * tape.Constant(weights, results[0].Shape)).Sum());
        return new(
            results[0].Value.ToArray(), [.. results.Skip(1).Select(r => r.Value.ToArray())], parameter.Gradient.ToArray(),
            [.. layer.Layer.Parameters.Select(p => p.Gradient.ToArray())]);
    }

    private static Span<T> Row<T>(T[] x, RecurrentSetup setup, int t, int row, int time, int batch)
    {
        int width = x.Length / Math.Max(1, time * batch);
        return x.AsSpan((setup.BatchMajor ? (row * time) + t : (t * batch) + row) * width, width);
    }

    private sealed record Run<T>(T[] Output, T[][] Finals, T[] Gradient, T[][] WeightGradients)
    {
        public ReadOnlySpan<T> OutputRow(RecurrentSetup setup, int t, int row, int time, int batch) => Row(Output, setup, t, row, time, batch);
    }
}
