using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Scores of numbers.</summary>
public class RegressionScoresTests
{
    [Fact]
    public void Regression_examples()
    {
        // mean_squared_error, mean_absolute_error, r2_score and explained_variance_score of scikit-learn.
        double[] actual = [3, -0.5, 2, 7], predicted = [2.5, 0.0, 2, 8];
        Assert.Equal(0.375, Metrics.MeanSquaredError<double>(actual, predicted));
        Assert.Equal(0.5, Metrics.MeanAbsoluteError<double>(actual, predicted));
        Assert.Equal(0.9486, Metrics.R2<double>(actual, predicted), 5e-5);
        Assert.Equal(0.9571, Metrics.ExplainedVariance<double>(actual, predicted), 1e-4);
        Assert.Equal(1, Metrics.R2([1f, 2, 3], [1f, 2, 3]));
        Assert.Equal(0, Metrics.R2([1f, 2, 3], [2f, 2, 2]));
        Assert.Equal(-3, Metrics.R2([1f, 2, 3], [3f, 2, 1]), 1e-15);
        Assert.Equal(1, Metrics.R2([-2.0, -2, -2], [-2.0, -2, -2]));
        Assert.Equal(0, Metrics.R2([-2.0, -2, -2], [-2, -2, -2 + 1e-8]));
        Assert.Equal(1, Metrics.ExplainedVariance([-2.0, -2, -2], [-2.0, -2, -2]));
        Assert.Equal(0, Metrics.ExplainedVariance([-2.0, -2, -2], [-2, -2, -2 + 1e-8]));
        Assert.Equal(0, Metrics.R2([1.0], [1.0]));
        Assert.Equal(double.NaN, new RegressionScores().MeanSquaredError(Undefined.NaN));
        Assert.Equal(double.NaN, new RegressionScores().R2(Undefined.NaN));
        RegressionScores scores = new();
        scores.Add<double>(actual, predicted, [1, 1, 2, 0]);
        Assert.Equal([0.125, 0.25], [scores.MeanSquaredError(), scores.MeanAbsoluteError()]);
        Assert.Equal(Math.Sqrt(0.125), scores.RootMeanSquaredError());
        Assert.Equal(3, scores.Count);
    }

