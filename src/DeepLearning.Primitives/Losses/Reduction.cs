namespace DeepLearning.Primitives;

/// <summary>How the losses of a batch become one.</summary>
public enum Reduction
{
    /// <summary>The losses as they are, one for each row.</summary>
    None,

    /// <summary>Their mean; where rows have weights, Σ weight·loss / Σ weight over the rows that count.</summary>
    Mean,

    /// <summary>Their sum, weights included.</summary>
    Sum,
}
