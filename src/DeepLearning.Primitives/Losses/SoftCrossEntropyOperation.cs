using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>Cross entropy of [rows, classes] with probabilities, on a tape. The forward pass leaves the gradient behind.</summary>
internal sealed class SoftCrossEntropyOperation<T> : Operation<T>, IRentable<SoftCrossEntropyOperation<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private CrossEntropyOptions _options = CrossEntropyOptions.Default;
    private Slab<T> _weights;
    private Slab<T> _gradient;

    public override string Name => nameof(Losses.SoftCrossEntropy);

    public static SoftCrossEntropyOperation<T> Create() => new();

    public SoftCrossEntropyOperation<T> With(CrossEntropyOptions options, Slab<T> weights)
    {
        (_options, _weights) = (options, weights);
        return this;
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) =>
        _options.Reduction == Reduction.None ? [inputs[0].Shape[0]] : [];

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        ReadOnlySpan<T> x = inputs[0].Value;
        _gradient = inputs[0].IsDifferentiable ? inputs[0].Tape.Allocate(x.Length) : default;
        bool isReduced = _options.Reduction != Reduction.None;
        T loss = Losses.SoftCrossEntropyCore(
            x, inputs[1].Value, inputs[0].Shape[1], _options, _gradient.Span, _weights.Span, 1, isReduced ? default : output);
        if (isReduced) output[0] = loss;
    }

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> x = step.Input(0), t = step.Input(1), upstream = step.Upstream;
        if (_options.Reduction == Reduction.None) upstream = upstream.Reshape(upstream.Shape[0], 1);
        Variable<T> gradient = step.Needs(0) ? x.Tape.View(_gradient, x.Shape) : default;
        if (step.IsRecorded || step.Needs(1))
        {
            Variable<T> shares = Shares(x, onlyFinite: false), weights = ClassWeights(x);
            if (step.Needs(1))
            {
                Variable<T> log = x.Tape.Apply(KeepRows<T>.Instance, x, shares).LogSoftmax();
                step.Add(1, upstream * shares * ((_options.LabelSmoothing - 1) * weights * log));
            }

            if (step.IsRecorded && step.Needs(0))
            {
                Variable<T> finite = Shares(x, onlyFinite: true), kept = x.Tape.Apply(KeepRows<T>.Instance, t, finite);
                Variable<T> expected = weights * (((1 - _options.LabelSmoothing) * kept) + (_options.LabelSmoothing / x.Shape[1]));
                Variable<T> probabilities = x.Tape.Apply(KeepRows<T>.Instance, x, finite).Softmax();
                Variable<T> slope = finite * ((expected.Sum([-1], keepDimensions: true) * probabilities) - expected);
                gradient += slope - slope.Detach();
            }
        }

        if (!step.Needs(0)) return;
        step.Add(0, upstream.ThroughLoss(gradient));
    }

    /// <summary>Each row's weight over the divisor of the mean.</summary>
    private Variable<T> Shares(Variable<T> x, bool onlyFinite)
    {
        int rows = x.Shape[0], classes = x.Shape[1];
        double divisor = RowLoss.Divisor<T>(_options, _weights.Span, rows);
        Variable<T> shares = x.Tape.NewConstant([rows, 1], out Span<T> elements);
        for (int row = 0; row < rows; row++)
        {
            double weight = _weights.Length == 0 ? 1 : double.CreateTruncating(_weights.Span[row]);
            bool counts = weight != 0 && (!onlyFinite || CrossEntropyOperation<T>.IsBelowInfinity(x.Value.Slice(row * classes, classes)));
            elements[row] = counts ? T.CreateTruncating(weight / divisor) : T.Zero;
        }

        return shares;
    }

    private Variable<T> ClassWeights(Variable<T> x)
    {
        if (_options.Weights.IsEmpty) return x.Tape.Scalar(T.One);
        Variable<T> weights = x.Tape.NewConstant([x.Shape[1]], out Span<T> elements);
        _options.WeightsAs<T>().CopyTo(elements);
        return weights;
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Cross entropy of softmax over the last dimension, or another, with probabilities as targets:
    /// <c>Σ w·((1 − ε)·t + ε/C)·(−log softmax(x))</c>.
    /// </summary>
    /// <param name="targets">Of this variable's shape, in [0, 1]; may be differentiated as well.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="weights">None, or one for each row; copied.</param>
    /// <param name="axis">The class axis, the last by default; PyTorch's is 1.</param>
    /// <returns>
    /// The mean or the sum, of shape <c>[]</c>; with Reduction.None the losses, of this shape without the class axis.
    /// </returns>
    /// <exception cref="ArgumentException">The shapes differ, or the weights do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target or weight is out of range, or there is no such axis.</exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    public Variable<T> SoftCrossEntropy(
        Variable<T> targets, CrossEntropyOptions? options = null, ReadOnlySpan<T> weights = default, int axis = -1)
    {
        options ??= CrossEntropyOptions.Default;
        Shape shape = Shape, targetShape = targets.Shape;
        if (shape != targetShape || shape.Rank == 0)
            throw new ArgumentException($"SoftCrossEntropy: logits {shape} and targets {targetShape} differ or have no class axis.", nameof(targets));
        axis = shape.Axis(axis, nameof(axis));
        Variable<T> x = LastAxis(axis), t = targets.LastAxis(axis);
        int classes = shape[axis], rows = classes == 0 ? 0 : shape.ElementCount / classes;
        if (classes != 0) Losses.ValidateSoft(x.Value, t.Value, classes, options, weights, 1);
        Variable<T> loss = Tape.Apply(
            Tape.Rent<SoftCrossEntropyOperation<T>>().With(options, Saved(weights)),
            x.Reshape(rows, Math.Max(1, classes)),
            t.Reshape(rows, Math.Max(1, classes)));
        return loss.Shape.Rank == 0 ? loss : loss.Reshape(LabelOperation<T>.Without(shape, axis));
    }

    /// <inheritdoc cref="SoftCrossEntropy(Variable{T}, CrossEntropyOptions?, ReadOnlySpan{T}, int)"/>
    public Variable<T> SoftCrossEntropy(ReadOnlySpan<T> targets) => SoftCrossEntropy(Targets(targets));

    /// <summary>The axis moved to the end, the others in their order.</summary>
    private Variable<T> LastAxis(int axis)
    {
        int rank = Shape.Rank;
        if (axis == rank - 1) return this;
        Span<int> order = stackalloc int[Shape.MaxRank];
        for (int i = 0; i < rank - 1; i++) order[i] = i < axis ? i : i + 1;
        order[rank - 1] = axis;
        return Transpose(order[..rank]);
    }
}
