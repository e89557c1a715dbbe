using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// Scores of samples that may have several labels, a row of one score for each label: the area under the ROC curve and the
/// average precision, label by label or averaged.
/// </summary>
/// <remarks>
/// All scores are kept. What comes out does not depend on the order of the samples: scores of parts of the data, merged in
/// any order, give the bits of one pass. One instance is to be used by one thread at a time.
/// </remarks>
public sealed class MultilabelScores
{
    private readonly List<int> _actual = [];
    private readonly List<double> _scores = [];
    private readonly List<double> _weights = [];

    /// <summary>Without samples.</summary>
    /// <param name="labels">The number of labels.</param>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public MultilabelScores(int labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        Labels = labels;
    }

    /// <summary>The number of labels.</summary>
    public int Labels { get; }

    /// <summary>Elements that are this instead of 0 or 1 count nowhere, whatever their score is. Default: none.</summary>
    public int? IgnoreIndex { get; init; }

    /// <summary>Adds samples. Everything is checked before anything is added.</summary>
    /// <param name="actual">Rows of 1 for a label that is there and 0 for one that is not.</param>
    /// <param name="scores">Rows of scores: probabilities, logits, anything that has an order.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, do not make whole rows, a score is NaN, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An element of <paramref name="actual"/> is neither 0 nor 1.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public void Add<T>(ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Scores.CheckLabels(actual, scores, Labels, weights, IgnoreIndex);
        for (int row = 0; row < rows; row++)
        {
            if (!weights.IsEmpty && weights[row] == 0) continue;
            _weights.Add(weights.IsEmpty ? 1 : weights[row]);
            for (int i = row * Labels; i < (row + 1) * Labels; i++)
            {
                _actual.Add(actual[i] == IgnoreIndex ? -1 : actual[i]);
                _scores.Add(double.CreateChecked(scores[i]));
            }
        }
    }

    /// <summary>Adds the samples of another state.</summary>
    /// <exception cref="ArgumentException">The other state has another number of labels.</exception>
    public void Merge(MultilabelScores other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Labels != Labels)
            throw new ArgumentException($"Scores of {other.Labels} labels do not merge into those of {Labels}.", nameof(other));
        _actual.AddRange(other._actual.ToArray());
        _scores.AddRange(other._scores.ToArray());
        _weights.AddRange(other._weights.ToArray());
    }

    /// <summary>The samples by the scores of one label.</summary>
    /// <param name="label">The label.</param>
    /// <exception cref="ArgumentOutOfRangeException">The label is out of range.</exception>
    public BinaryScores ForLabel(int label)
    {
        LabelCounts.Checked(label, Labels, nameof(label));
        return Of(label, Labels);
    }

    /// <summary>The area under the ROC curve, averaged.</summary>
    /// <param name="average">
    /// Macro; weighted, by the support of the labels; micro, all elements as one comparison; or samples, each by its own labels.
    /// </param>
    /// <param name="undefined">What a comparison without elements of one side is; NaN leaves it out of the average.</param>
    /// <exception cref="ArgumentException">The average is not one of these.</exception>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double RocAuc(Average average = Average.Macro, Undefined undefined = Undefined.Zero) =>
        Averaged(average, undefined, scores => scores.RocAuc(undefined));

    /// <summary>The area under the ROC curve of every label.</summary>
    /// <param name="undefined">What a label is that all samples have, or none.</param>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double[] RocAucPerLabel(Undefined undefined = Undefined.Zero) =>
        [.. Enumerable.Range(0, Labels).Select(label => ForLabel(label).RocAuc(undefined))];

    /// <summary>The average precision, averaged.</summary>
    /// <inheritdoc cref="RocAuc" />
    public double AveragePrecision(Average average = Average.Macro, Undefined undefined = Undefined.Zero) =>
        Averaged(average, undefined, scores => scores.AveragePrecision(undefined));

    /// <summary>The average precision of every label.</summary>
    /// <param name="undefined">What a label is that no sample has.</param>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double[] AveragePrecisionPerLabel(Undefined undefined = Undefined.Zero) =>
        [.. Enumerable.Range(0, Labels).Select(label => ForLabel(label).AveragePrecision(undefined))];

    private double Averaged(Average average, Undefined undefined, Func<BinaryScores, double> score)
    {
        ComparisonMean mean = new();
        switch (average)
        {
            case Average.Micro:
                return score(Of(0, 1));
            case Average.Samples:
                for (int row = 0; row < _weights.Count; row++) mean.Add(score(OfSample(row)), _weights[row]);
                break;
            case Average.Macro or Average.Weighted:
                for (int label = 0; label < Labels; label++)
                {
                    BinaryScores scores = ForLabel(label);
                    mean.Add(score(scores), average == Average.Macro ? 1 : scores.Positives);
                }

                break;
            default:
                throw new ArgumentException($"Average.{average} is not for scores of labels.", nameof(average));
        }

        return mean.Value(undefined);
    }

    /// <summary>Every element from one on, a step apart.</summary>
    private BinaryScores Of(int first, int step)
    {
        BinaryScores scores = new();
        for (int i = first; i < _actual.Count; i += step)
            if (_actual[i] >= 0) scores.Add<double>([_actual[i]], [_scores[i]], [_weights[i / Labels]]);
        return scores;
    }

    private BinaryScores OfSample(int row)
    {
        BinaryScores scores = new();
        for (int i = row * Labels; i < (row + 1) * Labels; i++)
            if (_actual[i] >= 0) scores.Add<double>([_actual[i]], [_scores[i]]);
        return scores;
    }
}

/// <summary>The weighted mean of scores, in any order of them; NaN stays out of it.</summary>
internal sealed class ComparisonMean
{
    private readonly ExactSums _sums = new(2);

    public void Add(double score, double weight)
    {
        if (double.IsNaN(score)) return;
        _sums.AddProduct(0, weight, score);
        _sums.Add(1, weight);
    }

    public double Value(Undefined undefined) => _sums[1] > 0 ? _sums[0] / _sums[1] : Score.Resolve(undefined, "The average of the comparisons");
}
