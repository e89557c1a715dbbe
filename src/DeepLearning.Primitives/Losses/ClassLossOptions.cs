namespace DeepLearning.Primitives;

/// <summary>Settings of losses with one class index for each row. Make one and keep it.</summary>
public class ClassLossOptions : LossOptions
{
    private readonly WeightList _weights = WeightList.None;

    internal static new ClassLossOptions Default { get; } = new();

    /// <summary>Rows with this label count nowhere, whatever they hold. Default −100.</summary>
    public int IgnoreIndex { get; init; } = -100;

    /// <summary>
    /// One weight for each class, finite and not negative; copied. Rows whose label has weight 0 are ignored. Default: none,
    /// every class counts 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative, infinite or NaN.</exception>
    public ReadOnlyMemory<double> ClassWeights
    {
        get => _weights.Values;
        init => _weights = new(value, nameof(ClassWeights));
    }

    /// <summary>Σ of the class weights.</summary>
    internal double WeightSum => _weights.Sum;

    internal ReadOnlySpan<double> Weights => _weights.Values;

    /// <summary>The weights of the element type.</summary>
    internal T[] WeightsAs<T>() => _weights.As<T>();

    /// <summary>The weight of a row with this label, 0 when it is ignored.</summary>
    internal double WeightOf(int label) => label == IgnoreIndex ? 0 : _weights.Count == 0 ? 1 : _weights.Values[label];
}
