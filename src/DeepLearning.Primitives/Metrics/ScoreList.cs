namespace DeepLearning.Primitives;

/// <summary>The scores of one class, kept as keys that sort like the scores, and their weights if any has one.</summary>
internal sealed class ScoreList
{
    private ulong[] _keys = new ulong[16];
    private double[]? _weights;
    private ExactSums? _total;
    private bool _isSorted = true;

    public int Count { get; private set; }

    public double Total => _total?[0] ?? Count;

    public ReadOnlySpan<ulong> Keys => _keys.AsSpan(0, Count);

    /// <summary>As many as there are keys, or none for 1 each.</summary>
    public ReadOnlySpan<double> Weights => _weights is null ? default : _weights.AsSpan(0, Count);

    public bool IsWeighted => _weights is not null;

    /// <summary>Adds keys without weights, which the caller writes: the span has one place more than they need.</summary>
    public Span<ulong> Extend(int more)
    {
        Reserve(more + 1);
        Count += more;
        _isSorted = false;
        return _keys.AsSpan(Count - more, more + 1);
    }

    public void Add(double score, double weight)
    {
        if (weight != 0) Append(RadixSort.Key(score), weight);
    }

    public void Merge(ScoreList other)
    {
        int count = other.Count;
        Reserve(count);
        for (int i = 0; i < count; i++) Append(other._keys[i], other._weights?[i] ?? 1);
    }

    /// <summary>Sorts by score, and equal scores by weight, so that sums do not depend on the order of arrival.</summary>
    public void Sort()
    {
        if (_isSorted) return;
        _isSorted = true;
        Span<ulong> keys = _keys.AsSpan(0, Count);
        if (_weights is null)
        {
            RadixSort.Sort(keys);
            return;
        }

        Span<double> weights = _weights.AsSpan(0, Count);
        keys.Sort(weights);
        for (int start = 0, end; start < Count; start = end)
        {
            for (end = start + 1; end < Count && keys[end] == keys[start];) end++;
            weights[start..end].Sort();
        }
    }

    /// <summary>Makes room for so many more, and for half as many again when it has to.</summary>
    private void Reserve(int more)
    {
        int needed = checked(Count + more);
        if (needed <= _keys.Length) return;
        int length = (int)Math.Min(Math.Max(needed, 1.5 * _keys.Length), Array.MaxLength);
        Array.Resize(ref _keys, length);
        if (_weights is not null) Array.Resize(ref _weights, length);
    }

    private void Append(ulong key, double weight)
    {
        Reserve(1);
        if (weight != 1 && _weights is null)
        {
            _weights = new double[_keys.Length];
            _weights.AsSpan(0, Count).Fill(1);
            _total = new(1);
            _total.Add(0, Count);
        }

        _keys[Count] = key;
        if (_weights is not null)
        {
            _weights[Count] = weight;
            _total!.Add(0, weight);
        }

        Count++;
        _isSorted = false;
    }
}

/// <summary>The distinct scores of two classes from the highest down, and what is found when deciding on 1 from there up.</summary>
internal ref struct ThresholdSteps
{
    private readonly ReadOnlySpan<ulong> _positives, _negatives;
    private readonly ReadOnlySpan<double> _positiveWeights, _negativeWeights;
    private int _positive, _negative;
    private ulong _key;

    public ThresholdSteps(ScoreList positives, ScoreList negatives)
    {
        positives.Sort();
        negatives.Sort();
        _positives = positives.Keys;
        _negatives = negatives.Keys;
        _positiveWeights = positives.Weights;
        _negativeWeights = negatives.Weights;
        (_positive, _negative) = (positives.Count, negatives.Count);
    }

    public readonly double Threshold => RadixSort.Value(_key);

    /// <summary>TP.</summary>
    public double Hits { get; private set; }

    /// <summary>FP.</summary>
    public double FalseAlarms { get; private set; }

    public bool MoveNext()
    {
        if (_positive == 0 && _negative == 0) return false;
        // No score has the key 0.
        _key = Math.Max(_positive > 0 ? _positives[_positive - 1] : 0, _negative > 0 ? _negatives[_negative - 1] : 0);
        for (; _positive > 0 && _positives[_positive - 1] == _key; _positive--)
            Hits += _positiveWeights.IsEmpty ? 1 : _positiveWeights[_positive - 1];
        for (; _negative > 0 && _negatives[_negative - 1] == _key; _negative--)
            FalseAlarms += _negativeWeights.IsEmpty ? 1 : _negativeWeights[_negative - 1];
        return true;
    }
}
