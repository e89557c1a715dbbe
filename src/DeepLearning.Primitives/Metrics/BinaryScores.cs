using System.Numerics;
using System.Numerics.Tensors;

namespace DeepLearning.Primitives;

/// <summary>
/// Scores of samples of two classes, a larger score for a likelier 1: the curves over all thresholds and the areas under
/// them.
/// </summary>
/// <remarks>
/// All scores are kept, 8 bytes each, and sorted when something is asked for. What comes out depends on which samples there
/// are and not on their order: scores of parts of the data, merged in any order, give the bits of one pass. One instance is
/// to be used by one thread at a time.
/// </remarks>
public sealed class BinaryScores
{
    private readonly ScoreList _positives = new();
    private readonly ScoreList _negatives = new();

    /// <summary>The samples of class 1, or the sum of their weights.</summary>
    public double Positives => _positives.Total;

    /// <summary>The samples of class 0, or the sum of their weights.</summary>
    public double Negatives => _negatives.Total;

    /// <summary>Samples whose actual class is this count nowhere, whatever their score is. It need not be a class. Default: none.</summary>
    public int? IgnoreIndex { get; init; }

    /// <summary>Adds samples. Everything is checked before anything is added.</summary>
    /// <param name="actual">The true classes, 0 or 1.</param>
    /// <param name="scores">A score for each: a probability, a logit, anything that has an order. −0 and +0 are the same.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or a weight is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class is neither 0 nor 1.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public void Add<T>(ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.SameLength(actual, scores);
        LabelCounts.CheckIndices(actual, classes: 2, nameof(actual), actual, IgnoreIndex);
        Scores.CheckNumbers(scores, nameof(scores), actual, IgnoreIndex);
        if (!weights.IsEmpty) LabelCounts.CheckWeights(actual.Length, weights);
        if (IgnoreIndex is null && weights.IsEmpty && !_positives.IsWeighted && !_negatives.IsWeighted)
        {
            AddPlain(actual, scores);
            return;
        }

