using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Areas and average precisions of several labels and several classes, averaged.</summary>
public class MultilabelScoresTests
{
    private static readonly int[] s_actual = [1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1];
    private static readonly float[] s_scores = [0.75f, 0.05f, 0.35f, 0.45f, 0.75f, 0.05f, 0.05f, 0.55f, 0.75f, 0.05f, 0.65f, 0.05f];

    [Fact]
    public void Published_examples()
    {
        // TorchMetrics: multilabel_auroc and multilabel_average_precision.
        MultilabelScores scores = new(3);
        scores.Add<float>(s_actual, s_scores);
        Assert.Equal([0.625, 0.5, 0.8333], scores.RocAucPerLabel(), Near);
        Assert.Equal(0.6528, scores.RocAuc(), 5e-5);
        Assert.Equal([0.75, 0.5833, 0.9167], scores.AveragePrecisionPerLabel(), Near);
        Assert.Equal(0.75, scores.AveragePrecision(), 5e-5);
        Assert.Equal(scores.RocAuc(Average.Weighted), Metrics.MultilabelRocAuc<float>(s_actual, s_scores, 3, Average.Weighted));
        Assert.Equal(scores.AveragePrecision(), Metrics.MultilabelAveragePrecision<float>(s_actual, s_scores, 3));
        // TorchMetrics: multiclass_average_precision, where the class without samples leaves the average.
        float[] ties = [.75f, .05f, .05f, .05f, .05f, .05f, .75f, .05f, .05f, .05f, .05f, .05f, .75f, .05f, .05f, .05f, .05f, .05f, .75f, .05f];
        MulticlassScores classes = new(5);
        classes.Add<float>([0, 1, 3, 2], ties);
        Assert.Equal(0.625, classes.AveragePrecision(undefined: Undefined.NaN), 5e-5);
        Assert.Equal([1, 1, 0.25, 0.25, double.NaN], Enumerable.Range(0, 5).Select(i => classes.OneVersusRest(i).AveragePrecision(Undefined.NaN)));
        // scikit-learn: average_precision_score of three classes.
        double[] probabilities = [0.7, 0.2, 0.1, 0.4, 0.3, 0.3, 0.1, 0.8, 0.1, 0.2, 0.3, 0.5, 0.4, 0.4, 0.2, 0.1, 0.2, 0.7];
        Assert.Equal(0.77, Metrics.MulticlassAveragePrecision<double>([0, 0, 1, 1, 2, 2], probabilities), 0.01);
    }

    [Fact]
    public void Averages_are_those_of_naive_loops() =>
        Gen.Int[1, 12].SelectMany(rows => Gen.Select(Gen.Int[0, 1].Array[3 * rows], Gen.Int[0, 4].Array[3 * rows], Gen.Bool, Gen.Int[0, rows])).Sample(
            (actual, values, weighted, cut) =>
            {
                int rows = actual.Length / 3;
                double[] scores = [.. values.Select(v => (double)v)], weights = [.. Enumerable.Range(0, rows).Select(i => weighted ? i % 3 * 0.7 : 1)];
                MultilabelScores all = new(3), first = new(3);
                all.Add(actual.AsSpan(3 * cut), scores.AsSpan(3 * cut), weights.AsSpan(cut));
                first.Add(actual.AsSpan(0, 3 * cut), scores.AsSpan(0, 3 * cut), weights.AsSpan(0, cut));
                all.Merge(first);
                BinaryScores Of(IEnumerable<int> places, bool hasWeights = true)
                {
                    BinaryScores each = new();
                    foreach (int i in places) each.Add<double>([actual[i]], [scores[i]], [hasWeights ? weights[i / 3] : 1]);
                    return each;
                }

                BinaryScores[] labels = [.. Enumerable.Range(0, 3).Select(label => Of(Enumerable.Range(0, rows).Select(row => (3 * row) + label)))];
                BinaryScores[] samples = [.. Enumerable.Range(0, rows).Select(row => Of(Enumerable.Range(3 * row, 3), false))];
                foreach (Undefined undefined in (Undefined[])[Undefined.Zero, Undefined.NaN, Undefined.One])
                {
                    Check(s => s.RocAuc(undefined), average => all.RocAuc(average, undefined));
                    Check(s => s.AveragePrecision(undefined), average => all.AveragePrecision(average, undefined));

                    void Check(Func<BinaryScores, double> score, Func<Average, double> actual)
                    {
                        Same(Mean(labels, [1, 1, 1]), actual(Average.Macro));
                        Same(Mean(labels, [.. labels.Select(l => l.Positives)]), actual(Average.Weighted));
                        Same(score(Of(Enumerable.Range(0, 3 * rows))), actual(Average.Micro));
                        Same(Mean(samples, weights), actual(Average.Samples));

                        double Mean(BinaryScores[] parts, double[] by)
                        {
                            double sum = 0, total = 0;
                            for (int i = 0; i < parts.Length; i++)
                            {
                                if (double.IsNaN(score(parts[i]))) continue;
                                sum += by[i] * score(parts[i]);
                                total += by[i];
                            }

                            return total > 0 ? sum / total : undefined switch { Undefined.Zero => 0, Undefined.One => 1, _ => double.NaN };
                        }
                    }
                }

                // Sums of at most 36 terms.
                static void Same(double expected, double actual)
                {
                    if (double.IsNaN(expected)) Assert.True(double.IsNaN(actual));
                    else Assert.Equal(expected, actual, 1e-13);
                }
            });

