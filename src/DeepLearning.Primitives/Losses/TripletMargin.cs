using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>max(0, |a − b + ε| − |a − c + ε| + margin)</summary>
internal readonly struct TripletMargin<T>(TripletMarginOptions options) : IRowLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T Value(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c, T scale, Span<T> aGradient, Span<T> bGradient, Span<T> cGradient)
    {
        using Rented<T> positive = new(a.Length), negative = new(a.Length), swapped = new(options.Swap ? a.Length : 0);
        double near = Distance(a, b, positive.Span), far = Distance(a, c, negative.Span);
        // The part of the swapped distance: equal distances share the gradient, as minima do.
        double part = 0;
        if (options.Swap)
        {
            double other = Distance(b, c, swapped.Span);
            part = other < far ? 1 : other == far ? 0.5 : 0;
            far = Math.Min(other, far);
        }

        double excess = near - far + options.Margin;
        if (double.IsNaN(excess))
        {
            aGradient.Fill(T.NaN);
            bGradient.Fill(T.NaN);
            cGradient.Fill(T.NaN);
            return T.NaN;
        }

        // At the kink the gradient is that of the loss, as PyTorch's clamp_min has it.
        T slope = excess >= 0 ? scale : T.Zero, swap = slope * T.CreateTruncating(part), own = slope - swap;
        if (!aGradient.IsEmpty || !bGradient.IsEmpty) Direction(near, positive.Span);
        if (own != T.Zero) Direction(far, negative.Span);
        if (swap != T.Zero) Direction(far, swapped.Span);
        Slopes(positive.Span, negative.Span, slope, -own, aGradient);
        Slopes(positive.Span, swapped.Span, -slope, -swap, bGradient);
        Slopes(negative.Span, swapped.Span, own, swap, cGradient);
        return T.CreateTruncating(Math.Max(0, excess));

        static void Direction(double distance, Span<T> difference) =>
            RowNorm<T>.Direction(difference, T.CreateTruncating(distance), difference);
    }

    /// <summary>α·x + β·y; what has the factor 0 is not looked at.</summary>
    private static void Slopes(ReadOnlySpan<T> x, ReadOnlySpan<T> y, T alpha, T beta, Span<T> gradient)
    {
        if (gradient.IsEmpty) return;
        if (alpha == T.Zero && beta == T.Zero) gradient.Clear();
        else if (beta == T.Zero) Elementwise.Map(x, gradient, new Scale<T>(alpha));
        else if (alpha == T.Zero) Elementwise.Map(y, gradient, new Scale<T>(beta));
        else Elementwise.Map(x, y, gradient, new Combination<T>(alpha, beta));
    }

    private double Distance(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> difference)
    {
        Elementwise.Map(a, b, difference, new Difference(T.CreateTruncating(options.Epsilon)));
        return double.CreateTruncating(Norm.L2<T>(difference));
    }

    private readonly struct Difference(T epsilon) : IMap2<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, T> => a - b + TVector.Create(epsilon);
    }
}

/// <summary>Settings of the triplet margin loss; the defaults are PyTorch's. Make one and keep it.</summary>
public sealed class TripletMarginOptions : LossOptions
{
    internal static new TripletMarginOptions Default { get; } = new();

    /// <summary>How much farther the negative must lie than the positive. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite and positive.</exception>
    public double Margin { get; init => field = Positive(value, nameof(Margin)); } = 1;

    /// <summary>True to take the distance from the positive to the negative where it is the smaller. Default false.</summary>
    public bool Swap { get; init; }

    /// <summary>ε: added to each difference. Default 1e-6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Epsilon { get; init => field = NotNegative(value, nameof(Epsilon)); } = 1e-6;
}

