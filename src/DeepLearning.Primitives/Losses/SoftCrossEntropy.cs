using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives;

/// <summary>
/// Cross entropy of rows and the probabilities of their classes. With v = w·((1 − ε)·t + ε/C), M = Σv, z = x − max and the
/// largest logit taken out of the sum, a row costs M·log(1 + Σ e^z) − Σ v·z: no term is negative, so nothing cancels.
/// </summary>
/// <remarks>The losses hold the weights of the samples at first.</remarks>
internal readonly struct SoftCrossEntropyKernel<T>(CrossEntropyOptions options, int classes, double divisor) : IRowKernel<T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Chunk = 512;

    private readonly T _kept = T.CreateTruncating(1 - options.LabelSmoothing);
    private readonly T _spread = T.CreateTruncating(options.LabelSmoothing / classes);
    private readonly T[] _weights = options.WeightsAs<T>();

    public void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> targets, Span<T> gradient, Span<T> losses)
    {
        for (int row = 0; row < losses.Length; row++)
        {
            Span<T> slopes = gradient.IsEmpty ? gradient : gradient.Slice(row * classes, classes);
            T share = losses[row];
            if (share == T.Zero) slopes.Clear();
            else losses[row] = share * Row(x.Slice(row * classes, classes), targets.Slice(row * classes, classes), share, slopes);
        }
    }

    private T Row(ReadOnlySpan<T> x, ReadOnlySpan<T> targets, T share, Span<T> gradient)
    {
        bool isLong = classes > RowMath.LongestShort;
        T least = T.Zero, shift = isLong ? RowMath.Shift(x, out least) : RowMath.Shift(x);
        int top = IndexOf(x, shift);
        if (T.IsPositiveInfinity(shift)) top = CrossEntropyKernel<T>.SoleInfinity(x);
        (T mass, T below) = Sums(x, targets, shift);
        if (mass == T.Zero || top < 0 || T.IsPositiveInfinity(shift)) return Limit(x, targets, mass, top, share, gradient);
        T others = isLong
            ? RowMath.SumOfOthers(x, shift, least, T.One, top, gradient) : RowMath.SumOfExponentials(x, shift, gradient, top);
        if (!gradient.IsEmpty)
        {
            gradient[top] = T.One;
            double scale = double.CreateTruncating(share) / divisor;
            T factor = T.CreateTruncating(double.CreateTruncating(mass) * scale / (1 + double.CreateTruncating(others)));
            Slopes(targets, gradient, factor, T.CreateTruncating(scale));
        }

        return (mass * ScalarMath.Log1P(others)) - below;
    }

    /// <summary>Rows that nothing is expected of, that are all −∞, that hold one +∞, or of which nothing is known.</summary>
    private T Limit(ReadOnlySpan<T> x, ReadOnlySpan<T> targets, T mass, int top, T share, Span<T> gradient)
    {
        if (mass == T.Zero)
        {
            gradient.Clear();
            return T.Zero;
        }

        if (top < 0)
        {
            bool isMasked = T.IsNegativeInfinity(Reduce.Max(x));
            gradient.Fill(isMasked ? T.Zero : T.NaN);
            return isMasked ? T.PositiveInfinity : T.NaN;
        }

        T scale = share / T.CreateTruncating(divisor), own = Target(targets, top);
        gradient.Clear();
        if (!gradient.IsEmpty)
        {
            gradient[top] = T.One;
            Slopes(targets, gradient, mass * scale, scale);
        }

        return mass == own ? T.Zero : T.IsNaN(mass) ? T.NaN : T.PositiveInfinity;
    }

    private T Target(ReadOnlySpan<T> targets, int c) =>
        ((_kept * targets[c]) + _spread) * (_weights.Length == 0 ? T.One : _weights[c]);

    /// <summary>Σ v, and Σ v·z without the classes where v is 0, whatever their logits are.</summary>
    [SkipLocalsInit]
    private (T Mass, T Below) Sums(ReadOnlySpan<T> x, ReadOnlySpan<T> targets, T shift)
    {
        Span<T> expected = stackalloc T[Chunk], terms = stackalloc T[Chunk];
        T mass = T.Zero, below = T.Zero;
        for (int start = 0; start < x.Length; start += Chunk)
        {
            int count = Math.Min(Chunk, x.Length - start);
            Span<T> products = terms[..count];
            ReadOnlySpan<T> v = Expected(targets, start, expected[..count]);
            Elementwise.Map(x.Slice(start, count), v, products, new Term(shift));
            mass += Reduce.Sum(v);
            below += Reduce.Sum<T>(products);
        }

        return (mass, below);
    }

    /// <summary>factor·e − scale·v, in place of e.</summary>
    [SkipLocalsInit]
    private void Slopes(ReadOnlySpan<T> targets, Span<T> gradient, T factor, T scale)
    {
        Span<T> expected = stackalloc T[Chunk];
        for (int start = 0; start < targets.Length; start += Chunk)
        {
            int count = Math.Min(Chunk, targets.Length - start);
            Span<T> slopes = gradient.Slice(start, count);
            ReadOnlySpan<T> v = Expected(targets, start, expected[..count]);
            Elementwise.Map(slopes, v, slopes, new Combination<T>(factor, -scale));
        }
    }

    /// <summary>v of the classes from start on: the targets themselves where neither smoothing nor weights change them.</summary>
    private ReadOnlySpan<T> Expected(ReadOnlySpan<T> targets, int start, Span<T> scratch)
    {
        targets = targets.Slice(start, scratch.Length);
        if (_spread == T.Zero && _weights.Length == 0) return targets;
        Elementwise.Map(targets, scratch, new Smoothed(_kept, _spread));
        if (_weights.Length != 0) Elementwise.Map<T, Multiply<T>>(scratch, _weights.AsSpan(start, scratch.Length), scratch, default);
        return scratch;
    }

    /// <summary>The first place of the largest element, compared as integers, which the runtime does in vectors.</summary>
    private static int IndexOf(ReadOnlySpan<T> x, T value) =>
        typeof(T) == typeof(float)
            ? MemoryMarshal.Cast<T, int>(x).IndexOf(BitConverter.SingleToInt32Bits(float.CreateTruncating(value)))
            : MemoryMarshal.Cast<T, long>(x).IndexOf(BitConverter.DoubleToInt64Bits(double.CreateTruncating(value)));

    private readonly struct Smoothed(T kept, T spread) : IMap1<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector t)
            where TVector : struct, ISimd<TVector, T> => TVector.FusedMultiplyAdd(TVector.Create(kept), t, TVector.Create(spread));
    }

    private readonly struct Term(T shift) : IMap2<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector v)
            where TVector : struct, ISimd<TVector, T> => TVector.SelectEqual(v, 0, 0, v * (x - TVector.Create(shift)));
    }
}

