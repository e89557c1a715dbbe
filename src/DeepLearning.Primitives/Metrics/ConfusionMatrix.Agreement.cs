namespace DeepLearning.Primitives;

/// <content>Scores of the matrix as a whole.</content>
public sealed partial class ConfusionMatrix
{
    /// <summary>The share of samples on the diagonal; 0 for an empty matrix.</summary>
    public double Accuracy
    {
        get
        {
            double hits = 0;
            for (int label = 0; label < Classes; label++) hits += Cell(label, label);
            return hits > 0 ? hits / Total : 0;
        }
    }

    /// <summary>The mean recall of the classes that have samples.</summary>
    /// <param name="adjusted">True for (score − 1/c) / (1 − 1/c), which is 0 for guessing among the c classes with samples.</param>
    /// <param name="undefined">The result for no samples.</param>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double BalancedAccuracy(bool adjusted = false, Undefined undefined = Undefined.Zero) =>
        Agreement.BalancedAccuracy(Counts(), adjusted, undefined);

    /// <inheritdoc cref="Metrics.MatthewsCorrelation" path="/summary" />
    /// <param name="undefined">The result when all samples are of one class, or all predictions are.</param>
    /// <returns>A number in [−1, 1], 1 for a perfect prediction and 0 for one that knows nothing.</returns>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    public double MatthewsCorrelation(Undefined undefined = Undefined.Zero) => Agreement.Matthews(Counts(), undefined);

    /// <summary>
    /// Cohen's κ, 1 − Σ w·observed / Σ w·expected over the cells: the agreement beyond that of chance, where a
    /// disagreement between classes i and j weighs 1, |i − j| or (i − j)².
    /// </summary>
    /// <param name="weighting">How much a disagreement weighs.</param>
    /// <param name="undefined">The result when chance alone would agree always.</param>
    /// <returns>A number up to 1, 0 for agreement by chance.</returns>
    /// <exception cref="InvalidOperationException">Undefined, under <see cref="Undefined.Throw"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Not a value of an enumeration.</exception>
    public double CohenKappa(KappaWeighting weighting = KappaWeighting.None, Undefined undefined = Undefined.Zero)
    {
        LabelCounts counts = Counts();
        if (weighting == KappaWeighting.None) return Agreement.Kappa(counts, undefined);
        if (!Enum.IsDefined(weighting))
            throw new ArgumentOutOfRangeException(nameof(weighting), weighting, "Not a value of the enumeration.");
        double observed = 0, expected = 0;
        for (int i = 0; i < Classes; i++)
        {
            for (int j = 0; j < Classes; j++)
            {
                double weight = Math.Abs(i - j);
                if (weighting == KappaWeighting.Quadratic) weight *= weight;
                observed += weight * Cell(i, j);
                expected += weight * counts[i].Support * (counts[j].Hits + counts[j].FalseAlarms);
            }
        }

        return expected > 0 ? 1 - (observed * counts.Total / expected) : Score.Resolve(undefined, "Cohen's κ");
    }
}

/// <summary>How much a disagreement between classes i and j weighs in Cohen's κ.</summary>
public enum KappaWeighting
{
    /// <summary>1, whatever the classes.</summary>
    None,

    /// <summary>|i − j|, for classes that are steps of a scale.</summary>
    Linear,

    /// <summary>(i − j)², for classes that are steps of a scale.</summary>
    Quadratic,
}

/// <summary>Scores that need only the counts of each label.</summary>
internal static class Agreement
{
    public static double BalancedAccuracy(LabelCounts counts, bool adjusted, Undefined undefined)
    {
        double sum = 0;
        int classes = 0;
        for (int row = 0; row < counts.Rows; row++)
        {
            Outcome outcome = counts[counts.LabelAt(row)];
            if (outcome.Support == 0) continue;
            sum += outcome.Hits / outcome.Support;
            classes++;
        }

        if (classes == 0 || (adjusted && classes == 1)) return Score.Resolve(undefined, "Balanced accuracy");
        double chance = adjusted ? 1.0 / classes : 0;
        return ((sum / classes) - chance) / (1 - chance);
    }

    public static double Matthews(LabelCounts counts, Undefined undefined)
    {
        (double covariance, double actual, double predicted, _) = Margins(counts);
        double spread = Math.Sqrt(actual * predicted);
        return spread > 0 ? Math.Clamp(covariance / spread, -1, 1) : Score.Resolve(undefined, "Matthews' correlation");
    }

    public static double Kappa(LabelCounts counts, Undefined undefined)
    {
        (double covariance, _, _, double mixed) = Margins(counts);
        return mixed > 0 ? covariance / mixed : Score.Resolve(undefined, "Cohen's κ");
    }

    /// <summary>
    /// With a and p a label's shares among the actual and the predicted: Σ (hits − ap), Σ a(1 − a), Σ p(1 − p), Σ a(1 − p),
    /// each written so that nothing cancels when one class holds nearly all samples.
    /// </summary>
    private static (double Covariance, double Actual, double Predicted, double Mixed) Margins(LabelCounts counts)
    {
        double total = counts.Total, covariance = 0, actual = 0, predicted = 0, mixed = 0;
        if (total == 0) return default;
        for (int row = 0; row < counts.Rows; row++)
        {
            Outcome outcome = counts[counts.LabelAt(row)];
            double a = outcome.Support / total, notA = (outcome.FalseAlarms + outcome.Rejections) / total;
            double p = (outcome.Hits + outcome.FalseAlarms) / total, notP = (outcome.Misses + outcome.Rejections) / total;
            covariance += (outcome.Hits / total * (outcome.Rejections / total)) - (outcome.FalseAlarms / total * (outcome.Misses / total));
            actual += a * notA;
            predicted += p * notP;
            mixed += a * notP;
        }

        return (covariance, actual, predicted, mixed);
    }
}
