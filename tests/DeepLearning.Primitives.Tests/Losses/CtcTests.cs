using Xunit;

namespace DeepLearning.Primitives.Tests;

public class CtcTests
{
    /// <summary>−log of the sum over every path of classes that collapses to the labels.</summary>
    private static double Reference(double[] x, int time, int batch, int item, int classes, int[] labels, int blank)
    {
        double total = 0;
        int paths = (int)Math.Pow(classes, time);
        for (int path = 0; path < paths; path++)
        {
            List<int> spelled = [];
            double log = 0;
            for (int t = 0, rest = path, last = blank; t < time; t++, rest /= classes)
            {
                int c = rest % classes;
                log += x[(((t * batch) + item) * classes) + c];
                if (c != last && c != blank) spelled.Add(c);
                last = c;
            }

            if (spelled.SequenceEqual(labels)) total += Math.Exp(log);
        }

        return -Math.Log(total);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Costs_are_those_of_all_alignments(int blank)
    {
        const int Time = 6, Classes = 3, Batch = 5;
        int a = blank == 0 ? 1 : 0, b = blank == 2 ? 1 : 2;
        int[][] labels = [[a, b], [a, a], [], [b, a, b], [b]];
        int[] steps = [6, 5, 3, 6, 1], counts = [.. labels.Select(l => l.Length)], joined = [.. labels.SelectMany(l => l)];
        double[] x = new double[Time * Batch * Classes], losses = new double[Batch], gradient = new double[x.Length];
        Activations.LogSoftmax<double>(Rows.Random<double>(x.Length, 8), Classes, x);
        CtcOptions o = new() { Blank = blank };
        double mean = Losses.ConnectionistTemporalClassification<double>(x, joined, steps, counts, Classes, o, gradient, losses);
        for (int i = 0; i < Batch; i++) Assert.Equal(Reference(x, steps[i], Batch, i, Classes, labels[i], blank), losses[i], 1e-13);
        Assert.Equal(losses.Select((l, i) => l / Math.Max(1, counts[i])).Average(), mean, 1e-14);

        int[] padded = [.. labels.SelectMany(l => (int[])[.. l, .. Enumerable.Repeat(-7, 3 - l.Length)])];
        double[] again = new double[x.Length];
        Assert.Equal(mean, Losses.ConnectionistTemporalClassification<double>(x, padded, steps, counts, Classes, o, again));
        Assert.Equal(gradient, again);
        // Each step that counts hands out one whole probability; those beyond a sequence's end nothing.
        for (int t = 0; t < Time; t++)
        {
            for (int i = 0; i < Batch; i++)
            {
                double expected = t < steps[i] ? -1.0 / Batch / Math.Max(1, counts[i]) : 0;
                Assert.Equal(expected, gradient.AsSpan(((t * Batch) + i) * Classes, Classes).ToArray().Sum(), 1e-14);
            }
        }
    }

    [Fact]
    public void Gradients_hold_to_second_order()
    {
        const int Time = 7, Classes = 4, Batch = 3;
        Parameter<double> x = new("x", [Time, Batch, Classes], Rows.Random<double>(Time * Batch * Classes, 2));
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            CtcOptions o = new() { Reduction = reduction };
            GradientCheck.Verify(
                v => v[0].ConnectionistTemporalClassification([1, 1, 3, 2, 3], [7, 5, 2], [3, 2, 0], o), new GradientCheckOptions { Order = 2 }, x);
            GradientCheck.Verify(
                v => v[0].LogSoftmax().ConnectionistTemporalClassification([1, 1, 3, 2, 3], [7, 5, 2], [3, 2, 0], o), new GradientCheckOptions { Order = 2 }, x);
        }
    }

    [Fact]
    public void Weights_scale_each_sequence_and_0_leaves_it_out()
    {
        const int Time = 7, Classes = 4, Batch = 4;
        double[] x = Rows.Random<double>(Time * Batch * Classes, 2), weights = [1, 0, 0.5, 2], each = new double[Batch], gradient = new double[x.Length];
        int[] labels = [1, 1, 3, 2, 3, 3, 1], steps = [7, 5, 6, 2], counts = [3, 2, 2, 0];
        Losses.ConnectionistTemporalClassification<double>(x, labels, steps, counts, Classes, new() { Reduction = Reduction.None }, default, each);
        double[] dirty = [.. x];
        for (int t = 0; t < Time; t++) dirty.AsSpan(((t * Batch) + 1) * Classes, Classes).Fill(t % 2 == 0 ? double.NaN : double.PositiveInfinity);
        Parameter<double> parameter = new("x", [Time, Batch, Classes], dirty), clean = new("x", [Time, Batch, Classes], x);
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            CtcOptions o = new() { Reduction = reduction };
            double[] losses = new double[Batch];
            double value = Losses.ConnectionistTemporalClassification<double>(dirty, labels, steps, counts, Classes, o, gradient, losses, weights);
            Assert.Equal([.. each.Zip(weights, (l, w) => w == 0 ? 0 : w * l)], losses);
            double expected = reduction == Reduction.Mean ? losses.Zip(counts, (l, n) => l / Math.Max(1, n)).Sum() / 3.5 : losses.Sum();
            Assert.Equal(expected, value, 1e-14 * Math.Abs(expected));

            GradientTape<double> tape = new();
            Variable<double> onTape = tape.Watch(parameter).ConnectionistTemporalClassification(labels, steps, counts, o, weights);
            Assert.Equal(reduction == Reduction.None ? losses : [value], onTape.Value.ToArray());
            tape.Backward(onTape.Sum());
            Assert.Equal(gradient, parameter.Gradient.ToArray());
            GradientCheck.Verify(v => v[0].ConnectionistTemporalClassification(labels, steps, counts, o, weights), new GradientCheckOptions { Order = 2 }, clean);
        }