    [Fact]
    public void Regression_of_several_outputs()
    {
        // The same pages' examples of two outputs, and r2_score of TorchMetrics.
        double[] actual = [0.5, 1, -1, 1, 7, -6], predicted = [0, 2, -1, 2, 8, -5];
        RegressionScores scores = new(2);
        scores.Add<double>(actual, predicted);
        Assert.Equal([0.41666667, 1], scores.MeanSquaredErrorPerOutput(), (a, b) => Math.Abs(a - b) < 5e-9);
        Assert.Equal(0.7083, scores.MeanSquaredError(), 5e-5);
        Assert.Equal(0.8227, scores.RootMeanSquaredError(), 5e-5);
        Assert.Equal([0.5, 1], scores.MeanAbsoluteErrorPerOutput());
        Assert.Equal(0.75, scores.MeanAbsoluteError());
        Assert.Equal([0.9654, 0.9082], scores.R2PerOutput(), (a, b) => Math.Abs(a - b) < 5e-5);
        Assert.Equal(0.9368, scores.R2(), 5e-5);
        Assert.Equal(0.938, scores.R2(average: OutputAverage.VarianceWeighted), 5e-4);
        Assert.Equal([0.967, 1], scores.ExplainedVariancePerOutput(), (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal(0.983, Metrics.ExplainedVariance<double>(actual, predicted, outputs: 2), 1e-3);
        Assert.Equal(0.990, (0.3 * scores.ExplainedVariancePerOutput()[0]) + (0.7 * scores.ExplainedVariancePerOutput()[1]), 1e-3);
        Assert.Equal(scores.R2(average: OutputAverage.VarianceWeighted), Metrics.R2<double>(actual, predicted, default, 2, OutputAverage.VarianceWeighted));

        // Outputs that never change weigh nothing, unless none does: r2_score and explained_variance_score of three constants.
        RegressionScores constant = new(2);
        constant.Add<double>([-2, 1, -2, 1, -2, 1], [-2, 1, -2, 1, -2, 1 + 1e-8], [1, 2, 1]);
        Assert.Equal([1, 0], constant.R2PerOutput());
        Assert.Equal(0.5, constant.R2(average: OutputAverage.VarianceWeighted));
        RegressionScores half = new(2);
        half.Add<double>([0.5, 1, -1, 1, 7, 1], [0, 2, -1, 2, 8, 3]);
        // Times the weight and divided by it: two roundings.
        Assert.Equal(half.R2PerOutput()[0], half.R2(average: OutputAverage.VarianceWeighted), 3e-16);

        // Each output is what it is alone, and parts merge to the last bit.
        Random random = new(6);
        double[] y = [.. Enumerable.Range(0, 300).Select(_ => 1e6 + random.NextDouble())], p = [.. y.Select(v => v + random.NextDouble())], w = [.. Enumerable.Range(0, 100).Select(i => i % 3 * 0.7)];
        RegressionScores whole = new(3), first = new(3), second = new(3);
        whole.Add<double>(y, p, w);
        first.Add<double>(y.AsSpan(0, 90), p.AsSpan(0, 90), w.AsSpan(0, 30));
        second.Add<double>(y.AsSpan(90), p.AsSpan(90), w.AsSpan(30));
        second.Merge(first);
        Assert.Equal(whole.R2PerOutput(), second.R2PerOutput());
        Assert.Equal(whole.ExplainedVariance(average: OutputAverage.VarianceWeighted), second.ExplainedVariance(average: OutputAverage.VarianceWeighted));
        for (int output = 0; output < 3; output++)
        {
            RegressionScores alone = new();
            alone.Add<double>([.. y.Where((_, i) => i % 3 == output)], [.. p.Where((_, i) => i % 3 == output)], w);
            Assert.Equal(alone.R2(), whole.R2PerOutput()[output]);
            Assert.Equal(alone.ExplainedVariance(), whole.ExplainedVariancePerOutput()[output]);
            Assert.Equal(alone.MeanAbsoluteError(), whole.MeanAbsoluteErrorPerOutput()[output]);
        }
    }

    [Fact]
    public void Regression_keeps_its_digits_and_merges_to_the_last_bit() => Gen.Int[2, 50].SelectMany(n => Gen.Select(Gen.Double[-1, 1].Array[n], Gen.Double[-1, 1].Array[n], Gen.Int[0, n], Gen.Bool)).Sample((a, b, cut, weighted) =>
    {
        // Far from 0, where the squares share all but their last digits. Multiples of 2⁻¹⁰ keep the sums of the reference exact.
        double[] actual = [.. a.Select(v => 1e7 + (Math.Round(v * 1024) / 1024))], predicted = [.. b.Select(v => 1e7 + (Math.Round(v * 1024) / 1024))];
        double[] weights = weighted ? [.. a.Select((_, i) => (i % 3) + 1.0)] : [.. a.Select(_ => 1.0)];
        RegressionScores whole = new(), first = new(), second = new();
        whole.Add(actual, predicted, weights);
        first.Add(actual.AsSpan(0, cut), predicted.AsSpan(0, cut), weights.AsSpan(0, cut));
        second.Add(actual.AsSpan(cut), predicted.AsSpan(cut), weights.AsSpan(cut));
        second.Merge(first);
        Assert.Equal(whole.R2(), second.R2());
        Assert.Equal(whole.ExplainedVariance(), second.ExplainedVariance());
        Assert.Equal(whole.MeanSquaredError(), second.MeanSquaredError());
        double total = weights.Sum(), mean = actual.Select((y, i) => weights[i] * (y - 1e7)).Sum() / total;
        double spread = actual.Select((y, i) => weights[i] * (y - 1e7 - mean) * (y - 1e7 - mean)).Sum();
        double errors = actual.Select((y, i) => weights[i] * (y - predicted[i]) * (y - predicted[i])).Sum();
        if (spread == 0) return;
        Assert.Equal(1 - (errors / spread), whole.R2(), 1e-12 * (1 + (errors / spread)));
    });

    [Fact]
    public void Bad_input_is_named_and_nothing_is_added()
    {
        RegressionScores regression = new();
        Says("actual", () => new RegressionScores(2).Add([0.0, 1, 2], [0.5, 1, 2]));
        Says("weights", () => new RegressionScores(2).Add([0.0, 1], [0.5, 1], [1, 1]));
        Says("other", () => regression.Merge(new RegressionScores(2)));
        Says("outputs", () => _ = new RegressionScores(0));
        Says("average", () => regression.R2(average: (OutputAverage)9));
        Says("predicted", () => regression.Add([0.0, 1], [0.5]));
        Says("predicted", () => regression.Add([0.0, 1], [0.5, double.NaN]));
        Says("actual", () => regression.Add([0f, float.PositiveInfinity], [0.5f, 1]));
        Says("weights", () => regression.Add([0.0, 1], [0.5, 1], [1]));
        Says("weights", () => regression.Add([0.0, 1], [0.5, 1], [1, -1]));
        Assert.Equal(0, regression.Count);
        Assert.Throws<NotSupportedException>(() => regression.Add([Half.One], [Half.One]));

        static void Says(string parameter, Action call) =>
            Assert.Equal(parameter, Assert.ThrowsAny<ArgumentException>(call).ParamName);
    }
}
