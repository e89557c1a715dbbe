using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Settings of the soft Fβ loss. Make one and keep it.</summary>
public sealed class SoftF1Options : LossOptions
{
    internal static new SoftF1Options Default { get; } = new();

    /// <summary>β: how many times as much as precision recall counts. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite and positive.</exception>
    public double Beta { get; init => field = Positive(value, nameof(Beta)); } = 1;
}

public static partial class Losses
{
    /// <summary>
    /// Soft macro-F1 loss: one less the mean over the classes of <c>Fβ = (1 + β²)·TP/(Σx + β²·Σt)</c>, with TP = Σ x·t over the
    /// batch, counted in probabilities so that it can be differentiated. On probabilities of 0 and 1 it is 1 − macro-Fβ.
    /// </summary>
    /// <remarks>
    /// A class that is neither expected nor predicted at all leaves the average, as in the metrics. With Reduction.Sum the losses
    /// 1 − Fβ of the classes are summed.
    /// </remarks>
    /// <param name="probabilities">[samples, classes], in [0, 1].</param>
    /// <param name="targets">[samples, classes], in [0, 1]: 1 for the classes of a sample, one or more.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="gradient">
    /// The gradient in the probabilities (with Reduction.None that of the sum): as long or longer, the rest untouched; may be
    /// the probabilities themselves, and lies apart from the targets. Empty where only the loss is wanted.
    /// </param>
    /// <param name="weights">[samples]: finite and not negative; a sample of weight 0 counts nowhere, whatever it holds. None are all 1.</param>
    /// <param name="losses">[classes]: 1 − Fβ of each class, NaN for one that is not there; empty where not wanted.</param>
    /// <returns>The mean, or else the sum, over the classes; when there is none, 0 or what the options say.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, outputs overlap, or Reduction.None without losses.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A probability or target lies outside [0, 1], a weight is negative or not finite, or the number of classes is not positive.
    /// </exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T SoftF1<T>(
        ReadOnlySpan<T> probabilities,
        ReadOnlySpan<T> targets,
        int classes,
        SoftF1Options? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= SoftF1Options.Default;
        Guard.ElementType<T>();
        Guard.SameLength(probabilities, targets);
        int samples = Guard.Rows(probabilities.Length, classes, nameof(probabilities));
        if (!weights.IsEmpty) Guard.Length(weights.Length, samples, "one for each sample", nameof(weights));
        ElementwiseLoss.Validate<T, BinaryCrossEntropy<T>>(probabilities, targets, weights, nameof(probabilities));
        LabelLoss.CheckGradient(probabilities, ref gradient, weights);
        Guard.Apart(targets, gradient);
        if (!losses.IsEmpty)
        {
            if (losses.Length < classes)
                throw new ArgumentException($"losses has {losses.Length} elements, too few for {classes} classes.", nameof(losses));
            losses = losses[..classes];
            Guard.Apart(probabilities, losses);
            Guard.Apart(targets, losses);
            Guard.Apart(weights, losses);
            Guard.Apart((ReadOnlySpan<T>)gradient, losses, nameof(gradient), nameof(losses));
        }
        else if (options.Reduction == Reduction.None)
        {
            throw new ArgumentException("Reduction.None asks for a span for the losses.", nameof(losses));
        }

