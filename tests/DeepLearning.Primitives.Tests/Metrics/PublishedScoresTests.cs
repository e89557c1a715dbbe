using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// The examples in the documentation of scikit-learn 1.5, TorchMetrics 1.4 (module classification) and Keras 3 for
/// precision, recall, specificity, F-scores, Jaccard's index, correlation and agreement, to the digits printed there.
/// </summary>
public class PublishedScoresTests
{
    // What the documentation prints: four digits.
    private const double Digits = 5e-5;

    private static readonly int[] s_actual = [2, 1, 0, 0], s_predicted = [2, 1, 0, 1];
    private static readonly int[] s_binaryActual = [0, 1, 0, 1, 0, 1], s_binaryPredicted = [0, 0, 1, 1, 0, 1];

    [Fact]
    public void TorchMetrics_binary()
    {
        ConfusionMatrix matrix = Matrix(2, s_binaryActual, s_binaryPredicted);
        Assert.Equal(0.6667, matrix.Precision(Average.Binary), Digits);
        Assert.Equal(0.6667, matrix.Recall(Average.Binary), Digits);
        Assert.Equal(0.6667, matrix.Specificity(Average.Binary), Digits);
        Assert.Equal(0.6667, matrix.F1(Average.Binary), Digits);
        Assert.Equal(0.6667, matrix.FBeta(2, Average.Binary), Digits);
        // From scores, with a threshold of 0.5.
        MultilabelMatrix scored = new(1) { Dialect = MetricDialect.TorchMetrics };
        scored.AddScores(s_binaryActual, [0.11, 0.22, 0.84, 0.73, 0.33, 0.92], 0.5);
        Assert.Equal(0.6667, scored.F1(0), Digits);
        Assert.Equal(0.6667, scored.Specificity(0), Digits);
        ConfusionMatrix agreement = Matrix(2, [1, 1, 0, 0], [0, 1, 0, 0]);
        Assert.Equal(0.5, agreement.CohenKappa(), Digits);
        Assert.Equal(0.5774, agreement.MatthewsCorrelation(), Digits);
        Assert.Equal(0.5, agreement.Jaccard(1), Digits);
        Assert.Equal(0.75, agreement.Accuracy, Digits);
    }

    [Fact]
    public void TorchMetrics_binary_samplewise()
    {
        int[] first = [0, 1, 1, 0, 0, 1], second = [1, 1, 0, 0, 1, 0];
        MultilabelMatrix a = new(1), b = new(1);
        a.AddScores<double>(first, [0.59, 0.91, 0.91, 0.99, 0.63, 0.04], 0.5);
        b.AddScores<double>(second, [0.38, 0.04, 0.86, 0.780, 0.45, 0.37], 0.5);
        Assert.Equal([0.4, 0], [a.Precision(0), b.Precision(0)]);
        Assert.Equal([0.6667, 0], [a.Recall(0), b.Recall(0)], Near);
        Assert.Equal([0.5, 0], [a.F1(0), b.F1(0)]);
        Assert.Equal([0.5882, 0], [a.FBeta(2, 0), b.FBeta(2, 0)], Near);
        Assert.Equal([0, 0.3333], [a.Specificity(0), b.Specificity(0)], Near);
    }

