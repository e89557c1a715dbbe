using System.Numerics;

namespace DeepLearning.Primitives;

/// <content>Scores of scores, probabilities and numbers.</content>
public static partial class Metrics
{
    /// <inheritdoc cref="BinaryScores.RocAuc" path="/summary" />
    /// <param name="actual">The true classes, 0 or 1.</param>
    /// <param name="scores">A score for each: a probability, a logit, anything that has an order.</param>
    /// <param name="undefined">The result when a class has no samples; NaN, as in scikit-learn.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or a weight is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class is neither 0 nor 1.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static double RocAuc<T>(
        ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, Undefined undefined = Undefined.NaN, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Binary(actual, scores, weights).RocAuc(undefined);

    /// <inheritdoc cref="BinaryScores.AveragePrecision" path="/summary" />
    /// <param name="actual">The true classes, 0 or 1.</param>
    /// <param name="scores">A score for each: a probability, a logit, anything that has an order.</param>
    /// <param name="undefined">The result when class 1 has no samples; 0, as in scikit-learn.</param>
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
    /// <inheritdoc cref="RegressionScores.Add" />
    public static double R2<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> predicted, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Regression(actual, predicted, weights).R2();

    /// <inheritdoc cref="RegressionScores.ExplainedVariance" path="/summary" />
    /// <inheritdoc cref="RegressionScores.Add" />
    public static double ExplainedVariance<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> predicted, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Regression(actual, predicted, weights).ExplainedVariance();

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

    private static RegressionScores Regression<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> predicted, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RegressionScores all = new();
        all.Add(actual, predicted, weights);
        return all;
    }
}
