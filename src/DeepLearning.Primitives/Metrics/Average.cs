namespace DeepLearning.Primitives;

/// <summary>How the scores of several labels become one. For none of these, ask for the scores per label.</summary>
public enum Average
{
    /// <summary>The score of the positive label alone.</summary>
    Binary,

    /// <summary>The plain mean of the labels' scores; labels whose score is NaN stay out of it.</summary>
    Macro,

    /// <summary>One score from the counts of all labels added up.</summary>
    Micro,

    /// <summary>The mean of the labels' scores weighted by their support; labels whose score is NaN stay out of it.</summary>
    Weighted,

    /// <summary>
    /// The mean of the samples' scores, each from the labels of one sample: for several labels a sample, that is, for a
    /// <see cref="MultilabelMatrix"/>. Samples whose score is NaN stay out of it.
    /// </summary>
    Samples,
}
