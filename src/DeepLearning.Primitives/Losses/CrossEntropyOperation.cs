using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// Cross entropy on a tape. The forward pass leaves the gradient behind, so that the backward pass has nothing to compute.
/// </summary>
internal sealed class CrossEntropyOperation<T> : Operation<T>, IRentable<CrossEntropyOperation<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private CrossEntropyOptions _options = CrossEntropyOptions.Default;
    private int[] _labels = [];
    private int _rows;
    private Slab<T> _gradient;

    public override string Name => nameof(Losses.CrossEntropy);

    public static CrossEntropyOperation<T> Create() => new();

    public CrossEntropyOperation<T> With(ReadOnlySpan<int> labels, CrossEntropyOptions options)
    {
        if (_labels.Length < labels.Length) _labels = new int[labels.Length];
        labels.CopyTo(_labels);
        (_rows, _options) = (labels.Length, options);
        return this;
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => [];

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        ReadOnlySpan<T> logits = inputs[0].Value;
        _gradient = inputs[0].IsDifferentiable ? inputs[0].Tape.Allocate(logits.Length) : default;
        output[0] = Losses.CrossEntropyCore(logits, _labels.AsSpan(0, _rows), _options, _gradient.Span);
    }

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> logits = step.Input(0), gradient = logits.Tape.View(_gradient, logits.Shape);
        if (step.IsRecorded) gradient += GradientsOfGradient(logits);
        step.Add(0, !step.IsRecorded && step.Upstream.Item == T.One ? gradient : gradient * step.Upstream);
    }

    /// <summary>
    /// Zero, with the derivative of the gradient: row by row it is mass · softmax(x) − constant, where the mass is what
    /// the targets of the row sum to.
    /// </summary>
    private Variable<T> GradientsOfGradient(Variable<T> logits)
    {
        if (logits.Shape.ElementCount == 0) return logits.Detach();
        GradientTape<T> tape = logits.Tape;
        int classes = logits.Shape.ElementCount / _rows;
        double divisor = 0;
        foreach (int label in _labels.AsSpan(0, _rows)) divisor += _options.WeightOf(label);
        if (_options.Reduction != Reduction.Mean) divisor = 1;
        Variable<T> mass = tape.NewConstant([_rows, 1], out Span<T> masses);
        for (int row = 0; row < _rows; row++)
        {
            // At an infinite logit the softmax is constant; an ignored row may hold anything.
            bool counts = _options.WeightOf(_labels[row]) != 0 && IsBelowInfinity(logits.Value.Slice(row * classes, classes));
            masses[row] = counts ? T.CreateTruncating(_options.TargetMass(_labels[row], classes) / divisor) : T.Zero;
        }

        Variable<T> rows = logits.Reshape(_rows, classes);
        Variable<T> probabilities = tape.Apply(KeepRows<T>.Instance, rows, mass).Softmax();
        return (mass * (probabilities - probabilities.Detach())).Reshape(logits.Shape);
    }

    private static bool IsBelowInfinity(ReadOnlySpan<T> row)
    {
        foreach (T x in row)
            if (!(x < T.PositiveInfinity)) return false;
        return true;
    }
}

/// <summary>The rows of the first input where the second, a number for each row, is not 0; zeros elsewhere.</summary>
internal sealed class KeepRows<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly KeepRows<T> Instance = new();

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => inputs[0].Shape;

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        ReadOnlySpan<T> kept = inputs[1].Value;
        int length = output.Length / kept.Length;
        inputs[0].Value.CopyTo(output);
        for (int row = 0; row < kept.Length; row++)
            if (T.IsZero(kept[row])) output.Slice(row * length, length).Clear();
    }

    public override void Backward(BackwardStep<T> step) =>
        step.Add(0, step.Upstream.Tape.Apply(Instance, step.Upstream, step.Input(1)));
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Cross entropy of softmax over the last dimension with one class index a row, as
    /// <see cref="Losses.CrossEntropy{T}(ReadOnlySpan{T}, ReadOnlySpan{int}, CrossEntropyOptions?, Span{T})"/> defines it;
    /// the mean by default, of shape <c>[]</c>.
    /// </summary>
    /// <param name="labels">As many as there are rows, that is, elements in the leading dimensions; copied.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// The number of labels is not that of the rows, or an option does not fit: the weights, or Reduction.None.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is neither a class nor ignored.</exception>
    public Variable<T> CrossEntropy(ReadOnlySpan<int> labels, CrossEntropyOptions? options = null)
    {
        Shape shape = Shape;
        int rows = shape.Rank == 0 ? 0 : shape.Product(0, shape.Rank - 1);
        if (shape.Rank == 0 || rows != labels.Length)
            throw new ArgumentException($"CrossEntropy: {shape} has {rows} rows, and there are {labels.Length} labels.", nameof(labels));
        options ??= CrossEntropyOptions.Default;
        Losses.ValidateCrossEntropy(Value, labels, options);
        Losses.ValidateReduction(options);
        return Tape.Apply(Tape.Rent<CrossEntropyOperation<T>>().With(labels, options), this);
    }
}
