namespace DeepLearning.Primitives;

/// <summary>Settings of losses with one class index for each row. Make one and keep it.</summary>
public class ClassLossOptions : LossOptions
{
    private readonly double[] _weights = [];
    private readonly float[] _singleWeights = [];

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
        get => _weights;
        init
        {
            _weights = value.ToArray();
            _singleWeights = Array.ConvertAll(_weights, weight => (float)weight);
            foreach (double weight in _weights)
            {
                if (!(weight >= 0 && double.IsFinite(weight)))
                    throw new ArgumentOutOfRangeException(nameof(value), weight, "ClassWeights must be finite and not negative.");
                WeightSum += weight;
            }
        }
    }

    /// <summary>Σ of the class weights.</summary>
    internal double WeightSum { get; private init; }

    internal ReadOnlySpan<double> Weights => _weights;

    /// <summary>The weights of the element type.</summary>
    internal T[] WeightsAs<T>() => typeof(T) == typeof(float) ? (T[])(object)_singleWeights : (T[])(object)_weights;

    /// <summary>The weight of a row with this label, 0 when it is ignored.</summary>
    internal double WeightOf(int label) => label == IgnoreIndex ? 0 : _weights.Length == 0 ? 1 : _weights[label];
}
