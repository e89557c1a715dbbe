using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Losses of whole rows. On a tape they are compositions whose values the catalogue holds against loops; the span forms are
/// kernels of their own, held against the tape here with every option, as are the gradients against central differences.
/// </summary>
public class RowLossTests
{
    public static TheoryData<int> Cases => [.. Enumerable.Range(0, RowLossCase.All.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Spans_give_what_the_tape_gives_and_its_gradients_hold_to_second_order(int index)
    {
        RowLossCase loss = RowLossCase.All[index];
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            foreach (double[] weights in (double[][])[[], [1, 0, 0.5, 2]])
            {
                double[][] x = loss.Sample(), gradients = [.. x.Select(v => new double[v.Length])];
                double[] losses = new double[loss.Results];
                Parameter<double>[] parameters = [.. x.Select((v, i) => new Parameter<double>($"x{i}", [RowLossCase.Count, RowLossCase.Length], v))];
                GradientCheck.Verify(v => loss.Tape(v, reduction, weights), new GradientCheckOptions { Order = 2 }, parameters);

                double value = loss.Span(x, reduction, weights, gradients, losses);
                GradientTape<double> tape = new();
                Variable<double> onTape = loss.Tape([.. parameters.Select(tape.Watch)], reduction, weights);
                tape.Backward(onTape.Sum());
                // Both make some twenty roundings of numbers up to 10.
                if (reduction == Reduction.None) Close(onTape.Value.ToArray(), losses);
                else Close([onTape.Item], [value]);
                for (int i = 0; i < loss.Differentiable; i++) Close(parameters[i].Gradient.ToArray(), gradients[i]);
            }
        }

        static void Close(double[] expected, double[] actual)
        {
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 2e-14 * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Samplesof_weight_0_may_hold_anything(int index)
    {
        RowLossCase loss = RowLossCase.All[index];
        double[] weights = [1, 0, 0.5, 2];
        double[][] clean = loss.Sample(), dirty = loss.Sample();
        foreach (double[] x in dirty) x.AsSpan(RowLossCase.Length, RowLossCase.Length).Fill(double.NaN);
        dirty[0][RowLossCase.Length] = double.PositiveInfinity;
        Assert.Equal(Everything(clean), Everything(dirty));

        double[] Everything(double[][] x)
        {
            double[][] gradients = [.. x.Select(v => new double[v.Length])];
            double value = loss.Span(x, Reduction.Mean, weights, gradients, new double[loss.Results]);
            Parameter<double>[] parameters = [.. x.Select((v, i) => new Parameter<double>($"x{i}", [RowLossCase.Count, RowLossCase.Length], v))];
            GradientTape<double> tape = new();
            Variable<double> onTape = loss.Tape([.. parameters.Select(tape.Watch)], Reduction.Mean, weights);
            Variable<double> gradient = tape.Gradients(onTape, tape.Watch(parameters[0]))[0];
            tape.Backward(onTape + (gradient * gradient).Sum());
            Assert.All(gradients[0].AsSpan(RowLossCase.Length, RowLossCase.Length).ToArray(), v => Assert.Equal(0, v));
            return [value, onTape.Item, .. gradients.Take(loss.Differentiable).SelectMany(g => g), .. parameters.Take(loss.Differentiable).SelectMany(p => p.Gradient.ToArray())];
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_to_average_gives_NaN_and_zero_gradient(int index)
    {
        RowLossCase loss = RowLossCase.All[index];
        double[][] x = loss.Sample(), gradients = [.. x.Select(v => Enumerable.Repeat(5.0, v.Length).ToArray())];
        Assert.Equal(double.NaN, loss.Span(x, Reduction.Mean, new double[RowLossCase.Count], gradients, new double[loss.Results]));
        Assert.All(gradients[0], v => Assert.Equal(0, v));
        Assert.Equal(0, loss.Span(x, Reduction.Sum, new double[RowLossCase.Count], gradients, new double[loss.Results]));
    }

    [Fact]
    public void Vectors_of_zeros_and_of_huge_numbers_have_a_cosine()
    {
        foreach (float size in (float[])[0, 1e-30f, 1e30f, 2e38f])
        {
            float[] a = [size, size, 0], b = [1, 0, 0], ga = new float[3], gb = new float[3];
            float loss = Losses.CosineEmbedding<float>(a, b, [1], null, ga, gb);
            Assert.Equal(size == 0 ? 1 : 1 - Math.Sqrt(0.5), loss, 1e-6);
            if (size == 0) Assert.All(ga.Concat(gb), v => Assert.Equal(0, v));
            else Assert.All(gb, v => Assert.True(float.IsFinite(v)));
        }
    }

    [Fact]
    public void Soft_targets_that_are_one_class_cost_what_the_class_index_costs()
    {
        foreach (int classes in (int[])[1, 2, 10, 256, 257, 3000])
        {
            double[] x = Rows.Random<double>(4 * classes, 3), targets = new double[x.Length], weights = [.. Enumerable.Range(0, classes).Select(c => 0.5 + (c % 3))];
            int[] labels = [0, classes / 2, classes - 1, classes / 3];
            for (int row = 0; row < 4; row++) targets[(row * classes) + labels[row]] = 1;
            foreach (CrossEntropyOptions o in (CrossEntropyOptions[])[new() { Reduction = Reduction.Sum }, new() { Reduction = Reduction.Sum, LabelSmoothing = 0.1, ClassWeights = weights }])
            {
                double[] expected = new double[x.Length], gradient = new double[x.Length];
                double loss = Losses.CrossEntropy(x, labels, o, expected);
                // The same sums of up to 3000 terms in two orders.
                Assert.Equal(loss, Losses.SoftCrossEntropy(x, targets, classes, o, gradient), 1e-12 * loss);
                for (int i = 0; i < x.Length; i++) Assert.Equal(expected[i], gradient[i], 1e-13);
            }
        }
    }

    [Fact]
    public void Infinite_logits_take_limits_with_soft_targets()
    {
        const float Infinity = float.PositiveInfinity;
        float[] gradient = new float[3];
        float Loss(float[] x, params float[] t) => Losses.SoftCrossEntropy<float>(x, t, 3, null, gradient);
        Assert.Equal(Math.Log(2), Loss([0, -Infinity, 0], 0.5f, 0, 0.5f), 1e-6);
        Assert.Equal([0, 0, 0], gradient);
        Assert.Equal(Infinity, Loss([0, -Infinity, 0], 0.5f, 0.5f, 0));
        Assert.Equal(0, Loss([0, Infinity, 0], 0, 1, 0));
        Assert.Equal([0, 0, 0], gradient);
        Assert.Equal(Infinity, Loss([0, Infinity, 0], 0.25f, 0.75f, 0));
        Assert.Equal([-0.25f, 0.25f, 0], gradient);
        Assert.Equal(float.NaN, Loss([Infinity, Infinity, 0], 1, 0, 0));
        Assert.Equal(Infinity, Loss([-Infinity, -Infinity, -Infinity], 1, 0, 0));
        Assert.Equal([0, 0, 0], gradient);
        Assert.Equal(0, Loss([-Infinity, -Infinity, float.NaN], 0, 0, 0));
        Assert.Equal(float.NaN, Loss([1, 2, float.NaN], 0, 1, 0));
        Assert.Equal(float.NaN, Loss([1, 2, 3], 0, float.NaN, 0));
    }

    [Fact]
    public void Soft_targets_stand_along_any_axis()
    {
        double[] x = Rows.Random<double>(24, 3), t = [.. Enumerable.Range(0, 24).Select(i => i % 5 / 10.0)], gradient = new double[24], losses = new double[6], weights = [1, 2, 0, 1, 0.5, 1];
        Parameter<double> parameter = new("x", [2, 4, 3], x);
        GradientTape<double> tape = new();
        Variable<double> onTape = tape.Watch(parameter).SoftCrossEntropy(tape.Constant(t, [2, 4, 3]), null, weights, axis: 1);
        tape.Backward(onTape);
        Assert.Equal(onTape.Item, Losses.SoftCrossEntropy<double>(x, t, 4, null, gradient, weights, 3, losses));
        Assert.Equal(parameter.Gradient.ToArray(), gradient);
        double[] row = [.. Enumerable.Range(0, 4).Select(c => x[(c * 3) + 1])];
        Assert.Equal(-2 * Enumerable.Range(0, 4).Sum(c => t[(c * 3) + 1] * Math.Log(References.Softmax(row)[c])), losses[1], 1e-14);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        const int Samples = 2000, Width = 64;
        float[] a = Rows.Random<float>(Samples * Width, 1), b = Rows.Random<float>(a.Length, 2), c = Rows.Random<float>(a.Length, 3);
        float[] p = [.. a.Select(v => Math.Abs(v) / 4)], q = [.. b.Select(v => Math.Abs(v) / 4)];
        float[] likes = [.. Enumerable.Range(0, Samples).Select(i => i % 2 == 0 ? 1f : -1)], weights = [.. Enumerable.Range(0, Samples).Select(i => i % 3 * 0.5f)];
        Rows.SameForAnyThreads(() =>
        {
            float[] g = new float[a.Length], h = new float[a.Length], k = new float[a.Length], l = new float[a.Length], each = new float[Samples];
            float[] values =
            [
                Losses.CosineEmbedding<float>(a, b, likes, null, g, h, weights, each),
                Losses.TripletMargin<float>(a, b, c, Width, new() { Swap = true }, k, l, default, weights),
                Losses.Dice<float>(p, q, Width, null, g, weights),
            ];
            return [.. values, .. each, .. g, .. h, .. k, .. l];
        });
    }

    [Fact]
    public void A_pair_of_weight_0_is_no_negative_either()
    {
        double[] a = Rows.Random<double>(20, 1), b = Rows.Random<double>(20, 2), g = new double[20], h = new double[20], each = new double[4];
        double[] fewerA = [.. a[..5], .. a[10..]], fewerB = [.. b[..5], .. b[10..]], fewerG = new double[15], fewerH = new double[15];
        foreach (bool symmetric in (bool[])[false, true])
        {
            InfoNceOptions o = new() { Symmetric = symmetric };
            double loss = Losses.InfoNce<double>(a, b, 5, o, g, h, [1, 0, 2, 0.5], each);
            // The same sums with a term of 0 in their midst.
            Assert.Equal(Losses.InfoNce<double>(fewerA, fewerB, 5, o, fewerG, fewerH, [1, 2, 0.5]), loss, 1e-14);
            Assert.Equal(loss * 3.5, each.Sum(), 1e-13);
            Assert.Equal([.. fewerG[..5], 0, 0, 0, 0, 0, .. fewerG[5..]], g, (x, y) => Math.Abs(x - y) < 1e-14);
            Assert.Equal([.. fewerH[..5], 0, 0, 0, 0, 0, .. fewerH[5..]], h, (x, y) => Math.Abs(x - y) < 1e-14);
        }
    }

    [Fact]
    public void Equal_distances_share_the_gradient_of_the_swapped_triplet()
    {
        // The anchor is the positive: both distances to the negative are the same.
        Parameter<double> a = new("a", [1, 2], [0, 0]), n = new("n", [1, 2], [0.6, 0.8]);
        double[] anchor = new double[2], positive = new double[2], negative = new double[2];
        TripletMarginOptions o = new() { Margin = 2, Swap = true, Epsilon = 0 };
        Assert.Equal(1, Losses.TripletMargin<double>(a.Value, a.Value, n.Value, 2, o, anchor, positive, negative), 1e-15);
        Assert.Equal([0.3, 0.4], anchor, (x, y) => Math.Abs(x - y) < 1e-15);
        Assert.Equal([0.3, 0.4], positive, (x, y) => Math.Abs(x - y) < 1e-15);
        Assert.Equal([-0.6, -0.8], negative, (x, y) => Math.Abs(x - y) < 1e-15);
        GradientTape<double> tape = new();
        Variable<double> first = tape.Watch(a), second = tape.Constant(a.Value, [1, 2]);
        tape.Backward(first.TripletMargin(second, tape.Watch(n), o));
        Assert.Equal(anchor, a.Gradient.ToArray(), (x, y) => Math.Abs(x - y) < 1e-15);
        Assert.Equal(negative, n.Gradient.ToArray(), (x, y) => Math.Abs(x - y) < 1e-15);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        float[] a = Rows.Random<float>(4096, 1), b = Rows.Random<float>(4096, 2), c = Rows.Random<float>(4096, 3), g = new float[4096], h = new float[4096], k = new float[4096];
        float[] p = [.. a.Select(v => Math.Abs(v) / 4)], q = [.. b.Select(v => Math.Abs(v) / 4)], likes = [.. Enumerable.Repeat(1f, 64)];
        Allocation.IsNone(() =>
        {
            Losses.CosineEmbedding<float>(a, b, likes, null, g, h);
            Losses.TripletMargin<float>(a, b, c, 64, null, g, h, k);
            Losses.GaussianNegativeLogLikelihood<float>(a, b, p, null, g, h);
            Losses.Dice<float>(p, q, 64, null, g);
            Losses.SoftF1<float>(p, q, 64, null, g);
            Losses.InfoNce<float>(a, b, 64, null, g, h);
            Losses.SoftCrossEntropy<float>(a, p, 64, null, g);
        });
    }
}
