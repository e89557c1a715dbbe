using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>Settings of the margin ranking loss. Make one and keep it.</summary>
public sealed class MarginRankingOptions : LossOptions
{
    internal static new MarginRankingOptions Default { get; } = new();

    /// <summary>How far apart the two scores must lie. Default 0, as PyTorch's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public double Margin { get; init => field = Within(value, double.IsFinite(value), nameof(Margin), "finite"); }
}

public static partial class Losses
{
    /// <summary>
    /// Margin ranking loss: <c>max(0, margin − t·(first − second))</c>, where t is 1 when the first score shall be the higher
    /// and −1 when the second (PyTorch's <c>margin_ranking_loss</c>): the hinge loss of the difference.
    /// </summary>
    /// <param name="first">Scores; any shape, row-major.</param>
    /// <param name="second">As many.</param>
    /// <param name="targets">As many, each −1 or 1.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="firstGradient">
    /// The gradient in the first scores (with Reduction.None that of the sum): as long or longer, the rest untouched; apart
    /// from the inputs. Empty where only the loss is wanted.
    /// </param>
    /// <param name="secondGradient">The gradient in the second scores, which is the opposite; as the first.</param>
    /// <param name="weights">None, or one for each element or row of neighbours, finite and not negative; 0 masks.</param>
    /// <param name="losses">The loss of each element; empty where not wanted.</param>
    /// <returns>The mean, or else the sum of the losses; when nothing counts, 0 or what the options say.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, outputs overlap, or Reduction.None without losses.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is neither −1 nor 1, or a weight is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T MarginRanking<T>(
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<T> targets,
        MarginRankingOptions? options = null,
        Span<T> firstGradient = default,
        Span<T> secondGradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= MarginRankingOptions.Default;
        Guard.ElementType<T>();
        Guard.SameLength(first, second);
        Guard.SameLength(first, targets);
        RowLoss.CheckGradient(first, second, targets, weights, losses, ref firstGradient, nameof(firstGradient), first.Length);
        RowLoss.CheckGradient(first, second, targets, weights, losses, ref secondGradient, nameof(secondGradient), first.Length);
        Guard.Apart((ReadOnlySpan<T>)firstGradient, secondGradient, nameof(firstGradient), nameof(secondGradient));
        using Rented<T> rented = new(first.Length);
        Span<T> difference = rented.Span, slopes = firstGradient.IsEmpty ? secondGradient : firstGradient;
        Elementwise.Map<T, Subtract<T>>(first, second, difference, default);
        T loss = ElementwiseLoss.Checked<T, Hinge<T>>(
            difference, targets, options, slopes, weights, losses, new Hinge<T>(options.Margin), nameof(first));
        if (!secondGradient.IsEmpty) Elementwise.Map(slopes, secondGradient, new Scale<T>(-T.One));
        return loss;
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>Margin ranking loss of these scores and others: <c>max(0, margin − t·(first − second))</c>.</summary>
    /// <param name="second">The other scores, of the same shape.</param>
    /// <param name="targets">Of the same shape: 1 where these shall be the higher, −1 where the others.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="weights">None, or one for each element or each row of neighbouring elements; copied.</param>
    /// <returns>The mean or the sum, of shape <c>[]</c>; with Reduction.None the losses, of this variable's shape.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the weights do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is neither −1 nor 1, or a weight is out of range.</exception>
    public Variable<T> MarginRanking(
        Variable<T> second, Variable<T> targets, MarginRankingOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= MarginRankingOptions.Default;
        return (this - second).ElementwiseLoss(targets, options, weights, new Hinge<T>(options.Margin));
    }
}
