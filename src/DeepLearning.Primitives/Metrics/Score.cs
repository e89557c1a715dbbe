namespace DeepLearning.Primitives;

/// <summary>
/// A score of one label, a·TP / (a·TP + b·FN + c·FP): precision is (1, 0, 1), recall (1, 1, 0), Fβ (1 + β², β², 1).
/// </summary>
internal readonly struct Score
{
    private readonly string _name;
    private readonly double _hit;
    private readonly double _miss;
    private readonly double _falseAlarm;

    private Score(string name, double hit, double miss, double falseAlarm) =>
        (_name, _hit, _miss, _falseAlarm) = (name, hit, miss, falseAlarm);

    public static Score Precision => new("Precision", 1, 0, 1);

    public static Score Recall => new("Recall", 1, 1, 0);

    public static Score FBeta(double beta)
    {
        if (!(beta >= 0)) throw new ArgumentOutOfRangeException(nameof(beta), beta, "β must be 0 or more.");
        // Held where the products with counts stay finite; there and beyond FP has no part in a sum with FN or TP.
        double square = Math.Min(beta * beta, 1e200);
        return new("F-score", 1 + square, square, 1);
    }

    /// <summary>0 / 0, by the caller's choice.</summary>
    public static double Resolve(Undefined undefined, string what) => undefined switch
    {
        Undefined.NaN => double.NaN,
        Undefined.Zero => 0,
        Undefined.One => 1,
        Undefined.Throw => throw new InvalidOperationException($"{what} is undefined: there is nothing to divide by."),
        _ => throw new ArgumentOutOfRangeException(nameof(undefined), undefined, "Not a value of the enumeration."),
    };

    public double Of(LabelCounts counts, int label, Undefined undefined)
    {
        (double hits, double misses, double falseAlarms) = counts[label];
        return Of(hits, misses, falseAlarms, label, undefined);
    }

    /// <summary>The average over <paramref name="labels"/>, or over the labels seen when it is empty.</summary>
    public double Of(
        LabelCounts counts, Average average, ReadOnlySpan<int> labels, int? positiveLabel, Undefined undefined)
    {
        if (average == Average.Binary)
        {
            if (!labels.IsEmpty)
                throw new ArgumentException("Average.Binary takes a positiveLabel, not a list of labels.", nameof(labels));
            if (positiveLabel is null && counts.Length != 2)
            {
                throw new ArgumentException(
                    $"Average.Binary asks for 2 classes, here are {counts.Length}: name the positiveLabel, or choose another average.",
                    nameof(average));
            }

            return Of(counts, counts.Checked(positiveLabel ?? 1, nameof(positiveLabel)), undefined);
        }

        if (positiveLabel is not null)
            throw new ArgumentException($"Average.{average} has no positive label.", nameof(positiveLabel));
        counts.CheckLabels(labels);
        return average switch
        {
            Average.Micro => Micro(counts, labels, undefined),
            Average.Macro => Mean(counts, labels, undefined, bySupport: false),
            Average.Weighted => Mean(counts, labels, undefined, bySupport: true),
            _ => throw new ArgumentOutOfRangeException(nameof(average), average, "Not a value of the enumeration."),
        };
    }

    private double Micro(LabelCounts counts, ReadOnlySpan<int> labels, Undefined undefined)
    {
        double hits = 0, misses = 0, falseAlarms = 0;
        int length = labels.IsEmpty ? counts.Length : labels.Length;
        for (int i = 0; i < length; i++)
        {
            (double hit, double miss, double falseAlarm) = counts[labels.IsEmpty ? i : labels[i]];
            hits += hit;
            misses += miss;
            falseAlarms += falseAlarm;
        }

        return Of(hits, misses, falseAlarms, label: null, undefined);
    }

    private double Mean(LabelCounts counts, ReadOnlySpan<int> labels, Undefined undefined, bool bySupport)
    {
        double sum = 0, weights = 0;
        int length = labels.IsEmpty ? counts.Length : labels.Length;
        for (int i = 0; i < length; i++)
        {
            int label = labels.IsEmpty ? i : labels[i];
            (double hits, double misses, double falseAlarms) = counts[label];
            if (labels.IsEmpty && hits + misses + falseAlarms == 0) continue;
            double score = Of(hits, misses, falseAlarms, label, undefined);
            if (double.IsNaN(score)) continue;
            double weight = bySupport ? hits + misses : 1;
            sum += weight * score;
            weights += weight;
        }

        return weights > 0 ? sum / weights : Resolve(undefined, $"The average {_name}");
    }

    public double Of(double hits, double misses, double falseAlarms, int? label, Undefined undefined)
    {
        double numerator = _hit * hits, denominator = numerator + (_miss * misses) + (_falseAlarm * falseAlarms);
        if (denominator != 0) return numerator / denominator;
        return Resolve(undefined, label is null ? $"{_name} of the labels together" : $"{_name} of label {label}");
    }
}
