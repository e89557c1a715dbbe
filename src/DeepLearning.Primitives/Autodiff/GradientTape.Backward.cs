using System.Numerics;

namespace DeepLearning.Primitives;

/// <content>The backward pass: recording order is topological order, so one loop from the end does it.</content>
public sealed partial class GradientTape<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // By node, while a pass runs: the variable that holds its gradient (−1: none yet), whether one is asked for, and whether
    // that variable's memory is nobody else's.
    private int[] _gradients = [];
    private bool[] _isNeeded = [];
    private bool[] _isOwn = [];
    private bool _isPropagating;
    private bool _mayFillParameters;

    /// <summary>
    /// Fills <see cref="Parameter{T}.Gradient"/> of every parameter watched since <see cref="Reset"/> with the gradient of
    /// <paramref name="loss"/>; zeros where the loss does not depend on it. Overwrites, or adds when
    /// <paramref name="accumulate"/> is set. May be called again, for this loss or another.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The loss has not exactly one element or is stale, or the tape does not record.
    /// </exception>
    /// <exception cref="ArgumentException">The loss belongs to another tape.</exception>
    public void Backward(Variable<T> loss, bool accumulate = false)
    {
        CheckLoss(loss);
        Prepare(loss.Index);
        foreach (int node in _watched.Values)
            if (node <= loss.Index) _isNeeded[node] = true;
        (int nodeCount, int inputCount, (int, int) mark) = (_nodeCount, _inputCount, _arena.Mark);
        IsRecording = false;
        _mayFillParameters = !accumulate;
        try
        {
            Propagate(loss);
            foreach ((Parameter<T> parameter, int node) in _watched) Fill(parameter, node <= loss.Index ? _gradients[node] : -1, accumulate);
        }
        finally
        {
            // Nothing that the pass has made is used again: its memory goes back at once.
            Array.Clear(_nodes, nodeCount, _nodeCount - nodeCount);
            (_nodeCount, _inputCount) = (nodeCount, inputCount);
            _arena.Rewind(mark);
            IsRecording = _records;
            _mayFillParameters = false;
        }
    }

    /// <summary>
    /// The gradients of <paramref name="loss"/> in <paramref name="variables"/>, as variables of this tape that can be
    /// differentiated again; zeros where the loss does not depend on one. Parameters are left alone.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The loss has not exactly one element, a variable is stale, or the tape does not record.
    /// </exception>
    /// <exception cref="ArgumentException">A variable belongs to another tape.</exception>
    public Variable<T>[] Gradients(Variable<T> loss, params ReadOnlySpan<Variable<T>> variables)
    {
        CheckLoss(loss);
        foreach (Variable<T> variable in variables)
        {
            if (variable.Tape != this) throw new ArgumentException("A variable belongs to another tape.", nameof(variables));
            _ = variable.Node;
        }

        Prepare(loss.Index);
        foreach (Variable<T> variable in variables)
            if (variable.Index <= loss.Index) _isNeeded[variable.Index] = true;
        Propagate(loss);
        Variable<T>[] gradients = new Variable<T>[variables.Length];
        for (int i = 0; i < gradients.Length; i++)
        {
            int gradient = variables[i].Index <= loss.Index ? _gradients[variables[i].Index] : -1;
            if (gradient >= 0)
            {
                gradients[i] = At(gradient);
                continue;
            }

            gradients[i] = NewConstant(variables[i].Shape, out Span<T> zeros);
            zeros.Clear();
        }

        return gradients;
    }

    internal bool IsNeeded(int node) => _isNeeded[node];

    internal void AddGradient(int operationNode, int node, Variable<T> gradient)
    {
        if (gradient.Tape != this)
            throw new ArgumentException($"{_nodes[operationNode].Operation!.Name}, backward: the gradient belongs to another tape.", nameof(gradient));
        if (DetectAnomalies && FirstNonFinite(gradient.Value) is >= 0 and int element)
        {
            throw new InvalidOperationException(
                $"{_nodes[operationNode].Operation!.Name}, backward: element {element} of a gradient became {gradient.Value[element]}.");
        }

        if (!gradient.Node.Shape.Equals(in _nodes[node].Shape))
        {
            Shape from = gradient.Shape, to = _nodes[node].Shape;
            if (!Shape.TryBroadcast(in to, in from, out Shape both) || both != from)
            {
                throw new ArgumentException(
                    $"{_nodes[operationNode].Operation!.Name}, backward: a gradient {from} does not fit an input {to}.", nameof(gradient));
            }

            gradient = gradient.SumTo(to);
        }

        int present = _gradients[node];
        if (present < 0)
        {
            (_gradients[node], _isOwn[node]) = (gradient.Index, false);
        }
        else if (_isOwn[node])
        {
            Span<T> sum = _nodes[present].Slab.Span;
            Elementwise.Map<T, Add<T>>(sum, gradient.Value, sum, default);
        }
        else
        {
            // A recorded sum is a variable like others, and keeps its value.
            (_gradients[node], _isOwn[node]) = ((At(present) + gradient).Index, !IsRecording);
        }
    }

    internal Variable<T> NewGradient(int node, out Span<T> elements)
    {
        ref Node<T> of = ref _nodes[node];
        if (!_mayFillParameters || of.Parameter is null || _gradients[node] >= 0) return NewConstant(of.Shape, out elements);
        Slab<T> slab = of.Parameter.GradientSlab;
        elements = slab.Span;
        return Add(in of.Shape, slab, out _);
    }

    private void CheckLoss(Variable<T> loss)
    {
        ThrowIfPropagating();
        if (loss.Tape != this) throw new ArgumentException("The loss belongs to another tape.", nameof(loss));
        if (!_records) throw new InvalidOperationException("The tape was made with recording: false, so it has no gradients.");
        if (loss.Shape.ElementCount != 1)
            throw new InvalidOperationException($"A loss has exactly one element; this one has the shape {loss.Shape}. Sum or average it first.");
    }

    private void ThrowIfPropagating()
    {
        if (_isPropagating) throw new InvalidOperationException("A backward pass of this tape is running.");
    }

    private void Prepare(int last)
    {
        if (_gradients.Length <= last)
        {
            _gradients = new int[_nodes.Length];
            _isNeeded = new bool[_nodes.Length];
            _isOwn = new bool[_nodes.Length];
        }

        Array.Fill(_gradients, -1, 0, last + 1);
        Array.Clear(_isNeeded, 0, last + 1);
        Array.Clear(_isOwn, 0, last + 1);
    }

    /// <summary>Fills <see cref="_gradients"/> for what <see cref="_isNeeded"/> marks and all that lies on the way.</summary>
    private void Propagate(Variable<T> loss)
    {
        MarkNeeded(0, loss.Index);
        if (!_isNeeded[loss.Index]) return;
        Variable<T> seed = NewConstant(loss.Shape, out Span<T> one);
        one[0] = T.One;
        _gradients[loss.Index] = seed.Index;
        _isPropagating = true;
        try
        {
            Visit(0, loss.Index);
        }
        finally
        {
            _isPropagating = false;
        }
    }

    /// <summary>Marks what lies between the variables marked so far and the last.</summary>
    private void MarkNeeded(int first, int last)
    {
        for (int i = first; i <= last; i++)
        {
            ref Node<T> node = ref _nodes[i];
            for (int k = 0; k < node.InputCount && !_isNeeded[i]; k++) _isNeeded[i] = _isNeeded[_inputs[node.FirstInput + k]];
        }
    }

    private void Visit(int first, int last)
    {
        for (int i = last; i >= first; i--)
        {
            if (_gradients[i] >= 0 && _isNeeded[i])
                _nodes[i].Operation?.Backward(new BackwardStep<T>(this, i, At(_gradients[i])));
        }
    }

    private void Fill(Parameter<T> parameter, int gradient, bool accumulate)
    {
        Span<T> destination = parameter.GradientSlab.Span;
        if (gradient < 0)
        {
            if (!accumulate) destination.Clear();
        }
        else if (accumulate)
        {
            Elementwise.Map<T, Add<T>>(destination, _nodes[gradient].Slab.Span, destination, default);
        }
        else if (_nodes[gradient].Slab.Array != parameter.GradientSlab.Array)
        {
            _nodes[gradient].Slab.Span.CopyTo(destination);
        }

        parameter.MarkFilled();
    }
}
