using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives;

/// <summary>What is counted about each label: actual and predicted (hits), actual alone (misses), predicted alone.</summary>
/// <param name="length">Labels that may have been seen.</param>
/// <param name="classes">The bound on labels; those beyond <paramref name="length"/> were not seen.</param>
internal readonly struct LabelCounts(int length, int classes)
{
    public double[] Hits { get; } = new double[length];

    public double[] Misses { get; } = new double[length];

    public double[] FalseAlarms { get; } = new double[length];

    public int Length { get; } = length;

    public int Classes { get; } = classes;

    public (double Hits, double Misses, double FalseAlarms) this[int label] =>
        label < Length ? (Hits[label], Misses[label], FalseAlarms[label]) : default;

    public int Checked(int label, string parameter) =>
        (uint)label < (uint)Classes
            ? label
            : throw new ArgumentOutOfRangeException(parameter, label, $"The label must lie in [0, {Classes}).");

    /// <summary>Labels in range, none of them twice.</summary>
    public void CheckLabels(ReadOnlySpan<int> labels)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[..i].Contains(Checked(labels[i], nameof(labels))))
                throw new ArgumentException($"Label {labels[i]} is named twice.", nameof(labels));
        }
    }

    /// <summary>Spans of one length with indices in [0, <paramref name="classes"/>), and as many weights or none.</summary>
    public static void CheckSamples(
        ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, ReadOnlySpan<double> weights, bool weighted, int classes)
    {
        Guard.SameLength(actual, predicted);
        if (weighted) Guard.SameLength(actual, weights);
        CheckIndices(actual, classes, nameof(actual));
        CheckIndices(predicted, classes, nameof(predicted));
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0 && double.IsFinite(weights[i])))
                throw new ArgumentException($"weights[{i}] is {weights[i]}: a weight is finite and not negative.", nameof(weights));
        }
    }

    private static void CheckIndices(ReadOnlySpan<int> indices, int classes, string name)
    {
        // As unsigned numbers the negative ones are the largest.
        if (indices.IsEmpty || TensorPrimitives.Max(MemoryMarshal.Cast<int, uint>(indices)) < (uint)classes) return;
        int at = 0;
        while ((uint)indices[at] < (uint)classes) at++;
        throw new ArgumentOutOfRangeException(
            name, indices[at], $"{name}[{at}] is {indices[at]}: class indices lie in [0, {classes}).");
    }
}
