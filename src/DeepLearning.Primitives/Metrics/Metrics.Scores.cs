using System.Numerics;

namespace DeepLearning.Primitives;

/// <content>Scores of scores, probabilities and numbers.</content>
public static partial class Metrics
{
    /// <inheritdoc cref="BinaryScores.RocAuc" path="/summary" />
    /// <param name="actual">The true classes, 0 or 1.</param>
    /// <param name="scores">A score for each: a probability, a logit, anything that has an order.</param>
    /// <param name="undefined">The result when a class has no samples.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or a weight is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class is neither 0 nor 1.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static double RocAuc<T>(
        ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, Undefined undefined = Undefined.Zero, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Binary(actual, scores, weights).RocAuc(undefined);

    /// <inheritdoc cref="BinaryScores.AveragePrecision" path="/summary" />
    /// <param name="actual">The true classes, 0 or 1.</param>
    /// <param name="scores">A score for each: a probability, a logit, anything that has an order.</param>
    /// <param name="undefined">The result when class 1 has no samples.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or a weight is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class is neither 0 nor 1.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static double AveragePrecision<T>(
        ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, Undefined undefined = Undefined.Zero, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Binary(actual, scores, weights).AveragePrecision(undefined);

    /// <inheritdoc cref="MulticlassScores.RocAuc" path="/summary" />
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="scores">Samples × classes.</param>
    /// <param name="comparison">What is compared.</param>
    /// <param name="average">How the areas become one: macro, weighted, or micro for one versus rest.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// The scores do not make whole rows, a score is NaN, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A class index is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static double MulticlassRocAuc<T>(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<T> scores,
        MulticlassComparison comparison,
        Average average = Average.Macro,
        ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MulticlassScores all = new(Scores.Classes(actual.Length, scores.Length));
        all.Add(actual, scores, weights);
        return all.RocAuc(comparison, average);
    }

    /// <inheritdoc cref="MulticlassScores.AveragePrecision" path="/summary" />
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="scores">Samples × classes.</param>
    /// <param name="average">How the classes become one: macro, weighted or micro.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// The scores do not make whole rows, a score is NaN, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A class index is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static double MulticlassAveragePrecision<T>(
        ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, Average average = Average.Macro, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MulticlassScores all = new(Scores.Classes(actual.Length, scores.Length));
        all.Add(actual, scores, weights);
        return all.AveragePrecision(average);
    }

    /// <inheritdoc cref="MultilabelScores.RocAuc" path="/summary" />
    /// <param name="actual">Samples × labels: 1 for a label that is there and 0 for one that is not.</param>
    /// <param name="scores">Samples × labels.</param>
    /// <param name="labels">The number of labels.</param>
    /// <param name="average">How the labels become one: macro, weighted, micro or samples.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// The scores do not make whole rows, a score is NaN, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An element of <paramref name="actual"/> is neither 0 nor 1.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static double MultilabelRocAuc<T>(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<T> scores,
        int labels,
        Average average = Average.Macro,
        ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Labelled(actual, scores, labels, weights).RocAuc(average);

    /// <inheritdoc cref="MultilabelScores.AveragePrecision" path="/summary" />
    /// <inheritdoc cref="MultilabelRocAuc" />
    public static double MultilabelAveragePrecision<T>(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<T> scores,
        int labels,
        Average average = Average.Macro,
        ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Labelled(actual, scores, labels, weights).AveragePrecision(average);

    /// <summary>The share of samples whose true class is among the k with the largest scores; of equal scores the first comes first.</summary>
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="scores">Samples × classes.</param>
    /// <param name="k">From 1 to the number of classes.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// The scores do not make whole rows, a score is NaN, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A class index is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static double TopKAccuracy<T>(
        ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, int k, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TopKAccuracy all = new(Scores.Classes(actual.Length, scores.Length));
        all.Add(actual, scores, weights);
        return all.At(k);
    }

    /// <inheritdoc cref="ProbabilityScores.LogLoss" path="/summary" />
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="probabilities">As many as samples: of class 1, the other being class 0; else samples × classes.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// The probabilities do not make whole rows, one is outside [0, 1] or NaN, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A class index is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static double LogLoss<T>(ReadOnlySpan<int> actual, ReadOnlySpan<T> probabilities, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Probabilities(actual, probabilities, weights, bins: 1).LogLoss();

    /// <inheritdoc cref="ProbabilityScores.BrierScore" path="/summary" />
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="probabilities">As many as samples: of class 1, the other being class 0; else samples × classes.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// The probabilities do not make whole rows, one is outside [0, 1] or NaN, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A class index is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static double BrierScore<T>(ReadOnlySpan<int> actual, ReadOnlySpan<T> probabilities, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Probabilities(actual, probabilities, weights, bins: 1).BrierScore();

    /// <inheritdoc cref="ProbabilityScores.ExpectedCalibrationError" path="/summary" />
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="probabilities">As many as samples: of class 1, the other being class 0; else samples × classes.</param>
    /// <param name="bins">The number of bins of equal width.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// The probabilities do not make whole rows, one is outside [0, 1] or NaN, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A class index is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static double ExpectedCalibrationError<T>(
        ReadOnlySpan<int> actual, ReadOnlySpan<T> probabilities, int bins = 15, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Probabilities(actual, probabilities, weights, bins).ExpectedCalibrationError();

    /// <inheritdoc cref="RegressionScores.MeanSquaredError" path="/summary" />
    /// <inheritdoc cref="RegressionScores.Add" />
    public static double MeanSquaredError<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> predicted, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Regression(actual, predicted, weights).MeanSquaredError();

    /// <inheritdoc cref="RegressionScores.MeanAbsoluteError" path="/summary" />
    /// <inheritdoc cref="RegressionScores.Add" />
    public static double MeanAbsoluteError<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> predicted, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Regression(actual, predicted, weights).MeanAbsoluteError();

    /// <inheritdoc cref="RegressionScores.R2" path="/summary" />
    /// <param name="actual">The true numbers: samples × outputs.</param>
    /// <param name="predicted">The predicted numbers.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <param name="outputs">The numbers of each sample.</param>
    /// <param name="average">How the scores of several outputs become one.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ or make no whole samples, a number is NaN or infinite, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static double R2<T>(
        ReadOnlySpan<T> actual,
        ReadOnlySpan<T> predicted,
        ReadOnlySpan<double> weights = default,
        int outputs = 1,
        OutputAverage average = OutputAverage.Uniform)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Regression(actual, predicted, weights, outputs).R2(average: average);

    /// <inheritdoc cref="RegressionScores.ExplainedVariance" path="/summary" />
    /// <inheritdoc cref="R2" />
    public static double ExplainedVariance<T>(
        ReadOnlySpan<T> actual,
        ReadOnlySpan<T> predicted,
        ReadOnlySpan<double> weights = default,
        int outputs = 1,
        OutputAverage average = OutputAverage.Uniform)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Regression(actual, predicted, weights, outputs).ExplainedVariance(average: average);

    private static BinaryScores Binary<T>(ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        BinaryScores all = new();
        all.Add(actual, scores, weights);
        return all;
    }

    private static ProbabilityScores Probabilities<T>(
        ReadOnlySpan<int> actual, ReadOnlySpan<T> probabilities, ReadOnlySpan<double> weights, int bins)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ProbabilityScores all = new(actual.IsEmpty && probabilities.IsEmpty ? 1 : Scores.Classes(actual.Length, probabilities.Length), bins);
        all.Add(actual, probabilities, weights);
        return all;
    }

    private static MultilabelScores Labelled<T>(
        ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, int labels, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MultilabelScores all = new(labels);
        all.Add(actual, scores, weights);
        return all;
    }

    private static RegressionScores Regression<T>(
        ReadOnlySpan<T> actual, ReadOnlySpan<T> predicted, ReadOnlySpan<double> weights, int outputs = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RegressionScores all = new(outputs);
        all.Add(actual, predicted, weights);
        return all;
    }
}
