using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Losses with class indices, every option combined, against loops; cross entropy with the options it shares with them.</summary>
public class LabelLossTests
{
    private delegate T SpanLoss<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<int> labels, Setting o, Span<T> gradient, ReadOnlySpan<T> weights, int inner, Span<T> losses);

    private sealed record Setting(Reduction Reduction, int IgnoreIndex, double[] ClassWeights);

    private sealed record Case(
        string Name,
        Func<double[], int, double> Reference,
        SpanLoss<float> Float,
        SpanLoss<double> Double,
        Func<Variable<double>, int[], Setting, double[], int, Variable<double>> Tape);

    private static readonly Case[] s_cases =
    [
        new(
            "NegativeLogLikelihood", (row, label) => -row[label],
            (x, y, o, g, w, i, l) => Losses.NegativeLogLikelihood(x, y, Plain(o), g, w, i, l),
            (x, y, o, g, w, i, l) => Losses.NegativeLogLikelihood(x, y, Plain(o), g, w, i, l),
            (x, y, o, w, axis) => x.NegativeLogLikelihood(y, Plain(o), w, axis)),
        Focal(2),
        Focal(0),
        Focal(1),
        Focal(1.5),
        Hinge(1, false),
        Hinge(0.5, true),
        new(
            "CrossEntropy", (row, label) => -Math.Log(References.Softmax(row)[label]),
            (x, y, o, g, w, i, l) => CrossEntropy(x, y, o, g, w, i, l),
            (x, y, o, g, w, i, l) => CrossEntropy(x, y, o, g, w, i, l),
            (x, y, o, w, axis) => x.CrossEntropy(y, Entropy(o), w, axis)),
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, s_cases.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_option_matches_a_loop(int index)
    {
        Case loss = s_cases[index];
        foreach ((int outer, int classes, int inner) in ((int, int, int)[])[(6, 3, 1), (3, 1, 2), (2, 5, 3), (1, 300, 2), (4, 17, 1)])
        {
            double[] classWeights = [.. Enumerable.Range(0, classes).Select(c => classes == 1 ? 0.5 : c % 3 * 0.75)];
            foreach (Reduction reduction in Enum.GetValues<Reduction>())
            {
                foreach (double[] w in (double[][])[[], classWeights])
                {
                    foreach (bool hasWeights in (bool[])[false, true])
                    {
                        foreach (int ignore in (int[])[-100, 0])
                        {
                            Setting o = new(reduction, ignore, w);
                            // Sums of up to 300 exponentials and a dozen roundings.
                            Matches(loss, loss.Float, outer, classes, inner, o, hasWeights, 64 * 5.96e-8);
                            Matches(loss, loss.Double, outer, classes, inner, o, hasWeights, 512 * 1.11e-16);
                        }
                    }
                }
            }
        }
    }

    private static void Matches<T>(Case loss, SpanLoss<T> call, int outer, int classes, int inner, Setting o, bool hasWeights, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = outer * inner;
        T[] x = Rows.Random<T>(rows * classes, rows + classes);
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % 4 == 3 ? o.IgnoreIndex : row * 7 % classes)];
        double[] weights = hasWeights ? [.. Enumerable.Range(0, rows).Select(row => row % 3 * 0.5)] : [];
        double WeightOf(int row) => labels[row] == o.IgnoreIndex
            ? 0 : (o.ClassWeights.Length == 0 ? 1 : o.ClassWeights[labels[row]]) * (hasWeights ? weights[row] : 1);
        int At(int row, int c) => (((row / inner * classes) + c) * inner) + (row % inner);
        double[] Row(int row) => [.. Enumerable.Range(0, classes).Select(c => double.CreateChecked(x[At(row, c)]))];

        double[] expected = new double[rows], slopes = new double[x.Length];
        double divisor = o.Reduction == Reduction.Mean ? Enumerable.Range(0, rows).Sum(WeightOf) : 1;
        for (int row = 0; row < rows; row++)
        {
            double weight = WeightOf(row);
            for (int c = 0; c < classes; c++)
                if (weight == 0) x[At(row, c)] = row % 2 == 0 ? T.NaN : T.PositiveInfinity;
            if (weight == 0) continue;
            double[] values = Row(row);
            expected[row] = weight * loss.Reference(values, labels[row]);
            for (int c = 0; c < Math.Min(classes, 20); c++)
            {
                const double H = 1e-5;
                double kept = values[c];
                values[c] = kept + H;
                double up = loss.Reference(values, labels[row]);
                values[c] = kept - H;
                slopes[At(row, c)] = weight * (up - loss.Reference(values, labels[row])) / (2 * H) / divisor;
                values[c] = kept;
            }
        }

        T[] gradient = [.. Enumerable.Repeat(T.CreateChecked(77), x.Length + 2)], losses = [.. gradient[..(rows + 1)]], ws = Array.ConvertAll(weights, T.CreateChecked);
        T actual = call(x, labels, o, gradient, ws, inner, losses);
        double total = divisor == 0 ? double.NaN : expected.Sum() / divisor;
        Assert.Equal(total, double.CreateChecked(actual), tolerance * Math.Max(1, divisor == 0 ? 0 : expected.Sum(Math.Abs) / divisor));
        for (int row = 0; row < rows; row++) Assert.Equal(expected[row], double.CreateChecked(losses[row]), tolerance * Math.Max(1, Math.Abs(expected[row])));
        for (int row = 0; row < rows; row++)
        {
            for (int c = 0; c < classes; c++)
            {
                double slope = double.CreateChecked(gradient[At(row, c)]);
                if (WeightOf(row) == 0) Assert.Equal(0, slope);
                // Central differences: h² and ε/h, beside the loss's own roundings.
                else if (c < 20) Assert.Equal(slopes[At(row, c)], slope, Math.Max(1e-8, tolerance) * 4);
            }
        }

        Assert.Equal(T.CreateChecked(77), gradient[x.Length]);
        Assert.Equal(T.CreateChecked(77), losses[rows]);
        T[] same = [.. x];
        Assert.Equal(actual, call(same, labels, o, same, ws, inner, new T[rows]));
        Assert.Equal(gradient[..x.Length], same);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void On_a_tape_gradients_hold_to_second_order(int index)
    {
        Case loss = s_cases[index];
        Parameter<double> last = new("x", [2, 2, 3], Rows.Random<double>(12, 5)), middle = new("x", [2, 3, 2], Rows.Random<double>(12, 6));
        int[] labels = [0, 2, -100, 1];
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            foreach (double[] weights in (double[][])[[], [1, 0, 1, 0.5]])
            {
                Setting o = new(reduction, -100, [1, 2, 0.5]);
                foreach ((Parameter<double> x, int axis, int inner) in ((Parameter<double>, int, int)[])[(last, -1, 1), (middle, 1, 2)])
                {
                    GradientCheck.Verify(v => loss.Tape(v[0], labels, o, weights, axis), new GradientCheckOptions { Order = 2 }, x);
                    GradientTape<double> tape = new();
                    Variable<double> value = loss.Tape(tape.Watch(x), labels, o, weights, axis);
                    double[] gradient = new double[12], losses = new double[4];
                    double onSpans = loss.Double(x.Value, labels, o, gradient, weights, inner, losses);
                    if (reduction == Reduction.None) Assert.Equal(losses, value.Value.ToArray());
                    else Assert.Equal(onSpans, value.Item);
                    Assert.Equal(reduction == Reduction.None ? [2, 2] : [], value.Shape);
                    tape.Backward(value.Sum());
                    Assert.Equal(gradient, x.Gradient.ToArray());
                }
            }
        }
    }

    [Fact]
    public void Infinite_logits_take_limits_in_the_focal_loss()
    {
        foreach (int classes in (int[])[3, 300])
        {
            float[] x = new float[classes], gradient = new float[classes];
            foreach (FocalOptions o in (FocalOptions[])[new(), new() { Gamma = 0 }, new() { Gamma = 0.5 }])
            {
                Array.Clear(x);
                x[1] = float.PositiveInfinity;
                Assert.Equal(0, Losses.FocalLoss<float>(x, [1], o, gradient));
                Assert.All(gradient, v => Assert.Equal(0, v));
                Assert.Equal(float.PositiveInfinity, Losses.FocalLoss<float>(x, [0], o, gradient));
                Assert.Equal((-1, 1), (gradient[0], gradient[1]));
                x[1] = float.NegativeInfinity;
                Assert.Equal(float.PositiveInfinity, Losses.FocalLoss<float>(x, [1], o, gradient));
                Assert.Equal((-1, 1f / (classes - 1)), (gradient[1], gradient[0]));
                x.AsSpan().Fill(float.NegativeInfinity);
                Assert.Equal(float.PositiveInfinity, Losses.FocalLoss<float>(x, [1], o, gradient));
                Assert.All(gradient, v => Assert.Equal(0, v));
                x[0] = float.NaN;
                Assert.Equal(float.NaN, Losses.FocalLoss<float>(x, [1], o, gradient));
                Assert.All(gradient, v => Assert.Equal(float.NaN, v));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_to_average_gives_NaN_and_zero_gradient(int index)
    {
        Case loss = s_cases[index];
        float[] x = [1, float.NaN, 3, 4], gradient = [5, 5, 5, 5], losses = [5, 5];
        Assert.Equal(float.NaN, loss.Float(x, [-100, 1], new(Reduction.Mean, -100, []), gradient, [1, 0], 1, losses));
        Assert.Equal([0, 0, 0, 0], gradient);
        Assert.Equal([0, 0], losses);
        Assert.Equal(0, loss.Float(x, [-100, -100], new(Reduction.Sum, -100, []), gradient, [], 1, losses));
        Assert.Equal(float.NaN, loss.Float([], [], new(Reduction.Mean, -100, []), [], [], 1, []));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Threads_change_no_bit_and_nothing_is_allocated(int index)
    {
        Case loss = s_cases[index];
        float[] x = Rows.Random<float>(70_000, 4), weights = [.. Enumerable.Range(0, 7000).Select(i => 1 + (i % 2f))], losses = new float[7000];
        int[] labels = [.. Enumerable.Range(0, 7000).Select(i => i % 10)];
        Setting o = new(Reduction.Mean, -100, []);
        Rows.SameForAnyThreads(() =>
        {
            float[] results = new float[x.Length + 1];
            results[^1] = loss.Float(x, labels, o, results, weights, 1, losses);
            return results;
        });
        float[] gradient = new float[x.Length];
        Allocation.IsNone(() => loss.Float(x, labels, o, gradient, weights, 7, losses));
    }

    // Made once: what the lambdas allocate would count as the library's.
    private static readonly ClassLossOptions s_plain = new();

    private static ClassLossOptions Plain(Setting o) => IsDefault(o)
        ? s_plain : new() { Reduction = o.Reduction, IgnoreIndex = o.IgnoreIndex, ClassWeights = o.ClassWeights };

    private static readonly CrossEntropyOptions s_entropy = new();

    private static CrossEntropyOptions Entropy(Setting o) => IsDefault(o)
        ? s_entropy : new() { Reduction = o.Reduction, IgnoreIndex = o.IgnoreIndex, ClassWeights = o.ClassWeights };

    private static bool IsDefault(Setting o) => o.Reduction == Reduction.Mean && o.IgnoreIndex == -100 && o.ClassWeights.Length == 0;

    private static T CrossEntropy<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> labels, Setting o, Span<T> gradient, ReadOnlySpan<T> weights, int inner, Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The rows' losses come from a function of their own, and None is the sum there.
        Losses.CrossEntropyPerRow(x, labels, Entropy(o), losses, weights, inner);
        return Losses.CrossEntropy(x, labels, Entropy(o.Reduction == Reduction.None ? o with { Reduction = Reduction.Sum } : o), gradient, weights, inner);
    }

    private static Case Focal(double gamma)
    {
        FocalOptions plain = new() { Gamma = gamma };
        FocalOptions O(Setting o) => IsDefault(o)
            ? plain : new() { Gamma = gamma, Reduction = o.Reduction, IgnoreIndex = o.IgnoreIndex, ClassWeights = o.ClassWeights };
        return new(
            $"FocalLoss {gamma}", (row, label) => References.Softmax(row)[label] is var p ? -Math.Log(p) * Math.Pow(1 - p, gamma) : 0,
            (x, y, o, g, w, i, l) => Losses.FocalLoss(x, y, O(o), g, w, i, l), (x, y, o, g, w, i, l) => Losses.FocalLoss(x, y, O(o), g, w, i, l),
            (x, y, o, w, axis) => x.FocalLoss(y, O(o), w, axis));
    }

    private static Case Hinge(double margin, bool isSquared)
    {
        MultiClassHingeOptions plain = new() { Margin = margin, IsSquared = isSquared };
        MultiClassHingeOptions O(Setting o) => IsDefault(o)
            ? plain : new() { Margin = margin, IsSquared = isSquared, Reduction = o.Reduction, IgnoreIndex = o.IgnoreIndex, ClassWeights = o.ClassWeights };
        return new(
            $"MultiClassHinge {margin}", (row, label) => row.Where((_, j) => j != label).Sum(v => Math.Pow(Math.Max(0, margin - row[label] + v), isSquared ? 2 : 1)) / row.Length,
            (x, y, o, g, w, i, l) => Losses.MultiClassHinge(x, y, O(o), g, w, i, l), (x, y, o, g, w, i, l) => Losses.MultiClassHinge(x, y, O(o), g, w, i, l),
            (x, y, o, w, axis) => x.MultiClassHinge(y, O(o), w, axis));
    }
}
