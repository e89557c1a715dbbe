using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>log cosh d with d = x − t</summary>
internal readonly struct LogCosh<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool IsLong => typeof(T) == typeof(double);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>
    {
        // With s = e^|d| − 1, cosh d − 1 is s²/2(1 + s): nothing cancels near 0. Far out cosh d is ½e^|d|, and its tangent 1.
        double limit = typeof(T) == typeof(float) ? 10 : 20;
        TVector difference = x - t, magnitude = TVector.Abs(difference), far = magnitude >= limit;
        TVector s = VectorMath.ExpM1OfOrdinary<TVector, T>(TVector.Min(limit, magnitude)), grown = 1 + s, square = s * s;
        TVector tanh = TVector.FusedMultiplyAdd(s, 2.0, square) / TVector.FusedMultiplyAdd(grown, grown, 1);
        TVector excess = 0.5 * (square / grown);
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