/// <summary>α·a + β·b</summary>
internal readonly struct Combination<T>(T alpha, T beta) : IMap2<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> => TVector.FusedMultiplyAdd(TVector.Create(alpha), a, TVector.Create(beta) * b);
}

public static partial class Losses
{
    /// <summary>
    /// Cross entropy of softmax with probabilities as targets: with class weights w and smoothing ε over C classes a row costs
    /// <c>Σ w·((1 − ε)·t + ε/C)·(−log softmax(x))</c>; the mean divides by the number of rows, or the sum of their weights
    /// (PyTorch's <c>cross_entropy</c> with floating-point targets).
    /// </summary>
    /// <remarks>
    /// 0·∞ is 0: a class that is not expected may have the logit −∞. Infinite logits take limits as in
    /// <see cref="CrossEntropy{T}(ReadOnlySpan{T}, ReadOnlySpan{int}, CrossEntropyOptions?, Span{T}, ReadOnlySpan{T}, int, Span{T})"/>.
    /// Large inputs are split over threads by rows, with the same bits.
    /// </remarks>
    /// <param name="logits">[rows, classes], or [outer, classes, inner] with an inner length.</param>
    /// <param name="targets">As many probabilities, in [0, 1].</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="options">Settings, of which the ignored index means nothing here; <see langword="null"/> for the defaults.</param>
    /// <param name="gradient">
    /// The gradient in the logits (with Reduction.None that of the sum): as long or longer, the rest untouched; may be the
    /// logits themselves, and lies apart from the targets. Empty where only the loss is wanted.
    /// </param>
    /// <param name="weights">[rows]: finite and not negative; a row of weight 0 counts nowhere, whatever it holds. None are all 1.</param>
    /// <param name="innerLength">The elements after the class axis, 1 when it is the last.</param>
    /// <param name="losses">[rows]: each row's loss, weight included; empty where not wanted. Shares nothing with the inputs.</param>
    /// <returns>
    /// The mean, or else the sum of the losses; when nothing counts, 0 for the sum and what the options say for the mean.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The lengths do not fit, an output is too short or overlaps, or Reduction.None without a span for the losses.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A target lies outside [0, 1], or a weight is negative or not finite; nothing is written.
    /// </exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T SoftCrossEntropy<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<T> targets,
        int classes,
        CrossEntropyOptions? options = null,
        Span<T> gradient = default,
        ReadOnlySpan<T> weights = default,
        int innerLength = 1,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= CrossEntropyOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(innerLength, 1);
        int rows = ValidateSoft(logits, targets, classes, options, weights, innerLength);
        LabelLoss.CheckGradient(logits, ref gradient, weights);
        Guard.Apart(targets, gradient);
        if (!losses.IsEmpty)
        {
            LabelLoss.CheckLosses(logits, rows, ref losses, weights);
            Guard.Apart(targets, losses);
            Guard.Apart((ReadOnlySpan<T>)gradient, losses, nameof(gradient), nameof(losses));
        }

