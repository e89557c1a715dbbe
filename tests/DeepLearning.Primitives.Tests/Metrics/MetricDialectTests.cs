using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Where the libraries disagree, each dialect against its source's formula.</summary>
public class MetricDialectTests
{
    // Class 3 is neither actual nor predicted, class 2 is predicted only.
    private static readonly int[] s_actual = [0, 0, 1, 1], s_predicted = [0, 1, 1, 2];

    [Theory]
    [InlineData(MetricDialect.Default, 3)]
    [InlineData(MetricDialect.ScikitLearn, 3)]
    [InlineData(MetricDialect.TorchMetrics, 3)]
    [InlineData(MetricDialect.Keras, 4)]
    public void Macro_averages_run_over_the_labels_seen_or_all(MetricDialect dialect, int divisor)
    {
        ConfusionMatrix matrix = Matrix(dialect);
        Assert.Equal(((2.0 / 3) + 0.5) / divisor, matrix.F1(Average.Macro), 1e-7);
        // Named, absent classes count, but for TorchMetrics.
        Assert.Equal(((2.0 / 3) + 0.5) / (dialect == MetricDialect.TorchMetrics ? 3 : 4), matrix.F1(Average.Macro, [0, 1, 2, 3]), 1e-7);
    }

    [Fact]
    public void A_weighted_average_without_support()
    {
        int[] labels = [2, 3];
        Assert.Equal(0, Matrix(MetricDialect.Default).Recall(Average.Weighted, labels));
        Assert.Equal(1, Matrix(MetricDialect.Default).Recall(Average.Weighted, labels, Undefined.One));
        // scikit-learn: numpy.average of the labels' own scores, here precision 0 / 1 and 0 / 0.
        Assert.Equal(0.5, Matrix(MetricDialect.ScikitLearn).Precision(Average.Weighted, labels, Undefined.One));
        Assert.Equal(0, Matrix(MetricDialect.TorchMetrics).Recall(Average.Weighted, labels, Undefined.One));
    }

    [Fact]
    public void Keras_adds_epsilon_to_three_denominators()
    {
        ConfusionMatrix matrix = Matrix(MetricDialect.Keras);
        double[] expected = [Keras(1, 0, 1), Keras(1, 1, 1), Keras(0, 1, 0), Keras(0, 0, 0)];
        Assert.Equal(expected, matrix.F1PerLabel());
        // Sums of four terms, in another order.
        Assert.Equal(expected.Average(), matrix.F1(Average.Macro), 1e-15);
        Assert.Equal(((2 * expected[0]) + (2 * expected[1])) / (4 + 1e-7), matrix.F1(Average.Weighted), 1e-15);
        Assert.Equal(Keras(2, 2, 2), matrix.F1(Average.Micro));
        ConfusionMatrix perfect = new(2) { Dialect = MetricDialect.Keras };
        perfect.Add([0, 1], [0, 1]);
        Assert.True(perfect.F1(Average.Macro) < 1);
        // Precision and recall are keras.metrics.Precision and Recall, which divide without ε.
        Assert.Equal(1, perfect.Precision(Average.Macro));

        static double Keras(double tp, double fp, double fn)
        {
            double precision = tp / (tp + fp + 1e-7), recall = tp / (tp + fn + 1e-7);
            return precision * recall / (precision + recall + 1e-7) * 2;
        }
    }

    [Fact]
    public void Dialects_know_their_own_undefined_results()
    {
        foreach (Undefined undefined in Enum.GetValues<Undefined>())
        {
            Check(MetricDialect.TorchMetrics, undefined is Undefined.Zero or Undefined.One);
            Check(MetricDialect.Keras, undefined == Undefined.Zero);

            void Check(MetricDialect dialect, bool isKnown)
            {
                ConfusionMatrix matrix = Matrix(dialect);
                Action[] calls =
                [
                    () => matrix.F1(Average.Micro, undefined: undefined), () => matrix.Precision(0, undefined),
                    () => matrix.Recall(Average.Micro, [0], undefined), () => matrix.SpecificityPerLabel(undefined),
                ];
                foreach (Action call in calls)
                {
                    if (isKnown) call();
                    else Assert.Equal("undefined", Assert.Throws<ArgumentException>(call).ParamName);
                }
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(2) { Dialect = (MetricDialect)9 });
    }

    [Theory]
    [InlineData(MetricDialect.Default, 1)]
    [InlineData(MetricDialect.ScikitLearn, 1)]
    [InlineData(MetricDialect.TorchMetrics, 0)]
    [InlineData(MetricDialect.Keras, 0)]
    public void A_score_at_the_threshold(MetricDialect dialect, double recall)
    {
        MultilabelMatrix matrix = new(1) { Dialect = dialect };
        matrix.AddScores([1, 1], [0.5f, 0.5f], 0.5f);
        Assert.Equal(recall, matrix.Recall(0));
    }

    [Theory]
    [InlineData(MetricDialect.Default, 1, 0)]
    [InlineData(MetricDialect.TorchMetrics, 1, 0)]
    [InlineData(MetricDialect.Keras, 1, 1)]
    public void Without_a_threshold_the_largest_score_decides(MetricDialect dialect, double first, double second)
    {
        // A tie of the first two; then a row of zeros, of which Keras predicts nothing.
        MultilabelMatrix matrix = new(3) { Dialect = dialect };
        matrix.AddScores([1, 1, 0], [2, 2, 1], double.NaN);
        Assert.Equal([first, second, 0], matrix.RecallPerLabel());
        MultilabelMatrix zeros = new(3) { Dialect = dialect };
        zeros.AddScores<float>([1, 0, 0], [0, 0, 0], float.NaN);
        Assert.Equal(dialect == MetricDialect.Keras ? 0 : 1, zeros.Recall(0));
    }

    private static ConfusionMatrix Matrix(MetricDialect dialect)
    {
        ConfusionMatrix matrix = new(4) { Dialect = dialect };
        matrix.Add(s_actual, s_predicted);
        return matrix;
    }
}