    [Fact]
    public void Order_and_parts_change_no_bit()
    {
        Random random = new(3);
        int[] actual = [.. Enumerable.Range(0, 3 * 500).Select(_ => random.Next(2))];
        float[] scores = [.. actual.Select(_ => (float)random.NextDouble())];
        double[] weights = [.. Enumerable.Range(0, 500).Select(_ => random.NextDouble())];
        MultilabelScores whole = new(3), last = new(3), first = new(3);
        whole.Add(actual, scores, weights);
        first.Add(actual.AsSpan(0, 600), scores.AsSpan(0, 600), weights.AsSpan(0, 200));
        last.Add(actual.AsSpan(600), scores.AsSpan(600), weights.AsSpan(200));
        last.Merge(first);
        foreach (Average average in (Average[])[Average.Macro, Average.Micro, Average.Weighted, Average.Samples])
        {
            Assert.Equal(whole.RocAuc(average), last.RocAuc(average));
            Assert.Equal(whole.AveragePrecision(average), last.AveragePrecision(average));
        }
    }

    [Fact]
    public void Bad_input_is_named_and_nothing_is_added()
    {
        MultilabelScores scores = new(2);
        Says("actual", () => scores.Add([0, 1, 1], [1f, 2, 3]));
        Says("scores", () => scores.Add([0, 1], [1f]));
        Says("actual", () => scores.Add([0, 2], [1f, 2]));
        Says("scores", () => scores.Add([0, 1], [1f, float.NaN]));
        Says("weights", () => scores.Add([0, 1], [1f, 2], [-1]));
        Says("weights", () => scores.Add([0, 1], [1f, 2], [1, 1]));
        Says("other", () => scores.Merge(new MultilabelScores(3)));
        Says("label", () => scores.ForLabel(2));
        Says("labels", () => _ = new MultilabelScores(0));
        Says("average", () => scores.RocAuc(Average.Binary));
        Says("average", () => new MulticlassScores(2).AveragePrecision(Average.Samples));
        Assert.Equal(double.NaN, scores.RocAuc(undefined: Undefined.NaN));
        Assert.Equal(0, scores.RocAuc());
        Assert.Throws<InvalidOperationException>(() => scores.AveragePrecision(undefined: Undefined.Throw));
        Assert.Throws<NotSupportedException>(() => scores.Add([0, 1], [Half.One, Half.One]));

        static void Says(string parameter, Action call) =>
            Assert.Equal(parameter, Assert.ThrowsAny<ArgumentException>(call).ParamName);
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 5e-5;
}
