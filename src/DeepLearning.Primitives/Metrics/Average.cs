namespace DeepLearning.Primitives;

/// <summary>How the scores of several labels become one.</summary>
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
}
