using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>w·t·softplus(−x) + (1 − t)·softplus(x), with one w or one for each class</summary>
internal readonly struct BinaryCrossEntropyWithLogits<T, TIsPerClass>(BinaryCrossEntropyOptions options) : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TIsPerClass : struct, IFlag
{
    private readonly double _positiveWeight = options.PositiveWeight;

    public static bool HasDomain => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector IsOutside<TVector>(TVector x, TVector t)
        where TVector : struct, ISimd<TVector, T> => (t < 0) | (t > 1);

    public static (bool IsTarget, string Rule) Refusal(T x, T t) => (true, ElementwiseLoss.Probability);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T> => ValueOfClass(x, t, _positiveWeight, out derivative);

    public static bool IsPerClass => TIsPerClass.IsSet;

    public static bool IsLong => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ValueOfClass<TVector>(TVector x, TVector t, TVector number, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector positive = t * number, negative = 1 - t, sum = positive + negative;
        LogisticParts<TVector, T> parts = new(x);
        // Both softplus share log(1 + e^−|x|); a share of 0 costs nothing, however far x is on its side.
        TVector side = TVector.SelectLess(0, x, negative, positive);
        derivative = (negative * parts.Sigmoid) - (positive * parts.Complement);
        return TVector.FusedMultiplyAdd(sum, parts.Logarithm, TVector.SelectEqual(side, 0, 0, side * TVector.Abs(x)));
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t)
    {
        Variable<T> positive = PositiveWeight(x) * t;
        return ((1 - t + positive) * x.Sigmoid()) - positive;
    }

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t) => (PositiveWeight(x) * (-x).Softplus()) - x.Softplus();

    /// <summary>A scalar, or one for each class along the last axis.</summary>
    private Variable<T> PositiveWeight(Variable<T> x)
    {
        if (!TIsPerClass.IsSet) return x.Tape.Scalar(T.CreateTruncating(_positiveWeight));
        Variable<T> weights = x.Tape.NewConstant([options.PerClass.Count], out Span<T> elements);
        options.PerClass.As<T>().CopyTo(elements);
        return weights;
    }
}

public static partial class Losses
{
    /// <summary>
    /// Binary cross entropy of sigmoid: <c>−w·t·log σ(x) − (1 − t)·log(1 − σ(x))</c> with the positive weight w, one or one for each class, exact
    /// also where it is close to 0 (PyTorch's <c>binary_cross_entropy_with_logits</c>). An infinite logit with the right
    /// label costs 0. Targets lie in [0, 1].
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    [OverloadResolutionPriority(1)]
    public static T BinaryCrossEntropyWithLogits<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<T> targets,
        BinaryCrossEntropyOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= BinaryCrossEntropyOptions.Default;
        return options.PerClass.Count == 0
            ? ElementwiseLoss.Checked(logits, targets, options, gradient, weights, losses, new BinaryCrossEntropyWithLogits<T, No>(options))
            : ElementwiseLoss.Checked(logits, targets, options, gradient, weights, losses, new BinaryCrossEntropyWithLogits<T, Yes>(options));
    }

    /// <summary>The mean of the losses, and its gradient in the logits.</summary>
    /// <inheritdoc cref="BinaryCrossEntropyWithLogits{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, BinaryCrossEntropyOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T BinaryCrossEntropyWithLogits<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(
            logits,
            targets,
            BinaryCrossEntropyOptions.Default,
            gradient,
            new BinaryCrossEntropyWithLogits<T, No>(BinaryCrossEntropyOptions.Default));
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Binary cross entropy of sigmoid: <c>−w·t·log σ(x) − (1 − t)·log(1 − σ(x))</c> with the positive weight w, one or one for each class, exact
    /// also where it is close to 0 (PyTorch's <c>binary_cross_entropy_with_logits</c>). An infinite logit with the right
    /// label costs 0. Targets lie in [0, 1].
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> BinaryCrossEntropyWithLogits(Variable<T> targets, BinaryCrossEntropyOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= BinaryCrossEntropyOptions.Default;
        return options.PerClass.Count == 0
            ? ElementwiseLoss(targets, options, weights, new BinaryCrossEntropyWithLogits<T, No>(options))
            : ElementwiseLoss(targets, options, weights, new BinaryCrossEntropyWithLogits<T, Yes>(options));
    }

    /// <inheritdoc cref="BinaryCrossEntropyWithLogits(Variable{T}, BinaryCrossEntropyOptions?, ReadOnlySpan{T})"/>
    public Variable<T> BinaryCrossEntropyWithLogits(ReadOnlySpan<T> targets) => BinaryCrossEntropyWithLogits(Targets(targets));
}
