using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// 1 − (A + s)/(A + α·FP + β·FN + s) with A = Σ x·t, FP = Σx − A, FN = Σt − A. The derivative in an element is linear in its
/// target.
/// </summary>
internal readonly struct Tversky<T>(double alpha, double beta, double smooth) : IRowLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T Value(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c, T scale, Span<T> aGradient, Span<T> bGradient, Span<T> cGradient)
    {
        double both = double.CreateTruncating(Reduce.Dot(a, b)), ofFirst = double.CreateTruncating(Reduce.Sum(a));
        double ofSecond = double.CreateTruncating(Reduce.Sum(b)), rest = 1 - alpha - beta;
        double divisor = (rest * both) + (alpha * ofFirst) + (beta * ofSecond) + smooth;
        if (divisor == 0)
        {
            // Nothing to find and nothing found.
            aGradient.Clear();
            return T.Zero;
        }

        double index = (both + smooth) / divisor, factor = double.CreateTruncating(scale) / divisor;
        if (!aGradient.IsEmpty)
        {
            Line line = new(T.CreateTruncating(factor * ((index * rest) - 1)), T.CreateTruncating(factor * index * alpha));
            Elementwise.Map(b, aGradient, line);
        }

        // 1 − index without its cancellation.
        return T.CreateTruncating(((alpha * (ofFirst - both)) + (beta * (ofSecond - both))) / divisor);
    }

    private readonly struct Line(T slope, T offset) : IMap1<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector t)
            where TVector : struct, ISimd<TVector, T> => TVector.FusedMultiplyAdd(TVector.Create(slope), t, TVector.Create(offset));
    }
}

/// <summary>Settings of the Dice loss. Make one and keep it.</summary>
public class DiceOptions : LossOptions
{
    internal static new DiceOptions Default { get; } = new();

    /// <summary>s: added above and below, so that an empty row costs 0 (as it does with s = 0 here). Default 1e-7, as Keras has it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Smooth { get; init => field = NotNegative(value, nameof(Smooth)); } = 1e-7;
}

/// <summary>Settings of the Tversky loss; the defaults make it the Dice loss. Make one and keep it.</summary>
public sealed class TverskyOptions : DiceOptions
{
    internal static new TverskyOptions Default { get; } = new();

    /// <summary>α: what a false positive counts. Default ½.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Alpha { get; init => field = NotNegative(value, nameof(Alpha)); } = 0.5;

    /// <summary>β: what a false negative counts. Default ½.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Beta { get; init => field = NotNegative(value, nameof(Beta)); } = 0.5;
}

public static partial class Losses
{
    /// <summary>
    /// Tversky loss of rows of probabilities: <c>1 − (TP + s)/(TP + α·FP + β·FN + s)</c> with TP = Σ x·t, FP = Σ x·(1 − t) and
    /// FN = Σ (1 − x)·t over the row (Salehi et al. 2017).
    /// </summary>
    /// <param name="probabilities">[rows, rowLength], in [0, 1]: a row is a map, or all samples of a class.</param>
    /// <param name="targets">[rows, rowLength], in [0, 1].</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="gradient">
    /// The gradient in the probabilities (with Reduction.None that of the sum): as long or longer, the rest untouched; apart
    /// from all other spans. Empty where not wanted.
    /// </param>
    /// <param name="weights">[rows]: finite and not negative; a row of weight 0 counts nowhere, whatever it holds. None are all 1.</param>
    /// <param name="losses">[rows]: each row's loss, weight included; empty where not wanted.</param>
    /// <returns>The mean, or else the sum of the losses; when nothing counts, 0 or what the options say.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, outputs overlap, or Reduction.None without losses.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A probability or target lies outside [0, 1], a weight is negative or not finite, or the row length is not positive.
    /// </exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T Tversky<T>(
        ReadOnlySpan<T> probabilities,
        ReadOnlySpan<T> targets,
        int rowLength,
        TverskyOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= TverskyOptions.Default;
        return Overlap(
            probabilities, targets, rowLength, options, gradient, weights, losses,
            new Tversky<T>(options.Alpha, options.Beta, options.Smooth));
    }

    /// <summary>
    /// Dice loss of rows of probabilities: <c>1 − (2·Σ x·t + s)/(Σx + Σt + s)</c> over the row (Keras' <c>dice</c>).
    /// </summary>
    /// <inheritdoc cref="Tversky{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, int, TverskyOptions?, Span{T}, ReadOnlySpan{T}, Span{T})"/>
    public static T Dice<T>(
        ReadOnlySpan<T> probabilities,
        ReadOnlySpan<T> targets,
        int rowLength,
        DiceOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= DiceOptions.Default;
        return Overlap(
            probabilities, targets, rowLength, options, gradient, weights, losses, new Tversky<T>(0.5, 0.5, options.Smooth / 2));
    }

    private static T Overlap<T>(
        ReadOnlySpan<T> probabilities,
        ReadOnlySpan<T> targets,
        int rowLength,
        LossOptions options,
        Span<T> gradient,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        Tversky<T> loss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.SameLength(probabilities, targets);
        int rows = Guard.Rows(probabilities.Length, rowLength, nameof(probabilities));
        RowLoss.Check(probabilities, targets, default, rows, options, weights, ref losses);
        ElementwiseLoss.Validate<T, BinaryCrossEntropy<T>>(probabilities, targets, weights, nameof(probabilities));
        RowLoss.CheckGradient(probabilities, targets, default, weights, losses, ref gradient, nameof(gradient), probabilities.Length);
        return RowLoss.Run(probabilities, targets, default, rows, options, gradient, default, default, weights, losses, loss);
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Tversky loss of these probabilities, along the last dimension: <c>1 − (TP + s)/(TP + α·FP + β·FN + s)</c>.
    /// </summary>
    /// <param name="targets">Of the same shape, in [0, 1].</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="weights">None, or one for each row; copied.</param>
    /// <returns>The mean or the sum, of shape <c>[]</c>; with Reduction.None the losses, of shape [rows].</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the number of weights does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A probability, target or weight is out of range.</exception>
    public Variable<T> Tversky(Variable<T> targets, TverskyOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= TverskyOptions.Default;
        return Overlap(targets, options, weights, options.Alpha, options.Beta, options.Smooth);
    }

    /// <summary>Dice loss of these probabilities, along the last dimension: <c>1 − (2·Σ x·t + s)/(Σx + Σt + s)</c>.</summary>
    /// <inheritdoc cref="Tversky(Variable{T}, TverskyOptions?, ReadOnlySpan{T})"/>
    public Variable<T> Dice(Variable<T> targets, DiceOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= DiceOptions.Default;
        return Overlap(targets, options, weights, 0.5, 0.5, options.Smooth / 2);
    }

    private Variable<T> Overlap(
        Variable<T> targets, LossOptions options, ReadOnlySpan<T> weights, double alpha, double beta, double smooth)
    {
        CheckSameShape(targets, nameof(Tversky));
        Primitives.ElementwiseLoss.Validate<T, BinaryCrossEntropy<T>>(Value, targets.Value, weights, "probabilities");
        Variable<T> x = WeighedRows(weights), t = targets.WeighedRows(weights);
        Variable<T> both = (x * t).Sum([-1], keepDimensions: true);
        Variable<T> wrong = (alpha * (x.Sum([-1], keepDimensions: true) - both)) + (beta * (t.Sum([-1], keepDimensions: true) - both));
        Variable<T> divisor = both + wrong + smooth;
        // Nothing to find and nothing found: 0, whatever it would be over 0.
        return (wrong / (divisor + divisor.IsZero())).ReduceRows(options, weights);
    }
}
