using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// Counts, for every label of samples that may have several, how often it was there and predicted, and gives the scores
/// that follow from the counts.
/// </summary>
/// <remarks>
/// Samples are rows of as many numbers as there are labels, 1 where the label is and 0 where it is not. Counts are integers,
/// weights are added up beside them without rounding: matrices of parts of the data, merged in any order, give the bits of
/// one pass. Averages run over all labels, seen or not, or over those named. For <see cref="Average.Samples"/> the matrix
/// remembers how many samples had so many hits, misses and false alarms, so that every score has it.
/// </remarks>
public sealed class MultilabelMatrix : LabelScores
{
    // TP, FN, FP, and the elements that are ignored.
    private const int Cells = 4;

    private readonly long[] _counts;
    private readonly Dictionary<(int Hits, int Misses, int FalseAlarms, int Ignored), int> _kinds = [];
    private long[] _kindCounts = new long[4];
    private ExactSums? _weights;
    private ExactSums? _kindWeights;

    /// <summary>An empty matrix.</summary>
    /// <param name="labels">The number of labels.</param>
    /// <exception cref="ArgumentOutOfRangeException">Below 1, or too many for an array.</exception>
    public MultilabelMatrix(int labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(labels, Array.MaxLength / Cells);
        Labels = labels;
        _counts = new long[labels * Cells];
    }

    /// <summary>The number of labels.</summary>
    public int Labels { get; }

    /// <summary>The number of samples, or the sum of their weights.</summary>
    public double Total => SamplesWith(mistakes: int.MaxValue);

    /// <summary>The share of samples all of whose labels are right; 0 for an empty matrix.</summary>
    public double ExactMatch => SamplesWith(mistakes: 0) is > 0 and double hits ? hits / Total : 0;

    /// <summary>Counts samples by decisions. Everything is checked before anything is counted.</summary>
    /// <param name="actual">Rows of 1 for a label that is there and 0 for one that is not.</param>
    /// <param name="predicted">Rows of 1 for a label that is predicted and 0 for one that is not.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, do not make whole rows, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An element is neither 0 nor 1.</exception>
    public void Add(ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, ReadOnlySpan<double> weights = default)
    {
        int rows = Guard.Rows(actual.Length, Labels, nameof(actual));
        LabelCounts.CheckSamples(actual, predicted, default, weighted: false, classes: 2, IgnoreIndex);
        if (!weights.IsEmpty) LabelCounts.CheckWeights(rows, weights);
        for (int row = 0; row < rows; row++)
            Count(actual.Slice(row * Labels, Labels), predicted.Slice(row * Labels, Labels), weights.IsEmpty ? null : weights[row]);
    }

