using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>a·qᵞ·ce, with ce the cross entropy of sigmoid, q = 1 − p the share of the wrong class, a the weight of the label</summary>
internal readonly struct BinaryFocal<T, TIsSquare>(BinaryFocalOptions options) : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TIsSquare : struct, IFlag
{
    private readonly double _gamma = options.Gamma, _positiveWeight = options.Alpha ?? 1, _negativeWeight = 1 - options.Alpha ?? 1;

    public static bool HasDomain => true;

    public static bool IsLong => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector IsOutside<TVector>(TVector x, TVector t)
        where TVector : struct, ISimd<TVector, T> => (t < 0) | (t > 1);

    public static (bool IsTarget, string Rule) Refusal(T x, T t) => (true, ElementwiseLoss.Probability);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        LogisticParts<TVector, T> parts = new(x);
        TVector negative = 1 - t, side = TVector.SelectLess(0, x, negative, t);
        TVector cost = parts.Logarithm + TVector.SelectEqual(side, 0, 0, side * TVector.Abs(x));
        TVector above = parts.Sigmoid * negative, below = parts.Complement * t, wrong = above + below;
        TVector weight = TVector.FusedMultiplyAdd(t, _positiveWeight - _negativeWeight, _negativeWeight);
        // Where the logit is so far on one side that the slope of q vanishes, so does the product, however large the cost.
        TVector slope = parts.Sigmoid * parts.Complement * (negative - t), finite = TVector.Min(1e30, cost);
        if (TIsSquare.IsSet)
        {
            TVector weighed = weight * wrong;
            derivative = weighed * TVector.FusedMultiplyAdd(finite + finite, slope, wrong * (above - below));
            return weighed * wrong * cost;
        }

        TVector logarithm = VectorMath.Log<TVector, T>(wrong), power = VectorMath.Exp<TVector, T>((TVector)_gamma * logarithm);
        TVector lower = VectorMath.Exp<TVector, T>((TVector)(_gamma - 1) * logarithm);
        if (_gamma == 0) power = 1 + (wrong - wrong);
        TVector turn = TVector.SelectEqual(slope, 0, 0, _gamma * finite * lower * slope);
        derivative = weight * (turn + (power * (above - below)));
        return weight * power * cost;
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t)
    {
        Variable<T> p = x.Sigmoid(), n = (-x).Sigmoid(), wrong = (p * (1 - t)) + (n * t);
        Variable<T> turn = _gamma * Cost(x, t) * Power(wrong, _gamma - 1) * p * n * (1 - (2 * t));
        return Weight(t) * (turn + (Power(wrong, _gamma) * (p - t)));
    }

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t)
    {
        Variable<T> p = x.Sigmoid(), n = (-x).Sigmoid(), wrong = (p * (1 - t)) + (n * t), cost = Cost(x, t), power = Power(wrong, _gamma);
        Variable<T> slope = (_gamma * cost * Power(wrong, _gamma - 1) * (n - p)) - (power * x);
        return (Weight(t) * slope) + ((_positiveWeight - _negativeWeight) * cost * power);
    }

    private Variable<T> Weight(Variable<T> t) => (_positiveWeight * t) + (_negativeWeight * (1 - t));

    private static Variable<T> Cost(Variable<T> x, Variable<T> t) => x.Softplus() - (t * x);

    private static Variable<T> Power(Variable<T> wrong, double exponent) => exponent switch
    {
        0 => (wrong.Detach() * 0) + 1,
        1 => wrong,
        2 => wrong * wrong,
        _ => (exponent * wrong.Log()).Exp(),
    };
}

/// <summary>Settings of the binary focal loss. Make one and keep it.</summary>
public sealed class BinaryFocalOptions : LossOptions
{
    internal static new BinaryFocalOptions Default { get; } = new();

    /// <summary>γ: how strongly easy examples fade; 0 gives cross entropy. Default 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Gamma { get; init => field = NotNegative(value, nameof(Gamma)); } = 2;

    /// <summary>α in [0, 1]: positives count α and negatives 1 − α. Default: none, both count 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside [0, 1].</exception>
    public double? Alpha
    {
        get;
        init => field = value is null ? null : Within(value.Value, value is >= 0 and <= 1, nameof(Alpha), "between 0 and 1");
    }
}

public static partial class Losses
{
    /// <summary>
    /// Focal loss of sigmoid: <c>a·(1 − p)ᵞ·(−log p)</c>, where p is the probability of the right label (Lin et al.
    /// 2017); soft labels in [0, 1] are mixed in log space as Optax does. α is off by default.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    [OverloadResolutionPriority(1)]
    public static T BinaryFocalLoss<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<T> targets,
        BinaryFocalOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= BinaryFocalOptions.Default;
        return options.Gamma == 2
            ? ElementwiseLoss.Checked(logits, targets, options, gradient, weights, losses, new BinaryFocal<T, Yes>(options))
            : ElementwiseLoss.Checked(logits, targets, options, gradient, weights, losses, new BinaryFocal<T, No>(options));
    }

    /// <summary>The mean of the losses, and its gradient in the logits.</summary>
    /// <inheritdoc cref="BinaryFocalLoss{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, BinaryFocalOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T BinaryFocalLoss<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(logits, targets, BinaryFocalOptions.Default, gradient, new BinaryFocal<T, Yes>(BinaryFocalOptions.Default));
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Focal loss of sigmoid: <c>a·(1 − p)ᵞ·(−log p)</c>, where p is the probability of the right label (Lin et al.
    /// 2017); soft labels in [0, 1] are mixed in log space as Optax does. α is off by default.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> BinaryFocalLoss(Variable<T> targets, BinaryFocalOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= BinaryFocalOptions.Default;
        return options.Gamma == 2
            ? ElementwiseLoss(targets, options, weights, new BinaryFocal<T, Yes>(options))
            : ElementwiseLoss(targets, options, weights, new BinaryFocal<T, No>(options));
    }

    /// <inheritdoc cref="BinaryFocalLoss(Variable{T}, BinaryFocalOptions?, ReadOnlySpan{T})"/>
    public Variable<T> BinaryFocalLoss(ReadOnlySpan<T> targets) => BinaryFocalLoss(Targets(targets));
}
