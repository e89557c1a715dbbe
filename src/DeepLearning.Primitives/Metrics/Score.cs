namespace DeepLearning.Primitives;

/// <summary>
/// A score of one label, (a·TP + d·TN) / (a·TP + d·TN + b·FN + c·FP): precision is a = c = 1, recall a = b = 1, specificity
/// d = c = 1, Jaccard's index a = b = c = 1, and Fβ has a = 1 + β², b = β², c = 1.
/// </summary>
internal readonly struct Score
{
    private const double KerasEpsilon = 1e-7;

    private readonly string _name;
    private readonly double _hit;
    private readonly double _miss;
    private readonly double _falseAlarm;
    private readonly double _rejection;
    private readonly double _squareOfBeta;

    private Score(string name, double hit, double miss, double falseAlarm, double rejection = 0, double squareOfBeta = double.NaN) =>
        (_name, _hit, _miss, _falseAlarm, _rejection, _squareOfBeta) = (name, hit, miss, falseAlarm, rejection, squareOfBeta);

    public static Score Precision => new("Precision", 1, 0, 1);

    public static Score Recall => new("Recall", 1, 1, 0);

    public static Score Specificity => new("Specificity", 0, 0, 1, 1);

    public static Score Jaccard => new("Jaccard's index", 1, 1, 1);

    public static Score F1 => FBeta(1);

    public static Score FBeta(double beta)
    {
        if (!(beta >= 0)) throw new ArgumentOutOfRangeException(nameof(beta), beta, "β must be 0 or more.");
        // Held where the products with counts stay finite; there and beyond FP has no part in a sum with FN or TP.
        double square = Math.Min(beta * beta, 1e200);
        return new("F-score", 1 + square, square, 1, squareOfBeta: square);
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

    /// <summary>The average over the labels seen, or the score of the positive label.</summary>
    public double Of(LabelCounts counts, Average average, int? positiveLabel, Undefined undefined, MetricDialect dialect = default)
    {
        Check(undefined, dialect);
        if (average != Average.Binary)
        {
            if (positiveLabel is not null)
                throw new ArgumentException($"Average.{average} has no positive label.", nameof(positiveLabel));
            return Averaged(counts, average, default, undefined, dialect);
        }

        if (positiveLabel is null && counts.Extent != 2)
        {
            throw new ArgumentException(
                $"Average.Binary asks for 2 classes, here are {counts.Extent}: name the positiveLabel, or choose another average.",
                nameof(average));
        }

        int label = counts.Checked(positiveLabel ?? 1, nameof(positiveLabel));
        return Of(counts[label], label, undefined, dialect);
    }

    /// <summary>The average over the labels named.</summary>
    public double Of(
        LabelCounts counts, Average average, ReadOnlySpan<int> labels, Undefined undefined, MetricDialect dialect = default)
    {
        Check(undefined, dialect);
        if (average is Average.Binary or Average.Samples)
            throw new ArgumentException($"Average.{average} takes no list of labels.", nameof(labels));
        counts.CheckLabels(labels);
        return Averaged(counts, average, labels, undefined, dialect);
    }

    /// <summary>The score of one label, or of several together when it has no number.</summary>
    public double Of(Outcome outcome, int? label, Undefined undefined, MetricDialect dialect)
    {
        if (dialect == MetricDialect.Keras && !double.IsNaN(_squareOfBeta)) return Keras(outcome);
        double numerator = (_hit * outcome.Hits) + (_rejection * outcome.Rejections);
        double denominator = numerator + (_miss * outcome.Misses) + (_falseAlarm * outcome.FalseAlarms);
        if (denominator != 0) return numerator / denominator;
        return Resolve(undefined, label is null ? $"{_name} of the labels together" : $"{_name} of label {label}");
    }

    /// <summary>Undefined results that the dialect knows.</summary>
    public static void Check(Undefined undefined, MetricDialect dialect)
    {
        bool isKnown = dialect switch
        {
            MetricDialect.TorchMetrics => undefined is Undefined.Zero or Undefined.One,
            MetricDialect.Keras => undefined is Undefined.Zero,
            _ => true,
        };
        if (!isKnown) throw new ArgumentException($"{dialect} has no Undefined.{undefined}.", nameof(undefined));
    }

    private double Keras(Outcome outcome)
    {
        double precision = outcome.Hits / (outcome.Hits + outcome.FalseAlarms + KerasEpsilon);
        double recall = outcome.Hits / (outcome.Hits + outcome.Misses + KerasEpsilon);
        return (1 + _squareOfBeta) * (precision * recall / ((_squareOfBeta * precision) + recall + KerasEpsilon));
    }

    private double Averaged(LabelCounts counts, Average average, ReadOnlySpan<int> labels, Undefined undefined, MetricDialect dialect) =>
        average switch
        {
            Average.Micro => Of(Together(counts, labels, dialect), label: null, undefined, dialect),
            Average.Macro => Mean(counts, labels, undefined, dialect, bySupport: false),
            Average.Weighted => Mean(counts, labels, undefined, dialect, bySupport: true),
            Average.Samples => throw new ArgumentException(
                "Average.Samples asks for several labels a sample: use a MultilabelMatrix.", nameof(average)),
            _ => throw new ArgumentOutOfRangeException(nameof(average), average, "Not a value of the enumeration."),
        };

    private static Outcome Together(LabelCounts counts, ReadOnlySpan<int> labels, MetricDialect dialect)
    {
        // An absent class would add its rejections, which only specificity looks at.
        bool onlySeen = !counts.IsMultilabel && labels.IsEmpty && dialect is (MetricDialect.Default or MetricDialect.ScikitLearn);
        Outcome sum = default;
        int length = labels.IsEmpty ? counts.Rows : labels.Length;
        for (int i = 0; i < length; i++)
        {
            Outcome outcome = counts[labels.IsEmpty ? counts.LabelAt(i) : labels[i]];
            if (!onlySeen || outcome.IsSeen) sum += outcome;
        }

        return sum;
    }

    private double Mean(LabelCounts counts, ReadOnlySpan<int> labels, Undefined undefined, MetricDialect dialect, bool bySupport)
    {
        // Who leaves absent labels out: the defaults where labels were not named, TorchMetrics from macro averages of classes.
        bool onlySeen = !counts.IsMultilabel && dialect switch
        {
            MetricDialect.TorchMetrics => !bySupport,
            MetricDialect.Keras => false,
            _ => labels.IsEmpty,
        };
        double sum = 0, plain = 0, weights = dialect == MetricDialect.Keras && bySupport ? KerasEpsilon : 0;
        int scored = 0, length = labels.IsEmpty ? counts.Rows : labels.Length;
        for (int i = 0; i < length; i++)
        {
            int label = labels.IsEmpty ? counts.LabelAt(i) : labels[i];
            Outcome outcome = counts[label];
            if (onlySeen && !outcome.IsSeen) continue;
            double score = Of(outcome, label, undefined, dialect);
            if (double.IsNaN(score)) continue;
            double weight = bySupport ? outcome.Support : 1;
            sum += weight * score;
            weights += weight;
            plain += score;
            scored++;
        }

        if (weights > 0) return sum / weights;
        if (dialect == MetricDialect.TorchMetrics) return 0;
        if (dialect == MetricDialect.ScikitLearn && scored > 0) return plain / scored;
        return Resolve(undefined, $"The average {_name}");
    }
}