        if (options.Reduction == Reduction.None && losses.IsEmpty && rows != 0)
            throw new ArgumentException("Reduction.None asks for a span for the losses.", nameof(losses));
        return SoftCrossEntropyCore(logits, targets, classes, options, gradient, weights, innerLength, losses);
    }

    /// <summary>The number of rows, when all fits.</summary>
    internal static int ValidateSoft<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<T> targets,
        int classes,
        CrossEntropyOptions options,
        ReadOnlySpan<T> weights,
        int innerLength)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.SameLength(logits, targets);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        int rows = Guard.Rows(logits.Length, checked(classes * innerLength), nameof(logits)) * innerLength;
        RowLoss.CheckWeights(weights, rows);
        if (options.Weights.Length != 0 && options.Weights.Length != classes)
        {
            throw new ArgumentException(
                $"ClassWeights has {options.Weights.Length} elements, the logits have {classes} classes.", nameof(options));
        }

        int outside = PairLoss.FirstOutside<T, KullbackLeibler<T>>(logits, targets, default);
        for (; outside >= 0 && outside < targets.Length; outside++)
        {
            int row = (outside / (classes * innerLength) * innerLength) + (outside % innerLength);
            if (targets[outside] >= T.Zero && targets[outside] <= T.One) continue;
            if (T.IsNaN(targets[outside]) || (!weights.IsEmpty && weights[row] == T.Zero)) continue;
            throw new ArgumentOutOfRangeException(
                nameof(targets),
                targets[outside],
                $"The target of row {row}, class {outside / innerLength % classes}, is {targets[outside]}, and {ElementwiseLoss.Probability}.");
        }

        return rows;
    }

    /// <summary>Everything is valid; the gradient is empty or as long as the logits, the losses are empty or one for each row.</summary>
    internal static T SoftCrossEntropyCore<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<T> targets,
        int classes,
        CrossEntropyOptions options,
        Span<T> gradient,
        ReadOnlySpan<T> weights,
        int innerLength,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = logits.Length / classes;
        double divisor = RowLoss.Divisor(options, weights, rows);
        if (divisor == 0)
        {
            T result = options.Nothing<T>();
            gradient.Clear();
            losses.Clear();
            return result;
        }

        using Rented<T> rented = new(losses.IsEmpty ? rows : 0);
        if (losses.IsEmpty) losses = rented.Span;
        if (weights.IsEmpty) losses.Fill(T.One);
        else weights.CopyTo(losses);
        SoftCrossEntropyKernel<T> kernel = new(options, classes, divisor);
        if (innerLength == 1) RowDriver.Run(rows, logits, targets, gradient, losses, kernel);
        else
        {
            using Rented<T> x = new(logits.Length), t = new(logits.Length);
            ClassAxis.ToRows(logits, classes, innerLength, x.Span);
            ClassAxis.ToRows(targets, classes, innerLength, t.Span);
            RowDriver.Run<T, T, SoftCrossEntropyKernel<T>>(
                rows, x.Span, t.Span, gradient.IsEmpty ? default : x.Span, losses, kernel);
            if (!gradient.IsEmpty) ClassAxis.FromRows(x.Span, classes, innerLength, gradient);
        }

        return T.CreateTruncating(double.CreateTruncating(Reduce.Sum<T>(losses)) / divisor);
    }
}
