namespace DeepLearning.Primitives;

/// <summary>
/// Settings of cross entropy; the defaults are those of <c>Losses.CrossEntropy(logits, labels)</c>. Make one and keep it.
/// </summary>
public sealed class CrossEntropyOptions : ClassLossOptions
{
    internal static new CrossEntropyOptions Default { get; } = new();

    /// <summary>
    /// ε in [0, 1): the target keeps 1 − ε, and ε is spread evenly over all classes, the target included. Default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside [0, 1) or NaN.</exception>
    public double LabelSmoothing
    {
        get;
        init => field = Within(value, value is >= 0 and < 1, nameof(LabelSmoothing), "at least 0 and below 1");
    }

    /// <summary>What a row's weighed and smoothed targets sum to.</summary>
    internal double TargetMass(int label, int classes) =>
        ((1 - LabelSmoothing) * WeightOf(label)) + (LabelSmoothing / classes * (Weights.IsEmpty ? classes : WeightSum));
}
