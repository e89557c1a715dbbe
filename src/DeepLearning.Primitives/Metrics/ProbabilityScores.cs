using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>Where predictions of about the same confidence end up: a bin of a reliability diagram.</summary>
/// <param name="Lower">The least confidence of the bin.</param>
/// <param name="Upper">Where the next bin begins; the last bin includes 1.</param>
/// <param name="Weight">The samples in the bin, or the sum of their weights.</param>
/// <param name="Confidence">Their mean confidence; NaN for an empty bin.</param>
/// <param name="Accuracy">The share of them that is right; NaN for an empty bin.</param>
public readonly record struct CalibrationBin(double Lower, double Upper, double Weight, double Confidence, double Accuracy);

/// <summary>How good predicted probabilities are: log loss, Brier score and calibration.</summary>
/// <remarks>
/// Rows of one probability for each class; or, for one class, the probability of class 1 against class 0. Sums are exact:
/// states of parts of the data, merged in any order, give the bits of one pass.
/// </remarks>
public sealed class ProbabilityScores
{
    // Σw, Σ of the log losses, Σ of the squared errors; then for each bin Σw, Σ of the confidences, Σ of the hits.
    private const int Heads = 3, Cells = 3;

    private readonly ExactSums _sums;

    /// <summary>Without samples.</summary>
    /// <param name="classes">The number of classes, 1 for probabilities of class 1 alone.</param>
    /// <param name="bins">The number of bins of equal width for the calibration.</param>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public ProbabilityScores(int classes, int bins = 15)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bins, 1 << 20);
        (Classes, Bins) = (classes, bins);
        _sums = new(Heads + (Cells * bins));
    }

    /// <summary>The number of classes, 1 for probabilities of class 1 alone.</summary>
    public int Classes { get; }

    /// <summary>The number of bins.</summary>
    public int Bins { get; }

    /// <summary>Samples whose actual class is this count nowhere, whatever their probabilities are. It need not be a class. Default: none.</summary>
    public int? IgnoreIndex { get; init; }

    /// <summary>Adds samples. Everything is checked before anything is added.</summary>
    /// <param name="actual">The true class of each sample.</param>
    /// <param name="probabilities">Samples × classes, each in [0, 1]; that a row sums to 1 is not asked for.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// There are not as many rows as samples, a probability is outside [0, 1] or NaN, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A class index is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public void Add<T>(ReadOnlySpan<int> actual, ReadOnlySpan<T> probabilities, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Length(probabilities.Length, checked(actual.Length * Classes), $"{actual.Length} samples × {Classes} classes", nameof(probabilities));
        LabelCounts.CheckIndices(actual, Math.Max(2, Classes), nameof(actual), actual, IgnoreIndex);
        Scores.CheckProbabilities(probabilities, nameof(probabilities), actual, IgnoreIndex);
        if (!weights.IsEmpty) LabelCounts.CheckWeights(actual.Length, weights);
        Span<double> losses = stackalloc double[128];
        for (int start = 0; start < actual.Length; start += losses.Length)
        {
            int count = Math.Min(losses.Length, actual.Length - start);
            for (int i = 0; i < count; i++)
                losses[i] = actual[start + i] == IgnoreIndex ? 1 : ProbabilityOf(actual[start + i], Row(probabilities, start + i));
            Elementary.Log<double>(losses[..count], losses);
            for (int i = 0; i < count; i++)
            {
                double weight = actual[start + i] == IgnoreIndex ? 0 : weights.IsEmpty ? 1 : weights[start + i];
                if (weight != 0) Count(actual[start + i], Row(probabilities, start + i), -losses[i], weight);
            }
        }
    }

    /// <summary>Adds what another state has seen, as if it had been added here, to the last bit.</summary>
    /// <exception cref="ArgumentException">The other state has another number of classes or bins.</exception>
    public void Merge(ProbabilityScores other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if ((other.Classes, other.Bins) != (Classes, Bins))
        {
            throw new ArgumentException(
                $"{other.Classes} classes in {other.Bins} bins do not merge into {Classes} in {Bins}.", nameof(other));
        }

        _sums.Merge(other._sums);
    }

    /// <summary>The mean of −log p of the true class; +∞ once one was thought impossible (scikit-learn stops at 36 there).</summary>
    /// <param name="undefined">The result for no samples.</param>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double LogLoss(Undefined undefined = Undefined.Zero) => Mean(1, undefined);

    /// <summary>
    /// The mean of Σ (p − [class is true])² over the classes, from 0 to 2; for one class the mean of (p − actual)², from 0 to 1.
    /// </summary>
    /// <inheritdoc cref="LogLoss" />
    public double BrierScore(Undefined undefined = Undefined.Zero) => Mean(2, undefined);

    /// <summary>
    /// The expected calibration error: the mean distance of confidence and accuracy over the bins, weighted by their samples
    /// (C. Guo and others, 2017). The confidence is the largest probability of a row, right when that class is true; for one
    /// class it is the probability of class 1.
    /// </summary>
    /// <inheritdoc cref="LogLoss" />
    public double ExpectedCalibrationError(Undefined undefined = Undefined.Zero)
    {
        double sum = 0;
        foreach (CalibrationBin bin in CalibrationCurve()) if (bin.Weight > 0) sum += bin.Weight * Distance(bin);
        return _sums[0] > 0 ? sum / _sums[0] : Score.Resolve(undefined, "The calibration error");
    }

    /// <summary>The root of the mean squared distance of confidence and accuracy over the bins, weighted by their samples.</summary>
    /// <inheritdoc cref="LogLoss" />
    public double RootMeanSquareCalibrationError(Undefined undefined = Undefined.Zero)
    {
        double sum = 0;
        foreach (CalibrationBin bin in CalibrationCurve()) if (bin.Weight > 0) sum += bin.Weight * (Distance(bin) * Distance(bin));
        return _sums[0] > 0 ? Math.Sqrt(sum / _sums[0]) : Score.Resolve(undefined, "The calibration error");
    }

    /// <summary>The largest distance of confidence and accuracy in a bin that has samples.</summary>
    /// <inheritdoc cref="LogLoss" />
    public double MaximumCalibrationError(Undefined undefined = Undefined.Zero)
    {
        double most = 0;
        foreach (CalibrationBin bin in CalibrationCurve()) if (bin.Weight > 0) most = Math.Max(most, Distance(bin));
        return _sums[0] > 0 ? most : Score.Resolve(undefined, "The calibration error");
    }

    /// <summary>All bins, empty ones too: bin i holds the confidences in [i, i + 1) / bins, the last one 1 as well.</summary>
    public IReadOnlyList<CalibrationBin> CalibrationCurve()
    {
        var bins = new CalibrationBin[Bins];
        for (int i = 0; i < bins.Length; i++)
        {
            int at = Heads + (Cells * i);
            double weight = _sums[at];
            bins[i] = new((double)i / Bins, (i + 1.0) / Bins, weight, _sums[at + 1] / weight, _sums[at + 2] / weight);
        }

        return bins;
    }

    private static double Distance(CalibrationBin bin) => Math.Abs(bin.Confidence - bin.Accuracy);

    private double Mean(int sum, Undefined undefined) =>
        _sums[0] > 0 ? _sums[sum] / _sums[0] : Score.Resolve(undefined, "The mean score");

    private ReadOnlySpan<T> Row<T>(ReadOnlySpan<T> probabilities, int row) => probabilities.Slice(row * Classes, Classes);

    private static double ProbabilityOf<T>(int actual, ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (row.Length > 1) return double.CreateChecked(row[actual]);
        double p = double.CreateChecked(row[0]);
        return actual == 1 ? p : 1 - p;
    }

    private void Count<T>(int actual, ReadOnlySpan<T> row, double loss, double weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double square = 0;
        for (int i = 0; i < row.Length; i++)
        {
            double error = double.CreateChecked(row[i]) - (row.Length == 1 ? actual : i == actual ? 1 : 0);
            square += error * error;
        }

        _sums.Add(0, weight);
        _sums.AddProduct(1, weight, loss);
        _sums.AddProduct(2, weight, square);
        int best = Scores.IndexOfMax(row);
        double confidence = double.CreateChecked(row[best]);
        // The quotient may round up to a bin's end, or the product to the next bin: the bins' own bounds decide.
        int bin = Math.Min(Bins - 1, (int)(confidence * Bins));
        if (confidence < (double)bin / Bins) bin--;
        else if (bin + 1 < Bins && confidence >= (bin + 1.0) / Bins) bin++;
        int at = Heads + (Cells * bin);
        _sums.Add(at, weight);
        _sums.AddProduct(at + 1, weight, confidence);
        if (row.Length == 1 ? actual == 1 : best == actual) _sums.Add(at + 2, weight);
    }
}
