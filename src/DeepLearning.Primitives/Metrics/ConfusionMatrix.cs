using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using System.Text;

namespace DeepLearning.Primitives;

/// <summary>
/// Counts, for every pair of classes, the samples of the one that were predicted as the other, and gives the scores that
/// follow from the counts.
/// </summary>
/// <remarks>
/// Counts are integers; weights are added up beside them without rounding. Both are exact, so that matrices of parts of the
/// data, merged in any order, give the bits of one pass. Averages run over the labels seen as actual or predicted, or over
/// the labels named, of which absent ones count. Reading from several threads at once is safe, adding is not: give each
/// thread a matrix and <see cref="Merge"/> them.
/// </remarks>
public sealed partial class ConfusionMatrix : LabelScores
{
    private readonly long[] _counts;
    private ExactSums? _weights;

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
    public double Total
    {
        get
        {
            double total = TensorPrimitives.Sum<long>(_counts);
            if (_weights is null) return total;
            ExactSums sum = new(1);
            sum.Add(0, total);
            for (int i = 0; i < _counts.Length; i++) sum.Add(0, _weights, i);
            return sum[0];
        }
    }

    /// <summary>The samples of one class that were predicted as another, or the sum of their weights.</summary>
    /// <param name="actual">The true class.</param>
    /// <param name="predicted">The predicted class.</param>
    /// <exception cref="ArgumentOutOfRangeException">A class is out of range.</exception>
    public double this[int actual, int predicted] => Cell(
        LabelCounts.Checked(actual, Classes, nameof(actual)), LabelCounts.Checked(predicted, Classes, nameof(predicted)));

    /// <summary>Counts samples. Everything is checked before anything is counted.</summary>
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="predicted">The predicted class of each sample.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class index is out of range.</exception>
    public void Add(ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted)
    {
        LabelCounts.CheckSamples(actual, predicted, default, weighted: false, Classes, IgnoreIndex);
        if (IgnoreIndex is null)
        {
            PairCounts.Add(actual, predicted, Classes, _counts);
            return;
        }

        for (int i = 0; i < actual.Length; i++)
            if (actual[i] != IgnoreIndex) _counts[(actual[i] * Classes) + predicted[i]]++;
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
        LabelCounts.CheckSamples(actual, predicted, weights, weighted: true, Classes, IgnoreIndex);
        _weights ??= new(_counts.Length);
        for (int i = 0; i < actual.Length; i++)
            if (actual[i] != IgnoreIndex) _weights.Add((actual[i] * Classes) + predicted[i], weights[i]);
    }

    /// <summary>
    /// Counts samples by scores: the class of the largest is predicted, the first of equal ones. Everything is checked before
    /// anything is counted.
    /// </summary>
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="scores">Samples × classes: probabilities or logits.</param>
    /// <exception cref="ArgumentException">There are not as many rows as samples, or a score is NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class index is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public void AddScores<T>(ReadOnlySpan<int> actual, ReadOnlySpan<T> scores)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Scores.CheckRows(actual, scores, Classes, default, IgnoreIndex);
        for (int row = 0; row < actual.Length; row++)
        {
            if (actual[row] != IgnoreIndex)
                _counts[(actual[row] * Classes) + Scores.IndexOfMax(scores.Slice(row * Classes, Classes))]++;
        }
    }

    /// <summary>Adds the counts of another matrix, as if all its samples had been added here, to the last bit.</summary>
    /// <param name="other">A matrix of as many classes.</param>
    /// <exception cref="ArgumentException">The other matrix has another number of classes.</exception>
    public void Merge(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes)
            throw new ArgumentException($"A matrix of {other.Classes} classes does not merge into one of {Classes}.", nameof(other));
        TensorPrimitives.Add(_counts, other._counts, _counts);
        if (other._weights is null) return;
        _weights ??= new(_counts.Length);
        _weights.Merge(other._weights);
    }

    /// <summary>Forgets everything counted.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        _weights = null;
    }

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

    internal override LabelCounts Counts()
    {
        double[] hits = new double[Classes], misses = new double[Classes], falseAlarms = new double[Classes];
        for (int i = 0; i < Classes; i++)
        {
            for (int j = 0; j < Classes; j++)
            {
                double cell = Cell(i, j);
                if (i == j)
                {
                    hits[i] = cell;
                }
                else
                {
                    misses[i] += cell;
                    falseAlarms[j] += cell;
                }
            }
        }

        double total = Total;
        var rows = new Outcome[Classes];
        for (int i = 0; i < Classes; i++)
            rows[i] = new(hits[i], misses[i], falseAlarms[i], Math.Max(0, total - hits[i] - misses[i] - falseAlarms[i]));
        return new(rows, Classes, total);
    }

    private protected override Outcome OutcomeOf(int label)
    {
        LabelCounts.Checked(label, Classes, nameof(label));
        double hits = Cell(label, label), misses = 0, falseAlarms = 0;
        for (int other = 0; other < Classes; other++)
        {
            if (other == label) continue;
            misses += Cell(label, other);
            falseAlarms += Cell(other, label);
        }

        return new(hits, misses, falseAlarms, Math.Max(0, Total - hits - misses - falseAlarms));
    }

    private double Cell(int actual, int predicted)
    {
        int at = (actual * Classes) + predicted;
        return _weights is null ? _counts[at] : _weights.Rounded(at, _counts[at]);
    }
}