        for (int i = 0; i < actual.Length; i++)
        {
            if (actual[i] != IgnoreIndex)
                (actual[i] == 0 ? _negatives : _positives).Add(double.CreateChecked(scores[i]), weights.IsEmpty ? 1 : weights[i]);
        }
    }

    /// <summary>Without weights, and without a branch for each sample: both lists get the key, one of them keeps it.</summary>
    private void AddPlain<T>(ReadOnlySpan<int> actual, ReadOnlySpan<T> scores)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int ones = TensorPrimitives.Sum(actual), positive = 0;
        Span<ulong> positives = _positives.Extend(ones), negatives = _negatives.Extend(actual.Length - ones);
        for (int i = 0; i < actual.Length; i++)
        {
            ulong key = RadixSort.Key(double.CreateChecked(scores[i]));
            positives[positive] = key;
            negatives[i - positive] = key;
            positive += actual[i];
        }
    }

    /// <summary>Adds the samples of another state.</summary>
    public void Merge(BinaryScores other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _positives.Merge(other._positives);
        _negatives.Merge(other._negatives);
    }

    /// <summary>
    /// The area under the ROC curve: the share of pairs of a sample of class 1 and one of class 0 in which the first has the
    /// larger score, equal scores counting half.
    /// </summary>
    /// <param name="undefined">The result when a class has no samples.</param>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double RocAuc(Undefined undefined = Undefined.Zero)
    {
        double pairs = Positives * Negatives, twice = 0, hits = 0, falseAlarms = 0;
        if (!(pairs > 0)) return Score.Resolve(undefined, "The area under the ROC curve");
        for (var steps = new ThresholdSteps(_positives, _negatives); steps.MoveNext();)
        {
            twice += (steps.FalseAlarms - falseAlarms) * (steps.Hits + hits);
            (hits, falseAlarms) = (steps.Hits, steps.FalseAlarms);
        }

        return twice / (2 * pairs);
    }

    /// <summary>
    /// The average precision, Σ (Rₙ − Rₙ₋₁)·Pₙ over the thresholds from the highest down, R and P being recall and precision.
    /// </summary>
    /// <param name="undefined">The result when class 1 has no samples.</param>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double AveragePrecision(Undefined undefined = Undefined.Zero)
    {
        double sum = 0, hits = 0;
        if (!(Positives > 0)) return Score.Resolve(undefined, "Average precision");
        for (var steps = new ThresholdSteps(_positives, _negatives); steps.MoveNext(); hits = steps.Hits)
        {
            // Steps without a new hit have no part.
            if (steps.Hits > hits) sum += (steps.Hits - hits) * (steps.Hits / (steps.Hits + steps.FalseAlarms));
        }

        return sum / Positives;
    }

    /// <summary>
    /// The threshold t for which deciding on 1 where score ≥ t has the largest F1, the highest such score; and that F1.
    /// </summary>
    /// <param name="undefined">The F1 when class 1 has no samples; the threshold is then +∞.</param>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public (double Threshold, double F1) BestF1Threshold(Undefined undefined = Undefined.Zero)
    {
        if (!(Positives > 0)) return (double.PositiveInfinity, Score.Resolve(undefined, "The best F1"));
        (double Threshold, double F1) best = (double.PositiveInfinity, 0);
        for (var steps = new ThresholdSteps(_positives, _negatives); steps.MoveNext();)
        {
            // TP + FN = all positives, so that the denominator 2TP + FN + FP is this sum.
            double f1 = 2 * steps.Hits / (Positives + steps.Hits + steps.FalseAlarms);
            if (f1 > best.F1) best = (steps.Threshold, f1);
        }

        return best;
    }

    /// <summary>The ROC curve: the rates of false alarms and of hits for every threshold, from the highest down.</summary>
    /// <param name="dropIntermediate">True to leave out points inside straight lines, which change neither the area nor the look.</param>
    public RocCurve RocCurve(bool dropIntermediate = true)
    {
        List<(double FalseAlarms, double Hits, double Threshold)> points = [(0, 0, double.PositiveInfinity)];
        (double FalseAlarms, double Hits) last = default, change = default;
        for (var steps = new ThresholdSteps(_positives, _negatives); steps.MoveNext();)
        {
            (double FalseAlarms, double Hits) next = (steps.FalseAlarms - last.FalseAlarms, steps.Hits - last.Hits);
            // Two equal steps in a row: the point between them lies on the line. The first threshold stays, as in scikit-learn.
            if (dropIntermediate && points.Count > 2 && next == change) points.RemoveAt(points.Count - 1);
            points.Add((steps.FalseAlarms, steps.Hits, steps.Threshold));
            (last, change) = ((steps.FalseAlarms, steps.Hits), next);
        }

        return new(
            [.. points.Select(p => p.FalseAlarms / Negatives)],
            [.. points.Select(p => p.Hits / Positives)],
            [.. points.Select(p => p.Threshold)]);
    }

    /// <summary>
    /// Precision and recall for every threshold, from the lowest up, and at the end the point of precision 1 and recall 0,
    /// which has no threshold. Without samples of class 1 every recall but the last is 1, as in scikit-learn.
    /// </summary>
    public PrecisionRecallCurve PrecisionRecallCurve()
    {
        List<double> precision = [1], recall = [0], thresholds = [];
        for (var steps = new ThresholdSteps(_positives, _negatives); steps.MoveNext();)
        {
            precision.Add(steps.Hits / (steps.Hits + steps.FalseAlarms));
            recall.Add(Positives > 0 ? steps.Hits / Positives : 1);
            thresholds.Add(steps.Threshold);
        }

        precision.Reverse();
        recall.Reverse();
        thresholds.Reverse();
        return new([.. precision], [.. recall], [.. thresholds]);
    }
}

/// <summary>A ROC curve: point i is the one for deciding on 1 where score ≥ <c>Thresholds[i]</c>, the first of which is +∞.</summary>
/// <param name="FalsePositiveRate">FP / (FP + TN), ascending; NaN without samples of class 0.</param>
/// <param name="TruePositiveRate">TP / (TP + FN), ascending; NaN without samples of class 1.</param>
/// <param name="Thresholds">The thresholds, descending.</param>
public sealed record RocCurve(
    IReadOnlyList<double> FalsePositiveRate, IReadOnlyList<double> TruePositiveRate, IReadOnlyList<double> Thresholds);

/// <summary>A precision–recall curve: point i is the one for deciding on 1 where score ≥ <c>Thresholds[i]</c>.</summary>
/// <param name="Precision">TP / (TP + FP); one longer than the thresholds, the last being 1.</param>
/// <param name="Recall">TP / (TP + FN), descending; one longer than the thresholds, the last being 0.</param>
/// <param name="Thresholds">The thresholds, ascending.</param>
public sealed record PrecisionRecallCurve(
    IReadOnlyList<double> Precision, IReadOnlyList<double> Recall, IReadOnlyList<double> Thresholds);
