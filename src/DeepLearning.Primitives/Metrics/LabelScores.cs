// The overload with optional parameters has fewer than another, which differs from it in a required one, the labels.
#pragma warning disable RS0027

namespace DeepLearning.Primitives;

/// <summary>The scores that follow from what was counted about each label.</summary>
/// <remarks>
/// Averages run over the labels seen as actual or predicted, or over the labels named, of which absent ones count; where
/// a sample may have several labels, over all of them. <see cref="Dialect"/> says whose rules hold where libraries disagree.
/// </remarks>
public abstract class LabelScores
{
    private readonly MetricDialect _dialect;

    private protected LabelScores()
    {
    }

    /// <summary>Whose rules hold where libraries disagree; this library's own by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a value of the enumeration.</exception>
    public MetricDialect Dialect
    {
        get => _dialect;
        init => _dialect = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Not a value of the enumeration.");
    }

    /// <summary>
    /// Samples whose actual class is this count nowhere, whatever was predicted for them (TorchMetrics' <c>ignore_index</c>);
    /// where a sample may have several labels, single elements. It need not be a class. Default: none.
    /// </summary>
    public int? IgnoreIndex { get; init; }

    /// <summary>TP + FN: the samples of a label, or the sum of their weights.</summary>
    /// <param name="label">The label.</param>
    /// <exception cref="ArgumentOutOfRangeException">The label is out of range.</exception>
    public double Support(int label) => OutcomeOf(label).Support;

    /// <summary>TP / (TP + FP) of one label: how many of those predicted are right.</summary>
    /// <inheritdoc cref="FBeta(double, int, Undefined)" />
    public double Precision(int label) => Precision(label, Undefined.Zero);

    /// <inheritdoc cref="Precision(int)" />
    public double Precision(int label, Undefined undefined) => Of(Score.Precision, label, undefined);

    /// <summary>TP / (TP + FP), averaged over the labels seen.</summary>
    /// <inheritdoc cref="FBeta(double, Average, int?, Undefined)" />
    public double Precision(Average average, int? positiveLabel = null, Undefined undefined = Undefined.Zero) =>
        Of(Score.Precision, average, positiveLabel, undefined);

    /// <summary>TP / (TP + FP), averaged over the labels named.</summary>
    /// <inheritdoc cref="FBeta(double, Average, ReadOnlySpan{int}, Undefined)" />
    public double Precision(Average average, ReadOnlySpan<int> labels) => Precision(average, labels, Undefined.Zero);

    /// <inheritdoc cref="Precision(Average, ReadOnlySpan{int})" />
    public double Precision(Average average, ReadOnlySpan<int> labels, Undefined undefined) =>
        Of(Score.Precision, average, labels, undefined);

    /// <summary>TP / (TP + FP) of every label, not averaged.</summary>
    /// <inheritdoc cref="FBetaPerLabel" />
    public double[] PrecisionPerLabel(Undefined undefined = Undefined.Zero) => PerLabel(Score.Precision, undefined);

    /// <summary>TP / (TP + FN) of one label: how many of those there are were found; also called sensitivity.</summary>
    /// <inheritdoc cref="FBeta(double, int, Undefined)" />
    public double Recall(int label) => Recall(label, Undefined.Zero);

    /// <inheritdoc cref="Recall(int)" />
    public double Recall(int label, Undefined undefined) => Of(Score.Recall, label, undefined);

    /// <summary>TP / (TP + FN), averaged over the labels seen.</summary>
    /// <inheritdoc cref="FBeta(double, Average, int?, Undefined)" />
    public double Recall(Average average, int? positiveLabel = null, Undefined undefined = Undefined.Zero) =>
        Of(Score.Recall, average, positiveLabel, undefined);

    /// <summary>TP / (TP + FN), averaged over the labels named.</summary>
    /// <inheritdoc cref="FBeta(double, Average, ReadOnlySpan{int}, Undefined)" />
    public double Recall(Average average, ReadOnlySpan<int> labels) => Recall(average, labels, Undefined.Zero);

    /// <inheritdoc cref="Recall(Average, ReadOnlySpan{int})" />
    public double Recall(Average average, ReadOnlySpan<int> labels, Undefined undefined) =>
        Of(Score.Recall, average, labels, undefined);

    /// <summary>TP / (TP + FN) of every label, not averaged.</summary>
    /// <inheritdoc cref="FBetaPerLabel" />
    public double[] RecallPerLabel(Undefined undefined = Undefined.Zero) => PerLabel(Score.Recall, undefined);

    /// <summary>TN / (TN + FP) of one label: how many of the others were left alone.</summary>
    /// <inheritdoc cref="FBeta(double, int, Undefined)" />
    public double Specificity(int label) => Specificity(label, Undefined.Zero);

