using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// The worked examples of scikit-learn's documentation (precision_score, recall_score, f1_score, fbeta_score,
/// confusion_matrix, accuracy_score, and the user guide's chapter 3.4), as exact fractions.
/// </summary>
public class MetricsTests
{
    // One division and a mean of few terms.
    private const double Tolerance = 1e-15;

    private static readonly int[] s_actual = [0, 1, 2, 0, 1, 2];
    private static readonly int[] s_predicted = [0, 2, 1, 0, 0, 1];

    [Theory]
    [InlineData(Average.Macro, 2.0 / 9, 1.0 / 3, 4.0 / 15, 5.0 / 21)] // 0.22, 0.33, 0.26, 0.238
    [InlineData(Average.Micro, 1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3)] // 0.33
    [InlineData(Average.Weighted, 2.0 / 9, 1.0 / 3, 4.0 / 15, 5.0 / 21)]
    public void Three_classes(Average average, double precision, double recall, double f1, double fHalf)
    {
        Assert.Equal(precision, Metrics.Precision(s_actual, s_predicted, average), Tolerance);
        Assert.Equal(recall, Metrics.Recall(s_actual, s_predicted, average), Tolerance);
        Assert.Equal(f1, Metrics.F1Score(s_actual, s_predicted, average), Tolerance);
        Assert.Equal(fHalf, Metrics.FBetaScore(s_actual, s_predicted, 0.5, average), Tolerance);

        ConfusionMatrix matrix = Matrix(3, s_actual, s_predicted);
        Assert.Equal(precision, matrix.Precision(average), Tolerance);
        Assert.Equal(recall, matrix.Recall(average), Tolerance);
        Assert.Equal(f1, matrix.F1(average), Tolerance);
        Assert.Equal(fHalf, matrix.FBeta(0.5, average), Tolerance);
    }

    [Fact]
    public void Per_label()
    {
        ConfusionMatrix matrix = Matrix(3, s_actual, s_predicted);
        Assert.Equal([2.0 / 3, 0, 0], Labels(matrix.Precision));
        Assert.Equal([1, 0, 0], Labels(matrix.Recall));
        Assert.Equal([0.8, 0, 0], Labels(matrix.F1));
        Assert.Equal([2.5 / 3.5, 0, 0], Labels(label => matrix.FBeta(0.5, label))); // 0.71
        Assert.Equal([2, 2, 2], Labels(matrix.Support));
    }

    [Fact]
    public void Binary()
    {
        int[] actual = [0, 1, 0, 1], predicted = [0, 1, 0, 0];
        Assert.Equal(1, Metrics.Precision(actual, predicted));
        Assert.Equal(0.5, Metrics.Recall(actual, predicted));
        Assert.Equal(2.0 / 3, Metrics.F1Score(actual, predicted, Average.Binary), Tolerance);
        Assert.Equal(5.0 / 6, Metrics.FBetaScore(actual, predicted, 0.5), Tolerance); // 0.83
        Assert.Equal(5.0 / 9, Metrics.FBetaScore(actual, predicted, 2), Tolerance); // 0.55
        Assert.Equal(0.8, Metrics.F1Score(actual, predicted, positiveLabel: 0), Tolerance);
        Assert.Equal(2.0 / 3, Matrix(2, actual, predicted).F1(Average.Binary), Tolerance);
        Assert.Equal(0.8, Matrix(3, actual, predicted).F1(Average.Binary, positiveLabel: 0), Tolerance);
    }

    [Fact]
    public void Chosen_labels()
    {
        Assert.Equal(0, Metrics.Recall(s_actual, s_predicted, Average.Micro, labels: [1, 2]));
        Assert.Equal(1.0 / 6, Metrics.Precision(s_actual, s_predicted, Average.Macro, labels: [0, 1, 2, 3]), Tolerance);
        Assert.Equal(1.0 / 6, Matrix(4, s_actual, s_predicted).Precision(Average.Macro, [0, 1, 2, 3]), Tolerance);
        // Not named, the fourth class was not seen and stays out.
        Assert.Equal(2.0 / 9, Matrix(4, s_actual, s_predicted).Precision(Average.Macro), Tolerance);
    }

