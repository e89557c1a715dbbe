using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

public class BinaryScoresTests
{
    private static readonly int[] s_actual = [0, 0, 1, 1];
    private static readonly double[] s_scores = [0.1, 0.4, 0.35, 0.8];

    // Few distinct scores, so that there are ties.
    private static readonly Gen<(int[] Actual, double[] Scores)> s_samples = Gen.Int[0, 60].SelectMany(n =>
        Gen.Select(Gen.Int[0, 1].Array[n], Fuzz.Among(-0.0, 0.0, 1, -1, 0.5, 2, -7, double.PositiveInfinity, double.NegativeInfinity).Array[n]));

    /// <summary>roc_auc_score, roc_curve, precision_recall_curve and average_precision_score of scikit-learn.</summary>
    [Fact]
    public void Scikit_learn_examples()
    {
        BinaryScores scores = new();
        scores.Add<double>(s_actual, s_scores);
        Assert.Equal(0.75, scores.RocAuc());
        RocCurve roc = scores.RocCurve();
        Assert.Equal([0, 0, 0.5, 0.5, 1], roc.FalsePositiveRate);
        Assert.Equal([0, 0.5, 0.5, 1, 1], roc.TruePositiveRate);
        Assert.Equal([double.PositiveInfinity, 0.8, 0.4, 0.35, 0.1], roc.Thresholds);
        PrecisionRecallCurve curve = scores.PrecisionRecallCurve();
        Assert.Equal([0.5, 2.0 / 3, 0.5, 1, 1], curve.Precision);
        Assert.Equal([1, 1, 0.5, 0.5, 0], curve.Recall);
        Assert.Equal([0.1, 0.35, 0.4, 0.8], curve.Thresholds);
        Assert.Equal(0.5 + (0.5 * 2 / 3), scores.AveragePrecision(), 1e-15); // 0.83
        Assert.Equal((0.35, 0.8), scores.BestF1Threshold());
        // TorchMetrics: binary_auroc and binary_average_precision.
        Assert.Equal(0.5, Metrics.RocAuc([0, 1, 1, 0], [0, 0.5, 0.7, 0.8]));
        Assert.Equal(7.0 / 12, Metrics.AveragePrecision([0, 1, 1, 0], [0, 0.5, 0.7, 0.8]), 1e-15); // 0.5833
    }

    [Fact]
    public void Areas_are_those_of_naive_loops() => Gen.Select(s_samples, Gen.Bool).Sample((sample, weighted) =>
    {
        (int[] actual, double[] scores) = sample;
        double[] weights = [.. actual.Select((_, i) => weighted ? i % 4 * 0.3 : 1)];
        BinaryScores all = new();
        all.Add(actual, scores, weighted ? weights : default(ReadOnlySpan<double>));
        double wins = 0, pairs = 0, positives = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            positives += actual[i] * weights[i];
            for (int j = 0; j < actual.Length; j++)
            {
                if (actual[i] != 1 || actual[j] != 0) continue;
                pairs += weights[i] * weights[j];
                wins += weights[i] * weights[j] * (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0);
            }
        }

        Close(pairs == 0 ? double.NaN : wins / pairs, all.RocAuc(Undefined.NaN));

        // Precision where the threshold is each sample's own score, weighted: the samples of one step share their precision.
        double average = 0, bestF1 = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            if (weights[i] == 0) continue;
            double hits = 0, decided = 0;
            for (int j = 0; j < actual.Length; j++)
            {
                if (scores[j] < scores[i]) continue;
                hits += weights[j] * actual[j];
                decided += weights[j];
            }

            average += actual[i] * weights[i] * hits / decided;
            bestF1 = Math.Max(bestF1, 2 * hits / (positives + decided));
        }

