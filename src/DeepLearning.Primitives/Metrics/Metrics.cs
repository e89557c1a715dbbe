namespace DeepLearning.Primitives;

/// <summary>
/// Scores of predictions against the truth, in one call. For scores over several batches, or several scores of the same
/// data, fill a <see cref="ConfusionMatrix"/>, <see cref="MultilabelMatrix"/>, <see cref="BinaryScores"/>,
/// <see cref="MulticlassScores"/>, <see cref="MultilabelScores"/>, <see cref="ProbabilityScores"/>, <see cref="TopKAccuracy"/>
/// or <see cref="RegressionScores"/>: they stream and merge, to the same bits, and all but the last take an index to ignore.
/// </summary>
/// <remarks>
/// The functions of class indices share their parameters. Averages run over the labels seen in either span, or over the
/// labels named, of which absent ones count. <see cref="Average.Binary"/> scores label 1 when no index is above 1, and asks
/// for a positive label otherwise. Any index from 0 up may be a label; memory goes with the number of samples at most.
/// </remarks>
public static partial class Metrics
{
    /// <summary>The share of samples whose predicted class is the actual one.</summary>
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="predicted">The predicted class of each sample.</param>
    /// <param name="undefined">The result for no samples, or none that weighs anything.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each.</param>
    /// <returns>Σ w·[actual = predicted] / Σ w.</returns>
    /// <exception cref="ArgumentException">The lengths differ, an index is negative, or a weight is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public static double Accuracy(
        ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, Undefined undefined = Undefined.Zero, ReadOnlySpan<double> weights = default)
    {
        LabelCounts.CheckSamples(actual, predicted, weights, !weights.IsEmpty, int.MaxValue);
        double hits = 0, total = weights.IsEmpty ? actual.Length : 0;
        if (weights.IsEmpty)
        {
            long equal = 0;
            for (int i = 0; i < actual.Length; i++) equal += actual[i] == predicted[i] ? 1 : 0;
            hits = equal;
        }

        for (int i = 0; i < weights.Length; i++)
        {
            total += weights[i];
            if (actual[i] == predicted[i]) hits += weights[i];
        }

        return total > 0 ? hits / total : Score.Resolve(undefined, "Accuracy");
    }

    /// <summary>The mean recall of the classes that have samples.</summary>
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="predicted">The predicted class of each sample.</param>
    /// <param name="adjusted">True for (score − 1/c) / (1 − 1/c), which is 0 for guessing among the c classes with samples.</param>
    /// <param name="undefined">The result for no samples.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each.</param>
    /// <exception cref="ArgumentException">The lengths differ, an index is negative, or a weight is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public static double BalancedAccuracy(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        bool adjusted = false,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Agreement.BalancedAccuracy(LabelCounts.Of(actual, predicted, weights), adjusted, undefined);

    /// <summary>
    /// Matthews' correlation coefficient of several classes (J. Gorodkin, 2004): the covariance of actual and predicted
    /// classes over the root of the product of their variances; for two classes
    /// (TP·TN − FP·FN) / √((TP + FP)(TP + FN)(TN + FP)(TN + FN)).
    /// </summary>
    /// <inheritdoc cref="Accuracy" path="/param" />
    /// <returns>A number in [−1, 1], 1 for a perfect prediction and 0 for one that knows nothing.</returns>
    /// <exception cref="ArgumentException">The lengths differ, an index is negative, or a weight is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public static double MatthewsCorrelation(
        ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, Undefined undefined = Undefined.Zero, ReadOnlySpan<double> weights = default) =>
        Agreement.Matthews(LabelCounts.Of(actual, predicted, weights), undefined);

    /// <summary>
    /// Cohen's κ, (observed − expected) / (1 − expected) agreement; a <see cref="ConfusionMatrix"/> also weighs disagreements.
    /// </summary>
    /// <inheritdoc cref="Accuracy" path="/param" />
    /// <returns>A number up to 1, 0 for agreement by chance.</returns>
    /// <exception cref="ArgumentException">The lengths differ, an index is negative, or a weight is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public static double CohenKappa(
        ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, Undefined undefined = Undefined.Zero, ReadOnlySpan<double> weights = default) =>
        Agreement.Kappa(LabelCounts.Of(actual, predicted, weights), undefined);
}