    [Theory]
    [InlineData(MetricDialect.Default)]
    [InlineData(MetricDialect.TorchMetrics)]
    public void TorchMetrics_classes(MetricDialect dialect)
    {
        ConfusionMatrix matrix = new(3) { Dialect = dialect };
        matrix.Add(s_actual, s_predicted);
        Assert.Equal(0.8333, matrix.Precision(Average.Macro), Digits);
        Assert.Equal([1, 0.5, 1], matrix.PrecisionPerLabel());
        Assert.Equal(0.8333, matrix.Recall(Average.Macro), Digits);
        Assert.Equal([0.5, 1, 1], matrix.RecallPerLabel());
        Assert.Equal(0.8889, matrix.Specificity(Average.Macro), Digits);
        Assert.Equal([1, 0.6667, 1], matrix.SpecificityPerLabel(), Near);
        Assert.Equal(0.7778, matrix.F1(Average.Macro), Digits);
        Assert.Equal([0.6667, 0.6667, 1], matrix.F1PerLabel(), Near);
        Assert.Equal(0.7963, matrix.FBeta(2, Average.Macro), Digits);
        Assert.Equal([0.5556, 0.8333, 1], matrix.FBetaPerLabel(2), Near);
        Assert.Equal(0.6667, matrix.Jaccard(Average.Macro), Digits);
        Assert.Equal(0.75, matrix.Accuracy);
        Assert.Equal(0.6364, matrix.CohenKappa(), Digits);
        Assert.Equal(0.7, matrix.MatthewsCorrelation(), Digits);

        // The same from scores, and a tie that goes to the first.
        ConfusionMatrix scored = new(3) { Dialect = dialect };
        scored.AddScores(s_actual, [0.16, 0.26, 0.58, 0.22, 0.61, 0.17, 0.71, 0.09, 0.20, 0.05, 0.82, 0.13]);
        Assert.Equal(matrix.ToString(), scored.ToString());
        scored.AddScores([2], [1f, 1, 1]);
        Assert.Equal(1, scored[2, 0]);
        Assert.Throws<ArgumentException>(() => scored.AddScores([2], [1f, 1, float.NaN]));
        Assert.Throws<ArgumentException>(() => scored.AddScores([2], [1f, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => scored.AddScores([3], [1f, 1, 2]));
        Assert.Equal(5, scored.Total);
    }

    [Fact]
    public void TorchMetrics_classes_samplewise()
    {
        ConfusionMatrix first = Matrix(3, [0, 1, 2, 1, 0, 2], [0, 2, 2, 0, 0, 1]);
        ConfusionMatrix second = Matrix(3, [1, 1, 2, 0, 1, 2], [2, 2, 2, 1, 1, 0]);
        Assert.Equal([0.3889, 0.2778], [first.Precision(Average.Macro), second.Precision(Average.Macro)], Near);
        Assert.Equal([0.6667, 0, 0.5], first.PrecisionPerLabel(), Near);
        Assert.Equal([0, 0.5, 0.3333], second.PrecisionPerLabel(), Near);
        Assert.Equal([0.5, 0.2778], [first.Recall(Average.Macro), second.Recall(Average.Macro)], Near);
        Assert.Equal([1, 0, 0.5], first.RecallPerLabel(), Near);
        Assert.Equal([0, 0.3333, 0.5], second.RecallPerLabel(), Near);
        Assert.Equal([0.75, 0.6556], [first.Specificity(Average.Macro), second.Specificity(Average.Macro)], Near);
        Assert.Equal([0.75, 0.75, 0.75], first.SpecificityPerLabel(), Near);
        Assert.Equal([0.8, 0.6667, 0.5], second.SpecificityPerLabel(), Near);
        Assert.Equal([0.4333, 0.2667], [first.F1(Average.Macro), second.F1(Average.Macro)], Near);
        Assert.Equal([0.8, 0, 0.5], first.F1PerLabel(), Near);
        Assert.Equal([0, 0.4, 0.4], second.F1PerLabel(), Near);
        Assert.Equal([0.4697, 0.2706], [first.FBeta(2, Average.Macro), second.FBeta(2, Average.Macro)], Near);
        Assert.Equal([0.9091, 0, 0.5], first.FBetaPerLabel(2), Near);
        Assert.Equal([0, 0.3571, 0.4545], second.FBetaPerLabel(2), Near);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TorchMetrics_labels(bool fromScores)
    {
        MultilabelMatrix matrix = new(3) { Dialect = MetricDialect.TorchMetrics };
        int[] actual = [0, 1, 0, 1, 0, 1];
        if (fromScores) matrix.AddScores(actual, [0.11f, 0.22f, 0.84f, 0.73f, 0.33f, 0.92f], 0.5f);
        else matrix.Add(actual, [0, 0, 1, 1, 0, 1]);
        Assert.Equal(0.5, matrix.Precision(Average.Macro), Digits);
        Assert.Equal([1, 0, 0.5], matrix.PrecisionPerLabel());
        Assert.Equal(0.6667, matrix.Recall(Average.Macro), Digits);
        Assert.Equal([1, 0, 1], matrix.RecallPerLabel());
        Assert.Equal(0.6667, matrix.Specificity(Average.Macro), Digits);
        Assert.Equal([1, 1, 0], matrix.SpecificityPerLabel());
        Assert.Equal(0.5556, matrix.F1(Average.Macro), Digits);
        Assert.Equal([1, 0, 0.6667], matrix.F1PerLabel(), Near);
        Assert.Equal(0.6111, matrix.FBeta(2, Average.Macro), Digits);
        Assert.Equal([1, 0, 0.8333], matrix.FBetaPerLabel(2), Near);
        Assert.Equal(0.5, matrix.Jaccard(Average.Macro), Digits);
        Assert.Equal(0.5, matrix.ExactMatch);
    }

    [Fact]
    public void TorchMetrics_labels_samplewise()
    {
        // Two samples of three labels with two elements each, a state for each sample.
        MultilabelMatrix first = new(3) { Dialect = MetricDialect.TorchMetrics }, second = new(3) { Dialect = MetricDialect.TorchMetrics };
        first.AddScores<double>([0, 1, 0, 1, 0, 1], [0.59, 0.91, 0.63, 0.91, 0.99, 0.04], 0.5);
        second.AddScores<double>([1, 0, 1, 1, 0, 0], [0.38, 0.86, 0.45, 0.04, 0.780, 0.37], 0.5);
        Assert.Equal([0.3333, 0], [first.Precision(Average.Macro), second.Precision(Average.Macro)], Near);
        Assert.Equal([0.5, 0.5, 0], first.PrecisionPerLabel());
        Assert.Equal([0.6667, 0], [first.Recall(Average.Macro), second.Recall(Average.Macro)], Near);
        Assert.Equal([1, 1, 0], first.RecallPerLabel());
        Assert.Equal([0, 0.3333], [first.Specificity(Average.Macro), second.Specificity(Average.Macro)], Near);
        Assert.Equal([0, 0, 1], second.SpecificityPerLabel());
        Assert.Equal([0.4444, 0], [first.F1(Average.Macro), second.F1(Average.Macro)], Near);
        Assert.Equal([0.6667, 0.6667, 0], first.F1PerLabel(), Near);
        Assert.Equal([0.5556, 0], [first.FBeta(2, Average.Macro), second.FBeta(2, Average.Macro)], Near);
        Assert.Equal([0.8333, 0.8333, 0], first.FBetaPerLabel(2), Near);
    }

    [Fact]
    public void TorchMetrics_by_task()
    {
        // The examples of the classes that choose a task: Precision, Recall, Specificity, F1Score, FBetaScore, Accuracy.
        ConfusionMatrix matrix = new(3) { Dialect = MetricDialect.TorchMetrics }, other = new(3) { Dialect = MetricDialect.TorchMetrics };
        matrix.Add([1, 1, 2, 0], [2, 0, 2, 1]);
        Assert.Equal([0.1667, 0.25], [matrix.Precision(Average.Macro), matrix.Precision(Average.Micro)], Near);
        Assert.Equal([0.3333, 0.25], [matrix.Recall(Average.Macro), matrix.Recall(Average.Micro)], Near);
        Assert.Equal([0.6111, 0.625], [matrix.Specificity(Average.Macro), matrix.Specificity(Average.Micro)], Near);
        other.Add([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]);
        Assert.Equal([0.3333, 0.3333], [other.F1(Average.Micro), other.FBeta(0.5, Average.Micro)], Near);
        Assert.Equal(0.6667, Metrics.TopKAccuracy<double>([0, 1, 2], [0.1, 0.9, 0, 0.3, 0.1, 0.6, 0.2, 0.5, 0.3], 2), Digits);
        // accuracy_score of scikit-learn with several labels.
        Assert.Equal(0.5, Labels(2, [0, 1, 1, 1], [1, 1, 1, 1]).ExactMatch);
    }

    [Fact]
    public void Keras_examples()
    {
        // keras.metrics.F1Score and FBetaScore (float32 there: seven digits).
        MultilabelMatrix matrix = new(3) { Dialect = MetricDialect.Keras };
        matrix.AddScores([1, 1, 1, 1, 0, 0, 1, 1, 0], [0.2f, 0.6f, 0.7f, 0.2f, 0.6f, 0.6f, 0.6f, 0.8f, 0.0f], 0.5f);
        Assert.Equal([0.5, 0.8, 0.6666667], matrix.F1PerLabel(), (a, b) => Math.Abs(a - b) < 3e-7);
        Assert.Equal([0.3846154, 0.90909094, 0.8333334], matrix.FBetaPerLabel(2), (a, b) => Math.Abs(a - b) < 3e-7);
        Assert.True(matrix.F1(0) < 0.5);
    }

    [Fact]
    public void Scikit_learn_several_labels()
    {
        // precision_score, recall_score and f1_score of multilabel data.
        int[] actual = [0, 0, 0, 1, 1, 1, 0, 1, 1], predicted = [0, 0, 0, 1, 1, 1, 1, 1, 0];
        MultilabelMatrix matrix = Labels(3, actual, predicted);
        Assert.Equal([0.5, 1, 1], matrix.PrecisionPerLabel());
        Assert.Equal([1, 1, 0.5], matrix.RecallPerLabel());
        Assert.Equal([2.0 / 3, 1, 2.0 / 3], matrix.F1PerLabel());
        // multilabel_confusion_matrix, and recall and specificity of the user guide.
        MultilabelMatrix guide = Labels(3, [0, 0, 1, 0, 1, 0, 1, 1, 0], [0, 1, 0, 0, 0, 1, 1, 1, 0]);
        Assert.Equal([1, 0.5, 0], guide.RecallPerLabel());
        Assert.Equal([1, 0, 0.5], guide.SpecificityPerLabel());
        // multilabel_confusion_matrix's own examples, of labels and of classes (ant, bird, cat), by what follows from their counts.
        MultilabelMatrix pairs = Labels(3, [1, 0, 1, 0, 1, 0], [1, 0, 0, 0, 1, 1]);
        Assert.Equal([1, 1, 0], pairs.RecallPerLabel());
        Assert.Equal([1, 1, 0], pairs.SpecificityPerLabel());
        ConfusionMatrix animals = Matrix(3, [2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]);
        Assert.Equal([2.0 / 2, 0.0 / 1, 2.0 / 3], animals.RecallPerLabel());
        Assert.Equal([3.0 / 4, 5.0 / 5, 2.0 / 3], animals.SpecificityPerLabel());
        Assert.Equal([2.0 / 3, 0, 2.0 / 3], animals.PrecisionPerLabel());
        // jaccard_score.
        MultilabelMatrix jaccard = Labels(3, [0, 1, 1, 1, 1, 0], [1, 1, 1, 1, 0, 0]);
        Assert.Equal(0.6, jaccard.Jaccard(Average.Micro), Digits);
        Assert.Equal(0.5833, jaccard.Jaccard(Average.Samples), Digits);
        Assert.Equal(0.6667, jaccard.Jaccard(Average.Macro), Digits);
        Assert.Equal([0.5, 0.5, 1], jaccard.JaccardPerLabel());
        Assert.Equal(2.0 / 3, Metrics.Jaccard([0, 1, 1], [1, 1, 1]), Digits);
        Assert.Equal([1, 0, 1.0 / 3], Matrix(3, [0, 1, 2, 2], [0, 2, 1, 2]).JaccardPerLabel());
    }

    [Fact]
    public void Scikit_learn_agreement()
    {
        Assert.Equal(0.625, Metrics.BalancedAccuracy([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1]));
        Assert.Equal(0.25, Matrix(2, [0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1]).BalancedAccuracy(adjusted: true));
        Assert.Equal(-1.0 / 3, Metrics.MatthewsCorrelation([1, 1, 1, 0], [1, 0, 1, 1]), 1e-15);
        Assert.Equal(0.6875, Metrics.CohenKappa([0, 2, 0, 1, 2], [0, 2, 0, 1, 0]), 1e-15);
        Assert.Equal(0.4285714285714286, Metrics.CohenKappa([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]), 1e-15);
    }

    [Fact]
    public void Weighted_kappa_of_a_naive_loop()
    {
        int[] first = [2, 0, 2, 2, 0, 1, 3, 3, 1], second = [0, 0, 2, 2, 0, 2, 3, 1, 1];
        ConfusionMatrix matrix = Matrix(4, first, second);
        foreach ((KappaWeighting weighting, int power) in new[] { (KappaWeighting.Linear, 1), (KappaWeighting.Quadratic, 2) })
        {
            double observed = 0, expected = 0;
            for (int i = 0; i < first.Length; i++)
            {
                observed += Math.Pow(Math.Abs(first[i] - second[i]), power);
                for (int j = 0; j < first.Length; j++) expected += Math.Pow(Math.Abs(first[i] - second[j]), power) / first.Length;
            }

            // Sums of at most 81 terms.
            Assert.Equal(1 - (observed / expected), matrix.CohenKappa(weighting), 1e-14);
        }
    }

    [Fact]
    public void Agreement_at_its_ends()
    {
        ConfusionMatrix perfect = Matrix(3, [0, 1, 2, 2, 1], [0, 1, 2, 2, 1]);
        Assert.Equal([1, 1, 1], [perfect.MatthewsCorrelation(), perfect.CohenKappa(), perfect.BalancedAccuracy()]);
        Assert.Equal(-1, Matrix(2, [0, 1], [1, 0]).MatthewsCorrelation());
        ConfusionMatrix one = Matrix(2, [1, 1], [1, 1]);
        Assert.Equal(0, one.MatthewsCorrelation());
        Assert.Equal(double.NaN, one.CohenKappa(undefined: Undefined.NaN));
        Assert.Throws<InvalidOperationException>(() => new ConfusionMatrix(2).BalancedAccuracy(undefined: Undefined.Throw));
        // One of ten million predicted wrongly: nothing may cancel.
        ConfusionMatrix rare = new(2);
        for (int i = 0; i < 10; i++) rare.Add(new int[1 << 20], new int[1 << 20]);
        rare.Add([1, 1, 0], [1, 0, 0]);
        double tn = (10 << 20) + 1, expected = tn / Math.Sqrt(2 * tn * (tn + 1));
        Assert.Equal(expected, rare.MatthewsCorrelation(), 1e-15);
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= Digits;

    private static ConfusionMatrix Matrix(int classes, int[] actual, int[] predicted)
    {
        var matrix = new ConfusionMatrix(classes);
        matrix.Add(actual, predicted);
        return matrix;
    }

    private static MultilabelMatrix Labels(int labels, int[] actual, int[] predicted)
    {
        var matrix = new MultilabelMatrix(labels);
        matrix.Add(actual, predicted);
        return matrix;
    }
}