public static partial class Losses
{
    /// <summary>
    /// Triplet margin loss of rows with Euclidean distances: <c>max(0, |a − p + ε| − |a − n + ε| + margin)</c> (PyTorch's
    /// <c>triplet_margin_loss</c> with p = 2). The gradient of a distance of 0 is 0.
    /// </summary>
    /// <param name="anchors">[rows, rowLength]</param>
    /// <param name="positives">[rows, rowLength]</param>
    /// <param name="negatives">[rows, rowLength]</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="anchorGradient">
    /// The gradient in the anchors (with Reduction.None that of the sum): as long or longer, the rest untouched; apart from all
    /// other spans. Empty where not wanted.
    /// </param>
    /// <param name="positiveGradient">The same in the positives.</param>
    /// <param name="negativeGradient">The same in the negatives.</param>
    /// <param name="weights">[rows]: finite and not negative; a row of weight 0 counts nowhere, whatever it holds. None are all 1.</param>
    /// <param name="losses">[rows]: each row's loss, weight included; empty where not wanted.</param>
    /// <returns>The mean, or else the sum of the losses; when nothing counts, 0 or what the options say.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, outputs overlap, or Reduction.None without losses.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The row length is not positive, or a weight is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T TripletMargin<T>(
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        int rowLength,
        TripletMarginOptions? options = null,
        Span<T> anchorGradient = default,
        Span<T> positiveGradient = default,
        Span<T> negativeGradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= TripletMarginOptions.Default;
        Guard.ElementType<T>();
        Guard.SameLength(anchors, positives);
        Guard.SameLength(anchors, negatives);
        int rows = Guard.Rows(anchors.Length, rowLength, nameof(anchors));
        RowLoss.Check(anchors, positives, negatives, rows, options, weights, ref losses);
        RowLoss.CheckGradient(anchors, positives, negatives, weights, losses, ref anchorGradient, nameof(anchorGradient), anchors.Length);
        RowLoss.CheckGradient(anchors, positives, negatives, weights, losses, ref positiveGradient, nameof(positiveGradient), anchors.Length);
        RowLoss.CheckGradient(anchors, positives, negatives, weights, losses, ref negativeGradient, nameof(negativeGradient), anchors.Length);
        Guard.Apart((ReadOnlySpan<T>)anchorGradient, positiveGradient, nameof(anchorGradient), nameof(positiveGradient));
        Guard.Apart((ReadOnlySpan<T>)anchorGradient, negativeGradient, nameof(anchorGradient), nameof(negativeGradient));
        Guard.Apart((ReadOnlySpan<T>)positiveGradient, negativeGradient, nameof(positiveGradient), nameof(negativeGradient));
        return RowLoss.Run(
            anchors, positives, negatives, rows, options, anchorGradient, positiveGradient, negativeGradient, weights, losses,
            new TripletMargin<T>(options));
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Triplet margin loss of these anchors, along the last dimension: <c>max(0, |a − p + ε| − |a − n + ε| + margin)</c>.
    /// </summary>
    /// <param name="positives">Of the same shape.</param>
    /// <param name="negatives">Of the same shape.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="weights">None, or one for each row; copied.</param>
    /// <returns>The mean or the sum, of shape <c>[]</c>; with Reduction.None the losses, of shape [rows].</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the number of weights does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative or not finite.</exception>
    public Variable<T> TripletMargin(
        Variable<T> positives, Variable<T> negatives, TripletMarginOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= TripletMarginOptions.Default;
        CheckSameShape(positives, nameof(TripletMargin));
        CheckSameShape(negatives, nameof(TripletMargin));
        Variable<T> a = WeighedRows(weights), b = positives.WeighedRows(weights), c = negatives.WeighedRows(weights);
        Variable<T> near = (a - b + options.Epsilon).RowNorms(), far = (a - c + options.Epsilon).RowNorms();
        if (options.Swap) far = far.Minimum((b - c + options.Epsilon).RowNorms());
        return (near - far + options.Margin).Apply(new Bounded<T>(0, double.PositiveInfinity)).ReduceRows(options, weights);
    }
}
