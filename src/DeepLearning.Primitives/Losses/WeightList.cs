namespace DeepLearning.Primitives;

/// <summary>Weights among the settings of a loss, one for each class: a copy, in both element types.</summary>
internal sealed class WeightList
{
    private readonly double[] _values = [];
    private readonly float[] _singles = [];

    private WeightList()
    {
    }

    /// <exception cref="ArgumentOutOfRangeException">A weight is negative, infinite or NaN.</exception>
    public WeightList(ReadOnlyMemory<double> value, string name)
    {
        Name = name;
        _values = value.ToArray();
        _singles = Array.ConvertAll(_values, weight => (float)weight);
        foreach (double weight in _values)
        {
            if (!(weight >= 0 && double.IsFinite(weight)))
                throw new ArgumentOutOfRangeException(nameof(value), weight, $"{name} must be finite and not negative.");
            Sum += weight;
        }
    }

    public static WeightList None { get; } = new();

    /// <summary>The setting.</summary>
    public string Name { get; } = "";

    public double Sum { get; }

    public int Count => _values.Length;

    public double[] Values => _values;

    /// <summary>The weights in the element type.</summary>
    public T[] As<T>() => typeof(T) == typeof(float) ? (T[])(object)_singles : (T[])(object)_values;

    public WeightList Times(double factor) => new(Array.ConvertAll(_values, weight => weight * factor), Name);
}
