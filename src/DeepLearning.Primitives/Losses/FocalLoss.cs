using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>(1 − p)ᵞ·(−log p), where p is the softmax of the right class</summary>
internal readonly struct FocalLoss<T>(double gamma) : ILabelLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T Value(ReadOnlySpan<T> x, int label, T scale, Span<T> gradient)
    {
        T shift = RowMath.Shift(x);
        if (T.IsPositiveInfinity(shift) && CrossEntropyKernel<T>.SoleInfinity(x) is >= 0 and int sole)
        {
            gradient.Clear();
            if (sole == label) return T.Zero;
            if (!gradient.IsEmpty) (gradient[sole], gradient[label]) = (scale, -scale);
            return T.PositiveInfinity;
        }

        // As in cross entropy: log s = log1p(others + (own − 1)) keeps what is close to 0.
        T z = x[label] - shift, own = ScalarMath.Exp(z), others = RowMath.SumOfExponentials(x, shift, gradient, label);
        double sum = double.CreateTruncating(own + others), wrong = double.CreateTruncating(others) / sum;
        if (sum == 0)
        {
            gradient.Clear();
            return T.PositiveInfinity;
        }

        double cost = double.CreateTruncating(ScalarMath.Log1P(others + (own - T.One)) - z), power = ScalarMath.Power(wrong, gamma);
        if (!gradient.IsEmpty)
        {
            double right = double.CreateTruncating(own) / sum;
            // Where the logit is infinitely far below, p·(−log p) is 0; where nothing is wrong, so is the slope.
            double turn = gamma == 0 || right == 0 || wrong == 0 ? 0 : gamma * ScalarMath.Power(wrong, gamma - 1) * right * cost;
            double slope = (power + turn) * double.CreateTruncating(scale);
            Elementwise.Map(gradient, gradient, new Scale<T>(T.CreateTruncating(slope / sum)));
            gradient[label] = T.CreateTruncating(-wrong * slope);
        }

        return T.CreateTruncating(cost == 0 ? 0 : power * cost);
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> label)
    {
        Variable<T> p = x.Softmax(), right = (p * label).Sum([-1], keepDimensions: true), wrong = 1 - right;
        // The logarithm of a wrong class may be −∞, and so may that of the right one, where p·log p is 0.
        Variable<T> log = label.Through(x.LogSoftmax()).Sum([-1], keepDimensions: true).Apply(new Bounded<T>(-1e30, 0));
        return (p - label) * (Power(wrong, gamma) - (gamma * Power(wrong, gamma - 1) * right * log));
    }

    private static Variable<T> Power(Variable<T> x, double power) => power switch
    {
        0 => (0 * x) + 1,
        1 => x,
        2 => x * x,
        _ => (power * x.Log()).Exp(),
    };
}

/// <summary>Settings of the multi-class focal loss. Make one and keep it.</summary>
public sealed class FocalOptions : ClassLossOptions
{
    internal static new FocalOptions Default { get; } = new();

    /// <summary>γ: how strongly easy examples fade; 0 gives cross entropy. Default 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Gamma { get; init => field = NotNegative(value, nameof(Gamma)); } = 2;
}

public static partial class Losses
{
    /// <summary>
    /// Focal loss of softmax: <c>w·(1 − p)ᵞ·(−log p)</c>, where p is the probability of the right class and w its weight
    /// (Lin et al. 2017; the class weights are their α).
    /// </summary>
    /// <inheritdoc cref="NegativeLogLikelihood{T}(ReadOnlySpan{T}, ReadOnlySpan{int}, ClassLossOptions?, Span{T}, ReadOnlySpan{T}, int, Span{T})"/>
    public static T FocalLoss<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> labels,
        FocalOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        int innerLength = 1,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= FocalOptions.Default;
        return LabelLoss.Checked(
            logits, labels, options, gradient, weights, innerLength, losses, new FocalLoss<T>(options.Gamma));
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>Focal loss of the softmax of these logits: <c>w·(1 − p)ᵞ·(−log p)</c>.</summary>
    /// <inheritdoc cref="NegativeLogLikelihood(ReadOnlySpan{int}, ClassLossOptions?, ReadOnlySpan{T}, int)"/>
    public Variable<T> FocalLoss(
        ReadOnlySpan<int> labels, FocalOptions? options = null, ReadOnlySpan<T> weights = default, int axis = -1)
    {
        options ??= FocalOptions.Default;
        return LabelLoss(labels, options, weights, axis, new FocalLoss<T>(options.Gamma));
    }
}