        using Rented<T> rented = new(losses.IsEmpty ? 4 * classes : 3 * classes);
        Span<T> both = rented.Span[..classes], slope = rented.Span.Slice(classes, classes), offset = rented.Span.Slice(2 * classes, classes);
        if (losses.IsEmpty) losses = rented.Span[(3 * classes)..];
        return SoftF1Core(probabilities, targets, options, gradient, weights, both, slope, offset, losses);
    }

    private static T SoftF1Core<T>(
        ReadOnlySpan<T> x,
        ReadOnlySpan<T> t,
        SoftF1Options options,
        Span<T> gradient,
        ReadOnlySpan<T> weights,
        Span<T> both,
        Span<T> slope,
        Span<T> offset,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int classes = both.Length, samples = x.Length / classes;
        ColumnSums(x, t, weights, samples, both);
        ColumnSums(x, default, weights, samples, slope);
        ColumnSums(t, default, weights, samples, offset);
        double square = options.Beta * options.Beta, total = 0;
        int present = 0;
        for (int c = 0; c < classes; c++)
        {
            double divisor = double.CreateTruncating(slope[c]) + (square * double.CreateTruncating(offset[c]));
            (slope[c], offset[c], losses[c]) = (T.Zero, T.Zero, T.NaN);
            if (divisor == 0) continue;
            double score = (1 + square) * double.CreateTruncating(both[c]) / divisor;
            (slope[c], offset[c]) = (T.CreateTruncating(-(1 + square) / divisor), T.CreateTruncating(score / divisor));
            losses[c] = T.CreateTruncating(1 - score);
            total += 1 - score;
            present++;
        }

        T scale = options.Reduction == Reduction.Mean && present > 0 ? T.One / T.CreateTruncating(present) : T.One;
        T result = present == 0 ? options.Nothing<T>() : T.CreateTruncating(total * double.CreateTruncating(scale));
        for (int row = 0; row < samples && !gradient.IsEmpty; row++)
        {
            T weight = weights.IsEmpty ? T.One : weights[row];
            Span<T> slopes = gradient.Slice(row * classes, classes);
            if (weight == T.Zero) slopes.Clear();
            else Elementwise.Map(t.Slice(row * classes, classes), slope, offset, slopes, new ScaledLine<T>(weight * scale));
        }

        return result;
    }

    /// <summary>Σ over the samples of w·a, or of w·a·b.</summary>
    private static void ColumnSums<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> weights, int samples, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int classes = sums.Length;
        if (b.IsEmpty && weights.IsEmpty)
        {
            Reduce.SumAxis(a, 1, samples, classes, sums);
            return;
        }

        using Rented<T> terms = new(a.Length);
        for (int row = 0; row < samples; row++)
        {
            T weight = weights.IsEmpty ? T.One : weights[row];
            ReadOnlySpan<T> from = a.Slice(row * classes, classes);
            Span<T> to = terms.Span.Slice(row * classes, classes);
            if (weight == T.Zero) to.Clear();
            else if (b.IsEmpty) Elementwise.Map(from, to, new Scale<T>(weight));
            else Elementwise.Map(from, b.Slice(row * classes, classes), to, new ScaledProduct<T>(weight));
        }

        Reduce.SumAxis<T>(terms.Span, 1, samples, classes, sums);
    }

    private readonly struct ScaledProduct<T>(T factor) : IMap2<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, T> => a * b * TVector.Create(factor);
    }

    private readonly struct ScaledLine<T>(T factor) : IMap3<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector t, TVector slope, TVector offset)
            where TVector : struct, ISimd<TVector, T> => TVector.FusedMultiplyAdd(slope, t, offset) * TVector.Create(factor);
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Soft macro-F1 loss of these probabilities, [samples, classes]: one less the mean over the classes of
    /// <c>(1 + β²)·Σ x·t/(Σx + β²·Σt)</c>.
    /// </summary>
    /// <param name="targets">Of the same shape, in [0, 1].</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="weights">None, or one for each sample; copied.</param>
    /// <returns>
    /// The mean or the sum over the classes that are there, of shape <c>[]</c>; with Reduction.None the losses of the classes,
    /// NaN for one that is not there.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The shapes differ or are not of two dimensions, or the number of weights does not fit.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A probability, target or weight is out of range.</exception>
    public Variable<T> SoftF1(Variable<T> targets, SoftF1Options? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= SoftF1Options.Default;
        CheckSameShape(targets, nameof(SoftF1));
        if (Shape.Rank != 2) throw new ArgumentException($"SoftF1: {Shape} is not [samples, classes].", nameof(targets));
        Primitives.ElementwiseLoss.Validate<T, BinaryCrossEntropy<T>>(Value, targets.Value, weights, "probabilities");
        Variable<T> x = WeighedRows(weights), t = targets.WeighedRows(weights), share = Tape.Scalar(T.One);
        if (!weights.IsEmpty)
        {
            share = Tape.NewConstant([weights.Length, 1], out Span<T> elements);
            weights.CopyTo(elements);
        }

        double square = options.Beta * options.Beta;
        Variable<T> divisor = (share * (x + (square * t))).Sum(0);
        Variable<T> zero = divisor.IsZero();
        double present = zero.Shape.ElementCount - double.CreateTruncating(Reduce.Sum(zero.Value));
        if (present == 0 && options.Reduction != Reduction.None) return Tape.Scalar(options.Nothing<T>());
        Variable<T> losses = 1 - zero - ((1 + square) * (share * x * t).Sum(0) / (divisor + zero));
        if (options.Reduction != Reduction.None) return options.Reduction == Reduction.Mean ? losses.Sum() / present : losses.Sum();
        Variable<T> absent = Tape.NewConstant(zero.Shape, out Span<T> each);
        for (int c = 0; c < each.Length; c++) each[c] = zero.Value[c] == T.Zero ? T.Zero : T.NaN;
        return losses + absent;
    }
}
