namespace DeepLearning.Primitives;

/// <summary>What a result is when there is nothing to divide by: 0 / 0, or the mean of nothing.</summary>
public enum Undefined
{
    /// <summary>NaN; a class whose score is NaN leaves the average.</summary>
    NaN,

    /// <summary>0.</summary>
    Zero,

    /// <summary>1.</summary>
    One,

    /// <summary>An <see cref="InvalidOperationException"/> that says what is undefined.</summary>
    Throw,
}
