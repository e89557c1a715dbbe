using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>The share of samples whose true class is among the k with the largest scores, for every k.</summary>
/// <remarks>
/// Counted is the place of the true class in its row, one before it for each larger score and for each equal score of a
/// class with a smaller index. Merged states give the bits of one pass.
/// </remarks>
public sealed class TopKAccuracy
{
    private readonly long[] _counts;
    private ExactSums? _weights;

    /// <summary>Without samples.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public TopKAccuracy(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        _counts = new long[classes];
    }

    /// <summary>The number of classes.</summary>
    public int Classes => _counts.Length;

    /// <summary>Samples whose actual class is this count nowhere, whatever their scores are. It need not be a class. Default: none.</summary>
    public int? IgnoreIndex { get; init; }

    /// <summary>Counts samples. Everything is checked before anything is counted.</summary>
    /// <inheritdoc cref="MulticlassScores.Add" />
    public void Add<T>(ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Scores.CheckRows(actual, scores, Classes, weights, IgnoreIndex);
        if (!weights.IsEmpty) _weights ??= new(Classes);
        for (int row = 0; row < actual.Length; row++)
        {
            if (actual[row] == IgnoreIndex) continue;
            ReadOnlySpan<T> own = scores.Slice(row * Classes, Classes);
            T score = own[actual[row]];
            int place = 0;
            for (int i = 0; i < own.Length; i++) place += own[i] > score || (own[i] == score && i < actual[row]) ? 1 : 0;
            if (weights.IsEmpty) _counts[place]++;
            else _weights!.Add(place, weights[row]);
        }
    }

    /// <summary>Adds the counts of another state, as if all its samples had been added here, to the last bit.</summary>
    /// <exception cref="ArgumentException">The other state has another number of classes.</exception>
    public void Merge(TopKAccuracy other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes)
            throw new ArgumentException($"Counts of {other.Classes} classes do not merge into those of {Classes}.", nameof(other));
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        if (other._weights is not null) (_weights ??= new(Classes)).Merge(other._weights);
    }

    /// <summary>The accuracy when k guesses are allowed.</summary>
    /// <param name="k">From 1 to the number of classes.</param>
    /// <param name="undefined">The result for no samples.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double At(int k, Undefined undefined = Undefined.Zero)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, Classes);
        double hits = 0, total = 0;
        for (int place = 0; place < Classes; place++)
        {
            double count = _weights?.Rounded(place, _counts[place]) ?? _counts[place];
            if (place < k) hits += count;
            total += count;
        }

        return total > 0 ? hits / total : Score.Resolve(undefined, $"Top-{k} accuracy");
    }
}
