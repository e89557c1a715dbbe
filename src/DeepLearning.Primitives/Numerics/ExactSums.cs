namespace DeepLearning.Primitives;

/// <summary>
/// Sums of doubles that never round: whatever the order of the additions and however they are spread over partial sums,
/// the result is the true sum rounded once. A sum that overflows on the way stays infinite.
/// </summary>
/// <remarks>
/// Level 0 holds the sums as ordinary additions give them, level 1 the sum of the errors of those additions, and so on; the
/// exact sum is that of its levels. Two are enough for most data, more are added when an error would be lost.
/// </remarks>
internal sealed class ExactSums
{
    private double[][] _levels;

    /// <summary>Sums of nothing.</summary>
    public ExactSums(int count) => _levels = [new double[count], new double[count]];

    /// <summary>The number of sums.</summary>
    public int Count => _levels[0].Length;

    /// <summary>The sum, rounded to nearest once.</summary>
    public double this[int at] => Rounded(at, 0);

    public void Add(int at, double value)
    {
        for (int k = 0; ; k++)
        {
            if (k == _levels.Length)
            {
                Array.Resize(ref _levels, k + 1);
                _levels[k] = new double[Count];
            }

            // Knuth's sum of two numbers with its error, which goes to the next level.
            ref double level = ref _levels[k][at];
            double before = level, sum = before + value, added = sum - before;
            level = sum;
            value = (before - (sum - added)) + (value - added);
            if (value == 0 || !double.IsFinite(sum)) return;
        }
    }

    /// <summary>Adds x·y, exactly unless it underflows.</summary>
    public void AddProduct(int at, double x, double y)
    {
        double product = x * y;
        Add(at, product);
        if (double.IsFinite(product)) Add(at, Math.FusedMultiplyAdd(x, y, -product));
    }

    /// <summary>Adds one of the sums of another state.</summary>
    public void Add(int at, ExactSums other, int theirs)
    {
        // Taken first: the other may be this.
        Span<double> parts = stackalloc double[other._levels.Length];
        for (int k = 0; k < parts.Length; k++) parts[k] = other._levels[k][theirs];
        foreach (double part in parts) Add(at, part);
    }

    /// <summary>Adds the sums of another state of the same length.</summary>
    public void Merge(ExactSums other)
    {
        for (int i = 0; i < Count; i++) Add(i, other, i);
    }

    /// <summary>Makes room for more sums, which begin at 0.</summary>
    public void Resize(int count)
    {
        for (int k = 0; k < _levels.Length; k++) Array.Resize(ref _levels[k], count);
    }

    public void Clear() => _levels = [new double[Count], new double[Count]];

    /// <summary>The sum as a number of twice the precision: the rounded sum and what is missing from it.</summary>
    public (double High, double Low) Twofold(int at)
    {
        double high = Rounded(at, 0);
        return (high, double.IsFinite(high) ? Rounded(at, -high) : 0);
    }

    /// <summary>
    /// The sum and <paramref name="extra"/>, rounded to nearest once: J. R. Shewchuk's expansion (1997) of numbers that do
    /// not overlap, added from the largest until something is rounded off.
    /// </summary>
    public double Rounded(int at, double extra)
    {
        if (!double.IsFinite(_levels[0][at])) return _levels[0][at];
        Span<double> parts = stackalloc double[_levels.Length + 1];
        int count = Grow(parts, 0, extra);
        foreach (double[] level in _levels) count = Grow(parts, count, level[at]);
        double sum = parts[--count], error = 0;
        while (count > 0 && error == 0)
        {
            double larger = sum, part = parts[--count];
            sum = larger + part;
            error = part - (sum - larger);
        }

        // Halfway between two doubles, what is left below decides.
        if (count > 0 && error != 0 && Math.Sign(error) == Math.Sign(parts[count - 1]))
        {
            double twice = 2 * error, next = sum + twice;
            if (twice == next - sum) return next;
        }

        return sum;
    }

    private static int Grow(Span<double> parts, int count, double value)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            double large = value, small = parts[i];
            if (Math.Abs(large) < Math.Abs(small)) (large, small) = (small, large);
            value = large + small;
            double error = small - (value - large);
            if (error != 0) parts[kept++] = error;
        }

        parts[kept] = value;
        return kept + 1;
    }
}
