using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Options one by one, each against the same thing said in another way; and the span functions against layers.</summary>
public class RecurrentFeatureTests
{
    private const int Time = 6, Batch = 5, Input = 3, Hidden = 11;

    private static readonly int[] s_lengths = [4, 0, 6, 1, 3];

    public static TheoryData<RecurrentKind> Kinds => [.. Enum.GetValues<RecurrentKind>()];

    /// <summary>The mask is one for all steps, and the recurrent product alone sees it.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Recurrent_dropout_masks_the_state_on_its_way_into_the_product(RecurrentKind kind)
    {
        const double P = 0.4;
        RecurrentCase<double> layer = new(kind, Input, Hidden, new(RecurrentDropout: P));
        double[] x = RecurrentTests.Numbers<double>(Time * Batch * Input, 1), mask = Mask(Batch * Hidden, P, new Philox(9));
        GradientTape<double> tape = new(recording: false);
        Variable<double>[] results = layer.Forward(tape.Constant(x, [Time, Batch, Input]), s_lengths, random: new Philox(9));
        RecurrentReference reference = layer.Reference();
        double[] zeros = new double[Batch * Hidden];
        (double[] output, double[] finalHidden, _) = reference.Run(x, Time, Batch, s_lengths, zeros, zeros, [mask]);
        Assert.Contains(0.0, mask);
        GoldenVectorTests.AssertClose("output", output, results[0].Value.ToArray(), 0, 1e-13); // sums of 15 products below 2, six steps
        GoldenVectorTests.AssertClose("final state", finalHidden, results[1].Value.ToArray(), 0, 1e-13);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Dropout_masks_what_goes_from_layer_to_layer(RecurrentKind kind)
    {
        const double P = 0.3;
        RecurrentCase<float> both = new(kind, Input, Hidden, new(Layers: 2, Dropout: P));
        RecurrentCase<float> below = new(kind, Input, Hidden, new()), above = new(kind, Hidden, Hidden, new());
        int count = below.Layer.Parameters.Count;
        for (int i = 0; i < count; i++)
        {
            both.Layer.Parameters[i].Value.CopyTo(below.Layer.Parameters[i].Value);
            both.Layer.Parameters[count + i].Value.CopyTo(above.Layer.Parameters[i].Value);
        }

        GradientTape<float> tape = new(recording: false);
        Variable<float> x = tape.Constant(RecurrentTests.Numbers<float>(Time * Batch * Input, 1), [Time, Batch, Input]);
        Variable<float> between = below.Forward(x, s_lengths)[0] * tape.Constant(Mask<float>(Time * Batch * Hidden, P, new Philox(9)), [Time, Batch, Hidden]);
        Assert.Equal(above.Forward(between, s_lengths)[0].Value.ToArray(), both.Forward(x, s_lengths, random: new Philox(9))[0].Value.ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Learned_initial_states_are_used_by_every_row_and_learned(RecurrentKind kind)
    {
        RecurrentSetup setup = new(Layers: 2, Bidirectional: true, Projection: kind == RecurrentKind.Lstm ? 3 : 0);
        RecurrentCase<double> learned = new(kind, Input, 4, setup with { Learned = true }), given = new(kind, Input, 4, setup);
        Parameter<double>[] states = [.. learned.Layer.Parameters.Where(p => p.Name.StartsWith("initial", StringComparison.Ordinal))];
        Assert.Equal(kind == RecurrentKind.Lstm ? 2 : 1, states.Length);
        foreach (Parameter<double> state in states)
        {
            Assert.All(state.Value.ToArray(), v => Assert.Equal(0, v));
            RecurrentTests.Numbers<double>(state.Value.Length, 4).CopyTo(state.Value);
        }

        for (int i = 0; i < given.Layer.Parameters.Count; i++)
            learned.Layer.Parameters.Single(p => p.Name == given.Layer.Parameters[i].Name).Value.CopyTo(given.Layer.Parameters[i].Value);
        Parameter<double> x = new("x", [3, 2, Input], RecurrentTests.Numbers<double>(3 * 2 * Input, 1));
        GradientTape<double> tape = new();
        Variable<double> sequence = tape.Watch(x);
        Variable<double> Rows(int i) => tape.Constant(
            [.. Enumerable.Range(0, 4).SelectMany(place => Enumerable.Range(0, 2).SelectMany(_ => Row(states[i], place)))], [4, 2, states[i].Shape[1]]);
        double[] expected = given.Forward(sequence, [3, 0], Rows(0), states.Length == 2 ? Rows(1) : null)[0].Value.ToArray();
        Assert.Equal(expected, learned.Forward(sequence, [3, 0])[0].Value.ToArray());
        GradientCheck.Verify(inputs => RecurrentTests.Weighted(learned.Forward(inputs[0], [3, 0])), [x, .. states]);

        static double[] Row(Parameter<double> state, int place) => state.Value.Slice(place * state.Shape[1], state.Shape[1]).ToArray();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_stop_where_a_piece_begins(RecurrentKind kind)
    {
        RecurrentCase<double> layer = new(kind, Input, Hidden, new(Layers: 2));
        double[] x = RecurrentTests.Numbers<double>(2 * Time * Batch * Input, 1);
        int half = x.Length / 2;
        GradientTape<double> tape = new();
        CarriedState<double> state = layer.Layer.NewState(Batch);
        layer.Continue(tape.Constant(x.AsSpan(0, half), [Time, Batch, Input]), state);
        double[] hidden = state.Hidden.ToArray(), cell = state.Cell.ToArray();

        // On the same tape, so that there would be a way back.
        Variable<double> output = layer.Continue(tape.Constant(x.AsSpan(half), [Time, Batch, Input]), state);
        tape.Backward((output * output).Sum());
        double[][] continued = Gradients();
        tape.Reset();
        Variable<double>? cells = kind == RecurrentKind.Lstm ? tape.Constant(cell, [2, Batch, Hidden]) : null;
        output = layer.Forward(tape.Constant(x.AsSpan(half), [Time, Batch, Input]), null, tape.Constant(hidden, [2, Batch, Hidden]), cells)[0];
        tape.Backward((output * output).Sum());
        Assert.Equal(Gradients(), continued);
        state.Clear();
        Assert.All((double[])[.. state.Hidden, .. state.Cell], v => Assert.Equal(0, v));

        double[][] Gradients() => [.. layer.Layer.Parameters.Select(p => p.Gradient.ToArray())];
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Span_functions_have_the_bits_of_either_direction(RecurrentKind kind)
    {
        foreach (bool hasBias in (bool[])[true, false])
        {
            foreach (int[]? lengths in (int[]?[])[null, s_lengths])
            {
                RecurrentCase<float> layer = new(kind, Input, Hidden, new(Bidirectional: true, Bias: hasBias));
                Parameter<float> x = new("x", [Time, Batch, Input], RecurrentTests.Numbers<float>(Time * Batch * Input, 1));
                GradientTape<float> tape = new();
                Variable<float>[] results = layer.Forward(tape.Watch(x), lengths);
                float[] upstream = RecurrentTests.Numbers<float>(results[0].Value.Length, 2);
                tape.Backward((results[0] * tape.Constant(upstream, results[0].Shape)).Sum());
                float[] sequenceGradient = new float[x.Value.Length];
                for (int direction = 0; direction < 2; direction++)
                {
                    int start = direction * layer.Layer.Parameters.Count / 2;
                    Parameter<float>[] own = [.. layer.Layer.Parameters.Skip(start).Take(layer.Layer.Parameters.Count / 2)];
                    RecurrentSpansRun<float> run = new(kind, new(Time, Batch, Input, Hidden), own, x.Value.ToArray(), lengths, direction == 1);
                    Assert.Equal(Half(results[0].Value.ToArray(), direction), run.Output);
                    Assert.Equal(results[1].Value.Slice(direction * Batch * Hidden, Batch * Hidden).ToArray(), run.FinalHidden);
                    if (kind == RecurrentKind.Lstm) Assert.Equal(results[2].Value.Slice(direction * Batch * Hidden, Batch * Hidden).ToArray(), run.FinalCell);
                    run.Backward(Half(upstream, direction));
                    for (int i = 0; i < own.Length; i++) Assert.Equal(own[i].Gradient.ToArray(), run.WeightGradients[i]);
                    for (int i = 0; i < sequenceGradient.Length; i++) sequenceGradient[i] += run.SequenceGradient[i];
                    Assert.Equal(0, run.AllocatedAgain);
                }

                Assert.Equal(x.Gradient.ToArray(), sequenceGradient);
            }
        }

        static float[] Half(float[] both, int direction) =>
            [.. Enumerable.Range(0, Time * Batch).SelectMany(row => both.AsSpan(((row * 2) + direction) * Hidden, Hidden).ToArray())];
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Inference_allocates_nothing(RecurrentKind kind)
    {
        RecurrentSetup setup = kind == RecurrentKind.Lstm ? new(Layers: 2, Projection: 4, Peepholes: true, Clip: 0.5) : new(Layers: 2, Bidirectional: true);
        Lstm<float> lstm = new(Input, Hidden, new Philox(1), setup.Lstm());
        Gru<float> gru = new(Input, Hidden, new Philox(1), setup.Gru(kind == RecurrentKind.GruResetBefore));
        Rnn<float> rnn = new(Input, Hidden, new Philox(1), setup.Rnn(kind == RecurrentKind.RectifiedRnn));
        float[] x = RecurrentTests.Numbers<float>(Time * Batch * Input, 1);
        GradientTape<float> tape = new(recording: false);
        CarriedState<float> state = lstm.NewState(Batch);
        Allocation.IsNone(Run);

        void Run()
        {
            tape.Reset();
            Variable<float> sequence = tape.Constant(x, [Time, Batch, Input]);
            if (kind == RecurrentKind.Lstm)
            {
                lstm.Forward(sequence, s_lengths);
                lstm.Continue(sequence, state);
            }
            else if (kind is RecurrentKind.Gru or RecurrentKind.GruResetBefore)
            {
                gru.Forward(sequence, s_lengths);
            }
            else
            {
                rnn.Forward(sequence, s_lengths);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_NaN_goes_back_in_its_own_row_alone(RecurrentKind kind)
    {
        RecurrentCase<float> layer = new(kind, Input, Hidden, new());
        Parameter<float> x = new("x", [Time, Batch, Input], RecurrentTests.Numbers<float>(Time * Batch * Input, 1));
        float[] clean = Gradient(out float[] cleanOutput);
        x.Value[(((2 * Batch) + 3) * Input) + 1] = float.NaN;
        float[] gradient = Gradient(out float[] output);
        for (int row = 0; row < Time * Batch; row++)
        {
            bool isAfter = row / Batch >= 2;
            float[] outputs = output[(row * Hidden)..((row + 1) * Hidden)], gradients = gradient[(row * Input)..((row + 1) * Input)];
            if (row % Batch == 3)
            {
                Assert.All(outputs, v => Assert.Equal(isAfter, float.IsNaN(v)));
                Assert.All(gradients, v => Assert.True(float.IsNaN(v)));
            }
            else
            {
                Assert.Equal(cleanOutput[(row * Hidden)..((row + 1) * Hidden)], outputs);
                Assert.Equal(clean[(row * Input)..((row + 1) * Input)], gradients);
            }
        }

        float[] Gradient(out float[] values)
        {
            GradientTape<float> tape = new();
            Variable<float> all = layer.Forward(tape.Watch(x))[0];
            values = all.Value.ToArray();
            tape.Backward((all * all).Sum());
            return x.Gradient.ToArray();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Recorded_gradients_of_ragged_rows_are_the_fused_ones(RecurrentKind kind)
    {
        RecurrentCase<double> layer = new(kind, Input, Hidden, new(Bidirectional: true));
        Parameter<double> x = new("x", [Time, Batch, Input], RecurrentTests.Numbers<double>(Time * Batch * Input, 1));
        GradientTape<double> tape = new();
        Variable<double> loss = RecurrentTests.Weighted(layer.Forward(tape.Watch(x), s_lengths));
        double[] recorded = tape.Gradients(loss, tape.Watch(x))[0].Value.ToArray();
        tape.Backward(loss);
        // Sums of some twenty products below 4 in another order, through six steps.
        GoldenVectorTests.AssertClose("gradient", recorded, x.Gradient.ToArray(), 0, 1e-13);
    }

    /// <summary>One step, as long as there are units.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_parameter_may_be_sequence_and_states_at_once(RecurrentKind kind)
    {
        RecurrentCase<double> layer = new(kind, Hidden, Hidden, new());
        Parameter<double> once = New();
        Parameter<double>[] apart = [New(), New(), New()];
        GradientTape<double> tape = new();
        Variable<double> v = tape.Watch(once);
        tape.Backward(RecurrentTests.Weighted(layer.Forward(v, null, v, v)));
        tape.Reset();
        tape.Backward(RecurrentTests.Weighted(layer.Forward(tape.Watch(apart[0]), null, tape.Watch(apart[1]), tape.Watch(apart[2]))));
        // A few roundings of sums below 8 in another order.
        for (int i = 0; i < once.Value.Length; i++) Assert.Equal(apart.Sum(p => p.Gradient[i]), once.Gradient[i], 1e-14);

        static Parameter<double> New() => new("v", [1, Batch, Hidden], RecurrentTests.Numbers<double>(Batch * Hidden, 1));
    }

    /// <summary>Without weights all gates are a half and the candidate 0: c′ is half of c.</summary>
    [Fact]
    public void At_the_clip_itself_the_gradient_passes()
    {
        const double Clip = 0.2;
        Lstm<double> lstm = new(1, 1, new Philox(1), new() { CellClip = Clip });
        foreach (Parameter<double> parameter in lstm.Parameters) parameter.Value.Clear();
        Assert.Equal([0.5, 0.5, 0, 0], Gradients(Math.BitDecrement(2 * Clip), 2 * Clip, Math.BitIncrement(2 * Clip), -3));

        double[] Gradients(params double[] cells)
        {
            Parameter<double> cell = new("c", [1, cells.Length, 1], cells);
            GradientTape<double> tape = new();
            Variable<double> zeros = tape.Constant(new double[cells.Length], [1, cells.Length, 1]);
            Variable<double> sum = lstm.Forward(zeros, default, new LstmState<double>(zeros, tape.Watch(cell))).FinalCell.Sum();
            double[] recorded = tape.Gradients(sum, tape.Watch(cell))[0].Value.ToArray();
            tape.Backward(sum);
            Assert.Equal(recorded, cell.Gradient.ToArray());
            return recorded;
        }
    }

    [Fact]
    public void Ten_thousand_steps_run_recorded_and_recomputed()
    {
        const int Long = 10_000;
        RecurrentCase<float> kept = new(RecurrentKind.Lstm, 1, 3, new()), recomputed = new(RecurrentKind.Lstm, 1, 3, new(Recompute: true));
        Parameter<float> x = new("x", [Long, 1, 1], RecurrentTests.Numbers<float>(Long, 1));
        float[] Gradient(RecurrentCase<float> layer)
        {
            GradientTape<float> tape = new();
            tape.Backward(layer.Forward(tape.Watch(x))[0].Sum());
            return x.Gradient.ToArray();
        }

        float[] expected = Gradient(kept);
        Assert.Equal(expected, Gradient(recomputed));
        GradientTape<float> tape = new();
        Variable<float> sequence = tape.Watch(x);
        float[] recorded = tape.Gradients(kept.Forward(sequence)[0].Sum(), sequence)[0].Value.ToArray();
        // The same chain of some hundred roundings that still count, in other fused steps.
        for (int i = 0; i < Long; i++) Assert.Equal(expected[i], recorded[i], 1e-5f);
    }

    /// <summary>What dropout draws.</summary>
    internal static T[] Mask<T>(int length, double p, Philox random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] mask = new T[length];
        random.Uniform<T>(mask);
        return Array.ConvertAll(mask, v => v < T.CreateChecked(p) ? T.Zero : T.CreateChecked(1 / (1 - p)));
    }

    private static double[] Mask(int length, double p, Philox random) => Mask<double>(length, p, random);
}
