using System.Numerics;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives;

/// <summary>A range that a score lies in with a stated confidence.</summary>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
public readonly record struct ConfidenceInterval(double Lower, double Upper);

/// <content>Confidence intervals of F1.</content>
public sealed partial class ConfusionMatrix
{
    /// <summary>
    /// A confidence interval of the micro-averaged F1 over all classes, which is the share of right predictions: E. B.
    /// Wilson's interval of a proportion (1927). An empty matrix says nothing: [0, 1].
    /// </summary>
    /// <param name="level">The confidence, between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not between 0 and 1.</exception>
    public ConfidenceInterval MicroF1Interval(double level = 0.95)
    {
        CheckLevel(level);
        double n = Total, p = Accuracy, z = NormalQuantile((1 - level) / 2);
        if (n == 0) return new(0, 1);
        double square = z * z / n, centre = p + (square / 2);
        double half = Math.Sqrt(square * ((p * (1 - p)) + (square / 4)));
        return new(Math.Max(0, (centre - half) / (1 + square)), Math.Min(1, (centre + half) / (1 + square)));
    }

    /// <summary>
    /// A confidence interval of F1 under any average by the bootstrap: the quantiles of the F1 of
    /// <paramref name="resamples"/> matrices, each of as many samples as this one, drawn from it with replacement.
    /// </summary>
    /// <param name="average">How the labels' scores become one.</param>
    /// <param name="random">What is drawn from; the same state gives the same interval.</param>
    /// <param name="level">The confidence, between 0 and 1.</param>
    /// <param name="resamples">The number of matrices drawn, at least 2.</param>
    /// <param name="positiveLabel">The label that <see cref="Average.Binary"/> scores; 1 when not given, for two classes.</param>
    /// <param name="undefined">What 0 / 0 is.</param>
    /// <exception cref="ArgumentException">
    /// The level is not between 0 and 1, there are fewer than 2 resamples, or as
    /// <see cref="LabelScores.F1(Average, int?, Undefined)"/> says.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The samples have weights: they do not say how many samples to draw. Or 0 / 0 under <see cref="Undefined.Throw"/>.
    /// </exception>
    public ConfidenceInterval F1Interval(
        Average average,
        Philox random,
        double level = 0.95,
        int resamples = 1000,
        int? positiveLabel = null,
        Undefined undefined = Undefined.Zero)
    {
        ArgumentNullException.ThrowIfNull(random);
        CheckLevel(level);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 2);
        if (_weights is not null) throw new InvalidOperationException("The bootstrap draws samples and cannot weigh them.");
        _ = F1(average, positiveLabel, undefined);
        var multinomial = new Multinomial(_counts);
        ConfusionMatrix drawn = new(Classes) { Dialect = Dialect };
        double[] scores = new double[resamples];
        for (int i = 0; i < resamples; i++)
        {
            multinomial.Draw(random, drawn._counts);
            scores[i] = drawn.F1(average, positiveLabel, undefined);
        }

        Array.Sort(scores);
        return new(Quantile(scores, (1 - level) / 2), Quantile(scores, (1 + level) / 2));
    }

    private static void CheckLevel(double level)
    {
        if (!(level > 0 && level < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "The level lies between 0 and 1.");
    }

    /// <summary>Between the two nearest of sorted values, as NumPy's default.</summary>
    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        double next = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + ((place - below) * (next - sorted[below]));
    }

    /// <summary>The z that a standard normal number exceeds with the given probability, below ½.</summary>
    private static double NormalQuantile(double tail) => InverseNormal<double>.FromTail<Simd128<double>>(tail, 0.5 - tail).First;
}

/// <summary>Draws as many samples as there are, with replacement, from counted samples; only integers decide.</summary>
internal sealed class Multinomial
{
    private readonly long[] _before;
    private readonly uint[] _words = new uint[1024];

    public Multinomial(ReadOnlySpan<long> counts)
    {
        _before = new long[counts.Length + 1];
        for (int i = 0; i < counts.Length; i++) _before[i + 1] = checked(_before[i] + counts[i]);
    }

    /// <summary>Overwrites the counts with those of a draw.</summary>
    public void Draw(Philox random, Span<long> counts) => Split(random, counts, 0, counts.Length, _before[^1]);

    /// <summary>Draws so many samples from the cells of a range, half by half.</summary>
    private void Split(Philox random, Span<long> counts, int start, int end, long samples)
    {
        if (samples == 0 || end - start == 1)
        {
            counts[start..end].Clear();
            counts[start] = samples;
            return;
        }

        int middle = (start + end) / 2;
        long left = Binomial(random, samples, _before[middle] - _before[start], _before[end] - _before[start]);
        Split(random, counts, start, middle, left);
        Split(random, counts, middle, end, samples - left);
    }

    /// <summary>
    /// How many of so many uniform numbers lie below part / whole, whose binary digits are compared one by one: of the
    /// numbers that agree so far, those with a 0 where the fraction has a 1 lie below it, and those with a 1 against a 0
    /// above.
    /// </summary>
    private long Binomial(Philox random, long samples, long part, long whole)
    {
        if (part == whole) return samples;
        long below = 0;
        for (UInt128 rest = (UInt128)part; samples > 0 && rest != 0;)
        {
            rest <<= 1;
            bool digit = rest >= (UInt128)whole;
            if (digit) rest -= (UInt128)whole;
            long zeros = samples - Ones(random, samples);
            if (digit) below += zeros;
            samples = digit ? samples - zeros : zeros;
        }

        return below;
    }

    /// <summary>The ones among so many random bits.</summary>
    private long Ones(Philox random, long bits)
    {
        long ones = 0;
        for (; bits > 0; bits -= 32L * _words.Length)
        {
            Span<uint> words = _words.AsSpan(0, (int)Math.Min(_words.Length, (bits + 31) / 32));
            for (int i = 0; i < words.Length; i++) words[i] = random.NextUInt32();
            foreach (ulong pair in MemoryMarshal.Cast<uint, ulong>(words)) ones += BitOperations.PopCount(pair);
            if ((words.Length & 1) != 0) ones += BitOperations.PopCount(words[^1]);
            // The last word's bits that were not asked for.
            if (bits < 32L * words.Length) ones -= BitOperations.PopCount(words[^1] >> (int)(bits & 31));
        }

        return ones;
    }
}
