using System.Globalization;
using System.Numerics.Tensors;
using System.Text;

namespace DeepLearning.Primitives;

/// <summary>
/// Counts, for every pair of classes, the samples of the one that were predicted as the other, and gives the scores that
/// follow from the counts.
/// </summary>
/// <remarks>
/// Counts are integers and exact; samples with weights are added up beside them as doubles. Averages run over the labels
/// seen as actual or predicted, or over the labels named, of which absent ones count. Reading from several threads at once is
/// safe, adding is not: give each thread a matrix and <see cref="Merge"/> them.
/// </remarks>
public sealed class ConfusionMatrix
{
    private readonly long[] _counts;
    private double[]? _weights;

    /// <summary>An empty matrix.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">Below 1, or too many for an array of their pairs.</exception>
    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, (int)Math.Sqrt(Array.MaxLength));
        Classes = classes;
        _counts = new long[classes * classes];
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The number of samples, or the sum of their weights.</summary>
    public double Total => TensorPrimitives.Sum<long>(_counts) + (_weights is null ? 0 : TensorPrimitives.Sum<double>(_weights));

    /// <summary>The share of samples on the diagonal; 0 for an empty matrix.</summary>
    public double Accuracy
    {
        get
        {
            double hits = 0;
            for (int label = 0; label < Classes; label++) hits += Cell(label, label);
            return hits > 0 ? hits / Total : 0;
        }
    }

    /// <summary>The samples of one class that were predicted as another, or the sum of their weights.</summary>
    /// <param name="actual">The true class.</param>
    /// <param name="predicted">The predicted class.</param>
    /// <exception cref="ArgumentOutOfRangeException">A class is out of range.</exception>
    public double this[int actual, int predicted] =>
        Cell(Checked(actual, nameof(actual)), Checked(predicted, nameof(predicted)));

    /// <summary>Counts samples. Everything is checked before anything is counted.</summary>
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="predicted">The predicted class of each sample.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class index is out of range.</exception>
    public void Add(ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted)
    {
        LabelCounts.CheckSamples(actual, predicted, default, weighted: false, Classes);
        Span<long> counts = _counts;
        predicted = predicted[..actual.Length];
        for (int i = 0; i < actual.Length; i++) counts[(actual[i] * Classes) + predicted[i]]++;
    }

    /// <summary>
    /// Counts samples by their weights. Everything is checked before anything is counted. A sample of weight 0 is not seen.
    /// </summary>
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="predicted">The predicted class of each sample.</param>
    /// <param name="weights">What each sample counts.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a weight is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class index is out of range.</exception>
    public void Add(ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, ReadOnlySpan<double> weights)
    {
        LabelCounts.CheckSamples(actual, predicted, weights, weighted: true, Classes);
        _weights ??= new double[_counts.Length];
        for (int i = 0; i < actual.Length; i++) _weights[(actual[i] * Classes) + predicted[i]] += weights[i];
    }

    /// <summary>Adds the counts of another matrix: for samples without weights, as if all had been added here.</summary>
    /// <param name="other">A matrix of as many classes.</param>
    /// <exception cref="ArgumentException">The other matrix has another number of classes.</exception>
    public void Merge(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes)
            throw new ArgumentException($"A matrix of {other.Classes} classes does not merge into one of {Classes}.", nameof(other));
        TensorPrimitives.Add(_counts, other._counts, _counts);
        if (other._weights is null) return;
        _weights ??= new double[_counts.Length];
        TensorPrimitives.Add(_weights, other._weights, _weights);
    }

    /// <summary>Forgets everything counted.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        _weights = null;
    }

    /// <summary>TP + FN: the samples of a class, or the sum of their weights.</summary>
    /// <param name="label">The class.</param>
    /// <exception cref="ArgumentOutOfRangeException">The label is out of range.</exception>
    public double Support(int label)
    {
        (double hits, double misses, _) = Counts(label);
        return hits + misses;
    }

    /// <summary>TP / (TP + FP) of one label: how many of those predicted are right.</summary>
    /// <inheritdoc cref="FBeta(double, int, Undefined)" />
    public double Precision(int label) => Precision(label, Undefined.Zero);

    /// <inheritdoc cref="Precision(int)" />
    public double Precision(int label, Undefined undefined) => Of(Score.Precision, label, undefined);

    /// <summary>TP / (TP + FP), averaged.</summary>
    /// <inheritdoc cref="FBeta(double, Average, ReadOnlySpan{int}, int?, Undefined)" />
    public double Precision(
        Average average, ReadOnlySpan<int> labels = default, int? positiveLabel = null, Undefined undefined = Undefined.Zero) =>
        Score.Precision.Of(Counts(), average, labels, positiveLabel, undefined);

    /// <summary>TP / (TP + FN) of one label: how many of those there are were found.</summary>
    /// <inheritdoc cref="FBeta(double, int, Undefined)" />
    public double Recall(int label) => Recall(label, Undefined.Zero);

    /// <inheritdoc cref="Recall(int)" />
    public double Recall(int label, Undefined undefined) => Of(Score.Recall, label, undefined);

    /// <summary>TP / (TP + FN), averaged.</summary>
    /// <inheritdoc cref="FBeta(double, Average, ReadOnlySpan{int}, int?, Undefined)" />
    public double Recall(
        Average average, ReadOnlySpan<int> labels = default, int? positiveLabel = null, Undefined undefined = Undefined.Zero) =>
        Score.Recall.Of(Counts(), average, labels, positiveLabel, undefined);

    /// <summary>2TP / (2TP + FN + FP) of one label: the harmonic mean of precision and recall.</summary>
    /// <inheritdoc cref="FBeta(double, int, Undefined)" />
    public double F1(int label) => FBeta(1, label);

    /// <inheritdoc cref="F1(int)" />
    public double F1(int label, Undefined undefined) => FBeta(1, label, undefined);

    /// <summary>2TP / (2TP + FN + FP), averaged.</summary>
    /// <inheritdoc cref="FBeta(double, Average, ReadOnlySpan{int}, int?, Undefined)" />
    public double F1(
        Average average, ReadOnlySpan<int> labels = default, int? positiveLabel = null, Undefined undefined = Undefined.Zero) =>
        FBeta(1, average, labels, positiveLabel, undefined);

    /// <inheritdoc cref="FBeta(double, int, Undefined)" />
    public double FBeta(double beta, int label) => FBeta(beta, label, Undefined.Zero);

    /// <summary>
    /// Fβ = (1 + β²)TP / ((1 + β²)TP + β²FN + FP) of one label: recall weighs β times as much as precision.
    /// </summary>
    /// <param name="beta">β, 0 (precision) or more.</param>
    /// <param name="label">The class.</param>
    /// <param name="undefined">What 0 / 0 is; 0 by default.</param>
    /// <returns>The score, in [0, 1], or what <paramref name="undefined"/> says.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The label is out of range, or β is negative or NaN.</exception>
    /// <exception cref="InvalidOperationException">0 / 0 under <see cref="Undefined.Throw"/>.</exception>
    public double FBeta(double beta, int label, Undefined undefined) => Of(Score.FBeta(beta), label, undefined);

    /// <summary>Fβ = (1 + β²)TP / ((1 + β²)TP + β²FN + FP), averaged.</summary>
    /// <param name="beta">β, 0 (precision) or more.</param>
    /// <param name="average">How the labels' scores become one.</param>
    /// <param name="labels">The labels to average over; those seen when empty.</param>
    /// <param name="positiveLabel">
    /// The label that <see cref="Average.Binary"/> scores; 1 when not given, which asks for a matrix of two classes.
    /// </param>
    /// <param name="undefined">What 0 / 0 is.</param>
    /// <returns>The score, in [0, 1], or what <paramref name="undefined"/> says.</returns>
    /// <exception cref="ArgumentException">
    /// A label is out of range or named twice, β is negative or NaN, or the average and the labels do not go together.
    /// </exception>
    /// <exception cref="InvalidOperationException">0 / 0 under <see cref="Undefined.Throw"/>.</exception>
    public double FBeta(
        double beta,
        Average average,
        ReadOnlySpan<int> labels = default,
        int? positiveLabel = null,
        Undefined undefined = Undefined.Zero) =>
        Score.FBeta(beta).Of(Counts(), average, labels, positiveLabel, undefined);

    /// <summary>A table of the counts, a row for each actual class and a column for each predicted one.</summary>
    public override string ToString()
    {
        var cells = new string[Classes + 1, Classes + 1];
        cells[0, 0] = "actual \\ predicted";
        for (int i = 0; i < Classes; i++)
        {
            cells[0, i + 1] = cells[i + 1, 0] = i.ToString(CultureInfo.InvariantCulture);
            for (int j = 0; j < Classes; j++) cells[i + 1, j + 1] = Cell(i, j).ToString("G6", CultureInfo.InvariantCulture);
        }

        int width = 0;
        for (int i = 0; i <= Classes; i++)
        {
            for (int j = 1; j <= Classes; j++) width = Math.Max(width, cells[i, j].Length);
        }

        var text = new StringBuilder();
        for (int i = 0; i <= Classes; i++)
        {
            text.Append(cells[i, 0].PadLeft(cells[0, 0].Length));
            for (int j = 1; j <= Classes; j++) text.Append(' ').Append(cells[i, j].PadLeft(width));
            text.Append('\n');
        }

        return text.ToString();
    }

    private double Cell(int actual, int predicted)
    {
        int at = (actual * Classes) + predicted;
        return _counts[at] + (_weights is null ? 0 : _weights[at]);
    }

    private int Checked(int label, string parameter) =>
        (uint)label < (uint)Classes
            ? label
            : throw new ArgumentOutOfRangeException(parameter, label, $"The label must lie in [0, {Classes}).");

    private double Of(Score score, int label, Undefined undefined)
    {
        (double hits, double misses, double falseAlarms) = Counts(label);
        return score.Of(hits, misses, falseAlarms, label, undefined);
    }

    private (double Hits, double Misses, double FalseAlarms) Counts(int label)
    {
        Checked(label, nameof(label));
        double misses = 0, falseAlarms = 0;
        for (int other = 0; other < Classes; other++)
        {
            if (other == label) continue;
            misses += Cell(label, other);
            falseAlarms += Cell(other, label);
        }

        return (Cell(label, label), misses, falseAlarms);
    }

    private LabelCounts Counts()
    {
        var counts = new LabelCounts(Classes, Classes);
        for (int label = 0; label < Classes; label++)
            (counts.Hits[label], counts.Misses[label], counts.FalseAlarms[label]) = Counts(label);
        return counts;
    }
}
