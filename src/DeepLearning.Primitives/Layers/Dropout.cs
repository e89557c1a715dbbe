using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>Dropout while training, nothing otherwise.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Dropout<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Philox _random;
    private double _rate;

    /// <summary>A layer that draws its masks from <paramref name="random"/>, one word for each element.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 0 to 1.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public Dropout(double rate, Philox random)
    {
        Guard.ElementType<T>();
        ArgumentNullException.ThrowIfNull(random);
        Rate = rate;
        _random = random;
    }

    /// <summary>The probability that an element is dropped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 to 1.</exception>
    public double Rate
    {
        get => _rate;
        set => _rate = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The rate lies from 0 to 1.");
    }

    /// <summary>True, as at first, for a layer that drops; false for one that passes everything on and draws nothing.</summary>
    public bool IsTraining { get; set; } = true;

    /// <summary>None.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => [];

    /// <summary><see cref="Variable{T}.Dropout"/> while training, else the input itself.</summary>
    public Variable<T> Forward(Variable<T> input) => IsTraining ? input.Dropout(Rate, _random) : input;
}