        double[] none = new double[Batch];
        Assert.Equal(double.NaN, Losses.ConnectionistTemporalClassification<double>(dirty, labels, steps, counts, Classes, null, gradient, default, none));
        Assert.All(gradient, v => Assert.Equal(0, v));
        Assert.Throws<ArgumentOutOfRangeException>("weights", () => Losses.ConnectionistTemporalClassification<double>(x, labels, steps, counts, Classes, weights: [1, 1, -1, 1]));
        Assert.Throws<ArgumentException>("weights", () => Losses.ConnectionistTemporalClassification<double>(x, labels, steps, counts, Classes, weights: [1, 1]));
        Assert.Throws<ArgumentOutOfRangeException>("weights", () => new GradientTape<double>().Watch(clean).ConnectionistTemporalClassification(labels, steps, counts, null, [1, 1, -1, 1]));
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        const int Time = 60, Classes = 20, Batch = 24;
        float[] x = new float[Time * Batch * Classes];
        Activations.LogSoftmax<float>(Rows.Random<float>(x.Length, 3), Classes, x);
        int[] labels = [.. Enumerable.Range(0, Batch * 10).Select(i => 1 + (i * 7 % 19))], counts = [.. Enumerable.Repeat(10, Batch)];
        int[] steps = [.. Enumerable.Range(0, Batch).Select(i => Time - i)];
        Rows.SameForAnyThreads(() =>
        {
            float[] gradient = new float[x.Length], losses = new float[Batch];
            float value = Losses.ConnectionistTemporalClassification<float>(x, labels, steps, counts, Classes, null, gradient, losses);
            return [value, .. losses, .. gradient];
        });
    }

    [Fact]
    public void A_third_derivative_is_refused_rather_than_cut()
    {
        GradientTape<double> tape = new();
        Variable<double> x = tape.Constant(Rows.Random<double>(12, 2), [4, 1, 3]);
        Variable<double> first = tape.Gradients(x.ConnectionistTemporalClassification([1], [4], [1]), x)[0];
        Assert.Throws<NotSupportedException>(() => tape.Gradients((first * first).Sum(), x));
    }

    [Fact]
    public void Sequences_too_short_for_their_labels_cost_infinity_or_nothing()
    {
        // Two equal labels need a blank between them: three steps.
        float[] x = [.. Enumerable.Repeat(MathF.Log(0.5f), 2 * 2 * 2)], gradient = new float[8], losses = new float[2];
        Assert.Equal(float.PositiveInfinity, Losses.ConnectionistTemporalClassification<float>(x, [1, 1, 1], [2, 2], [2, 1], 2, null, gradient, losses));
        Assert.Equal(float.PositiveInfinity, losses[0]);
        Assert.Equal(-MathF.Log(0.75f), losses[1], 1e-6);
        Assert.Equal((0, 0), (gradient[0], gradient[1]));
        Assert.NotEqual(0, gradient[2]);
        Assert.Equal(losses[1] / 2, Losses.ConnectionistTemporalClassification<float>(x, [1, 1, 1], [2, 2], [2, 1], 2, new() { ZeroInfinity = true }), 1e-6);
        // Without a step, nothing can be spelled but nothing.
        Losses.ConnectionistTemporalClassification<float>(x, [1], [0, 0], [0, 1], 2, null, gradient, losses);
        Assert.Equal([0, float.PositiveInfinity], losses);
        Assert.All(gradient, v => Assert.Equal(0, v));
        Assert.Equal(float.NaN, Losses.ConnectionistTemporalClassification<float>([], [], [], [], 2));
    }

    [Fact]
    public void Impossible_classes_and_NaN_show()
    {
        const float No = float.NegativeInfinity;
        float[] gradient = new float[6], x = [No, 0, No, 0, No, No];
        // The only way has probability 1.
        Assert.Equal(0, Losses.ConnectionistTemporalClassification<float>(x, [1], [2], [1], 3, null, gradient));
        Assert.Equal([0, -1, 0, -1, 0, 0], gradient);
        Assert.Equal(float.PositiveInfinity, Losses.ConnectionistTemporalClassification<float>(x, [2], [2], [1], 3, null, gradient));
        Assert.All(gradient, v => Assert.Equal(0, v));
        x[1] = float.NaN;
        Assert.Equal(float.NaN, Losses.ConnectionistTemporalClassification<float>(x, [1], [2], [1], 3));
    }

    [Fact]
    public void Long_sequences_neither_underflow_nor_allocate()
    {
        const int Time = 2000, Classes = 30;
        float[] x = new float[Time * Classes], gradient = new float[x.Length];
        Activations.LogSoftmax<float>(Rows.Random<float>(x.Length, 3), Classes, x);
        int[] labels = [.. Enumerable.Range(0, 300).Select(i => 1 + (i * 7 % 29))], steps = [Time], counts = [300];
        float loss = 0;
        Allocation.IsNone(() => loss = Losses.ConnectionistTemporalClassification<float>(x, labels, steps, counts, Classes, null, gradient));
        Assert.InRange(loss, 1, 1000);
        for (int t = 0; t < Time; t++) Assert.Equal(-1.0 / 300, gradient.AsSpan(t * Classes, Classes).ToArray().Sum(v => (double)v), 1e-8);
    }
}
