using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// A loss of rows with class indices on a tape. The forward pass leaves the gradient behind, so that the backward pass has
/// nothing to compute.
/// </summary>
internal abstract class LabelOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private ClassLossOptions _options = ClassLossOptions.Default;
    private int[] _labels = [];
    private int _rows;
    private int _axis;
    private Slab<T> _weights;
    private Slab<T> _gradient;

    protected ReadOnlySpan<int> Labels => _labels.AsSpan(0, _rows);

    protected void Set(ClassLossOptions options, ReadOnlySpan<int> labels, Slab<T> weights, int axis)
    {
        if (_labels.Length < labels.Length) _labels = new int[labels.Length];
        labels.CopyTo(_labels);
        (_options, _rows, _weights, _axis) = (options, labels.Length, weights, axis);
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) =>
        _options.Reduction == Reduction.None ? Without(inputs[0].Shape, _axis) : [];

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        ReadOnlySpan<T> x = inputs[0].Value;
        _gradient = inputs[0].IsDifferentiable ? inputs[0].Tape.Allocate(x.Length) : default;
        bool isReduced = _options.Reduction != Reduction.None;
        T loss = Evaluate(x, _gradient.Span, _weights.Span, Inner(inputs[0].Shape), isReduced ? default : output);
        if (isReduced) output[0] = loss;
    }

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> x = step.Input(0), gradient = x.Tape.View(_gradient, x.Shape), upstream = step.Upstream;
        if (step.IsRecorded && x.Shape.ElementCount != 0) gradient = FromRows(Differentiable(ToRows(gradient), ToRows(x)), x.Shape);
        if (_options.Reduction == Reduction.None) upstream = upstream.Reshape(Kept(x.Shape, _axis));
        step.Add(0, upstream.ThroughLoss(gradient));
    }

    protected abstract T Evaluate(ReadOnlySpan<T> x, Span<T> gradient, ReadOnlySpan<T> weights, int innerLength, Span<T> losses);

    /// <summary>The gradient as it is known, [rows, classes], in a form that can be differentiated in x.</summary>
    protected abstract Variable<T> Differentiable(Variable<T> gradient, Variable<T> x);

    /// <summary>A row's weight over the divisor of the mean; 0 for one that counts nowhere.</summary>
    protected double Share(int row, double divisor) =>
        _options.WeightOf(_labels[row]) == 0 || divisor == 0 ? 0 : SampleWeight(row) * _options.WeightOf(_labels[row]) / divisor;

    protected double SampleWeight(int row) => _weights.Length == 0 ? 1 : double.CreateTruncating(_weights.Span[row]);

    protected double Divisor() => LabelLoss.Divisor<T>(Labels, _options, _weights.Span);

    private int Inner(in Shape shape) => shape.Product(_axis + 1, shape.Rank);

    private Variable<T> ToRows(Variable<T> x)
    {
        Shape shape = x.Shape;
        int inner = Inner(shape), classes = shape[_axis];
        return inner == 1 ? x.Reshape(_rows, classes) : x.Reshape(_rows / inner, classes, inner).Transpose(0, 2, 1).Reshape(_rows, classes);
    }

    private Variable<T> FromRows(Variable<T> rows, Shape shape)
    {
        int inner = Inner(shape), classes = shape[_axis];
        return inner == 1 ? rows.Reshape(shape) : rows.Reshape(_rows / inner, inner, classes).Transpose(0, 2, 1).Reshape(shape);
    }

    /// <summary>The shape without one of its dimensions.</summary>
    internal static Shape Without(Shape shape, int axis)
    {
        Span<int> lengths = stackalloc int[Shape.MaxRank];
        int rank = 0;
        for (int i = 0; i < shape.Rank; i++)
            if (i != axis) lengths[rank++] = shape[i];
        return Shape.Create(lengths[..rank]);
    }

    private static Shape Kept(Shape shape, int axis)
    {
        Span<int> lengths = stackalloc int[Shape.MaxRank];
        Shape.AsSpan(in shape).CopyTo(lengths);
        lengths[axis] = 1;
        return Shape.Create(lengths[..shape.Rank]);
    }
}

/// <summary>Any <see cref="ILabelLoss{T}"/> on a tape.</summary>
internal sealed class LabelLossOperation<T, TLoss> : LabelOperation<T>, IRentable<LabelLossOperation<T, TLoss>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLoss : struct, ILabelLoss<T>
{
    private TLoss _loss;
    private ClassLossOptions _options = ClassLossOptions.Default;

    public static LabelLossOperation<T, TLoss> Create() => new();

    public LabelLossOperation<T, TLoss> With(TLoss loss, ClassLossOptions options, ReadOnlySpan<int> labels, Slab<T> weights, int axis)
    {
        Set(options, labels, weights, axis);
        (_loss, _options) = (loss, options);
        return this;
    }

    public override string Name => typeof(TLoss).Name.Split('`')[0];

    protected override T Evaluate(ReadOnlySpan<T> x, Span<T> gradient, ReadOnlySpan<T> weights, int innerLength, Span<T> losses) =>
        LabelLoss.Core(x, Labels, _options, gradient, weights, innerLength, losses, _loss);

    protected override Variable<T> Differentiable(Variable<T> gradient, Variable<T> x)
    {
        GradientTape<T> tape = x.Tape;
        int rows = x.Shape[0], classes = x.Shape[1];
        Variable<T> shares = tape.NewConstant([rows, 1], out Span<T> share), place = tape.NewConstant(x.Shape, out Span<T> places);
        double divisor = Divisor();
        places.Clear();
        for (int row = 0; row < rows; row++)
        {
            // At an infinite logit the gradient is a limit, and constant.
            bool counts = CrossEntropyOperation<T>.IsBelowInfinity(x.Value.Slice(row * classes, classes));
            share[row] = counts ? T.CreateTruncating(Share(row, divisor)) : T.Zero;
            places[(row * classes) + (share[row] == T.Zero ? 0 : Labels[row])] = T.One;
        }

        return gradient.DifferentiatedAs(shares * _loss.Derivative(tape.Apply(KeepRows<T>.Instance, x, shares), place));
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
    private Variable<T> LabelLoss<TLoss>(
        ReadOnlySpan<int> labels,
        ClassLossOptions options,
        ReadOnlySpan<T> weights,
        int axis,
        TLoss loss,
        [CallerMemberName] string name = "")
        where TLoss : struct, ILabelLoss<T>
    {
        axis = CheckLabels(labels, options, weights, axis, name);
        return Tape.Apply(Tape.Rent<LabelLossOperation<T, TLoss>>().With(loss, options, labels, Saved(weights), axis), this);
    }

    /// <summary>The class axis, counted from the start, when all fits.</summary>
    private int CheckLabels(ReadOnlySpan<int> labels, ClassLossOptions options, ReadOnlySpan<T> weights, int axis, string name)
    {
        Shape shape = Shape;
        if (shape.Rank == 0) throw new ArgumentException($"{name}: {shape} has 0 rows, and there are {labels.Length} labels.", nameof(labels));
        axis = shape.Axis(axis, nameof(axis));
        int inner = shape.Product(axis + 1, shape.Rank), rows = shape.Product(0, axis) * inner;
        if (rows != labels.Length)
            throw new ArgumentException($"{name}: {shape} has {rows} rows, and there are {labels.Length} labels.", nameof(labels));
        Primitives.LabelLoss.Validate(Value, labels, options, weights, Math.Max(1, inner), "logits");
        return axis;
    }
}
