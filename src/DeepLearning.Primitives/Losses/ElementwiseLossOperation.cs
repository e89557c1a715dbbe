using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// An elementwise loss on a tape. The forward pass leaves the gradient in the predictions behind, so that the backward
/// pass has next to nothing to compute.
/// </summary>
internal sealed class ElementwiseLossOperation<T, TLoss> : Operation<T>, IRentable<ElementwiseLossOperation<T, TLoss>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLoss : struct, IElementwiseLoss<T>
{
    private TLoss _loss;
    private LossOptions _options = LossOptions.Default;
    private Slab<T> _weights;
    private Slab<T> _gradient;

    public static ElementwiseLossOperation<T, TLoss> Create() => new();

    public ElementwiseLossOperation<T, TLoss> With(TLoss loss, LossOptions options, Slab<T> weights)
    {
        (_loss, _options, _weights) = (loss, options, weights);
        return this;
    }

    public override string Name => typeof(TLoss).Name.Split('`')[0];

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => _options.Reduction == Reduction.None ? inputs[0].Shape : [];

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        ReadOnlySpan<T> x = inputs[0].Value, t = inputs[1].Value;
        _gradient = inputs[0].IsDifferentiable ? inputs[0].Tape.Allocate(x.Length) : default;
        bool isReduced = _options.Reduction != Reduction.None;
        T loss = ElementwiseLoss.Core(x, t, _options, _gradient.Span, _weights.Span, isReduced ? default : output, _loss);
        if (isReduced) output[0] = loss;
    }

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> upstream = step.Upstream;
        if (!step.IsRecorded && !step.Needs(1))
        {
            step.Add(0, upstream.ThroughLoss(Gradient(step)));
            return;
        }

        Variable<T> x = Kept(step.Input(0)), t = Kept(step.Input(1)), factor = Factor(step.Input(0));
        if (step.Needs(0))
        {
            Variable<T> gradient = Gradient(step);
            if (step.IsRecorded) gradient = gradient.DifferentiatedAs(factor * _loss.Derivative(x, t));
            step.Add(0, upstream.ThroughLoss(gradient));
        }

        if (step.Needs(1)) step.Add(1, upstream.Through(factor.Through(_loss.TargetDerivative(x, t))));
    }

    private Variable<T> Gradient(BackwardStep<T> step) => step.Upstream.Tape.View(_gradient, step.Input(0).Shape);

    /// <summary>The weights over the divisor, as a constant.</summary>
    private Variable<T> Factor(Variable<T> x)
    {
        double divisor = ElementwiseLoss.Divisor<T>(_options, _weights.Span, x.Shape.ElementCount);
        T scale = divisor == 0 ? T.Zero : T.CreateTruncating(1 / divisor);
        if (_weights.Length == 0) return x.Tape.Scalar(scale);
        Variable<T> factor = x.Tape.NewConstant(x.Shape, out Span<T> elements);
        int perWeight = elements.Length / _weights.Length;
        for (int i = 0; i < elements.Length; i++) elements[i] = _weights.Span[i / perWeight] * scale;
        return factor;
    }

    /// <summary>Where the weight is 0, a number that every loss can bear: nothing comes of it.</summary>
    private Variable<T> Kept(Variable<T> x)
    {
        if (!_weights.Span.Contains(T.Zero)) return x;
        return x.Tape.Apply(x.Tape.Rent<KeepWeighted<T>>().With(_weights), x);
    }
}

/// <summary>x where its weight is not 0, and ½ elsewhere.</summary>
internal sealed class KeepWeighted<T> : Operation<T>, IRentable<KeepWeighted<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Slab<T> _weights;

    public static KeepWeighted<T> Create() => new();

    public KeepWeighted<T> With(Slab<T> weights)
    {
        _weights = weights;
        return this;
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => inputs[0].Shape;

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        ReadOnlySpan<T> x = inputs[0].Value, weights = _weights.Span;
        int perWeight = output.Length / weights.Length;
        for (int i = 0; i < output.Length; i++) output[i] = weights[i / perWeight] == T.Zero ? T.CreateTruncating(0.5) : x[i];
    }

    // What arrives is 0 where the weight is: the losses' factor holds it.
    public override void Backward(BackwardStep<T> step) => step.Add(0, step.Upstream);
}

public readonly partial struct Variable<T>
{
    private Variable<T> ElementwiseLoss<TLoss>(Variable<T> targets, LossOptions options, ReadOnlySpan<T> weights, TLoss loss)
        where TLoss : struct, IElementwiseLoss<T>
    {
        Shape shape = Shape, targetShape = targets.Shape;
        if (shape != targetShape)
            throw new ArgumentException($"{typeof(TLoss).Name.Split('`')[0]}: predictions {shape} and targets {targetShape} differ.", nameof(targets));
        Primitives.ElementwiseLoss.CheckClasses(options.PerClass, shape.Rank == 0 ? 1 : shape[^1], "the last axis");
        Primitives.ElementwiseLoss.Validate<T, TLoss>(Value, targets.Value, weights, "predictions");
        return Tape.Apply(Tape.Rent<ElementwiseLossOperation<T, TLoss>>().With(loss, options, Saved(weights)), this, targets);
    }

    /// <summary>Targets of this variable's shape that no gradient is asked for.</summary>
    private Variable<T> Targets(ReadOnlySpan<T> targets)
    {
        Guard.Length(targets.Length, Shape, "predictions", nameof(targets));
        Variable<T> result = Tape.NewConstant(Shape, out Span<T> elements);
        targets.CopyTo(elements);
        return result;
    }

    /// <summary>A copy until the tape's next reset.</summary>
    private Slab<T> Saved(ReadOnlySpan<T> values)
    {
        if (values.IsEmpty) return default;
        Slab<T> slab = Tape.Allocate(values.Length);
        values.CopyTo(slab.Span);
        return slab;
    }
}