    /// <inheritdoc cref="Specificity(int)" />
    public double Specificity(int label, Undefined undefined) => Of(Score.Specificity, label, undefined);

    /// <summary>TN / (TN + FP), averaged over the labels seen.</summary>
    /// <inheritdoc cref="FBeta(double, Average, int?, Undefined)" />
    public double Specificity(Average average, int? positiveLabel = null, Undefined undefined = Undefined.Zero) =>
        Of(Score.Specificity, average, positiveLabel, undefined);

    /// <summary>TN / (TN + FP), averaged over the labels named.</summary>
    /// <inheritdoc cref="FBeta(double, Average, ReadOnlySpan{int}, Undefined)" />
    public double Specificity(Average average, ReadOnlySpan<int> labels) => Specificity(average, labels, Undefined.Zero);

    /// <inheritdoc cref="Specificity(Average, ReadOnlySpan{int})" />
    public double Specificity(Average average, ReadOnlySpan<int> labels, Undefined undefined) =>
        Of(Score.Specificity, average, labels, undefined);

    /// <summary>TN / (TN + FP) of every label, not averaged.</summary>
    /// <inheritdoc cref="FBetaPerLabel" />
    public double[] SpecificityPerLabel(Undefined undefined = Undefined.Zero) => PerLabel(Score.Specificity, undefined);

    /// <summary>TP / (TP + FN + FP) of one label: the intersection over the union of actual and predicted.</summary>
    /// <inheritdoc cref="FBeta(double, int, Undefined)" />
    public double Jaccard(int label) => Jaccard(label, Undefined.Zero);

    /// <inheritdoc cref="Jaccard(int)" />
    public double Jaccard(int label, Undefined undefined) => Of(Score.Jaccard, label, undefined);

    /// <summary>TP / (TP + FN + FP), averaged over the labels seen.</summary>
    /// <inheritdoc cref="FBeta(double, Average, int?, Undefined)" />
    public double Jaccard(Average average, int? positiveLabel = null, Undefined undefined = Undefined.Zero) =>
        Of(Score.Jaccard, average, positiveLabel, undefined);

    /// <summary>TP / (TP + FN + FP), averaged over the labels named.</summary>
    /// <inheritdoc cref="FBeta(double, Average, ReadOnlySpan{int}, Undefined)" />
    public double Jaccard(Average average, ReadOnlySpan<int> labels) => Jaccard(average, labels, Undefined.Zero);

    /// <inheritdoc cref="Jaccard(Average, ReadOnlySpan{int})" />
    public double Jaccard(Average average, ReadOnlySpan<int> labels, Undefined undefined) =>
        Of(Score.Jaccard, average, labels, undefined);

    /// <summary>TP / (TP + FN + FP) of every label, not averaged.</summary>
    /// <inheritdoc cref="FBetaPerLabel" />
    public double[] JaccardPerLabel(Undefined undefined = Undefined.Zero) => PerLabel(Score.Jaccard, undefined);

    /// <summary>2TP / (2TP + FN + FP) of one label: the harmonic mean of precision and recall.</summary>
    /// <inheritdoc cref="FBeta(double, int, Undefined)" />
    public double F1(int label) => F1(label, Undefined.Zero);

    /// <inheritdoc cref="F1(int)" />
    public double F1(int label, Undefined undefined) => Of(Score.F1, label, undefined);

    /// <summary>2TP / (2TP + FN + FP), averaged over the labels seen.</summary>
    /// <inheritdoc cref="FBeta(double, Average, int?, Undefined)" />
    public double F1(Average average, int? positiveLabel = null, Undefined undefined = Undefined.Zero) =>
        Of(Score.F1, average, positiveLabel, undefined);

    /// <summary>2TP / (2TP + FN + FP), averaged over the labels named.</summary>
    /// <inheritdoc cref="FBeta(double, Average, ReadOnlySpan{int}, Undefined)" />
    public double F1(Average average, ReadOnlySpan<int> labels) => F1(average, labels, Undefined.Zero);

    /// <inheritdoc cref="F1(Average, ReadOnlySpan{int})" />
    public double F1(Average average, ReadOnlySpan<int> labels, Undefined undefined) =>
        Of(Score.F1, average, labels, undefined);

    /// <summary>2TP / (2TP + FN + FP) of every label, not averaged.</summary>
    /// <inheritdoc cref="FBetaPerLabel" />
    public double[] F1PerLabel(Undefined undefined = Undefined.Zero) => PerLabel(Score.F1, undefined);

    /// <inheritdoc cref="FBeta(double, int, Undefined)" />
    public double FBeta(double beta, int label) => FBeta(beta, label, Undefined.Zero);

