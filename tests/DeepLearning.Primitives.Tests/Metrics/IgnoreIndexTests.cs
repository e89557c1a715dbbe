using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>What is ignored counts nowhere: every state gives what it gives without those samples, whatever they hold.</summary>
public class IgnoreIndexTests
{
    private const int Samples = 60;

    // An index that is no class, and one that is.
    public static TheoryData<int> Indices => [-1, -100, 7, 1];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Of_classes(int ignored)
    {
        Random random = new(4);
        int[] actual = [.. Enumerable.Range(0, Samples).Select(i => i % 5 == 2 ? ignored : random.Next(3))];
        int[] predicted = [.. actual.Select(a => a == ignored ? 99 : random.Next(3))];
        double[] scores = [.. Enumerable.Range(0, 3 * Samples).Select(i => actual[i / 3] == ignored ? double.NaN : random.NextDouble())];
        double[] weights = [.. Enumerable.Range(0, Samples).Select(i => (i % 4) + 0.5)];
        int[] kept = [.. Enumerable.Range(0, Samples).Where(i => actual[i] != ignored)];
        int[] keptActual = [.. kept.Select(i => actual[i])];
        double[] keptScores = [.. kept.SelectMany(i => scores[(3 * i)..((3 * i) + 3)])], keptWeights = [.. kept.Select(i => weights[i])];

        ConfusionMatrix whole = new(3) { IgnoreIndex = ignored }, without = new(3), part = new(3) { IgnoreIndex = ignored };
        whole.Add(actual.AsSpan(0, 31), predicted.AsSpan(0, 31));
        part.Add(actual.AsSpan(31), predicted.AsSpan(31), weights.AsSpan(31));
        whole.Merge(part);
        whole.AddScores<double>(actual, scores);
        int[] keptPredicted = [.. kept.Select(i => predicted[i])];
        int cut = kept.Count(i => i < 31);
        without.Add(keptActual.AsSpan(0, cut), keptPredicted.AsSpan(0, cut));
        without.Add(keptActual.AsSpan(cut), keptPredicted.AsSpan(cut), keptWeights.AsSpan(cut));
        without.AddScores<double>(keptActual, keptScores);
        Assert.Equal(without.ToString(), whole.ToString());
        Assert.Equal(without.F1PerLabel(), whole.F1PerLabel());
        Assert.Equal(without.Total, whole.Total);

        MulticlassScores areas = new(3) { IgnoreIndex = ignored }, keptAreas = new(3);
        TopKAccuracy top = new(3) { IgnoreIndex = ignored }, keptTop = new(3);
        ProbabilityScores probabilities = new(3) { IgnoreIndex = ignored }, keptProbabilities = new(3);
        areas.Add<double>(actual, scores, weights);
        top.Add<double>(actual, scores, weights);
        probabilities.Add<double>(actual, scores, weights);
        keptAreas.Add<double>(keptActual, keptScores, keptWeights);
        keptTop.Add<double>(keptActual, keptScores, keptWeights);
        keptProbabilities.Add<double>(keptActual, keptScores, keptWeights);
        Assert.Equal(keptAreas.RocAuc(MulticlassComparison.OneVersusOne), areas.RocAuc(MulticlassComparison.OneVersusOne));
        Assert.Equal(keptAreas.AveragePrecision(Average.Micro), areas.AveragePrecision(Average.Micro));
        Assert.Equal(keptTop.At(2), top.At(2));
        Assert.Equal(keptProbabilities.LogLoss(), probabilities.LogLoss());
        Assert.Equal(keptProbabilities.BrierScore(), probabilities.BrierScore());
        Assert.Equal(keptProbabilities.CalibrationCurve(), probabilities.CalibrationCurve());
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void Of_two_classes(int ignored)
    {
        Random random = new(5);
        int[] actual = [.. Enumerable.Range(0, Samples).Select(i => i % 5 == 2 ? ignored : random.Next(2))];
        float[] scores = [.. actual.Select(a => a == ignored ? float.NaN : random.Next(9))];
        BinaryScores whole = new() { IgnoreIndex = ignored }, without = new();
        whole.Add(actual, scores);
        int[] kept = [.. Enumerable.Range(0, Samples).Where(i => actual[i] != ignored)];
        without.Add<float>([.. kept.Select(i => actual[i])], [.. kept.Select(i => scores[i])]);
        Assert.Equal(without.RocAuc(), whole.RocAuc());
        Assert.Equal(without.AveragePrecision(), whole.AveragePrecision());
        Assert.Equal(kept.Length, whole.Positives + whole.Negatives);
    }

    [Fact]
    public void Of_several_labels_single_elements()
    {
        // TorchMetrics: f1, specificity and auroc of several labels with ignore_index=-1. The last sample has nothing that counts.
        int[] actual = [1, 0, -1, 0, 1, 1, 1, -1, 0, 1, 1, 0, -1, -1, -1], predicted = [1, 1, 9, 0, 1, 0, 0, 5, 0, 0, 1, 1, 7, 7, 7];
        float[] scores = [.. predicted.Select((p, i) => actual[i] < 0 ? float.NaN : p)];
        foreach (bool fromScores in (bool[])[false, true])
        {
            MultilabelMatrix matrix = new(3) { IgnoreIndex = -1 }, first = new(3) { IgnoreIndex = -1 };
            for (int i = 0; i < 2; i++)
            {
                (int start, int length) = i == 0 ? (0, 6) : (6, 9);
                MultilabelMatrix to = i == 0 ? first : matrix;
                if (fromScores) to.AddScores(actual.AsSpan(start, length), scores.AsSpan(start, length), 0.5f);
                else to.Add(actual.AsSpan(start, length), predicted.AsSpan(start, length));
            }

            matrix.Merge(first);
            // Label by label: (TP, FN, FP, TN) are (1, 2, 0, 1), (2, 0, 1, 0) and (0, 1, 1, 1).
            Assert.Equal([0.5, 0.8, 0], matrix.F1PerLabel());
            Assert.Equal([1.0, 0, 0.5], matrix.SpecificityPerLabel());
            Assert.Equal([3.0, 2, 1], [matrix.Support(0), matrix.Support(1), matrix.Support(2)]);
            Assert.Equal(6.0 / (6 + 3 + 2), matrix.F1(Average.Micro), 1e-15);
            // Sample by sample: 2/3 of (1, 0, 1), 2/3 of (1, 1, 0), 0 of (0, 1, 0) and 1/2 of (1, 1, 1).
            Assert.Equal(((2.0 / 3) + (2.0 / 3) + 0 + 0.5) / 4, matrix.F1(Average.Samples), 1e-15);
            Assert.Equal((0.0 + 1 + 1 + 0) / 4, matrix.Specificity(Average.Samples), 1e-15);
            Assert.Equal(4, matrix.Total);
            Assert.Equal(0, matrix.ExactMatch);
        }

        MultilabelScores areas = new(3) { IgnoreIndex = -1 };
        areas.Add<float>(actual, scores);
        for (int label = 0; label < 3; label++)
        {
            int[] kept = [.. Enumerable.Range(0, 5).Select(row => (3 * row) + label).Where(i => actual[i] >= 0)];
            double expected = Metrics.RocAuc<float>([.. kept.Select(i => actual[i])], [.. kept.Select(i => scores[i])]);
            Assert.Equal(expected, areas.ForLabel(label).RocAuc());
        }
    }

    [Fact]
    public void All_else_is_checked_as_ever()
    {
        ConfusionMatrix matrix = new(3) { IgnoreIndex = -1 };
        Says("actual", "actual[2] is -2", () => matrix.Add([-1, 0, -2], [9, 0, 0]));
        Says("predicted", "predicted[1] is 3", () => matrix.Add([-1, 0, 1], [9, 3, 0]));
        Says("weights", "weights[0]", () => matrix.Add([-1], [9], [double.NaN]));
        Says("scores", "scores[5] is NaN", () => matrix.AddScores([-1, 0], [float.NaN, 0, 0, 1, 2, float.NaN]));
        Says("actual", "actual[1] is 2", () => new BinaryScores { IgnoreIndex = 5 }.Add([5, 2], [float.NaN, 1]));
        Says("probabilities", "probabilities[2] is 1.5", () => new ProbabilityScores(2) { IgnoreIndex = 5 }.Add([5, 0], [float.NaN, 7, 1.5f, 0]));
        Says("scores", "scores[3] is NaN", () => new MultilabelMatrix(2) { IgnoreIndex = 5 }.AddScores([5, 0, 1, 1], [float.NaN, 7, 1.5f, float.NaN], 0.5f));
        Says("scores", "scores[1] is NaN", () => new MultilabelScores(2).Add([1, 0], [1, float.NaN]));
        Assert.Equal(0, matrix.Total);

        static void Says(string parameter, string words, Action call)
        {
            ArgumentException e = Assert.ThrowsAny<ArgumentException>(call);
            Assert.Equal(parameter, e.ParamName);
            Assert.Contains(words, e.Message, StringComparison.Ordinal);
        }
    }
}
