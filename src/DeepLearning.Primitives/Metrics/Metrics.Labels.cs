// Overloads with optional parameters: they differ in one that is required, the list of labels, which may not be empty.
#pragma warning disable RS0026

namespace DeepLearning.Primitives;

/// <content>Precision, recall and their kin.</content>
public static partial class Metrics
{
    /// <summary>TP / (TP + FP): how many of those predicted are right.</summary>
    /// <inheritdoc cref="FBetaScore(ReadOnlySpan{int}, ReadOnlySpan{int}, double, Average, int?, Undefined, ReadOnlySpan{double})" />
    public static double Precision(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        Average average = Average.Binary,
        int? positiveLabel = null,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.Precision.Of(LabelCounts.Of(actual, predicted, weights), average, positiveLabel, undefined);

    /// <summary>TP / (TP + FP): how many of those predicted are right.</summary>
    /// <inheritdoc cref="FBetaScore(ReadOnlySpan{int}, ReadOnlySpan{int}, double, Average, ReadOnlySpan{int}, Undefined, ReadOnlySpan{double})" />
    public static double Precision(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        Average average,
        ReadOnlySpan<int> labels,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.Precision.Of(LabelCounts.Of(actual, predicted, weights), average, labels, undefined);

    /// <summary>TP / (TP + FN): how many of those there are were found.</summary>
    /// <inheritdoc cref="FBetaScore(ReadOnlySpan{int}, ReadOnlySpan{int}, double, Average, int?, Undefined, ReadOnlySpan{double})" />
    public static double Recall(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        Average average = Average.Binary,
        int? positiveLabel = null,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.Recall.Of(LabelCounts.Of(actual, predicted, weights), average, positiveLabel, undefined);

    /// <summary>TP / (TP + FN): how many of those there are were found.</summary>
    /// <inheritdoc cref="FBetaScore(ReadOnlySpan{int}, ReadOnlySpan{int}, double, Average, ReadOnlySpan{int}, Undefined, ReadOnlySpan{double})" />
    public static double Recall(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        Average average,
        ReadOnlySpan<int> labels,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.Recall.Of(LabelCounts.Of(actual, predicted, weights), average, labels, undefined);

    /// <summary>TN / (TN + FP): how many of the others were left alone.</summary>
    /// <inheritdoc cref="FBetaScore(ReadOnlySpan{int}, ReadOnlySpan{int}, double, Average, int?, Undefined, ReadOnlySpan{double})" />
    public static double Specificity(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        Average average = Average.Binary,
        int? positiveLabel = null,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.Specificity.Of(LabelCounts.Of(actual, predicted, weights), average, positiveLabel, undefined);

    /// <summary>TN / (TN + FP): how many of the others were left alone.</summary>
    /// <inheritdoc cref="FBetaScore(ReadOnlySpan{int}, ReadOnlySpan{int}, double, Average, ReadOnlySpan{int}, Undefined, ReadOnlySpan{double})" />
    public static double Specificity(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        Average average,
        ReadOnlySpan<int> labels,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.Specificity.Of(LabelCounts.Of(actual, predicted, weights), average, labels, undefined);

    /// <summary>TP / (TP + FN + FP): the intersection over the union of actual and predicted.</summary>
    /// <inheritdoc cref="FBetaScore(ReadOnlySpan{int}, ReadOnlySpan{int}, double, Average, int?, Undefined, ReadOnlySpan{double})" />
    public static double Jaccard(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        Average average = Average.Binary,
        int? positiveLabel = null,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.Jaccard.Of(LabelCounts.Of(actual, predicted, weights), average, positiveLabel, undefined);

    /// <summary>TP / (TP + FN + FP): the intersection over the union of actual and predicted.</summary>
    /// <inheritdoc cref="FBetaScore(ReadOnlySpan{int}, ReadOnlySpan{int}, double, Average, ReadOnlySpan{int}, Undefined, ReadOnlySpan{double})" />
    public static double Jaccard(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        Average average,
        ReadOnlySpan<int> labels,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.Jaccard.Of(LabelCounts.Of(actual, predicted, weights), average, labels, undefined);

    /// <summary>2TP / (2TP + FN + FP): the harmonic mean of precision and recall.</summary>
    /// <inheritdoc cref="FBetaScore(ReadOnlySpan{int}, ReadOnlySpan{int}, double, Average, int?, Undefined, ReadOnlySpan{double})" />
    public static double F1Score(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        Average average = Average.Binary,
        int? positiveLabel = null,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.F1.Of(LabelCounts.Of(actual, predicted, weights), average, positiveLabel, undefined);

    /// <summary>2TP / (2TP + FN + FP): the harmonic mean of precision and recall.</summary>
    /// <inheritdoc cref="FBetaScore(ReadOnlySpan{int}, ReadOnlySpan{int}, double, Average, ReadOnlySpan{int}, Undefined, ReadOnlySpan{double})" />
    public static double F1Score(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        Average average,
        ReadOnlySpan<int> labels,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.F1.Of(LabelCounts.Of(actual, predicted, weights), average, labels, undefined);

    /// <summary>Fβ = (1 + β²)TP / ((1 + β²)TP + β²FN + FP): recall weighs β times as much as precision.</summary>
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="predicted">The predicted class of each sample.</param>
    /// <param name="beta">β, 0 (precision) or more.</param>
    /// <param name="average">How the labels' scores become one, over the labels seen.</param>
    /// <param name="positiveLabel">The label that <see cref="Average.Binary"/> scores, 1 by default.</param>
    /// <param name="undefined">What 0 / 0 is.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <returns>The score, in [0, 1], or what <paramref name="undefined"/> says.</returns>
    /// <exception cref="ArgumentException">
    /// The lengths differ; an index is negative; a weight is negative or not finite; or the average and the label do not go
    /// together.
    /// </exception>
    /// <exception cref="InvalidOperationException">0 / 0 under <see cref="Undefined.Throw"/>.</exception>
    public static double FBetaScore(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        double beta,
        Average average = Average.Binary,
        int? positiveLabel = null,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.FBeta(beta).Of(LabelCounts.Of(actual, predicted, weights), average, positiveLabel, undefined);

    /// <summary>Fβ = (1 + β²)TP / ((1 + β²)TP + β²FN + FP): recall weighs β times as much as precision.</summary>
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="predicted">The predicted class of each sample.</param>
    /// <param name="beta">β, 0 (precision) or more.</param>
    /// <param name="average">How the labels' scores become one: micro, macro or weighted.</param>
    /// <param name="labels">The labels to average over, at least one; absent ones count.</param>
    /// <param name="undefined">What 0 / 0 is.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <returns>The score, in [0, 1], or what <paramref name="undefined"/> says.</returns>
    /// <exception cref="ArgumentException">
    /// The lengths differ; an index is negative; a weight is negative or not finite; there are no labels, or one is negative
    /// or named twice; or the average takes no labels.
    /// </exception>
    /// <exception cref="InvalidOperationException">0 / 0 under <see cref="Undefined.Throw"/>.</exception>
    public static double FBetaScore(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        double beta,
        Average average,
        ReadOnlySpan<int> labels,
        Undefined undefined = Undefined.Zero,
        ReadOnlySpan<double> weights = default) =>
        Score.FBeta(beta).Of(LabelCounts.Of(actual, predicted, weights), average, labels, undefined);
}