    /// <summary>
    /// Fβ = (1 + β²)TP / ((1 + β²)TP + β²FN + FP) of one label: recall weighs β times as much as precision.
    /// </summary>
    /// <param name="beta">β, 0 (precision) or more.</param>
    /// <param name="label">The label.</param>
    /// <param name="undefined">What 0 / 0 is; 0 by default.</param>
    /// <returns>The score, in [0, 1], or what <paramref name="undefined"/> says.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The label is out of range, or β is negative or NaN.</exception>
    /// <exception cref="ArgumentException">The dialect has no such undefined result.</exception>
    /// <exception cref="InvalidOperationException">0 / 0 under <see cref="Undefined.Throw"/>.</exception>
    public double FBeta(double beta, int label, Undefined undefined) => Of(Score.FBeta(beta), label, undefined);

    /// <summary>Fβ = (1 + β²)TP / ((1 + β²)TP + β²FN + FP), averaged over the labels seen.</summary>
    /// <param name="beta">β, 0 (precision) or more.</param>
    /// <param name="average">How the labels' scores become one.</param>
    /// <param name="positiveLabel">
    /// The label that <see cref="Average.Binary"/> scores; 1 when not given, which asks for two labels.
    /// </param>
    /// <param name="undefined">What 0 / 0 is.</param>
    /// <returns>The score, in [0, 1], or what <paramref name="undefined"/> says.</returns>
    /// <exception cref="ArgumentException">
    /// The label is out of range, β is negative or NaN, the average and the label do not go together, or the dialect has no
    /// such undefined result.
    /// </exception>
    /// <exception cref="InvalidOperationException">0 / 0 under <see cref="Undefined.Throw"/>.</exception>
    public double FBeta(double beta, Average average, int? positiveLabel = null, Undefined undefined = Undefined.Zero) =>
        Of(Score.FBeta(beta), average, positiveLabel, undefined);

    /// <inheritdoc cref="FBeta(double, Average, ReadOnlySpan{int}, Undefined)" />
    public double FBeta(double beta, Average average, ReadOnlySpan<int> labels) => FBeta(beta, average, labels, Undefined.Zero);

    /// <summary>Fβ = (1 + β²)TP / ((1 + β²)TP + β²FN + FP), averaged over the labels named, absent ones too.</summary>
    /// <param name="beta">β, 0 (precision) or more.</param>
    /// <param name="average">How the labels' scores become one: micro, macro or weighted.</param>
    /// <param name="labels">The labels to average over, at least one.</param>
    /// <param name="undefined">What 0 / 0 is; 0 by default.</param>
    /// <returns>The score, in [0, 1], or what <paramref name="undefined"/> says.</returns>
    /// <exception cref="ArgumentException">
    /// There are no labels, one is out of range or named twice, β is negative or NaN, the average takes no labels, or the
    /// dialect has no such undefined result.
    /// </exception>
    /// <exception cref="InvalidOperationException">0 / 0 under <see cref="Undefined.Throw"/>.</exception>
    public double FBeta(double beta, Average average, ReadOnlySpan<int> labels, Undefined undefined) =>
        Of(Score.FBeta(beta), average, labels, undefined);

    /// <summary>Fβ of every label, not averaged.</summary>
    /// <param name="beta">β, 0 (precision) or more.</param>
    /// <param name="undefined">What 0 / 0 is.</param>
    /// <returns>The scores, label by label from 0 on.</returns>
    /// <exception cref="ArgumentException">β is negative or NaN, or the dialect has no such undefined result.</exception>
    /// <exception cref="InvalidOperationException">0 / 0 under <see cref="Undefined.Throw"/>.</exception>
    public double[] FBetaPerLabel(double beta, Undefined undefined = Undefined.Zero) => PerLabel(Score.FBeta(beta), undefined);

    internal abstract LabelCounts Counts();

    private protected abstract Outcome OutcomeOf(int label);

    private protected virtual double OfSamples(Score score, Undefined undefined) =>
        score.Of(Counts(), Average.Samples, positiveLabel: null, undefined, Dialect);

    internal double Of(Score score, int label, Undefined undefined)
    {
        Score.Check(undefined, Dialect);
        return score.Of(OutcomeOf(label), label, undefined, Dialect);
    }

    internal double Of(Score score, Average average, int? positiveLabel, Undefined undefined) =>
        average == Average.Samples && positiveLabel is null
            ? OfSamples(score, undefined)
            : score.Of(Counts(), average, positiveLabel, undefined, Dialect);

    internal double Of(Score score, Average average, ReadOnlySpan<int> labels, Undefined undefined) =>
        score.Of(Counts(), average, labels, undefined, Dialect);

    private double[] PerLabel(Score score, Undefined undefined)
    {
        Score.Check(undefined, Dialect);
        LabelCounts counts = Counts();
        double[] scores = new double[counts.Rows];
        for (int label = 0; label < scores.Length; label++) scores[label] = score.Of(counts[label], label, undefined, Dialect);
        return scores;
    }
}
