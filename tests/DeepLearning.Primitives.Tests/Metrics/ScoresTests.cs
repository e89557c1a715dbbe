using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Scores of several classes and of probabilities.</summary>
public class ScoresTests
{
    private static readonly float[] s_ties =
        [.75f, .05f, .05f, .05f, .05f, .05f, .75f, .05f, .05f, .05f, .05f, .05f, .75f, .05f, .05f, .05f, .05f, .05f, .75f, .05f];

    [Fact]
    public void Areas_of_several_classes()
    {
        // TorchMetrics: multiclass_auroc, where a class without samples counts 0.
        MulticlassScores scores = new(5);
        scores.Add<float>([0, 1, 3, 2], s_ties);
        Assert.Equal(1.6 / 3, scores.RocAuc(MulticlassComparison.OneVersusRest, Average.Macro, Undefined.Zero), 1e-15); // 0.5333
        Assert.Equal([1, 1, 1.0 / 3, 1.0 / 3, double.NaN], Enumerable.Range(0, 5).Select(i => scores.OneVersusRest(i).RocAuc(Undefined.NaN)));
        Assert.Equal(2.0 / 3, scores.RocAuc(MulticlassComparison.OneVersusRest, undefined: Undefined.NaN), 1e-15);
        Assert.Equal(2.0 / 3, Metrics.MulticlassRocAuc<float>([0, 1, 3, 2], s_ties, MulticlassComparison.OneVersusRest, Average.Weighted), 1e-15);
    }

    [Fact]
    public void Comparisons_of_a_naive_loop() => Gen.Int[4, 30].SelectMany(n => Gen.Select(Gen.Int[0, 2].Array[n], Gen.Int[0, 5].Array[3 * n])).Sample((actual, ints) =>
    {
        double[] values = [.. ints.Select(i => (double)i)];
        MulticlassScores scores = new(3), second = new(3);
        int cut = actual.Length / 2;
        second.Add(actual.AsSpan(cut), values.AsSpan(3 * cut));
        scores.Add(actual.AsSpan(0, cut), values.AsSpan(0, 3 * cut));
        second.Merge(scores);
        List<(double Area, double Weight)> rest = [], pairs = [];
        for (int a = 0; a < 3; a++)
        {
            rest.Add((Area(a, actual.Select(y => y == a ? 1 : 0)), actual.Count(y => y == a)));
            for (int b = a + 1; b < 3; b++)
            {
                double area = (Area(a, actual.Select(y => y == a ? 1 : y == b ? 0 : -1)) + Area(b, actual.Select(y => y == b ? 1 : y == a ? 0 : -1))) / 2;
                pairs.Add((area, actual.Count(y => y == a || y == b)));
            }
        }

        Check(MulticlassComparison.OneVersusRest, rest);
        Check(MulticlassComparison.OneVersusOne, pairs);

        void Check(MulticlassComparison comparison, List<(double Area, double Weight)> areas)
        {
            areas.RemoveAll(a => double.IsNaN(a.Area));
            Same(areas.Count == 0 ? double.NaN : areas.Average(a => a.Area), second.RocAuc(comparison, undefined: Undefined.NaN));
            Same(areas.Count == 0 ? double.NaN : areas.Sum(a => a.Area * a.Weight) / areas.Sum(a => a.Weight), second.RocAuc(comparison, Average.Weighted, Undefined.NaN));
        }

        double Area(int column, IEnumerable<int> side)
        {
            int[] sides = [.. side];
            double wins = 0, count = 0;
            for (int i = 0; i < sides.Length; i++)
            {
                for (int j = 0; j < sides.Length; j++)
                {
                    if (sides[i] != 1 || sides[j] != 0) continue;
                    count++;
                    wins += values[(3 * i) + column].CompareTo(values[(3 * j) + column]) switch { > 0 => 1, 0 => 0.5, _ => 0 };
                }
            }

            return wins / count;
        }

        static void Same(double expected, double actual)
        {
            if (double.IsNaN(expected)) Assert.True(double.IsNaN(actual));
            else Assert.Equal(expected, actual, 1e-13);
        }
    });

