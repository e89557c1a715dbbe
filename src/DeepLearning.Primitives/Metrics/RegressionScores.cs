using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>How the scores of several outputs become one. For none of these, ask for the scores per output.</summary>
public enum OutputAverage
{
    /// <summary>The plain mean.</summary>
    Uniform,

    /// <summary>The mean weighted by the variance of each output's true numbers; the plain one where they have none.</summary>
    VarianceWeighted,
}

/// <summary>Scores of predicted numbers, one or several for each sample: mean squared and absolute error, R² and explained variance.</summary>
/// <remarks>
/// With the errors e = actual − predicted. Sums are exact, so that they neither lose digits when the numbers lie far from 0
/// nor depend on the order: scores of parts of the data, merged in any order, give the bits of one pass.
/// </remarks>
public sealed class RegressionScores
{
    // Σw, then for each output Σwy, Σwy², Σwe, Σwe², Σw|e|.
    private const int Weight = 0, Heads = 1, Cells = 5, Actual = 0, Error = 2, Magnitude = 4;

    private readonly ExactSums _sums;
    private readonly Range[] _actual, _error;

    /// <summary>Without samples.</summary>
    /// <param name="outputs">The numbers of each sample.</param>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public RegressionScores(int outputs = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Outputs = outputs;
        _sums = new(checked(Heads + (Cells * outputs)));
        (_actual, _error) = (new Range[outputs], new Range[outputs]);
        Array.Fill(_actual, Range.Empty);
        Array.Fill(_error, Range.Empty);
    }

    /// <summary>The numbers of each sample.</summary>
    public int Outputs { get; }

    /// <summary>The number of samples that weigh anything.</summary>
    public long Count { get; private set; }

    /// <summary>Adds samples. Everything is checked before anything is added.</summary>
    /// <param name="actual">The true numbers: samples × outputs.</param>
    /// <param name="predicted">The predicted numbers.</param>
    /// <param name="weights">What each sample counts, or nothing for 1 each. A sample of weight 0 is not seen.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ or make no whole samples, a number is NaN or infinite, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public void Add<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> predicted, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.SameLength(actual, predicted);
        int samples = Guard.Rows(actual.Length, Outputs, nameof(actual));
        if (!weights.IsEmpty) LabelCounts.CheckWeights(samples, weights);
        CheckFinite(actual, nameof(actual));
        CheckFinite(predicted, nameof(predicted));
        for (int i = 0; i < samples; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            if (weight == 0) continue;
            Count++;
            _sums.Add(Weight, weight);
            for (int output = 0; output < Outputs; output++)
            {
                int at = (i * Outputs) + output, sums = Heads + (Cells * output);
                double y = double.CreateChecked(actual[at]), error = y - double.CreateChecked(predicted[at]);
                AddMoments(sums + Actual, weight, y);
                AddMoments(sums + Error, weight, error);
                _sums.AddProduct(sums + Magnitude, weight, Math.Abs(error));
                _actual[output] |= new Range(y, y);
                _error[output] |= new Range(error, error);
            }
        }
    }

    /// <summary>Adds what another state has seen, as if it had been added here, to the last bit.</summary>
    /// <exception cref="ArgumentException">The other state has another number of outputs.</exception>
    public void Merge(RegressionScores other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Outputs != Outputs)
            throw new ArgumentException($"Scores of {other.Outputs} outputs do not merge into those of {Outputs}.", nameof(other));
        Count += other.Count;
        _sums.Merge(other._sums);
        for (int output = 0; output < Outputs; output++)
        {
            _actual[output] |= other._actual[output];
            _error[output] |= other._error[output];
        }
    }

    /// <summary>Σ w·e² / Σ w, the mean over the outputs.</summary>
    /// <param name="undefined">The result for no samples.</param>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double MeanSquaredError(Undefined undefined = Undefined.Zero) => MeanSquaredErrorPerOutput(undefined).Average();

    /// <summary>Σ w·e² / Σ w of each output.</summary>
    /// <inheritdoc cref="MeanSquaredError" />
    public double[] MeanSquaredErrorPerOutput(Undefined undefined = Undefined.Zero) => PerOutput(Error + 1, undefined);

    /// <summary>√(Σ w·e² / Σ w), the mean over the outputs.</summary>
    /// <inheritdoc cref="MeanSquaredError" />
    public double RootMeanSquaredError(Undefined undefined = Undefined.Zero) => MeanSquaredErrorPerOutput(undefined).Average(Math.Sqrt);

    /// <summary>Σ w·|e| / Σ w, the mean over the outputs.</summary>
    /// <inheritdoc cref="MeanSquaredError" />
    public double MeanAbsoluteError(Undefined undefined = Undefined.Zero) => MeanAbsoluteErrorPerOutput(undefined).Average();

    /// <summary>Σ w·|e| / Σ w of each output.</summary>
    /// <inheritdoc cref="MeanSquaredError" />
    public double[] MeanAbsoluteErrorPerOutput(Undefined undefined = Undefined.Zero) => PerOutput(Magnitude, undefined);

    /// <summary>
    /// R² = 1 − Σ w·e² / Σ w·(y − ȳ)²: 1 for a perfect prediction, 0 for always predicting the mean. Where all y of an output
    /// are the same, 1 if they are predicted and 0 if not, as in scikit-learn.
    /// </summary>
    /// <param name="undefined">The result for fewer than two samples.</param>
    /// <param name="average">How the scores of several outputs become one.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not a value of an enumeration.</exception>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double R2(Undefined undefined = Undefined.Zero, OutputAverage average = OutputAverage.Uniform) =>
        Mean(R2PerOutput(undefined), average);

    /// <summary>R² of each output.</summary>
    /// <param name="undefined">The result for fewer than two samples.</param>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double[] R2PerOutput(Undefined undefined = Undefined.Zero) =>
        Explained("R²", undefined, output => _sums[Heads + (Cells * output) + Error + 1] / _sums[Weight]);

    /// <summary>
    /// 1 − Var(e) / Var(y): R² without the part of the error that is the same for all samples. Where all y of an output are the
    /// same, 1 if all e are and 0 if not.
    /// </summary>
    /// <inheritdoc cref="R2" />
    public double ExplainedVariance(Undefined undefined = Undefined.Zero, OutputAverage average = OutputAverage.Uniform) =>
        Mean(ExplainedVariancePerOutput(undefined), average);

    /// <summary>1 − Var(e) / Var(y) of each output.</summary>
    /// <inheritdoc cref="R2PerOutput" />
    public double[] ExplainedVariancePerOutput(Undefined undefined = Undefined.Zero) =>
        Explained("Explained variance", undefined, output => Variance(output, Error, _error[output]));

    private double[] Explained(string what, Undefined undefined, Func<int, double> unexplained)
    {
        double[] scores = new double[Outputs];
        for (int output = 0; output < Outputs; output++)
        {
            double variance = Count < 2 ? 0 : Variance(output, Actual, _actual[output]);
            scores[output] = Count < 2 ? Score.Resolve(undefined, what)
                : variance > 0 ? 1 - (unexplained(output) / variance)
                : unexplained(output) == 0 ? 1 : 0;
        }

        return scores;
    }

    private double Mean(double[] scores, OutputAverage average)
    {
        if (!Enum.IsDefined(average)) throw new ArgumentOutOfRangeException(nameof(average), average, "Not a value of the enumeration.");
        if (average == OutputAverage.Uniform || Count < 2) return scores.Average();
        double sum = 0, weights = 0;
        for (int output = 0; output < Outputs; output++)
        {
            double variance = Variance(output, Actual, _actual[output]);
            sum += variance * scores[output];
            weights += variance;
        }

        return weights > 0 ? sum / weights : scores.Average();
    }

    private double[] PerOutput(int sum, Undefined undefined)
    {
        double[] means = new double[Outputs];
        for (int output = 0; output < Outputs; output++)
        {
            means[output] = Count > 0
                ? _sums[Heads + (Cells * output) + sum] / _sums[Weight] : Score.Resolve(undefined, "The mean error");
        }

        return means;
    }

    private void AddMoments(int at, double weight, double x)
    {
        double product = weight * x;
        _sums.AddProduct(at, weight, x);
        _sums.AddProduct(at + 1, product, x);
        _sums.AddProduct(at + 1, Math.FusedMultiplyAdd(weight, x, -product), x);
    }

    /// <summary>(Σwx² · Σw − (Σwx)²) / (Σw)², in twice the precision: the two may be close.</summary>
    private double Variance(int output, int sum, Range range)
    {
        if (range.Least == range.Most) return 0;
        int at = Heads + (Cells * output) + sum;
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

    private readonly record struct Range(double Least, double Most)
    {
        public static Range Empty => new(double.PositiveInfinity, double.NegativeInfinity);

        public static Range operator |(Range a, Range b) => new(Math.Min(a.Least, b.Least), Math.Max(a.Most, b.Most));
    }
}
