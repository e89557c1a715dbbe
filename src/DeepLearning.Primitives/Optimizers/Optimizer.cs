using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>Changes parameters by their gradients, one step at a time.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract partial class Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T>[] _parameters;
    private readonly Memory?[] _memories;
    private T _learningRate;

    private protected Optimizer(IEnumerable<Parameter<T>> parameters, double learningRate)
    {
        Guard.ElementType<T>();
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = [.. parameters];
        HashSet<Parameter<T>> seen = new(ReferenceEqualityComparer.Instance);
        foreach (Parameter<T> parameter in _parameters)
        {
            ArgumentNullException.ThrowIfNull(parameter, nameof(parameters));
            if (!seen.Add(parameter)) throw new ArgumentException($"Parameter {parameter} is given twice.", nameof(parameters));
        }

        _memories = new Memory?[_parameters.Length];
        _learningRate = T.CreateChecked(learningRate);
    }

    /// <summary>The parameters, in the order given.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => _parameters;

    /// <summary>The length of a step; may change between steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, infinite or NaN.</exception>
    public T LearningRate
    {
        get => _learningRate;
        set => _learningRate = Settings.NonNegative(value, nameof(LearningRate));
    }

    /// <summary>
    /// One step: every parameter whose gradient was filled since the last step changes; the others are skipped.
    /// </summary>
    public void Step()
    {
        for (int i = 0; i < _parameters.Length; i++)
            if (_parameters[i].TakeGradient(out Span<T> gradient)) Update(i, _parameters[i].Value, gradient);
    }

    private protected abstract void Update(int index, Span<T> value, ReadOnlySpan<T> gradient);
}

/// <summary>Checks of what is set on an optimizer.</summary>
internal static class Settings
{
    public static T NonNegative<T>(T value, string name)
        where T : INumberBase<T>, IComparisonOperators<T, T, bool>
    {
        if (!T.IsFinite(value) || value < T.Zero)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is a finite number, 0 or above.");
        return value;
    }

    /// <summary>A number from 0 up to, not including, 1.</summary>
    public static T Fraction<T>(T value, string name)
        where T : INumberBase<T>, IComparisonOperators<T, T, bool>
    {
        if (!(value >= T.Zero && value < T.One)) throw new ArgumentOutOfRangeException(name, value, $"{name} is at least 0 and below 1.");
        return value;
    }
}
