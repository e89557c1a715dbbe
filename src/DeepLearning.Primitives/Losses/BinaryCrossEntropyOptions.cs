namespace DeepLearning.Primitives;

/// <summary>Settings of binary cross entropy with logits. Make one and keep it.</summary>
public sealed class BinaryCrossEntropyOptions : LossOptions
{
    private readonly WeightList _positiveWeights = WeightList.None;
    private WeightList? _products;

    internal static new BinaryCrossEntropyOptions Default { get; } = new();

    /// <summary>What a positive target counts beside a negative one; above 1 it raises recall. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double PositiveWeight { get; init => field = NotNegative(value, nameof(PositiveWeight)); } = 1;

    /// <summary>
    /// The same for each class along the last axis (PyTorch's <c>pos_weight</c>), one weight for each, finite and not negative,
    /// which <see cref="PositiveWeight"/> multiplies; copied. Default: none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative, infinite or NaN.</exception>
    public ReadOnlyMemory<double> PositiveWeights
    {
        get => _positiveWeights.Values;
        init => _positiveWeights = new(value, nameof(PositiveWeights));
    }

    internal override WeightList PerClass =>
        _positiveWeights.Count == 0 ? WeightList.None : _products ??= _positiveWeights.Times(PositiveWeight);
}
