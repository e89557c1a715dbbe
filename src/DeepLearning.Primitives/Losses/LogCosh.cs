using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>log cosh d with d = x − t</summary>
internal readonly struct LogCosh<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        // 1 + 2 sinh²(d/2) is cosh d: nothing cancels near 0. Far out cosh d is ½e^|d|, and its tangent 1.
        TVector difference = x - t, magnitude = TVector.Abs(difference), far = magnitude >= 20;
        TVector s = VectorMath.ExpM1OfOrdinary<TVector, T>(0.5 * TVector.Min(20, magnitude)), grown = 1 + s, shrunk = 1 / grown;
        TVector sinh = 0.5 * TVector.FusedMultiplyAdd(s, shrunk, s), cosh = 0.5 * (grown + shrunk), excess = 2 * (sinh * sinh);
        TVector tanh = 2 * (sinh * cosh) / (1 + excess);
        derivative = TVector.Select(far, 1, tanh) | (difference & -0.0);
        return TVector.Select(far, magnitude - 0.6931471805599453, VectorMath.Log1POfOrdinary<TVector, T>(excess));
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> t) => (x - t).Tanh();

    public Variable<T> TargetDerivative(Variable<T> x, Variable<T> t) => -Derivative(x, t);
}

public static partial class Losses
{
    /// <summary>
    /// Logarithm of the hyperbolic cosine: <c>log cosh (x − t)</c>, smooth and exact near 0, straight far out, without
    /// overflow.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    [OverloadResolutionPriority(1)]
    public static T LogCosh<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        LossOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= LossOptions.Default;
        return ElementwiseLoss.Checked(predictions, targets, options, gradient, weights, losses, default(LogCosh<T>));
    }

    /// <summary>The mean of the losses, and its gradient in the predictions.</summary>
    /// <inheritdoc cref="LogCosh{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T LogCosh<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ElementwiseLoss.WithGradient(predictions, targets, LossOptions.Default, gradient, default(LogCosh<T>));
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Logarithm of the hyperbolic cosine: <c>log cosh (x − t)</c>, smooth and exact near 0, straight far out, without
    /// overflow.
    /// </summary>
    /// <inheritdoc cref="MeanSquaredError(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> LogCosh(Variable<T> targets, LossOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= LossOptions.Default;
        return ElementwiseLoss(targets, options, weights, default(LogCosh<T>));
    }

    /// <inheritdoc cref="LogCosh(Variable{T}, LossOptions?, ReadOnlySpan{T})"/>
    public Variable<T> LogCosh(ReadOnlySpan<T> targets) => LogCosh(Targets(targets));
}
