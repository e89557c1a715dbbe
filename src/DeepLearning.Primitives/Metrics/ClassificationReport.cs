using System.Globalization;
using System.Text;

namespace DeepLearning.Primitives;

/// <summary>A line of a report.</summary>
/// <param name="Name">The label's name, or the average's.</param>
/// <param name="Precision">TP / (TP + FP).</param>
/// <param name="Recall">TP / (TP + FN).</param>
/// <param name="F1">2TP / (2TP + FN + FP).</param>
/// <param name="Support">The label's samples, or those of all labels, or their weight.</param>
public sealed record ClassificationReportRow(string Name, double Precision, double Recall, double F1, double Support);

/// <summary>
/// Precision, recall, F1 and support of every label and their averages: as numbers, and as the table that scikit-learn's
/// <c>classification_report</c> prints.
/// </summary>
public sealed class ClassificationReport
{
    private readonly List<ClassificationReportRow> _labels = [];
    private readonly List<ClassificationReportRow> _averages = [];

    /// <summary>A report on what was counted.</summary>
    /// <param name="scores">A <see cref="ConfusionMatrix"/> or <see cref="MultilabelMatrix"/>.</param>
    /// <param name="names">A name for each label reported, or null for their numbers.</param>
    /// <param name="labels">The labels to report, or null for all that were seen (those that may be, of a multi-label matrix).</param>
    /// <param name="undefined">What 0 / 0 is.</param>
    /// <exception cref="ArgumentNullException"><paramref name="scores"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// The list of labels is empty, a label is out of range or named twice, there are not as many names as labels, or the
    /// dialect has no such undefined result.
    /// </exception>
    /// <exception cref="InvalidOperationException">0 / 0 under <see cref="Undefined.Throw"/>.</exception>
    public ClassificationReport(
        LabelScores scores,
        IReadOnlyList<string>? names = null,
        IReadOnlyList<int>? labels = null,
        Undefined undefined = Undefined.Zero)
    {
        ArgumentNullException.ThrowIfNull(scores);
        LabelCounts counts = scores.Counts();
        int[] reported = labels is null
            ? [.. Enumerable.Range(0, counts.Rows).Where(i => counts.IsMultilabel || counts[i].IsSeen)]
            : [.. labels];
        if (labels is not null) counts.CheckLabels(reported);
        if (names is not null && names.Count != reported.Length)
            throw new ArgumentException($"There are {names.Count} names for {reported.Length} labels.", nameof(names));

        double support = 0;
        for (int i = 0; i < reported.Length; i++)
        {
            int label = reported[i];
            string name = names?[i] ?? label.ToString(CultureInfo.InvariantCulture);
            _labels.Add(Row(name, score => scores.Of(score, label, undefined), counts[label].Support));
            support += counts[label].Support;
        }

        // All classes that were seen: the micro averages are then all the same, and called accuracy.
        bool isComplete = !counts.IsMultilabel && Enumerable.Range(0, counts.Rows).All(i => !counts[i].IsSeen || reported.Contains(i));
        if (isComplete && scores is ConfusionMatrix matrix) Accuracy = matrix.Accuracy;
        else Add("micro avg", Average.Micro);
        Add("macro avg", Average.Macro);
        Add("weighted avg", Average.Weighted);
        if (counts.IsMultilabel && labels is null) Add("samples avg", Average.Samples);

        void Add(string name, Average average) => _averages.Add(Row(
            name,
            score => labels is null ? scores.Of(score, average, positiveLabel: null, undefined) : scores.Of(score, average, reported, undefined),
            support));
    }

    /// <summary>The labels reported.</summary>
    public IReadOnlyList<ClassificationReportRow> Labels => _labels;

    /// <summary>"micro avg" (where it is not the accuracy), "macro avg", "weighted avg" and, for several labels a sample, "samples avg".</summary>
    public IReadOnlyList<ClassificationReportRow> Averages => _averages;

    /// <summary>The accuracy, when all classes that were seen are reported; else null.</summary>
    public double? Accuracy { get; }

    /// <summary>The aligned table, with two digits.</summary>
    public override string ToString() => ToString(2);

    /// <summary>The aligned table.</summary>
    /// <param name="digits">Digits behind the point, from 0 to 15.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not from 0 to 15.</exception>
    public string ToString(int digits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(digits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 15);
        int name = _labels.Concat(_averages).Select(row => row.Name.Length).Append("weighted avg".Length).Append(digits).Max();
        int column = Math.Max(9, digits + 2);
        string format = "F" + digits.ToString(CultureInfo.InvariantCulture);
        var text = new StringBuilder();
        Line("", "precision", "recall", "f1-score", "support");
        text.Append('\n');
        foreach (ClassificationReportRow row in _labels) Scores(row);
        if (_labels.Count > 0) text.Append('\n');
        double support = _averages[0].Support;
        if (Accuracy is not null) Line("accuracy", "", "", Number(Accuracy.Value), Weight(support));
        foreach (ClassificationReportRow row in _averages) Scores(row);
        return text.ToString();

        void Scores(ClassificationReportRow row) =>
            Line(row.Name, Number(row.Precision), Number(row.Recall), Number(row.F1), Weight(row.Support));

        void Line(string first, params ReadOnlySpan<string> cells)
        {
            text.Append(first.PadLeft(name)).Append(' ');
            for (int i = 0; i < cells.Length; i++) text.Append(' ').Append(cells[i].PadLeft(column));
            text.Append('\n');
        }

        string Number(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        string Weight(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
    }

    private static ClassificationReportRow Row(string name, Func<Score, double> of, double support) =>
        new(name, of(Score.Precision), of(Score.Recall), of(Score.F1), support);
}
