using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>Scores of predicted numbers: mean squared and absolute error, R² and explained variance.</summary>
/// <remarks>
/// With the errors e = actual − predicted. Sums are exact, so that they neither lose digits when the numbers lie far from 0
/// nor depend on the order: scores of parts of the data, merged in any order, give the bits of one pass.
/// </remarks>
public sealed class RegressionScores
{
    // Σw, Σwy, Σwy², Σwe, Σwe², Σw|e|.
    private const int Weight = 0, Actual = 1, Error = 3, Magnitude = 5;

    private readonly ExactSums _sums = new(6);
    private (double Least, double Most) _actual = (double.PositiveInfinity, double.NegativeInfinity);
    private (double Least, double Most) _error = (double.PositiveInfinity, double.NegativeInfinity);

    /// <summary>The number of samples that weigh anything.</summary>
    public long Count { get; private set; }

    /// <summary>Adds samples. Everything is checked before anything is added.</summary>
    /// <param name="actual">The true numbers.</param>
    /// <param name="predicted">The predicted numbers.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, a number is NaN or infinite, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public void Add<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> predicted, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.SameLength(actual, predicted);
        if (!weights.IsEmpty) LabelCounts.CheckWeights(actual.Length, weights);
        CheckFinite(actual, nameof(actual));
        CheckFinite(predicted, nameof(predicted));
        for (int i = 0; i < actual.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            if (weight == 0) continue;
            double y = double.CreateChecked(actual[i]), error = y - double.CreateChecked(predicted[i]);
            Count++;
            _sums.Add(Weight, weight);
            AddMoments(Actual, weight, y);
            AddMoments(Error, weight, error);
            _sums.AddProduct(Magnitude, weight, Math.Abs(error));
            _actual = (Math.Min(_actual.Least, y), Math.Max(_actual.Most, y));
            _error = (Math.Min(_error.Least, error), Math.Max(_error.Most, error));
        }
    }

    /// <summary>Adds what another state has seen, as if it had been added here, to the last bit.</summary>
    public void Merge(RegressionScores other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Count += other.Count;
        _sums.Merge(other._sums);
        _actual = (Math.Min(_actual.Least, other._actual.Least), Math.Max(_actual.Most, other._actual.Most));
        _error = (Math.Min(_error.Least, other._error.Least), Math.Max(_error.Most, other._error.Most));
    }

    /// <summary>Σ w·e² / Σ w.</summary>
    /// <param name="undefined">The result for no samples.</param>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double MeanSquaredError(Undefined undefined = Undefined.NaN) => Mean(Error + 1, undefined);

    /// <summary>√(Σ w·e² / Σ w).</summary>
    /// <inheritdoc cref="MeanSquaredError" />
    public double RootMeanSquaredError(Undefined undefined = Undefined.NaN) => Math.Sqrt(MeanSquaredError(undefined));

    /// <summary>Σ w·|e| / Σ w.</summary>
    /// <inheritdoc cref="MeanSquaredError" />
    public double MeanAbsoluteError(Undefined undefined = Undefined.NaN) => Mean(Magnitude, undefined);

    /// <summary>
    /// R² = 1 − Σ w·e² / Σ w·(y − ȳ)²: 1 for a perfect prediction, 0 for always predicting the mean. Where all y are the
    /// same, 1 if they are predicted and 0 if not, as in scikit-learn.
    /// </summary>
    /// <param name="undefined">The result for fewer than two samples.</param>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double R2(Undefined undefined = Undefined.NaN) =>
        Count < 2 ? Score.Resolve(undefined, "R²") : Explained(Mean(Error + 1, undefined));

    /// <summary>
    /// 1 − Var(e) / Var(y): R² without the part of the error that is the same for all samples. Where all y are the same, 1
    /// if all e are and 0 if not.
    /// </summary>
    /// <inheritdoc cref="R2" />
    public double ExplainedVariance(Undefined undefined = Undefined.NaN) =>
        Count < 2 ? Score.Resolve(undefined, "Explained variance") : Explained(Variance(Error, _error));

    private double Explained(double unexplained)
    {
        double variance = Variance(Actual, _actual);
        if (variance == 0) return unexplained == 0 ? 1 : 0;
        return 1 - (unexplained / variance);
    }

    private double Mean(int sum, Undefined undefined) =>
        Count > 0 ? _sums[sum] / _sums[Weight] : Score.Resolve(undefined, "The mean error");

    private void AddMoments(int at, double weight, double x)
    {
        double product = weight * x;
        _sums.AddProduct(at, weight, x);
        _sums.AddProduct(at + 1, product, x);
        _sums.AddProduct(at + 1, Math.FusedMultiplyAdd(weight, x, -product), x);
    }

    /// <summary>(Σwx² · Σw − (Σwx)²) / (Σw)², in twice the precision: the two may be close.</summary>
    private double Variance(int at, (double Least, double Most) range)
    {
        if (range.Least == range.Most) return 0;
        (double high, double low) = _sums.Twofold(Weight);
        (double first, double firstLow) = _sums.Twofold(at);
        (double second, double secondLow) = _sums.Twofold(at + 1);
        double left = second * high, right = first * first;
        double leftLow = Math.FusedMultiplyAdd(second, high, -left) + ((second * low) + (secondLow * high));
        double rightLow = Math.FusedMultiplyAdd(first, first, -right) + (2 * first * firstLow);
        return Math.Max(0, left - right + (leftLow - rightLow)) / (high * high);
    }

    private static void CheckFinite<T>(ReadOnlySpan<T> values, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < values.Length; i++)
            if (!T.IsFinite(values[i])) throw new ArgumentException($"{name}[{i}] is {values[i]}: it must be finite.", name);
    }
}
