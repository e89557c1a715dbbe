using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>1 − cos(a, b) where c is 1, max(0, cos(a, b) − margin) where it is −1</summary>
internal readonly struct CosineEmbedding<T>(double margin) : IRowLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T Value(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c, T scale, Span<T> aGradient, Span<T> bGradient, Span<T> cGradient)
    {
        double aNorm = double.CreateTruncating(Norm.L2<T>(a)), bNorm = double.CreateTruncating(Norm.L2<T>(b)), product = aNorm * bNorm, cosine = 0;
        if (product != 0)
        {
            cosine = double.CreateTruncating(Reduce.Dot(a, b)) / product;
            // Where a product of elements or of norms is out of range, one element after the other is scaled first.
            if (!double.IsFinite(cosine) || Math.Abs(cosine) < 1e-20) cosine = Scaled(a, b, aNorm, bNorm);
        }

        bool isPositive = c[0] > T.Zero;
        double loss = isPositive ? 1 - cosine : cosine < margin ? 0 : cosine - margin;
        double slope = double.CreateTruncating(scale) * (isPositive ? -1 : cosine < margin ? 0 : 1);
        if (!aGradient.IsEmpty) Slopes(a, b, slope, cosine, aNorm, bNorm, aGradient);
        if (!bGradient.IsEmpty) Slopes(b, a, slope, cosine, bNorm, aNorm, bGradient);
        return T.CreateTruncating(loss);
    }

    /// <summary>slope·(b/|b| − cos·a/|a|)/|a|; 0 where a norm is.</summary>
    private static void Slopes(ReadOnlySpan<T> a, ReadOnlySpan<T> b, double slope, double cosine, double aNorm, double bNorm, Span<T> gradient)
    {
        if (aNorm == 0 || bNorm == 0) gradient.Clear();
        else Elementwise.Map(b, a, gradient, new Combination<T>(T.CreateTruncating(slope / aNorm / bNorm), T.CreateTruncating(-slope * cosine / aNorm / aNorm)));
    }

    private static double Scaled(ReadOnlySpan<T> a, ReadOnlySpan<T> b, double aNorm, double bNorm)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum = Math.FusedMultiplyAdd(double.CreateTruncating(a[i]) / aNorm, double.CreateTruncating(b[i]) / bNorm, sum);
        return sum;
    }
}

/// <summary>Settings of the cosine embedding loss. Make one and keep it.</summary>
public sealed class CosineEmbeddingOptions : LossOptions
{
    internal static new CosineEmbeddingOptions Default { get; } = new();

    /// <summary>The cosine below which unlike pairs cost nothing. Default 0, as PyTorch's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside [−1, 1].</exception>
    public double Margin { get; init => field = Within(value, value is >= -1 and <= 1, nameof(Margin), "between −1 and 1"); }
}

public static partial class Losses
{
    /// <summary>
    /// Cosine embedding loss of pairs of rows: <c>1 − cos</c> for like pairs (target 1), <c>max(0, cos − margin)</c> for unlike
    /// ones (target −1) (PyTorch's <c>cosine_embedding_loss</c>). The cosine with a row of zeros is 0, with zero gradient.
    /// </summary>
    /// <param name="left">[rows, rowLength]</param>
    /// <param name="right">[rows, rowLength]</param>
    /// <param name="targets">[rows]: −1 or 1.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="leftGradient">
    /// The gradient in the left rows (with Reduction.None that of the sum): as long or longer, the rest untouched; apart from
    /// all other spans. Empty where not wanted.
    /// </param>
    /// <param name="rightGradient">The same in the right rows.</param>
    /// <param name="weights">[rows]: finite and not negative; a row of weight 0 counts nowhere, whatever it holds. None are all 1.</param>
    /// <param name="losses">[rows]: each row's loss, weight included; empty where not wanted.</param>
    /// <returns>The mean, or else the sum of the losses; when nothing counts, 0 or what the options say.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, outputs overlap, or Reduction.None without losses.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is neither −1 nor 1, or a weight is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T CosineEmbedding<T>(
        ReadOnlySpan<T> left,
        ReadOnlySpan<T> right,
        ReadOnlySpan<T> targets,
        CosineEmbeddingOptions? options = null,
        Span<T> leftGradient = default,
        Span<T> rightGradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= CosineEmbeddingOptions.Default;
        Guard.ElementType<T>();
        Guard.SameLength(left, right);
        if (targets.IsEmpty ? !left.IsEmpty : left.Length % targets.Length != 0)
            throw new ArgumentException($"left has {left.Length} elements, which do not make {targets.Length} rows, one for each target.", nameof(left));
        RowLoss.Check(left, right, targets, targets.Length, options, weights, ref losses);
        ElementwiseLoss.Validate<T, Hinge<T>>(targets, targets, weights, nameof(targets));
        RowLoss.CheckGradient(left, right, targets, weights, losses, ref leftGradient, nameof(leftGradient), left.Length);
        RowLoss.CheckGradient(left, right, targets, weights, losses, ref rightGradient, nameof(rightGradient), left.Length);
        Guard.Apart((ReadOnlySpan<T>)leftGradient, rightGradient, nameof(leftGradient), nameof(rightGradient));
        return RowLoss.Run(
            left, right, targets, targets.Length, options, leftGradient, rightGradient, default, weights, losses,
            new CosineEmbedding<T>(options.Margin));
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Cosine embedding loss of these rows and others: <c>1 − cos</c> for like pairs (target 1), <c>max(0, cos − margin)</c> for
    /// unlike ones (−1). The cosine with a row of zeros is 0, with zero gradient.
    /// </summary>
    /// <param name="other">Of the same shape; rows are along the last dimension.</param>
    /// <param name="targets">One for each row: −1 or 1; copied.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="weights">None, or one for each row; copied.</param>
    /// <returns>The mean or the sum, of shape <c>[]</c>; with Reduction.None the losses, of shape [rows].</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the numbers of targets or weights do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is neither −1 nor 1, or a weight is out of range.</exception>
    public Variable<T> CosineEmbedding(
        Variable<T> other, ReadOnlySpan<T> targets, CosineEmbeddingOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= CosineEmbeddingOptions.Default;
        CheckSameShape(other, nameof(CosineEmbedding));
        Variable<T> a = WeighedRows(weights), b = other.WeighedRows(weights);
        int rows = a.Shape[0];
        Guard.Length(targets.Length, rows, "one for each row", nameof(targets));
        Primitives.ElementwiseLoss.Validate<T, Hinge<T>>(targets, targets, weights, nameof(targets));
        Variable<T> positive = Tape.NewConstant([rows, 1], out Span<T> elements);
        for (int row = 0; row < rows; row++) elements[row] = targets[row] > T.Zero ? T.One : T.Zero;
        Variable<T> cosine = (a.Unit() * b.Unit()).Sum([-1], keepDimensions: true);
        Variable<T> unlike = (cosine - options.Margin).Apply(new Bounded<T>(0, double.PositiveInfinity));
        return ((positive * (1 - cosine)) + ((1 - positive) * unlike)).ReduceRows(options, weights);
    }
}
