using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Settings of the contrastive loss InfoNCE. Make one and keep it.</summary>
public sealed class InfoNceOptions : LossOptions
{
    internal static new InfoNceOptions Default { get; } = new();

    /// <summary>τ: what the similarities are divided by. Default 0.1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite and positive.</exception>
    public double Temperature { get; init => field = Positive(value, nameof(Temperature)); } = 0.1;

    /// <summary>True (the default) to compare cosines, false to compare products as they are.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>True to average with the loss of the keys among the queries, as CLIP does. Default false.</summary>
    public bool Symmetric { get; init; }

    internal CrossEntropyOptions CrossEntropy => field ??= new() { Reduction = Reduction, WhenEmpty = WhenEmpty };
}

public static partial class Losses
{
    /// <summary>
    /// Contrastive loss InfoNCE (van den Oord et al. 2018): each query shall be most similar to the key of its own row, and the
    /// keys of the other rows are the negatives. Cross entropy of <c>queries·keysᵀ/τ</c> with the row as its class; rows are
    /// scaled to length 1 first unless the options say otherwise (one of zeros stays, with zero gradient).
    /// </summary>
    /// <param name="queries">[rows, rowLength]</param>
    /// <param name="keys">[rows, rowLength]: row i belongs to query i.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="queryGradient">
    /// The gradient in the queries: as long or longer, the rest untouched; apart from all other spans. Empty where not wanted.
    /// </param>
    /// <param name="keyGradient">The same in the keys.</param>
    /// <param name="weights">
    /// [rows]: finite and not negative; a pair of weight 0 counts nowhere, not among the negatives of others either, whatever it
    /// holds. None are all 1.
    /// </param>
    /// <param name="losses">[rows]: the loss of each pair, weight included; empty where not wanted.</param>
    /// <returns>The mean, or else the sum of the losses; when nothing counts, 0 or what the options say.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, outputs overlap, or Reduction.None without losses.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The row length is not positive, or a weight is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T InfoNce<T>(
        ReadOnlySpan<T> queries,
        ReadOnlySpan<T> keys,
        int rowLength,
        InfoNceOptions? options = null,
        Span<T> queryGradient = default,
        Span<T> keyGradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= InfoNceOptions.Default;
        Guard.ElementType<T>();
        Guard.SameLength(queries, keys);
        int rows = Guard.Rows(queries.Length, rowLength, nameof(queries));
        RowLoss.Check(queries, keys, default, rows, options, weights, ref losses);
        RowLoss.CheckGradient(queries, keys, default, weights, losses, ref queryGradient, nameof(queryGradient), queries.Length);
        RowLoss.CheckGradient(queries, keys, default, weights, losses, ref keyGradient, nameof(keyGradient), queries.Length);
        Guard.Apart((ReadOnlySpan<T>)queryGradient, keyGradient, nameof(queryGradient), nameof(keyGradient));
        if (RowLoss.Divisor(options, weights, rows) == 0)
        {
            T nothing = options.Nothing<T>();
            queryGradient.Clear();
            keyGradient.Clear();
            losses.Clear();
            return nothing;
        }

        using Rented<T> q = new(queries.Length), k = new(keys.Length), logits = new(checked(rows * rows));
        using Rented<T> other = new(options.Symmetric ? logits.Span.Length : 0), each = new(losses.IsEmpty ? 0 : rows);
        Prepare(queries, rows, options, weights, q.Span);
        Prepare(keys, rows, options, weights, k.Span);
        LinearAlgebra.MatMul<T>(q.Span, k.Span, logits.Span, rows, rowLength, rows, transposeB: true);
        bool wantsGradient = !queryGradient.IsEmpty || !keyGradient.IsEmpty;
        if (options.Symmetric) Permutation.Copy<T>(logits.Span, [rows, rows], [1, rows], other.Span);
        T loss = OwnClass(logits.Span, options, wantsGradient, weights, losses);
        if (options.Symmetric)
        {
            loss = (loss + OwnClass(other.Span, options, wantsGradient, weights, each.Span)) / (T.One + T.One);
            for (int i = 0; i < losses.Length; i++) losses[i] = (losses[i] + each.Span[i]) / (T.One + T.One);
            for (int i = 0; i < rows && wantsGradient; i++)
            {
                for (int j = 0; j < rows; j++)
                    logits.Span[(i * rows) + j] = (logits.Span[(i * rows) + j] + other.Span[(j * rows) + i]) / (T.One + T.One);
            }
        }

        if (!queryGradient.IsEmpty)
        {
            LinearAlgebra.MatMul<T>(logits.Span, k.Span, queryGradient, rows, rows, rowLength);
            Finish(queries, q.Span, rows, options, weights, queryGradient);
        }

        if (!keyGradient.IsEmpty)
        {
            LinearAlgebra.MatMul<T>(logits.Span, q.Span, keyGradient, rows, rows, rowLength, transposeA: true);
            Finish(keys, k.Span, rows, options, weights, keyGradient);
        }