    [Fact]
    public void Top_k()
    {
        // top_k_accuracy_score.
        int[] actual = [0, 1, 2, 2];
        double[] scores = [0.5, 0.2, 0.2, 0.3, 0.4, 0.2, 0.2, 0.4, 0.3, 0.7, 0.2, 0.1];
        Assert.Equal(0.75, Metrics.TopKAccuracy<double>(actual, scores, k: 2));
        TopKAccuracy first = new(3), second = new(3), weighted = new(3);
        first.Add(actual.AsSpan(0, 1), scores.AsSpan(0, 3));
        second.Add(actual.AsSpan(1), scores.AsSpan(3));
        second.Merge(first);
        Assert.Equal([0.5, 0.75, 1], [second.At(1), second.At(2), second.At(3)]);
        weighted.Add(actual, scores, [1, 0, 1, 2]);
        Assert.Equal([0.25, 0.5, 1], [weighted.At(1), weighted.At(2), weighted.At(3)]);
        // Of equal scores the first comes first.
        Assert.Equal(1, Metrics.TopKAccuracy([0], [1f, 1, 1], 1));
        Assert.Equal(0, Metrics.TopKAccuracy([1], [1f, 1, 1], 1));
        Assert.Equal(double.NaN, new TopKAccuracy(2).At(1, Undefined.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => second.At(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => second.At(4));
        Assert.Throws<ArgumentException>(() => second.Merge(new TopKAccuracy(2)));
        Assert.Throws<ArgumentException>(() => second.Add(actual, scores.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => second.Add([0], [double.NaN, 0, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => second.Add([3], [1.0, 0, 0]));
        Assert.Throws<ArgumentException>(() => Metrics.TopKAccuracy([0, 1], [1f, 2, 3], 1));
        Assert.Equal(1, second.At(3));
    }

    [Fact]
    public void Log_loss_and_Brier_score()
    {
        // log_loss of scikit-learn, its docstring and user guide.
        Assert.Equal(0.21616, Metrics.LogLoss([1, 0, 0, 1], [.1, .9, .9, .1, .8, .2, .35, .65]), 5e-6);
        Assert.Equal(0.1738, Metrics.LogLoss([0, 0, 1, 1], [.9, .1, .8, .2, .3, .7, .01, .99]), 5e-5);
        Assert.Equal(0.1738, Metrics.LogLoss([0, 0, 1, 1], [.1, .2, .7, .99]), 5e-5);
        // brier_score_loss; for several classes twice that of scikit-learn for two.
        Assert.Equal(0.0375, Metrics.BrierScore([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3]), 1e-16);
        Assert.Equal(0.075, Metrics.BrierScore([0, 1, 1, 0], [.9, .1, .1, .9, .2, .8, .7, .3]), 1e-16);
        // Limits: a certain hit costs nothing, a certain miss everything.
        Assert.Equal(0, Metrics.LogLoss([1, 0], [1.0, 0]));
        Assert.Equal(double.PositiveInfinity, Metrics.LogLoss([1, 0], [0.0, 0]));
        Assert.Equal(0, Metrics.LogLoss<double>([], []));
        Assert.Equal(double.NaN, new ProbabilityScores(2).BrierScore(Undefined.NaN));
        // Weighted: the second sample twice.
        Assert.Equal(-((Math.Log(0.5) + (2 * Math.Log(0.25))) / 3), Metrics.LogLoss([1, 0], [0.5, 0.75], [1, 2]), 1e-15);
    }

    [Fact]
    public void Calibration()
    {
        // TorchMetrics: binary_calibration_error and multiclass_calibration_error.
        ProbabilityScores binary = new(1, bins: 2), several = new(3, bins: 3);
        binary.Add([0, 0, 1, 1, 1], [0.25f, 0.25f, 0.55f, 0.75f, 0.75f]);
        Check(binary, 0.2900, 0.2918, 0.3167);
        several.Add([0, 1, 2, 0], [0.25, 0.20, 0.55, 0.55, 0.05, 0.40, 0.10, 0.30, 0.60, 0.90, 0.05, 0.05]);
        Check(several, 0.2000, 0.2082, 0.2333);
        Assert.Equal([0, 3, 1], several.CalibrationCurve().Select(b => b.Weight));
        Assert.Equal(0.2, Metrics.ExpectedCalibrationError([0, 1, 2, 0], [0.25, 0.20, 0.55, 0.55, 0.05, 0.40, 0.10, 0.30, 0.60, 0.90, 0.05, 0.05], 3), 1e-15);

        // Every bin's lower end is its own, and 1 belongs to the last.
        ProbabilityScores ends = new(1, bins: 49);
        for (int i = 0; i <= 49; i++) ends.Add([1], [i / 49.0]);
        Assert.Equal([.. Enumerable.Repeat(1.0, 48), 2], ends.CalibrationCurve().Select(b => b.Weight));

        static void Check(ProbabilityScores scores, double l1, double l2, double max)
        {
            Assert.Equal(l1, scores.ExpectedCalibrationError(), 5e-5);
            Assert.Equal(l2, scores.RootMeanSquareCalibrationError(), 5e-5);
            Assert.Equal(max, scores.MaximumCalibrationError(), 5e-5);
        }
    }

    [Fact]
    public void Probability_scores_merge_to_the_last_bit() => Gen.Int[0, 300].SelectMany(n => Gen.Select(Gen.Int[0, 2].Array[n], Gen.Double[0, 1].Array[3 * n], Gen.Int[0, n], Gen.Bool)).Sample((actual, p, cut, weighted) =>
    {
        double[] weights = weighted ? [.. p[..actual.Length]] : [];
        ProbabilityScores whole = new(3), first = new(3), second = new(3);
        whole.Add(actual, p, weights);
        first.Add(actual.AsSpan(0, cut), p.AsSpan(0, 3 * cut), weighted ? weights.AsSpan(0, cut) : default);
        second.Add(actual.AsSpan(cut), p.AsSpan(3 * cut), weighted ? weights.AsSpan(cut) : default);
        second.Merge(first);
        Assert.Equal(whole.LogLoss(), second.LogLoss());
        Assert.Equal(whole.BrierScore(), second.BrierScore());
        Assert.Equal(whole.CalibrationCurve(), second.CalibrationCurve());
        Assert.Equal(whole.ExpectedCalibrationError(), second.ExpectedCalibrationError());
    });

    [Fact]
    public void Bad_input_is_named_and_nothing_is_added()
    {
        ProbabilityScores probabilities = new(2);
        MulticlassScores classes = new(2);
        Says("probabilities", () => probabilities.Add([0, 1], [0.5, 0.5]));
        Says("probabilities", () => probabilities.Add([0], [0.5, 1.5]));
        Says("probabilities", () => probabilities.Add([0], [-0.1, 0.5]));
        Says("probabilities", () => probabilities.Add([0], [double.NaN, 0.5]));
        Says("actual", () => probabilities.Add([2], [0.5, 0.5]));
        Says("weights", () => probabilities.Add([1], [0.5, 0.5], [-1]));
        Says("other", () => probabilities.Merge(new ProbabilityScores(2, bins: 3)));
        Says("bins", () => _ = new ProbabilityScores(2, bins: 0));
        Says("scores", () => classes.Add([0], [1f]));
        Says("scores", () => classes.Add([0], [1f, float.NaN]));
        Says("actual", () => classes.Add([2], [1f, 2]));
        Says("other", () => classes.Merge(new MulticlassScores(3)));
        Says("classes", () => _ = new MulticlassScores(1));
        Says("average", () => classes.RocAuc(MulticlassComparison.OneVersusOne, Average.Micro));
        Says("average", () => classes.RocAuc(MulticlassComparison.OneVersusRest, Average.Samples));
        Says("label", () => classes.OneVersusRest(2));
        Assert.Equal(double.NaN, probabilities.LogLoss(Undefined.NaN));
        Assert.Equal(double.NaN, classes.RocAuc(MulticlassComparison.OneVersusRest, undefined: Undefined.NaN));
        Assert.Throws<NotSupportedException>(() => classes.Add([0], [Half.One, Half.One]));
        Assert.Throws<NotSupportedException>(() => probabilities.Add([0], [Half.One, Half.Zero]));

        static void Says(string parameter, Action call) =>
            Assert.Equal(parameter, Assert.ThrowsAny<ArgumentException>(call).ParamName);
    }
}
