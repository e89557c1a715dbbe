using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// Records operations on variables and differentiates them. All memory belongs to the tape and is reused after
/// <see cref="Reset"/>: a loop of equal steps allocates nothing after the first. A tape is used by one thread at a time.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <example><code>
/// tape.Reset();
/// var loss = (tape.Constant(x, [64, 784]).MatMul(tape.Watch(w)) + tape.Watch(b)).CrossEntropy(labels);
/// tape.Backward(loss);
/// optimizer.Step();
/// </code></example>
public sealed partial class GradientTape<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Arena<T> _arena = new();
    private readonly Dictionary<Parameter<T>, int> _watched = new(ReferenceEqualityComparer.Instance);
    private readonly bool _records;
    private Node<T>[] _nodes = new Node<T>[64];
    private int[] _inputs = new int[128];
    private int _nodeCount;
    private int _inputCount;
    private int _epoch = 1;

    /// <summary>A tape; without <paramref name="recording"/> it only computes values, and gradients are refused.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public GradientTape(bool recording = true)
    {
        Guard.ElementType<T>();
        _records = IsRecording = recording;
    }

    /// <summary>True when operations are being recorded.</summary>
    public bool IsRecording { get; private set; }

    /// <summary>
    /// When set, the first operation that turns finite inputs into a NaN or an infinity, forward or backward, throws
    /// <see cref="InvalidOperationException"/> naming itself and the element.
    /// </summary>
    public bool DetectAnomalies { get; set; }

    /// <summary>Starts a new step: every variable so far becomes stale, and its memory is used again.</summary>
    public void Reset()
    {
        ThrowIfPropagating();
        for (int i = 0; i < _nodeCount; i++) Return(_nodes[i].Operation);
        Array.Clear(_nodes, 0, _nodeCount);
        _watched.Clear();
        _arena.Reset();
        (_nodeCount, _inputCount) = (0, 0);
        _epoch++;
    }

    /// <summary>
    /// A copy of <paramref name="values"/> as a variable. <see cref="Backward"/> spends nothing on it;
    /// <see cref="Gradients"/> may be asked for it.
    /// </summary>
    /// <exception cref="ArgumentException">The shape asks for another number of elements.</exception>
    public Variable<T> Constant(ReadOnlySpan<T> values, Shape shape)
    {
        Guard.Length(values.Length, in shape, "shape", nameof(values));
        Slab<T> slab = _arena.Allocate(values.Length);
        values.CopyTo(slab.Span);
        Variable<T> variable = Add(in shape, slab, out int index);
        _nodes[index].IsDifferentiable = true;
        return variable;
    }

    /// <summary>A scalar, of shape <c>[]</c>.</summary>
    public Variable<T> Constant(T value) => Constant([value], []);

    /// <summary>
    /// The parameter as a variable, read in place. Watching it twice between two calls of <see cref="Reset"/> gives the
    /// same variable.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> is null.</exception>
    public Variable<T> Watch(Parameter<T> parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (_watched.TryGetValue(parameter, out int index)) return At(index);
        Variable<T> variable = Add(parameter.Shape, parameter.ValueSlab, out index);
        _nodes[index].Parameter = parameter;
        _nodes[index].IsDifferentiable = true;
        _watched.Add(parameter, index);
        return variable;
    }

    /// <summary>
    /// Computes <paramref name="operation"/> on <paramref name="inputs"/> and, when one of them is differentiable and the
    /// tape records, remembers it for the backward pass.
    /// </summary>
    /// <exception cref="ArgumentException">An input is of another tape, or the shapes do not fit.</exception>
    /// <exception cref="InvalidOperationException">An input is stale or default.</exception>
    public Variable<T> Apply(Operation<T> operation, params ReadOnlySpan<Variable<T>> inputs)
    {
        ArgumentNullException.ThrowIfNull(operation);
        bool isRecorded = false;
        foreach (ref readonly Variable<T> input in inputs)
        {
            if (input.Tape != this) throw new ArgumentException($"{operation.Name}: an input belongs to another tape.", nameof(inputs));
            isRecorded |= input.Node.IsDifferentiable;
        }

        Shape shape = operation.GetShape(inputs);
        Slab<T> slab = _arena.Allocate(shape.ElementCount);
        operation.Forward(inputs, slab.Span);
        if (DetectAnomalies) ThrowIfAnomalous(operation, inputs, slab.Span);
        return Record(operation, in shape, slab, isRecorded && IsRecording, inputs);
    }

    /// <summary>The same elements under another shape, as the result of <paramref name="operation"/> or a constant.</summary>
    internal Variable<T> View(Variable<T> source, Shape shape, Operation<T>? operation = null)
    {
        ref readonly Node<T> node = ref source.Node;
        bool isRecorded = operation is not null && node.IsDifferentiable && IsRecording;
        return Record(operation, in shape, node.Slab, isRecorded, source);
    }

    /// <summary>Elements that an operation has saved, as a constant.</summary>
    internal Variable<T> View(Slab<T> saved, Shape shape) => Add(in shape, saved, out _);

    /// <summary>A scalar that no gradient is ever asked for.</summary>
    internal Variable<T> Scalar(T value)
    {
        Variable<T> scalar = NewConstant([], out Span<T> elements);
        elements[0] = value;
        return scalar;
    }

    /// <summary>A constant whose elements the caller writes.</summary>
    internal Variable<T> NewConstant(Shape shape, out Span<T> elements)
    {
        Slab<T> slab = _arena.Allocate(shape.ElementCount);
        elements = slab.Span;
        return Add(in shape, slab, out _);
    }

    /// <summary>Memory until the next <see cref="Reset"/>, for what an operation saves.</summary>
    internal Slab<T> Allocate(int length) => _arena.Allocate(length);

    internal (int Block, int Used) MarkScratch() => _arena.Mark;

    /// <summary>Takes back what was allocated since the mark.</summary>
    internal void ReleaseScratch((int Block, int Used) mark) => _arena.Rewind(mark);

    internal Variable<T> At(int index) => new(this, index, _epoch);

    internal int InputOf(int node, int index)
    {
        ref readonly Node<T> of = ref _nodes[node];
        if ((uint)index >= (uint)of.InputCount)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"{of.Operation!.Name} has {of.InputCount} inputs.");
        return _inputs[of.FirstInput + index];
    }

    internal bool IsCurrent(int index, int epoch) => epoch == _epoch && index < _nodeCount;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref readonly Node<T> NodeOf(int index, int epoch)
    {
        if (epoch != _epoch || (uint)index >= (uint)_nodeCount) ThrowStale();
        return ref _nodes[index];
    }

    private Variable<T> Record(
        Operation<T>? operation, in Shape shape, Slab<T> slab, bool isRecorded, params ReadOnlySpan<Variable<T>> inputs)
    {
        Variable<T> result = Add(in shape, slab, out int index);
        if (!isRecorded)
        {
            Return(operation);
            return result;
        }

        int first = _inputCount;
        if (_inputs.Length < first + inputs.Length) Array.Resize(ref _inputs, 2 * (first + inputs.Length));
        for (int i = 0; i < inputs.Length; i++) _inputs[first + i] = inputs[i].Index;
        _inputCount += inputs.Length;
        ref Node<T> node = ref _nodes[index];
        node.Operation = operation;
        node.FirstInput = first;
        node.InputCount = inputs.Length;
        node.IsDifferentiable = true;
        return result;
    }

    private Variable<T> Add(in Shape shape, Slab<T> slab, out int index)
    {
        index = _nodeCount++;
        if (index == _nodes.Length) Array.Resize(ref _nodes, 2 * index);
        // Only what differs from the cleared state is written: a step of scalars spends its time here.
        ref Node<T> node = ref _nodes[index];
        node.Shape = shape;
        node.Slab = slab;
        return At(index);
    }

    [DoesNotReturn]
    private static void ThrowStale() =>
        throw new InvalidOperationException("The variable is stale: its tape has been reset since it was made.");

    private static void ThrowIfAnomalous(Operation<T> operation, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<T> output)
    {
        int element = FirstNonFinite(output);
        if (element < 0) return;
        foreach (Variable<T> input in inputs)
            if (FirstNonFinite(input.Value) >= 0) return;
        throw new InvalidOperationException($"{operation.Name}: element {element} became {output[element]} from finite inputs.");
    }

    private static int FirstNonFinite(ReadOnlySpan<T> values)
    {
        for (int i = 0; i < values.Length; i++)
            if (!T.IsFinite(values[i])) return i;
        return -1;
    }
}

/// <summary>What a tape knows of one variable.</summary>
internal struct Node<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Shape Shape;
    public Slab<T> Slab;
    public Operation<T>? Operation;
    public Parameter<T>? Parameter;
    public int FirstInput;
    public int InputCount;
    public bool IsDifferentiable;
}
