namespace DeepLearning.Primitives;

/// <summary>Settings of binary cross entropy with logits. Make one and keep it.</summary>
public sealed class BinaryCrossEntropyOptions : LossOptions
{
    internal static new BinaryCrossEntropyOptions Default { get; } = new();

    /// <summary>What a positive target counts beside a negative one; above 1 it raises recall. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double PositiveWeight { get; init => field = NotNegative(value, nameof(PositiveWeight)); } = 1;
}
