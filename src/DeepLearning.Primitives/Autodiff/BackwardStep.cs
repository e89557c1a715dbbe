using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>One operation's part in a backward pass: the gradient that arrives, and where those that leave go.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct BackwardStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly GradientTape<T> _tape;
    private readonly int _node;

    internal BackwardStep(GradientTape<T> tape, int node, Variable<T> upstream)
    {
        _tape = tape;
        _node = node;
        Upstream = upstream;
    }

    /// <summary>The gradient of the loss in the operation's result, of the result's shape.</summary>
    public Variable<T> Upstream { get; }

    /// <summary>The operation's result.</summary>
    public Variable<T> Output => _tape.At(_node);

    /// <summary>
    /// True when the pass is itself recorded, to be differentiated again: the gradients must then be made by operations
    /// on the tape. Otherwise a fused kernel may write them through <see cref="NewGradient"/>.
    /// </summary>
    public bool IsRecorded => _tape.IsRecording;

    /// <summary>The operation's input number <paramref name="index"/>.</summary>
    public Variable<T> Input(int index) => _tape.At(_tape.InputOf(_node, index));

    /// <summary>True when the gradient in that input is asked for.</summary>
    public bool Needs(int index) => _tape.IsNeeded(_tape.InputOf(_node, index));

    /// <summary>
    /// Adds to the gradient in an input. A gradient that is larger because the input was broadcast is summed down to
    /// the input's shape.
    /// </summary>
    /// <exception cref="ArgumentException">The gradient is of another tape, or of a shape that the input does not broadcast to.</exception>
    public void Add(int index, Variable<T> gradient) => _tape.AddGradient(_node, _tape.InputOf(_node, index), gradient);

    /// <summary>Adds to the gradient in the elements of an input from <paramref name="offset"/> on: see <see cref="Part{T}"/>.</summary>
    internal void AddPart(int index, int offset, Variable<T> gradient) =>
        _tape.AddGradientPart(_tape.InputOf(_node, index), offset, gradient);

    /// <summary>
    /// Memory of the input's shape for a kernel to write a gradient into, arbitrary at first; hand the variable to
    /// <see cref="Add"/>. A parameter's gradient is written in its final place where possible.
    /// </summary>
    public Variable<T> NewGradient(int index, out Span<T> elements) =>
        _tape.NewGradient(_tape.InputOf(_node, index), out elements);
}
