using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>½·(x·log(x/m) + t·log(t/m)) with m = (x + t)/2</summary>
internal readonly struct JensenShannon<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool HasDomain => true;

    public static bool IsLong => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector IsOutside<TVector>(TVector x, TVector t)
        where TVector : struct, ISimd<TVector, T> => (x < 0) | (x > 1) | (t < 0) | (t > 1);

    public static (bool IsTarget, string Rule) Refusal(T x, T t) => (!(x < T.Zero || x > T.One), ElementwiseLoss.Probability);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        // x/m = 1 + r and t/m = 1 − r: near equality the logarithms keep what a quotient would lose.
        TVector sum = x + t, r = TVector.SelectEqual(sum, 0, 0, (x - t) / sum);
        TVector left = VectorMath.Log1P<TVector, T>(r), right = VectorMath.Log1P<TVector, T>(-r);
        derivative = 0.5 * left;
        return 0.5 * (TVector.SelectEqual(x, 0, 0, x * left) + TVector.SelectEqual(t, 0, 0, t * right));
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t) => 0.5 * ((x - t) / (x + t)).Log1P();

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t) => 0.5 * ((t - x) / (x + t)).Log1P();
}

/// <summary>Settings of the Jensen–Shannon divergence. Make one and keep it.</summary>
public sealed class JensenShannonOptions : LossOptions
{
    internal static new JensenShannonOptions Default { get; } = new();

    /// <summary>
    /// Elements in a distribution: the mean divides the sum by the number of distributions. Default 1, the mean over all elements.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int RowLength { get; init => field = (int)Positive(value, nameof(RowLength)); } = 1;

    internal override int ElementsPerRow => RowLength;
}

public static partial class Losses
{
    /// <summary>
    /// Jensen–Shannon divergence of probabilities, <c>½·KL(x‖m) + ½·KL(t‖m)</c> with m = (x + t)/2, element by element:
    /// symmetric, finite, at most log 2 for a distribution. 0·log 0 = 0.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    [OverloadResolutionPriority(1)]
    public static T JensenShannon<T>(
        ReadOnlySpan<T> probabilities,
        ReadOnlySpan<T> targets,
        JensenShannonOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= JensenShannonOptions.Default;
        return ElementwiseLoss.Checked(probabilities, targets, options, gradient, weights, losses, default(JensenShannon<T>));
    }

    /// <summary>The mean of the losses, and its gradient in the probabilities.</summary>
    /// <inheritdoc cref="JensenShannon{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, JensenShannonOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T JensenShannon<T>(ReadOnlySpan<T> probabilities, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(probabilities, targets, JensenShannonOptions.Default, gradient, default(JensenShannon<T>));
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Jensen–Shannon divergence of probabilities, <c>½·KL(x‖m) + ½·KL(t‖m)</c> with m = (x + t)/2, element by element:
    /// symmetric, finite, at most log 2 for a distribution. 0·log 0 = 0.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> JensenShannon(Variable<T> targets, JensenShannonOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= JensenShannonOptions.Default;
        return ElementwiseLoss(targets, options, weights, default(JensenShannon<T>));
    }

    /// <inheritdoc cref="JensenShannon(Variable{T}, JensenShannonOptions?, ReadOnlySpan{T})"/>
    public Variable<T> JensenShannon(ReadOnlySpan<T> targets) => JensenShannon(Targets(targets));
}