        return loss;
    }

    /// <summary>Cross entropy with each row as its own class, over the classes that count, and its gradient in place.</summary>
    private static T OwnClass<T>(Span<T> logits, InfoNceOptions options, bool wantsGradient, ReadOnlySpan<T> weights, Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = (int)Math.Sqrt(logits.Length);
        using Rented<int> labels = new(rows);
        for (int i = 0; i < rows; i++) labels.Span[i] = i;
        for (int left = weights.IndexOf(T.Zero); left >= 0 && left < weights.Length; left++)
        {
            for (int row = 0; weights[left] == T.Zero && row < rows; row++) logits[(row * rows) + left] = T.NegativeInfinity;
        }

        return CrossEntropyCore(logits, labels.Span, options.CrossEntropy, wantsGradient ? logits : default, weights, 1, losses);
    }

    /// <summary>
    /// Rows of length 1 where wanted, times √(1/τ), so that the products of two are the logits; zeros where the weight is 0.
    /// </summary>
    private static void Prepare<T>(ReadOnlySpan<T> x, int rows, InfoNceOptions options, ReadOnlySpan<T> weights, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = x.Length / rows;
        double scale = Math.Sqrt(1 / options.Temperature);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> from = x.Slice(row * length, length);
            if (!weights.IsEmpty && weights[row] == T.Zero)
            {
                result.Slice(row * length, length).Clear();
                continue;
            }

            T norm = options.Normalize ? Norm.L2<T>(from) : T.One;
            Elementwise.Map(from, result.Slice(row * length, length), new ScaledQuotient<T>(norm == T.Zero ? T.One : norm, T.CreateTruncating(scale)));
        }
    }

    /// <summary>a/divisor·factor; the inverse of a small divisor may be infinite.</summary>
    private readonly struct ScaledQuotient<T>(T divisor, T factor) : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => a / TVector.Create(divisor) * TVector.Create(factor);
    }

    /// <summary>Takes a gradient in the prepared rows back to the rows themselves.</summary>
    private static void Finish<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> prepared, int rows, InfoNceOptions options, ReadOnlySpan<T> weights, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = x.Length / rows;
        double scale = Math.Sqrt(1 / options.Temperature);
        for (int row = 0; row < rows; row++)
        {
            Span<T> slopes = gradient.Slice(row * length, length);
            ReadOnlySpan<T> unit = prepared.Slice(row * length, length);
            double norm = options.Normalize ? double.CreateTruncating(Norm.L2<T>(x.Slice(row * length, length))) : 1;
            if (norm == 0 || (!weights.IsEmpty && weights[row] == T.Zero))
            {
                slopes.Clear();
                continue;
            }

            if (!options.Normalize)
            {
                Elementwise.Map(slopes, slopes, new Scale<T>(T.CreateTruncating(scale)));
                continue;
            }

            // s·(g − u·(u·g))/|x| with the unit vector u, of which prepared is s times as long.
            double along = double.CreateTruncating(Reduce.Dot<T>(unit, slopes)) * options.Temperature;
            Elementwise.Map(slopes, unit, slopes, new Combination<T>(T.CreateTruncating(scale / norm), T.CreateTruncating(-along * scale / norm)));
        }
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Contrastive loss InfoNCE of these queries, [rows, rowLength]: cross entropy of <c>queries·keysᵀ/τ</c> with the row as its
    /// class.
    /// </summary>
    /// <param name="keys">Of the same shape: row i belongs to query i.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="weights">None, or one for each row; copied. A pair of weight 0 is no negative of others either.</param>
    /// <returns>The mean or the sum, of shape <c>[]</c>; with Reduction.None the losses, of shape [rows].</returns>
    /// <exception cref="ArgumentException">The shapes differ or are not of two dimensions, or the weights do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    public Variable<T> InfoNce(Variable<T> keys, InfoNceOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= InfoNceOptions.Default;
        CheckSameShape(keys, nameof(InfoNce));
        if (Shape.Rank != 2) throw new ArgumentException($"InfoNce: {Shape} is not [rows, rowLength].", nameof(keys));
        Variable<T> q = WeighedRows(weights), k = keys.WeighedRows(weights);
        if (options.Normalize) (q, k) = (q.Unit(), k.Unit());
        Variable<T> logits = q.MatMul(k, transposeB: true) / options.Temperature, loss = logits.OwnClass(options, weights);
        return options.Symmetric ? (loss + logits.Transpose().OwnClass(options, weights)) * 0.5 : loss;
    }

    private Variable<T> OwnClass(InfoNceOptions options, ReadOnlySpan<T> weights)
    {
        int rows = Shape[0];
        using Rented<int> labels = new(rows);
        for (int i = 0; i < rows; i++) labels.Span[i] = i;
        if (!weights.Contains(T.Zero)) return CrossEntropy(labels.Span, options.CrossEntropy, weights);
        Variable<T> left = Tape.NewConstant([rows], out Span<T> elements);
        for (int i = 0; i < rows; i++) elements[i] = weights[i] == T.Zero ? T.NegativeInfinity : T.Zero;
        return (this + left).CrossEntropy(labels.Span, options.CrossEntropy, weights);
    }
}