    [Fact]
    public void Zero_division()
    {
        int[] actual = [0, 1, 2, 0, 1, 2], zeros = [0, 0, 0, 0, 0, 0];
        ConfusionMatrix matrix = Matrix(3, actual, zeros);
        Assert.Equal([1.0 / 3, 0, 0], Labels(matrix.Precision));
        Assert.Equal([1.0 / 3, 1, 1], Labels(label => matrix.Precision(label, Undefined.One)));
        Assert.Equal([1.0 / 3, double.NaN, double.NaN], Labels(label => matrix.Precision(label, Undefined.NaN)));
        Assert.Equal(1.0 / 9, matrix.Precision(Average.Macro), Tolerance);
        Assert.Equal(7.0 / 9, matrix.Precision(Average.Macro, undefined: Undefined.One), Tolerance);
        Assert.Equal(1.0 / 3, matrix.Precision(Average.Macro, undefined: Undefined.NaN), Tolerance);
        Assert.Equal(1.0 / 3, matrix.Precision(Average.Weighted, undefined: Undefined.NaN), Tolerance);
        Exception error = Assert.Throws<InvalidOperationException>(() => matrix.Precision(Average.Macro, undefined: Undefined.Throw));
        Assert.Contains("Precision of label 1", error.Message, StringComparison.Ordinal);

        // fbeta_score: F½ of 0 is a number where precision is not; all of it as one tuple of the user guide's first example.
        Assert.Equal(2.5 / 6.5 / 3, matrix.FBeta(0.5, Average.Macro, undefined: Undefined.NaN), Tolerance); // 0.128
        ConfusionMatrix guide = Matrix(2, [0, 1, 0, 1], [0, 1, 0, 0]);
        Assert.Equal([2.0 / 3, 1], guide.PrecisionPerLabel());
        Assert.Equal([1, 0.5], guide.RecallPerLabel());
        Assert.Equal([2.5 / 3.5, 1.25 / 1.5], guide.FBetaPerLabel(0.5), (a, b) => Math.Abs(a - b) < Tolerance); // 0.71, 0.83
        Assert.Equal([2, 2], [guide.Support(0), guide.Support(1)]);

        // f1_score of six true and six predicted zeros, positive label 1.
        Assert.Equal(0, Metrics.F1Score(zeros, zeros));
        Assert.Equal(1, Metrics.F1Score(zeros, zeros, undefined: Undefined.One));
        Assert.Equal(double.NaN, Metrics.F1Score(zeros, zeros, undefined: Undefined.NaN));

        // recall_score of six true zeros, per label.
        ConfusionMatrix recall = Matrix(3, zeros, s_predicted);
        Assert.Equal([0.5, 0, 0], Labels(recall.Recall));
        Assert.Equal([0.5, 1, 1], Labels(label => recall.Recall(label, Undefined.One)));
        Assert.Equal([0.5, double.NaN, double.NaN], Labels(label => recall.Recall(label, Undefined.NaN)));
    }

    [Fact]
    public void Nothing_at_all()
    {
        Assert.Equal(0, Metrics.Accuracy([], []));
        Assert.Equal(1, Metrics.Accuracy([], [], Undefined.One));
        foreach (Average average in Enum.GetValues<Average>().Where(a => a != Average.Samples))
        {
            Assert.Equal(0, Metrics.F1Score([], [], average));
            Assert.Equal(double.NaN, Metrics.F1Score([], [], average, undefined: Undefined.NaN));
            Assert.Equal(double.NaN, new ConfusionMatrix(2).Recall(average, undefined: Undefined.NaN));
            Assert.Throws<InvalidOperationException>(() => Metrics.F1Score([], [], average, undefined: Undefined.Throw));
        }
    }

    [Fact]
    public void Accuracy_examples()
    {
        Assert.Equal(0.5, Metrics.Accuracy([0, 1, 2, 3], [0, 2, 1, 3]));
        Assert.Equal(0.75, Metrics.Accuracy([0, 1], [0, 0], weights: [3, 1]));
        Assert.Equal(0.5, Matrix(4, [0, 1, 2, 3], [0, 2, 1, 3]).Accuracy);
        Assert.Equal(0, new ConfusionMatrix(4).Accuracy);
    }

