using System.Numerics.Tensors;

namespace DeepLearning.Primitives;

/// <summary>
/// Scores of predicted against actual class indices, in one call. For scores over several batches, or several scores of
/// the same data, fill a <see cref="ConfusionMatrix"/>.
/// </summary>
/// <remarks>
/// The functions share their parameters. Averages run over the labels seen in either span, or over the labels named, of
/// which absent ones count. <see cref="Average.Binary"/> scores label 1 when no index is above 1, and asks for a positive
/// label otherwise. Memory goes with the largest index.
/// </remarks>
public static class Metrics
{
    /// <summary>The share of samples whose predicted class is the actual one.</summary>
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="predicted">The predicted class of each sample.</param>
    /// <param name="undefined">The result for no samples, or none that weighs anything.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each.</param>
    /// <returns>Σ w·[actual = predicted] / Σ w.</returns>
    /// <exception cref="ArgumentException">The lengths differ, an index is negative, or a weight is negative or not finite.</exception>
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

    /// <summary>TP / (TP + FP): how many of those predicted are right.</summary>
    /// <inheritdoc cref="FBetaScore" />
    public static double Precision(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        Average average = Average.Binary,
        ReadOnlySpan<int> labels = default,
        int? positiveLabel = null,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.Precision.Of(Count(actual, predicted, weights), average, labels, positiveLabel, undefined);

    /// <summary>TP / (TP + FN): how many of those there are were found.</summary>
    /// <inheritdoc cref="FBetaScore" />
    public static double Recall(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        Average average = Average.Binary,
        ReadOnlySpan<int> labels = default,
        int? positiveLabel = null,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.Recall.Of(Count(actual, predicted, weights), average, labels, positiveLabel, undefined);

    /// <summary>2TP / (2TP + FN + FP): the harmonic mean of precision and recall.</summary>
    /// <inheritdoc cref="FBetaScore" />
    public static double F1Score(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        Average average = Average.Binary,
        ReadOnlySpan<int> labels = default,
        int? positiveLabel = null,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        FBetaScore(actual, predicted, 1, average, labels, positiveLabel, undefined, weights);

    /// <summary>Fβ = (1 + β²)TP / ((1 + β²)TP + β²FN + FP): recall weighs β times as much as precision.</summary>
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="predicted">The predicted class of each sample.</param>
    /// <param name="beta">β, 0 (precision) or more.</param>
    /// <param name="average">How the labels' scores become one.</param>
    /// <param name="labels">The labels to average over; those seen when empty.</param>
    /// <param name="positiveLabel">The label that <see cref="Average.Binary"/> scores, 1 by default.</param>
    /// <param name="undefined">What 0 / 0 is.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <returns>The score, in [0, 1], or what <paramref name="undefined"/> says.</returns>
    /// <exception cref="ArgumentException">
    /// The lengths differ; an index is negative; a weight is negative or not finite; a label is negative or named twice; or
    /// the average and the labels do not go together.
    /// </exception>
    /// <exception cref="InvalidOperationException">0 / 0 under <see cref="Undefined.Throw"/>.</exception>
    public static double FBetaScore(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        double beta,
        Average average = Average.Binary,
        ReadOnlySpan<int> labels = default,
        int? positiveLabel = null,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.FBeta(beta).Of(Count(actual, predicted, weights), average, labels, positiveLabel, undefined);

    private static LabelCounts Count(ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, ReadOnlySpan<double> weights)
    {
        LabelCounts.CheckSamples(actual, predicted, weights, !weights.IsEmpty, Array.MaxLength);
        int length = actual.IsEmpty ? 2 : Math.Max(2, 1 + Math.Max(TensorPrimitives.Max(actual), TensorPrimitives.Max(predicted)));
        var counts = new LabelCounts(length, classes: int.MaxValue);
        for (int i = 0; i < actual.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            if (actual[i] == predicted[i])
            {
                counts.Hits[actual[i]] += weight;
            }
            else
            {
                counts.Misses[actual[i]] += weight;
                counts.FalseAlarms[predicted[i]] += weight;
            }
        }

        return counts;
    }
}
