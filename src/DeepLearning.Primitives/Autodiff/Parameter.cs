using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// A named tensor that is learned: its value and the gradient that <see cref="GradientTape{T}.Backward"/> fills.
/// It owns its memory and lives outside every tape.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Parameter<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _value;
    private readonly T[] _gradient;
    private bool _servesTape;
    private bool _isFresh;

    /// <summary>A parameter of zeros.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public Parameter(string name, Shape shape)
    {
        Guard.ElementType<T>();
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        Shape = shape;
        _value = new T[shape.ElementCount];
        _gradient = new T[shape.ElementCount];
    }

    /// <summary>A parameter that begins with a copy of <paramref name="value"/>.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">The shape asks for another number of elements.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public Parameter(string name, Shape shape, ReadOnlySpan<T> value)
        : this(name, shape)
    {
        Guard.Length(value.Length, in shape, "shape", nameof(value));
        value.CopyTo(_value);
    }

    /// <summary>The name, as it stands in a saved file.</summary>
    public string Name { get; }

    /// <summary>The shape of the value and of the gradient.</summary>
    public Shape Shape { get; }

    /// <summary>
    /// The elements, row-major. Tapes read them in place: change them between steps, not between
    /// <see cref="GradientTape{T}.Watch"/> and <see cref="GradientTape{T}.Backward"/>.
    /// </summary>
    public Span<T> Value => _value;

    /// <summary>
    /// The gradient of the last backward pass, row-major. A parameter that no tape has watched yet takes what is
    /// written here as its gradient.
    /// </summary>
    public Span<T> Gradient
    {
        get
        {
            if (!_servesTape) _isFresh = true;
            return _gradient;
        }
    }

    internal Slab<T> ValueSlab => new(_value, 0, _value.Length);

    internal Slab<T> GradientSlab => new(_gradient, 0, _gradient.Length);

    /// <summary>Takes a gradient from elsewhere than a tape, for the next step of an optimizer.</summary>
    /// <exception cref="ArgumentException">Another number of elements.</exception>
    public void SetGradient(ReadOnlySpan<T> gradient)
    {
        Guard.Length(gradient.Length, Shape, Name, nameof(gradient));
        gradient.CopyTo(_gradient);
        _isFresh = true;
    }

    /// <summary>The name and shape.</summary>
    public override string ToString() => $"{Name} {Shape}";

    /// <summary>A tape has filled the gradient.</summary>
    internal void MarkFilled() => (_servesTape, _isFresh) = (true, true);

    /// <summary>True when the gradient was filled since it was last taken: the next step uses it.</summary>
    internal bool HasGradient => _isFresh;

    /// <summary>True once after each time the gradient was filled.</summary>
    internal bool TakeGradient(out Span<T> gradient)
    {
        gradient = _gradient;
        bool isFresh = _isFresh;
        if (_servesTape) _isFresh = false;
        return isFresh;
    }
}
