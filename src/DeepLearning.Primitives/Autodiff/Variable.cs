using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// A tensor on a tape: a small handle, good until the tape's next <see cref="GradientTape{T}.Reset"/>. Using it after
/// that throws <see cref="InvalidOperationException"/>, as does <c>default</c>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly partial struct Variable<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly GradientTape<T>? _tape;
    private readonly int _index;
    private readonly int _epoch;

    internal Variable(GradientTape<T> tape, int index, int epoch)
    {
        _tape = tape;
        _index = index;
        _epoch = epoch;
    }

    /// <summary>The tape that the variable lives on.</summary>
    public GradientTape<T> Tape => _tape ?? throw new InvalidOperationException("The variable is default: it belongs to no tape.");

    /// <summary>The shape.</summary>
    public Shape Shape => Node.Shape;

    /// <summary>The elements, row-major. The span is valid until the tape's next <see cref="GradientTape{T}.Reset"/>.</summary>
    public ReadOnlySpan<T> Value => Node.Slab.Span;

    /// <summary>The value of a variable with exactly one element.</summary>
    /// <exception cref="InvalidOperationException">It has more elements, or none.</exception>
    public T Item
    {
        get
        {
            ref readonly Node<T> node = ref Node;
            if (node.Slab.Length != 1) throw new InvalidOperationException($"Item asks for exactly one element; the shape is {node.Shape}.");
            return node.Slab.Array[node.Slab.Offset];
        }
    }

    /// <summary>True when operations on the variable are recorded.</summary>
    public bool IsDifferentiable => Tape.IsRecording && Node.IsDifferentiable;

    internal int Index => _index;

    internal ref readonly Node<T> Node => ref Tape.NodeOf(_index, _epoch);

    private bool IsSameAs(in Variable<T> other) => _index == other._index && _epoch == other._epoch && _tape == other._tape;

    /// <summary>The same value as a constant: gradients stop here.</summary>
    public Variable<T> Detach() => Tape.View(this, Shape);

    /// <summary>The shape and the first elements.</summary>
    public override string ToString()
    {
        if (_tape is null) return "default";
        if (!_tape.IsCurrent(_index, _epoch)) return "stale";
        ReadOnlySpan<T> shown = Value[..Math.Min(Value.Length, 8)];
        return $"{Shape} {string.Join(", ", shown.ToArray())}{(shown.Length < Value.Length ? ", …" : "")}";
    }
}