        Close(positives == 0 ? 0 : average / positives, all.AveragePrecision());
        Close(positives == 0 ? 0 : bestF1, all.BestF1Threshold().F1);
        if (bestF1 == 0 || positives == 0) return;
        // Deciding there gives that F1.
        MultilabelMatrix matrix = new(1);
        matrix.AddScores(actual, scores, all.BestF1Threshold().Threshold, weighted ? weights : default(ReadOnlySpan<double>));
        Close(bestF1, matrix.F1(0));
    });

    [Fact]
    public void Curves_are_those_of_naive_loops() => s_samples.Sample(sample =>
    {
        (int[] actual, double[] scores) = sample;
        BinaryScores all = new();
        all.Add(actual, scores);
        double positives = actual.Count(a => a == 1), negatives = actual.Length - positives;
        RocCurve roc = all.RocCurve(dropIntermediate: false);
        double[] thresholds = [double.PositiveInfinity, .. scores.Select(s => s + 0.0).Distinct().OrderDescending()];
        Assert.Equal(thresholds, roc.Thresholds);
        PrecisionRecallCurve curve = all.PrecisionRecallCurve();
        Assert.Equal(thresholds.Length, curve.Precision.Count);
        for (int i = 1; i < thresholds.Length; i++)
        {
            double hits = Enumerable.Range(0, actual.Length).Count(j => actual[j] == 1 && scores[j] >= thresholds[i]);
            double falseAlarms = Enumerable.Range(0, actual.Length).Count(j => actual[j] == 0 && scores[j] >= thresholds[i]);
            Assert.Equal(hits / positives, roc.TruePositiveRate[i]);
            Assert.Equal(falseAlarms / negatives, roc.FalsePositiveRate[i]);
            Assert.Equal(hits / (hits + falseAlarms), curve.Precision[^(i + 1)]);
            Assert.Equal(positives == 0 ? 1 : hits / positives, curve.Recall[^(i + 1)]);
        }

        // Without the points inside straight lines the trapezoids sum to the same area.
        RocCurve shorter = all.RocCurve();
        Close(Area(roc), Area(shorter));
        Assert.True(shorter.Thresholds.Count <= roc.Thresholds.Count);
    });

    private static double Area(RocCurve roc)
    {
        double area = 0;
        for (int i = 1; i < roc.Thresholds.Count; i++)
        {
            area += (roc.FalsePositiveRate[i] - roc.FalsePositiveRate[i - 1])
                * (roc.TruePositiveRate[i] + roc.TruePositiveRate[i - 1]) / 2;
        }

        return area;
    }

    [Fact]
    public void Intermediate_points_are_dropped()
    {
        BinaryScores scores = new();
        scores.Add<float>([1, 1, 1, 1, 0, 0, 0], [9, 8, 7, 6, 5, 4, 3]);
        Assert.Equal([double.PositiveInfinity, 9, 6, 3], scores.RocCurve().Thresholds);
        Assert.Equal(1, scores.RocAuc());
    }

    [Fact]
    public void Order_and_parts_change_no_bit() => Gen.Select(s_samples, Gen.Int[0, 60], Gen.Bool).Sample((sample, cut, weighted) =>
    {
        (int[] actual, double[] scores) = sample;
        cut = Math.Min(cut, actual.Length);
        double[] weights = [.. actual.Select((_, i) => weighted ? 0.1 + (1.0 / (i + 1)) : 1)];
        BinaryScores whole = new(), first = new(), second = new();
        whole.Add(actual, scores, weights);
        first.Add(actual.AsSpan(0, cut), scores.AsSpan(0, cut), weights.AsSpan(0, cut));
        // Sorted before it is added to.
        _ = second.RocAuc();
        second.Add(actual.AsSpan(cut), scores.AsSpan(cut), weights.AsSpan(cut));
        _ = second.RocAuc();
        second.Merge(first);
        Assert.Equal(whole.RocAuc(), second.RocAuc());
        Assert.Equal(whole.AveragePrecision(), second.AveragePrecision());
        Assert.Equal(whole.BestF1Threshold(), second.BestF1Threshold());
        Assert.Equal(whole.Positives, second.Positives);
    });

    [Fact]
    public void Long_sorts_are_those_of_the_framework()
    {
        foreach (int length in (int[])[4095, 4096, 50_000])
        {
            double[] values = new double[length];
            new Philox(length).Normal<double>(values);
            for (int i = 0; i < length; i += 3) values[i] = (float)values[i];
            for (int i = 0; i < length; i += 7) values[i] = Math.ScaleB(values[i], (i % 2000) - 1000);
            ulong[] keys = [.. values.Select(RadixSort.Key)];
            RadixSort.Sort(keys);
            Array.Sort(values);
            Assert.Equal(values, keys.Select(RadixSort.Value));
            // Floats leave their low digits equal, which are then skipped.
            float[] floats = [.. values.Select(v => (float)v)];
            ulong[] shortKeys = [.. floats.Select(f => RadixSort.Key(f)).Reverse()];
            RadixSort.Sort(shortKeys);
            Assert.Equal(floats.Select(f => (double)f), shortKeys.Select(RadixSort.Value));
        }
    }

    [Fact]
    public void Nothing_to_rank()
    {
        BinaryScores scores = new();
        scores.Add([1, 1], [0.2f, 0.3f]);
        Assert.Equal(0, scores.RocAuc());
        Assert.Equal(double.NaN, scores.RocAuc(Undefined.NaN));
        Assert.Throws<InvalidOperationException>(() => scores.RocAuc(Undefined.Throw));
        Assert.Equal(1, scores.AveragePrecision());
        BinaryScores negatives = new();
        negatives.Add([0], [0.2f]);
        Assert.Equal(0, negatives.AveragePrecision());
        Assert.Equal((double.PositiveInfinity, 0), negatives.BestF1Threshold());
    }

    [Fact]
    public void Bad_input_is_named_and_nothing_is_added()
    {
        BinaryScores scores = new();
        Says("scores", () => scores.Add([0, 1], [0.5]));
        Says("scores", () => scores.Add([0, 1], [0.5, double.NaN]));
        Says("actual", () => scores.Add([0, 2], [0.5, 1]));
        Says("weights", () => scores.Add([0, 1], [0.5, 1], [1.0]));
        Says("weights", () => scores.Add([0, 1], [0.5, 1], [1, -1.0]));
        Says("other", () => scores.Merge(null!));
        Assert.Throws<NotSupportedException>(() => scores.Add([0], [Half.One]));
        Assert.Equal(0, scores.Positives + scores.Negatives);

        static void Says(string parameter, Action call) =>
            Assert.Equal(parameter, Assert.ThrowsAny<ArgumentException>(call).ParamName);
    }

    // Sums of at most 3600 terms of size up to 1.
    private static void Close(double expected, double actual)
    {
        if (double.IsNaN(expected)) Assert.True(double.IsNaN(actual));
        else Assert.Equal(expected, actual, 1e-12);
    }
}