    /// <summary>
    /// Counts samples by scores: a label is predicted where its score is at least the threshold, or above it in the dialects
    /// of TorchMetrics and Keras. Everything is checked before anything is counted.
    /// </summary>
    /// <param name="actual">Rows of 1 for a label that is there and 0 for one that is not.</param>
    /// <param name="scores">Rows of scores: probabilities, or logits with a threshold of 0.</param>
    /// <param name="threshold">
    /// Where a label begins to be predicted. NaN predicts the label of the largest score instead, the first of equal ones,
    /// or in the dialect of Keras all of them that are not 0.
    /// </param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, do not make whole rows, a score is NaN, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An element of <paramref name="actual"/> is neither 0 nor 1.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public void AddScores<T>(ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, T threshold, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Scores.CheckLabels(actual, scores, Labels, weights, IgnoreIndex);
        int[] decisions = new int[Labels];
        for (int row = 0; row < rows; row++)
        {
            Decide(actual.Slice(row * Labels, Labels), scores.Slice(row * Labels, Labels), threshold, decisions);
            Count(actual.Slice(row * Labels, Labels), decisions, weights.IsEmpty ? null : weights[row]);
        }
    }

    /// <summary>Adds the counts of another matrix, as if all its samples had been added here, to the last bit.</summary>
    /// <param name="other">A matrix of as many labels.</param>
    /// <exception cref="ArgumentException">The other matrix has another number of labels.</exception>
    public void Merge(MultilabelMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Labels != Labels)
            throw new ArgumentException($"A matrix of {other.Labels} labels does not merge into one of {Labels}.", nameof(other));
        foreach (((int, int, int, int) key, int theirs) in other._kinds.ToArray())
        {
            int kind = KindOf(key, other._kindWeights is not null);
            _kindCounts[kind] += other._kindCounts[theirs];
            if (other._kindWeights is not null) _kindWeights!.Add(kind, other._kindWeights, theirs);
        }

        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        if (other._weights is not null) (_weights ??= new(_counts.Length)).Merge(other._weights);
    }

    /// <summary>Forgets everything counted.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Array.Clear(_kindCounts);
        _kinds.Clear();
        (_weights, _kindWeights) = (null, null);
    }

    internal override LabelCounts Counts()
    {
        double total = Total;
        var rows = new Outcome[Labels];
        for (int label = 0; label < Labels; label++) rows[label] = OutcomeOf(label, total);
        return new(rows, Labels, total) { IsMultilabel = true };
    }

    private protected override Outcome OutcomeOf(int label) =>
        OutcomeOf(LabelCounts.Checked(label, Labels, nameof(label)), Total);

    private protected override double OfSamples(Score score, Undefined undefined)
    {
        Score.Check(undefined, Dialect);
        // In an order of their own, so that the sum does not depend on which kind came first.
        var kinds = _kinds.ToArray();
        Array.Sort(kinds, (a, b) => a.Key.CompareTo(b.Key));
        double sum = 0, weights = 0;
        foreach (((int hits, int misses, int falseAlarms, int ignored), int kind) in kinds)
        {
            double weight = WeightOf(kind);
            double value = score.Of(new(hits, misses, falseAlarms, Labels - hits - misses - falseAlarms - ignored), label: null, undefined, Dialect);
            if (weight == 0 || double.IsNaN(value)) continue;
            sum += weight * value;
            weights += weight;
        }

        return weights > 0 ? sum / weights : Score.Resolve(undefined, "The average of the samples");
    }

    private Outcome OutcomeOf(int label, double total)
    {
        double hits = Cell(0), misses = Cell(1), falseAlarms = Cell(2);
        return new(hits, misses, falseAlarms, Math.Max(0, total - hits - misses - falseAlarms - Cell(3)));

        double Cell(int which)
        {
            int at = (label * Cells) + which;
            return _weights is null ? _counts[at] : _weights.Rounded(at, _counts[at]);
        }
    }

    /// <summary>The samples with at most so many mistakes, added up without rounding, since the kinds are in order of arrival.</summary>
    private double SamplesWith(int mistakes)
    {
        ExactSums sum = new(1);
        foreach (((_, int misses, int falseAlarms, _), int kind) in _kinds)
        {
            if (misses + falseAlarms > mistakes) continue;
            sum.Add(0, _kindCounts[kind]);
            if (_kindWeights is not null) sum.Add(0, _kindWeights, kind);
        }

        return sum[0];
    }

    private double WeightOf(int kind) => _kindWeights is null ? _kindCounts[kind] : _kindWeights.Rounded(kind, _kindCounts[kind]);

    private void Count(ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, double? weight)
    {
        // A sample without a label that counts is none.
        if (IgnoreIndex is { } index && !actual.ContainsAnyExcept(index)) return;
        if (weight is not null) _weights ??= new(_counts.Length);
        Span<int> sums = stackalloc int[Cells];
        sums.Clear();
        for (int label = 0; label < actual.Length; label++)
        {
            bool isIgnored = actual[label] == IgnoreIndex;
            if (!isIgnored && (actual[label] | predicted[label]) == 0) continue;
            int which = isIgnored ? 3 : actual[label] == 0 ? 2 : 1 - predicted[label];
            sums[which]++;
            if (weight is null) _counts[(label * Cells) + which]++;
            else _weights!.Add((label * Cells) + which, weight.Value);
        }

        int kind = KindOf((sums[0], sums[1], sums[2], sums[3]), weight is not null);
        if (weight is null) _kindCounts[kind]++;
        else _kindWeights!.Add(kind, weight.Value);
    }

    private int KindOf((int Hits, int Misses, int FalseAlarms, int Ignored) key, bool isWeighted)
    {
        if (!_kinds.TryGetValue(key, out int kind))
        {
            _kinds.Add(key, kind = _kinds.Count);
            if (kind == _kindCounts.Length) Array.Resize(ref _kindCounts, 2 * kind);
        }

        if (isWeighted) _kindWeights ??= new(_kindCounts.Length);
        if (_kindWeights?.Count < _kindCounts.Length) _kindWeights.Resize(_kindCounts.Length);
        return kind;
    }

    private void Decide<T>(ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, T threshold, Span<int> decisions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool reaches = Dialect is MetricDialect.Default or MetricDialect.ScikitLearn;
        bool byMaximum = T.IsNaN(threshold);
        int best = 0;
        for (int label = 1; label < scores.Length; label++)
            if (actual[best] == IgnoreIndex || (scores[label] > scores[best] && actual[label] != IgnoreIndex)) best = label;
        T smallest = T.CreateChecked(1e-9);
        for (int label = 0; label < scores.Length; label++)
        {
            T score = scores[label];
            bool isPredicted = !byMaximum
                ? score > threshold || (reaches && score == threshold)
                : Dialect == MetricDialect.Keras ? score == scores[best] && T.Abs(score) > smallest : label == best;
            decisions[label] = isPredicted ? 1 : 0;
        }
    }
}
