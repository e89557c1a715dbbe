using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Losses of whole rows. On a tape they are compositions whose values the catalogue holds against loops; the span forms are
/// kernels of their own, held against the tape here with every option, as are the gradients against central differences.
/// </summary>
public class RowLossTests
{
    private delegate double Span(double[][] x, Reduction reduction, double[] weights, double[][] gradients, double[] losses);

    private delegate Variable<double> Tape(Variable<double>[] x, Reduction reduction, double[] weights);

    /// <summary>Losses: the length of the unreduced result, −1 where a tape has none.</summary>
    private sealed record Case(string Name, int Inputs, int Differentiable, int Losses, Span Span, Tape Tape);

    private const int Count = 4, Length = 5;

    private static readonly double[] s_likes = [1, -1, -1, 1];

    private static readonly double[] s_signs = [.. Enumerable.Range(0, Count * Length).Select(i => i % 3 == 0 ? -1.0 : 1)];

    private static readonly double[] s_classWeights = [1, 0.5, 0, 2, 1];

    private static readonly Case[] s_cases =
    [
        .. Each(new double[] { 0, 0.3 }, margin => new Case(
            $"CosineEmbedding {margin}", 2, 2, Count,
            (x, r, w, g, l) => Losses.CosineEmbedding<double>(x[0], x[1], s_likes, new() { Margin = margin, Reduction = r }, g[0], g[1], w, l),
            (x, r, w) => x[0].CosineEmbedding(x[1], s_likes, new() { Margin = margin, Reduction = r }, w))),
        .. Each(new[] { false, true }, swap => new Case(
            $"TripletMargin {swap}", 3, 3, Count,
            (x, r, w, g, l) => Losses.TripletMargin<double>(x[0], x[1], x[2], Length, new() { Margin = 0.2, Swap = swap, Reduction = r }, g[0], g[1], g[2], w, l),
            (x, r, w) => x[0].TripletMargin(x[1], x[2], new() { Margin = 0.2, Swap = swap, Reduction = r }, w))),
        .. Each(new double[] { 0, 0.3 }, margin => new Case(
            $"MarginRanking {margin}", 2, 2, Count * Length,
            (x, r, w, g, l) => Losses.MarginRanking<double>(x[0], x[1], s_signs, new() { Margin = margin, Reduction = r }, g[0], g[1], w, l),
            (x, r, w) => x[0].MarginRanking(x[1], x[0].Tape.Constant(s_signs, x[0].Shape), new() { Margin = margin, Reduction = r }, w))),
        .. Each(new[] { false, true }, full => new Case(
            $"GaussianNegativeLogLikelihood {full}", 3, 3, Count * Length,
            // The targets stand second; their gradient is the opposite of the means', and the tape's alone.
            (x, r, w, g, l) =>
            {
                double value = Losses.GaussianNegativeLogLikelihood<double>(x[0], x[1], x[2], new() { Full = full, Reduction = r }, g[0], g[2], w, l);
                for (int i = 0; i < g[0].Length; i++) g[1][i] = -g[0][i];
                return value;
            },
            (x, r, w) => x[0].GaussianNegativeLogLikelihood(x[1], x[2], new() { Full = full, Reduction = r }, w))),
        .. Each(new double[] { 0, 0.5 }, smooth => new Case(
            $"Dice {smooth}", 2, 1, Count,
            (x, r, w, g, l) => Losses.Dice<double>(x[0], x[1], Length, new() { Smooth = smooth, Reduction = r }, g[0], w, l),
            (x, r, w) => x[0].Dice(x[1], new() { Smooth = smooth, Reduction = r }, w))),
        .. Each(new[] { (0.3, 0.7), (0.5, 0.5), (0, 1) }, ab => new Case(
            $"Tversky {ab}", 2, 1, Count,
            (x, r, w, g, l) => Losses.Tversky<double>(x[0], x[1], Length, new() { Alpha = ab.Item1, Beta = ab.Item2, Smooth = 0.1, Reduction = r }, g[0], w, l),
            (x, r, w) => x[0].Tversky(x[1], new() { Alpha = ab.Item1, Beta = ab.Item2, Smooth = 0.1, Reduction = r }, w))),
        .. Each(new[] { 1.0, 2 }, beta => new Case(
            $"SoftF1 {beta}", 2, 1, -1,
            (x, r, w, g, l) => Losses.SoftF1<double>(x[0], x[1], Length, new() { Beta = beta, Reduction = r }, g[0], w, new double[Length]),
            (x, r, w) => x[0].SoftF1(x[1], new() { Beta = beta, Reduction = r }, w))),
        .. Each(new[] { (true, false), (true, true), (false, false), (false, true) }, o => new Case(
            $"InfoNce {o}", 2, 2, -1,
            (x, r, w, g, l) => Losses.InfoNce<double>(x[0], x[1], Length, new() { Temperature = 0.5, Normalize = o.Item1, Symmetric = o.Item2, Reduction = r }, g[0], g[1]),
            (x, r, w) => x[0].InfoNce(x[1], new() { Temperature = 0.5, Normalize = o.Item1, Symmetric = o.Item2, Reduction = r }))),
        .. Each(new[] { (0, false), (0.2, false), (0, true), (0.2, true) }, o => new Case(
            $"SoftCrossEntropy {o}", 2, 1, Count,
            (x, r, w, g, l) => Losses.SoftCrossEntropy<double>(x[0], x[1], Length, new() { LabelSmoothing = o.Item1, ClassWeights = o.Item2 ? s_classWeights : [], Reduction = r }, g[0], w, 1, l),
            (x, r, w) => x[0].SoftCrossEntropy(x[1], new() { LabelSmoothing = o.Item1, ClassWeights = o.Item2 ? s_classWeights : [], Reduction = r }, w))),
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, s_cases.Length)];

    private static IEnumerable<Case> Each<TOption>(TOption[] options, Func<TOption, Case> make) => options.Select(make);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Spans_give_what_the_tape_gives_and_its_gradients_hold_to_second_order(int index)
    {
        Case loss = s_cases[index];
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            if (loss.Losses < 0 && reduction == Reduction.None) continue;
            foreach (double[] weights in loss.Name.StartsWith("InfoNce", StringComparison.Ordinal) ? (double[][])[[]] : [[], [1, 0, 0.5, 2]])
            {
                double[][] x = Sample(loss), gradients = [.. x.Select(v => new double[v.Length])];
                double[] losses = new double[Math.Max(0, loss.Losses)];
                Parameter<double>[] parameters = [.. x.Select((v, i) => new Parameter<double>($"x{i}", [Count, Length], v))];
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
    public void Rows_of_weight_0_may_hold_anything(int index)
    {
        Case loss = s_cases[index];
        if (loss.Name.StartsWith("InfoNce", StringComparison.Ordinal)) return;
        double[] weights = [1, 0, 0.5, 2];
        double[][] clean = Sample(loss), dirty = Sample(loss);
        foreach (double[] x in dirty) x.AsSpan(Length, Length).Fill(double.NaN);
        dirty[0][Length] = double.PositiveInfinity;
        Assert.Equal(Everything(clean), Everything(dirty));

        double[] Everything(double[][] x)
        {
            double[][] gradients = [.. x.Select(v => new double[v.Length])];
            double value = loss.Span(x, Reduction.Mean, weights, gradients, new double[Math.Max(0, loss.Losses)]);
            Parameter<double>[] parameters = [.. x.Select((v, i) => new Parameter<double>($"x{i}", [Count, Length], v))];
            GradientTape<double> tape = new();
            Variable<double> onTape = loss.Tape([.. parameters.Select(tape.Watch)], Reduction.Mean, weights);
            Variable<double> gradient = tape.Gradients(onTape, tape.Watch(parameters[0]))[0];
            tape.Backward(onTape + (gradient * gradient).Sum());
            Assert.All(gradients[0].AsSpan(Length, Length).ToArray(), v => Assert.Equal(0, v));
            return [value, onTape.Item, .. gradients.Take(loss.Differentiable).SelectMany(g => g), .. parameters.Take(loss.Differentiable).SelectMany(p => p.Gradient.ToArray())];
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_to_average_gives_NaN_and_zero_gradient(int index)
    {
        Case loss = s_cases[index];
        if (loss.Name.StartsWith("InfoNce", StringComparison.Ordinal)) return;
        double[][] x = Sample(loss), gradients = [.. x.Select(v => Enumerable.Repeat(5.0, v.Length).ToArray())];
        Assert.Equal(double.NaN, loss.Span(x, Reduction.Mean, new double[Count], gradients, new double[Math.Max(0, loss.Losses)]));
        Assert.All(gradients[0], v => Assert.Equal(0, v));
        Assert.Equal(0, loss.Span(x, Reduction.Sum, new double[Count], gradients, new double[Math.Max(0, loss.Losses)]));
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
    public void Nothing_is_allocated()
    {
        float[] a = Rows.Random<float>(4096, 1), b = Rows.Random<float>(4096, 2), c = Rows.Random<float>(4096, 3), g = new float[4096], h = new float[4096], k = new float[4096];
        float[] p = [.. a.Select(v => Math.Abs(v) / 4)], q = [.. b.Select(v => Math.Abs(v) / 4)], likes = [.. Enumerable.Repeat(1f, 64)];
        Rows.AllocatesNothing(() =>
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

    /// <summary>Numbers in (0, 1), no two alike.</summary>
    private static double[][] Sample(Case loss) =>
        [.. Enumerable.Range(0, loss.Inputs).Select(k => Enumerable.Range(0, Count * Length).Select(i => 0.04 + (0.9 * ((0.5 + ((i + (k * 100) + 1) * 0.6180339887498949)) % 1))).ToArray())];
}
