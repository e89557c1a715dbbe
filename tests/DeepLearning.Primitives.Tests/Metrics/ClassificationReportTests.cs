using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>The tables of scikit-learn's documentation of classification_report, character by character.</summary>
public class ClassificationReportTests
{
    [Fact]
    public void Three_classes_with_names()
    {
        ConfusionMatrix matrix = new(3);
        matrix.Add([0, 1, 2, 2, 2], [0, 0, 2, 2, 1]);
        ClassificationReport report = new(matrix, ["class 0", "class 1", "class 2"]);
        Assert.Equal(
            """
                          precision    recall  f1-score   support

                 class 0       0.50      1.00      0.67         1
                 class 1       0.00      0.00      0.00         1
                 class 2       1.00      0.67      0.80         3

                accuracy                           0.60         5
               macro avg       0.50      0.56      0.49         5
            weighted avg       0.70      0.60      0.61         5

            """,
            report.ToString());
        Assert.Equal(new("class 2", 1, 2.0 / 3, 0.8, 3), report.Labels[2]);
        Assert.Equal("macro avg", report.Averages[0].Name);
        Assert.Equal(matrix.F1(Average.Macro), report.Averages[0].F1);
        Assert.Equal(0.6, report.Accuracy);
        Assert.Contains("0.6667", report.ToString(4), StringComparison.Ordinal);
    }

    [Fact]
    public void Chosen_labels_of_which_some_are_absent()
    {
        ConfusionMatrix matrix = new(4);
        matrix.Add([1, 1, 1], [1, 1, 0]);
        ClassificationReport report = new(matrix, labels: [1, 2, 3]);
        Assert.Equal(
            """
                          precision    recall  f1-score   support

                       1       1.00      0.67      0.80         3
                       2       0.00      0.00      0.00         0
                       3       0.00      0.00      0.00         0

               micro avg       1.00      0.67      0.80         3
               macro avg       0.33      0.22      0.27         3
            weighted avg       1.00      0.67      0.80         3

            """,
            report.ToString());
        Assert.Null(report.Accuracy);
    }

    [Fact]
    public void Several_labels_a_sample()
    {
        MultilabelMatrix matrix = new(3);
        matrix.Add([0, 0, 0, 1, 1, 1, 0, 1, 1], [0, 0, 0, 1, 1, 1, 1, 1, 0]);
        ClassificationReport report = new(matrix);
        Assert.Equal(["micro avg", "macro avg", "weighted avg", "samples avg"], report.Averages.Select(a => a.Name));
        Assert.Equal(matrix.Recall(Average.Samples), report.Averages[^1].Recall);
        Assert.Equal(5, report.Averages[0].Support);
        Assert.DoesNotContain("accuracy", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_stay_aligned()
    {
        ConfusionMatrix matrix = new(2);
        matrix.Add([0, 1, 1], [1, 1, 0], [1, 0.5, 1e6]);
        foreach (int digits in (int[])[0, 2, 15])
        {
            ClassificationReport report = new(matrix, ["a very long name of a class", ""]);
            string[] lines = report.ToString(digits).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Single(lines.Select(line => line.Length).Distinct());
        }
    }

    [Fact]
    public void Nothing_counted_and_bad_arguments()
    {
        ConfusionMatrix matrix = new(2);
        ClassificationReport report = new(matrix);
        Assert.Empty(report.Labels);
        Assert.Equal(0, report.Accuracy);
        Assert.Contains("weighted avg", report.ToString(), StringComparison.Ordinal);
        matrix.Add([0, 1], [0, 1]);
        Assert.Throws<ArgumentNullException>(() => new ClassificationReport(null!));
        Assert.Throws<ArgumentException>(() => new ClassificationReport(matrix, ["one"]));
        Assert.Throws<ArgumentException>(() => new ClassificationReport(matrix, labels: []));
        Assert.Throws<ArgumentException>(() => new ClassificationReport(matrix, labels: [1, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassificationReport(matrix, labels: [2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => report.ToString(16));
        Assert.Throws<ArgumentOutOfRangeException>(() => report.ToString(-1));
    }
}
