using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>How several classes become comparisons of two.</summary>
public enum MulticlassComparison
{
    /// <summary>Each class against all others together, by its own scores.</summary>
    OneVersusRest,

    /// <summary>Each class against each other one, among the samples of the two (D. J. Hand and R. J. Till, 2001).</summary>
    OneVersusOne,
}

/// <summary>
/// Scores of samples of several classes, a row of one score for each class: the area under the ROC curve and the average
/// precision.
/// </summary>
/// <remarks>
/// All scores are kept. What comes out does not depend on the order of the samples: scores of parts of the data, merged in
/// any order, give the bits of one pass. One instance is to be used by one thread at a time.
/// </remarks>
public sealed class MulticlassScores
{
    private readonly List<int> _actual = [];
    private readonly List<double> _scores = [];
    private readonly List<double> _weights = [];

    /// <summary>Without samples.</summary>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">Below 2.</exception>
    public MulticlassScores(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        Classes = classes;
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>Samples whose actual class is this count nowhere, whatever their scores are. It need not be a class. Default: none.</summary>
    public int? IgnoreIndex { get; init; }

    /// <summary>Adds samples. Everything is checked before anything is added.</summary>
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="scores">Samples × classes.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// There are not as many rows as samples, a score is NaN, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A class index is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public void Add<T>(ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Scores.CheckRows(actual, scores, Classes, weights, IgnoreIndex);
        for (int row = 0; row < actual.Length; row++)
        {
            if (actual[row] == IgnoreIndex || (!weights.IsEmpty && weights[row] == 0)) continue;
            _actual.Add(actual[row]);
            _weights.Add(weights.IsEmpty ? 1 : weights[row]);
            foreach (T score in scores.Slice(row * Classes, Classes)) _scores.Add(double.CreateChecked(score));
        }
    }

    /// <summary>Adds the samples of another state.</summary>
    /// <exception cref="ArgumentException">The other state has another number of classes.</exception>
    public void Merge(MulticlassScores other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes)
            throw new ArgumentException($"Scores of {other.Classes} classes do not merge into those of {Classes}.", nameof(other));
        _actual.AddRange(other._actual.ToArray());
        _scores.AddRange(other._scores.ToArray());
        _weights.AddRange(other._weights.ToArray());
    }

    /// <summary>The samples of one class against all others, by the scores of that class.</summary>
    /// <param name="label">The class.</param>
    /// <exception cref="ArgumentOutOfRangeException">The class is out of range.</exception>
    public BinaryScores OneVersusRest(int label)
    {
        LabelCounts.Checked(label, Classes, nameof(label));
        return Compare(label, actual => actual == label);
    }

    /// <summary>
    /// The area under the ROC curve, averaged. Comparisons in which a class has no samples are what
    /// <paramref name="undefined"/> says; NaN leaves them out of the average.
    /// </summary>
    /// <param name="comparison">What is compared.</param>
    /// <param name="average">
    /// Macro; weighted, by the support of the class or of both classes of a pair; or, for one versus rest, micro: all scores
    /// of all classes as one comparison.
    /// </param>
    /// <param name="undefined">What a comparison without samples of one side is.</param>
    /// <exception cref="ArgumentException">The average does not go with the comparison.</exception>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double RocAuc(
        MulticlassComparison comparison, Average average = Average.Macro, Undefined undefined = Undefined.Zero)
    {
        if (!Enum.IsDefined(comparison))
            throw new ArgumentOutOfRangeException(nameof(comparison), comparison, "Not a value of the enumeration.");
        bool isOne = comparison == MulticlassComparison.OneVersusOne;
        if (average == Average.Micro && !isOne) return Together().RocAuc(undefined);
        if (average is not (Average.Macro or Average.Weighted))
            throw new ArgumentException($"Average.{average} does not go with {comparison}.", nameof(average));
        if (!isOne) return OverClasses(average, undefined, scores => scores.RocAuc(undefined));
        ComparisonMean mean = new();
        for (int a = 0; a < Classes; a++)
        {
            for (int b = a + 1; b < Classes; b++)
            {
                BinaryScores first = Compare(a, actual => actual == a ? true : actual == b ? false : null);
                BinaryScores second = Compare(b, actual => actual == b ? true : actual == a ? false : null);
                double support = average == Average.Weighted ? first.Positives + first.Negatives : 1;
                mean.Add((first.RocAuc(undefined) + second.RocAuc(undefined)) / 2, support);
            }
        }

        return mean.Value(undefined);
    }

    /// <summary>The average precision of each class against all others, averaged.</summary>
    /// <param name="average">Macro; weighted, by the support of the class; or micro: all scores of all classes as one comparison.</param>
    /// <param name="undefined">What a class without samples is; NaN leaves it out of the average.</param>
    /// <exception cref="ArgumentException">The average is not one of these.</exception>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double AveragePrecision(Average average = Average.Macro, Undefined undefined = Undefined.Zero) => average switch
    {
        Average.Micro => Together().AveragePrecision(undefined),
        Average.Macro or Average.Weighted => OverClasses(average, undefined, scores => scores.AveragePrecision(undefined)),
        _ => throw new ArgumentException($"Average.{average} is not for scores of classes.", nameof(average)),
    };

    private double OverClasses(Average average, Undefined undefined, Func<BinaryScores, double> score)
    {
        ComparisonMean mean = new();
        for (int label = 0; label < Classes; label++)
        {
            BinaryScores scores = OneVersusRest(label);
            mean.Add(score(scores), average == Average.Weighted ? scores.Positives : 1);
        }

        return mean.Value(undefined);
    }

    private BinaryScores Together()
    {
        BinaryScores all = new();
        for (int label = 0; label < Classes; label++) all.Merge(OneVersusRest(label));
        return all;
    }

    /// <summary>The scores of one class for the samples that are its own (true) or of the others (false).</summary>
    private BinaryScores Compare(int label, Func<int, bool?> side)
    {
        BinaryScores scores = new();
        for (int row = 0; row < _actual.Count; row++)
        {
            if (side(_actual[row]) is bool own)
                scores.Add<double>([own ? 1 : 0], [_scores[(row * Classes) + label]], [_weights[row]]);
        }

        return scores;
    }
}
