using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>What the metrics of scores share.</summary>
internal static class Scores
{
    /// <summary>No NaN among the scores, but in rows whose actual label is the one that is ignored.</summary>
    public static void CheckNumbers<T>(
        ReadOnlySpan<T> scores, string name, ReadOnlySpan<int> actual = default, int? ignored = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < scores.Length; i++)
        {
            if (T.IsNaN(scores[i]) && !IsIgnored(i, scores.Length, actual, ignored))
                throw new ArgumentException($"{name}[{i}] is NaN.", name);
        }
    }

    /// <summary>Probabilities: numbers in [0, 1], but in rows whose actual label is the one that is ignored.</summary>
    public static void CheckProbabilities<T>(
        ReadOnlySpan<T> probabilities, string name, ReadOnlySpan<int> actual = default, int? ignored = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < probabilities.Length; i++)
        {
            bool isInside = probabilities[i] >= T.Zero && probabilities[i] <= T.One;
            if (!isInside && !IsIgnored(i, probabilities.Length, actual, ignored))
                throw new ArgumentException($"{name}[{i}] is {probabilities[i]}: probabilities lie in [0, 1].", name);
        }
    }

    private static bool IsIgnored(int at, int length, ReadOnlySpan<int> actual, int? ignored) =>
        ignored is not null && actual[at / (length / actual.Length)] == ignored;

    /// <summary>The place of the largest score, the first of equal ones.</summary>
    public static int IndexOfMax<T>(ReadOnlySpan<T> scores)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best]) best = i;
        return best;
    }

    /// <summary>A class for each row of scores, and a weight for each or none.</summary>
    public static void CheckRows<T>(
        ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, int classes, ReadOnlySpan<double> weights, int? ignored = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        if ((long)actual.Length * classes != scores.Length)
        {
            throw new ArgumentException(
                $"scores has {scores.Length} elements, {actual.Length} samples of {classes} classes ask for {(long)actual.Length * classes}.",
                nameof(scores));
        }

        LabelCounts.CheckIndices(actual, classes, nameof(actual), actual, ignored);
        CheckNumbers(scores, nameof(scores), actual, ignored);
        if (!weights.IsEmpty) LabelCounts.CheckWeights(actual.Length, weights);
    }

    /// <summary>Rows of 0 and 1 and of scores, one for each label, and a weight for each row or none; the number of rows.</summary>
    public static int CheckLabels<T>(
        ReadOnlySpan<int> actual, ReadOnlySpan<T> scores, int labels, ReadOnlySpan<double> weights, int? ignored)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int rows = Guard.Rows(actual.Length, labels, nameof(actual));
        Guard.SameLength(actual, scores);
        LabelCounts.CheckIndices(actual, classes: 2, nameof(actual), actual, ignored);
        CheckNumbers(scores, nameof(scores), actual, ignored);
        if (!weights.IsEmpty) LabelCounts.CheckWeights(rows, weights);
        return rows;
    }

    /// <summary>The classes of so many scores for so many samples.</summary>
    public static int Classes(int samples, int scores)
    {
        if (samples > 0 && scores % samples == 0) return scores / samples;
        throw new ArgumentException($"{scores} scores do not make whole rows for {samples} samples.", nameof(scores));
    }
}
