using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Σ over the wrong classes of max(0, margin − x_right + x)ᵖ, over the number of classes</summary>
internal readonly struct MultiClassHinge<T>(double margin, bool isSquared) : ILabelLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Chunk = 1024;

    [SkipLocalsInit]
    public T Value(ReadOnlySpan<T> x, int label, T scale, Span<T> gradient)
    {
        T classes = T.CreateTruncating(x.Length), offset = T.CreateTruncating(margin) - x[label], total = T.Zero;
        Span<T> buffer = stackalloc T[Math.Min(Chunk, x.Length)];
        for (int start = 0; start < x.Length; start += Chunk)
        {
            Span<T> costs = buffer[..Math.Min(Chunk, x.Length - start)];
            Elementwise.Map(x.Slice(start, costs.Length), costs, new Cost(offset, isSquared));
            if ((uint)(label - start) < (uint)costs.Length) costs[label - start] = T.Zero;
            total += Reduce.Sum<T>(costs);
        }

        if (!gradient.IsEmpty)
        {
            Elementwise.Map(x, gradient, new Slope(offset, scale / classes, isSquared));
            gradient[label] = T.Zero;
            gradient[label] = -Reduce.Sum<T>(gradient);
        }

        return total / classes;
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> label)
    {
        Variable<T> excess = x - (x * label).Sum([-1], keepDimensions: true) + margin;
        Variable<T> slope = (isSquared ? 2 * excess.Relu() : excess.ConstantDerivative<Relu<T>>()) * (1 - label) / x.Shape[1];
        return slope - (slope.Sum([-1], keepDimensions: true) * label);
    }

    private readonly struct Cost(T offset, bool isSquared) : IMap1<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector excess = TVector.Max(0, a + TVector.Create(offset));
            return isSquared ? excess * excess : excess;
        }
    }

    private readonly struct Slope(T offset, T scale, bool isSquared) : IMap1<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector excess = TVector.Max(0, a + TVector.Create(offset));
            // A NaN is neither above 0 nor at it and goes through.
            TVector slope = isSquared ? excess + excess : TVector.SelectLess(0, excess, 1, excess);
            return slope * TVector.Create(scale);
        }
    }
}

/// <summary>Settings of the multi-class hinge loss; the defaults are PyTorch's. Make one and keep it.</summary>
public sealed class MultiClassHingeOptions : ClassLossOptions
{
    internal static new MultiClassHingeOptions Default { get; } = new();

    /// <summary>How far the right class must lie above the others. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public double Margin { get; init => field = Within(value, double.IsFinite(value), nameof(Margin), "finite"); } = 1;

    /// <summary>True to square each term (PyTorch's p = 2). Default false.</summary>
    public bool IsSquared { get; init; }
}

public static partial class Losses
{
    /// <summary>
    /// Multi-class hinge loss: the sum over the wrong classes of <c>max(0, margin − x_right + x)</c>, or of its square, over
    /// the number of classes (Crammer and Singer 2001; PyTorch's <c>multi_margin_loss</c>).
    /// </summary>
    /// <inheritdoc cref="NegativeLogLikelihood{T}(ReadOnlySpan{T}, ReadOnlySpan{int}, ClassLossOptions?, Span{T}, ReadOnlySpan{T}, int, Span{T})"/>
    public static T MultiClassHinge<T>(
        ReadOnlySpan<T> scores,
        ReadOnlySpan<int> labels,
        MultiClassHingeOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        int innerLength = 1,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= MultiClassHingeOptions.Default;
        return LabelLoss.Checked(
            scores, labels, options, gradient, weights, innerLength, losses, new MultiClassHinge<T>(options.Margin, options.IsSquared));
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>Multi-class hinge loss of these scores: Σ of <c>max(0, margin − x_right + x)</c> over the wrong classes, over all.</summary>
    /// <inheritdoc cref="NegativeLogLikelihood(ReadOnlySpan{int}, ClassLossOptions?, ReadOnlySpan{T}, int)"/>
    public Variable<T> MultiClassHinge(
        ReadOnlySpan<int> labels, MultiClassHingeOptions? options = null, ReadOnlySpan<T> weights = default, int axis = -1)
    {
        options ??= MultiClassHingeOptions.Default;
        return LabelLoss(labels, options, weights, axis, new MultiClassHinge<T>(options.Margin, options.IsSquared));
    }
}
