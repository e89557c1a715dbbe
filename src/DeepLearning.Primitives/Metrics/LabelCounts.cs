using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives;

/// <summary>What is counted about one label, or about several together.</summary>
/// <param name="Hits">TP: actual and predicted.</param>
/// <param name="Misses">FN: actual, not predicted.</param>
/// <param name="FalseAlarms">FP: predicted, not actual.</param>
/// <param name="Rejections">TN: neither.</param>
internal readonly record struct Outcome(double Hits, double Misses, double FalseAlarms, double Rejections)
{
    public double Support => Hits + Misses;

    public bool IsSeen => Hits + Misses + FalseAlarms > 0;

    public static Outcome operator +(Outcome a, Outcome b) =>
        new(a.Hits + b.Hits, a.Misses + b.Misses, a.FalseAlarms + b.FalseAlarms, a.Rejections + b.Rejections);
}

/// <summary>The counts of all labels.</summary>
/// <param name="rows">One for each label counted.</param>
/// <param name="classes">The bound on labels; those without a row were not seen.</param>
/// <param name="total">All samples, or their weight.</param>
internal sealed class LabelCounts(Outcome[] rows, int classes, double total)
{
    /// <summary>The labels of the rows in ascending order, or null for 0, 1, 2 ….</summary>
    public int[]? Labels { get; init; }

    /// <summary>True when a sample may have several labels: then each label counts, seen or not.</summary>
    public bool IsMultilabel { get; init; }

    public int Rows => rows.Length;

    /// <summary>All samples, or their weight.</summary>
    public double Total => total;

    /// <summary>The classes there are, as far as is known: one more than the largest label seen.</summary>
    public int Extent => Labels is null ? Rows : Labels[^1] + 1;

    public Outcome this[int label]
    {
        get
        {
            int row = Labels is null ? label : Array.BinarySearch(Labels, label);
            return (uint)row < (uint)Rows ? rows[row] : new(0, 0, 0, total);
        }
    }

    public int LabelAt(int row) => Labels is null ? row : Labels[row];

    public int Checked(int label, string parameter) => Checked(label, classes, parameter);

    public static int Checked(int label, int classes, string parameter) =>
        (uint)label < (uint)classes
            ? label
            : throw new ArgumentOutOfRangeException(parameter, label, $"The label must lie in [0, {classes}).");

    /// <summary>At least one label, each in range, none of them twice.</summary>
    public void CheckLabels(ReadOnlySpan<int> labels)
    {
        if (labels.IsEmpty) throw new ArgumentException("The list of labels is empty: leave it out for the labels seen.", nameof(labels));
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[..i].Contains(Checked(labels[i], nameof(labels))))
                throw new ArgumentException($"Label {labels[i]} is named twice.", nameof(labels));
        }
    }

    /// <summary>Spans of one length with indices in [0, <paramref name="classes"/>), and as many weights or none.</summary>
    public static void CheckSamples(
        ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, ReadOnlySpan<double> weights, bool weighted, int classes, int? ignored = null)
    {
        Guard.SameLength(actual, predicted);
        if (weighted) CheckWeights(actual.Length, weights);
        CheckIndices(actual, classes, nameof(actual), actual, ignored);
        CheckIndices(predicted, classes, nameof(predicted), actual, ignored);
    }

    /// <summary>A finite weight of at least 0 for each sample.</summary>
    public static void CheckWeights(int samples, ReadOnlySpan<double> weights)
    {
        Guard.Length(weights.Length, samples, "actual", nameof(weights));
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0 && double.IsFinite(weights[i])))
                throw new ArgumentException($"weights[{i}] is {weights[i]}: a weight is finite and not negative.", nameof(weights));
        }
    }

    /// <summary>Indices in range, but where the actual label is the one that is ignored.</summary>
    public static void CheckIndices(
        ReadOnlySpan<int> indices, int classes, string name, ReadOnlySpan<int> actual = default, int? ignored = null)
    {
        // As unsigned numbers the negative ones are the largest.
        if (indices.IsEmpty || TensorPrimitives.Max(MemoryMarshal.Cast<int, uint>(indices)) < (uint)classes) return;
        int at = 0;
        while (at < indices.Length && ((uint)indices[at] < (uint)classes || (ignored is not null && actual[at] == ignored))) at++;
        if (at == indices.Length) return;
        throw new ArgumentOutOfRangeException(
            name, indices[at], $"{name}[{at}] is {indices[at]}: class indices lie in [0, {classes}).");
    }

    /// <summary>
    /// Counts samples in one pass, in memory that goes with the number of labels seen when they are far apart.
    /// </summary>
    public static LabelCounts Of(ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, ReadOnlySpan<double> weights)
    {
        CheckSamples(actual, predicted, weights, !weights.IsEmpty, int.MaxValue);
        int extent = actual.IsEmpty ? 2 : Math.Max(2, 1 + Math.Max(TensorPrimitives.Max(actual), TensorPrimitives.Max(predicted)));
        int[]? labels = extent > Math.Max(1024, 4L * actual.Length) ? Distinct(actual, predicted) : null;
        int rows = labels?.Length ?? extent;
        double[] sums = new double[3 * rows];
        ExactSums? exact = weights.IsEmpty ? null : new(sums.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            int a = labels is null ? actual[i] : Array.BinarySearch(labels, actual[i]);
            int p = actual[i] == predicted[i] ? a : labels is null ? predicted[i] : Array.BinarySearch(labels, predicted[i]);
            Count(a == p ? 3 * a : (3 * a) + 1, i, weights);
            if (a != p) Count((3 * p) + 2, i, weights);
        }

        double total = actual.Length;
        if (exact is not null)
        {
            for (int i = 0; i < sums.Length; i++) sums[i] = exact[i];
            total = Sum(weights);
        }

        var outcomes = new Outcome[rows];
        for (int i = 0; i < rows; i++)
        {
            (double hits, double misses, double falseAlarms) = (sums[3 * i], sums[(3 * i) + 1], sums[(3 * i) + 2]);
            outcomes[i] = new(hits, misses, falseAlarms, Math.Max(0, total - hits - misses - falseAlarms));
        }

        return new(outcomes, int.MaxValue, total) { Labels = labels };

        void Count(int at, int sample, ReadOnlySpan<double> weights)
        {
            if (exact is null) sums[at]++;
            else exact.Add(at, weights[sample]);
        }
    }

    private static double Sum(ReadOnlySpan<double> weights)
    {
        ExactSums sum = new(1);
        foreach (double weight in weights) sum.Add(0, weight);
        return sum[0];
    }

    private static int[] Distinct(ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted)
    {
        int[] labels = [.. actual, .. predicted];
        Array.Sort(labels);
        int count = 1;
        for (int i = 1; i < labels.Length; i++)
        {
            if (labels[i] != labels[count - 1]) labels[count++] = labels[i];
        }

        return labels[..count];
    }
}