    [Fact]
    public void Confusion_matrix_examples()
    {
        ConfusionMatrix matrix = Matrix(3, [2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]);
        Assert.Equal(
            """
            actual \ predicted 0 1 2
                             0 2 0 0
                             1 0 0 1
                             2 1 0 2

            """,
            matrix.ToString());
        ConfusionMatrix binary = Matrix(2, [0, 1, 0, 1], [1, 1, 1, 0]);
        Assert.Equal([0, 2, 1, 1], [binary[0, 0], binary[0, 1], binary[1, 0], binary[1, 1]]);
    }

    [Fact]
    public void Beta_at_its_ends_is_precision_and_recall()
    {
        ConfusionMatrix matrix = Matrix(2, [1, 1, 1, 0, 0], [1, 0, 0, 1, 0]);
        Assert.Equal(matrix.Precision(1), matrix.FBeta(0, 1));
        Assert.Equal(matrix.Recall(1), matrix.FBeta(double.PositiveInfinity, 1));
        Assert.Equal(matrix.Recall(1), matrix.FBeta(1e200, 1));
    }

    [Fact]
    public void Labels_far_apart_take_memory_for_the_samples_only()
    {
        int[] far = [0, 1_000_000_000, int.MaxValue - 1], actual = [.. s_actual.Select(i => far[i])], predicted = [.. s_predicted.Select(i => far[i])];
        long bytes = Allocation.Of(() =>
        {
            foreach (Average average in (Average[])[Average.Macro, Average.Micro, Average.Weighted])
                Assert.Equal(Metrics.F1Score(s_actual, s_predicted, average), Metrics.F1Score(actual, predicted, average));
        });
        Assert.InRange(bytes, 0, 100_000);
        Assert.Equal(Metrics.F1Score(s_actual, s_predicted, positiveLabel: 0), Metrics.F1Score(actual, predicted, positiveLabel: 0));
        Assert.Equal(0, Metrics.Recall(actual, predicted, Average.Micro, labels: [1_000_000_000, int.MaxValue - 1, 5]));
        Assert.Equal(1.0 / 6, Metrics.Precision(actual, predicted, Average.Macro, labels: [.. far, 7]), Tolerance);
        Assert.Equal(Metrics.CohenKappa(s_actual, s_predicted), Metrics.CohenKappa(actual, predicted));
        Assert.Equal(Metrics.MatthewsCorrelation(s_actual, s_predicted, weights: [1, 2, 3, 1, 2, 3]), Metrics.MatthewsCorrelation(actual, predicted, weights: [1, 2, 3, 1, 2, 3]));
        ArgumentException error = Assert.Throws<ArgumentException>(() => Metrics.F1Score(actual, predicted));
        Assert.Contains("2147483647", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_shot_bad_input_is_named()
    {
        ArgumentException error = Assert.Throws<ArgumentOutOfRangeException>(() => Metrics.F1Score([0, 1], [1, -7]));
        Assert.Contains("predicted[1] is -7", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Metrics.F1Score([0, 1], [1]));
        Assert.Throws<ArgumentException>(() => Metrics.F1Score(s_actual, s_predicted));
        Assert.Throws<ArgumentException>(() => Metrics.F1Score([0], [0], weights: [-1]));
        Assert.Throws<ArgumentException>(() => Metrics.F1Score([0], [0], weights: [1, 1]));
        Assert.Throws<ArgumentException>(() => Metrics.F1Score([0], [0], Average.Macro, labels: [1, 1]));
        Assert.Throws<ArgumentException>(() => Metrics.F1Score([0], [0], Average.Macro, labels: []));
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix(2).F1(Average.Macro, []));
        Assert.Throws<ArgumentException>(() => Metrics.F1Score([0], [0], Average.Samples));
        Assert.Throws<ArgumentException>(() => Metrics.F1Score([0], [0], Average.Binary, labels: [1]));
        Assert.Throws<ArgumentException>(() => Metrics.F1Score([0], [0], Average.Macro, positiveLabel: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Metrics.F1Score([0], [0], Average.Macro, labels: [-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Metrics.F1Score([0], [0], (Average)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => Metrics.F1Score([0], [0], undefined: (Undefined)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => Metrics.FBetaScore([0], [0], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Metrics.FBetaScore([0], [0], double.NaN));
    }

    private static ConfusionMatrix Matrix(int classes, int[] actual, int[] predicted)
    {
        var matrix = new ConfusionMatrix(classes);
        matrix.Add(actual, predicted);
        return matrix;
    }

    private static double[] Labels(Func<int, double> score) => [score(0), score(1), score(2)];
}
