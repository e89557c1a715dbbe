using System.Numerics;

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
    /// <returns>The mean or the sum over the rows; when there is none, 0 or what the options say.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, outputs overlap, or the reduction is None.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The row length is not positive.</exception>
    /// <exception cref="InvalidOperationException">There is no row, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T InfoNce<T>(
        ReadOnlySpan<T> queries,
        ReadOnlySpan<T> keys,
        int rowLength,
        InfoNceOptions? options = null,
        Span<T> queryGradient = default,
        Span<T> keyGradient = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= InfoNceOptions.Default;
        Guard.ElementType<T>();
        Guard.SameLength(queries, keys);
        int rows = Guard.Rows(queries.Length, rowLength, nameof(queries));
        if (options.Reduction == Reduction.None) throw new ArgumentException("InfoNce has one value: Mean or Sum.", nameof(options));
        RowLoss.CheckGradient(queries, keys, default, default, default, ref queryGradient, nameof(queryGradient), queries.Length);
        RowLoss.CheckGradient(queries, keys, default, default, default, ref keyGradient, nameof(keyGradient), queries.Length);
        Guard.Apart((ReadOnlySpan<T>)queryGradient, keyGradient, nameof(queryGradient), nameof(keyGradient));
        if (rows == 0) return options.Nothing<T>();

        using Rented<T> q = new(queries.Length), k = new(keys.Length), logits = new(checked(rows * rows));
        using Rented<T> other = new(options.Symmetric ? logits.Span.Length : 0);
        using Rented<int> labels = new(rows);
        for (int i = 0; i < rows; i++) labels.Span[i] = i;
        Prepare(queries, rows, options, q.Span);
        Prepare(keys, rows, options, k.Span);
        LinearAlgebra.MatMul<T>(q.Span, k.Span, logits.Span, rows, rowLength, rows, transposeB: true);
        bool wantsGradient = !queryGradient.IsEmpty || !keyGradient.IsEmpty;
        if (options.Symmetric) Permutation.Copy<T>(logits.Span, [rows, rows], [1, rows], other.Span);
        T loss = CrossEntropy<T>(logits.Span, labels.Span, options.CrossEntropy, wantsGradient ? logits.Span : default);
        if (options.Symmetric)
        {
            loss = (loss + CrossEntropy<T>(other.Span, labels.Span, options.CrossEntropy, wantsGradient ? other.Span : default)) / (T.One + T.One);
            for (int i = 0; i < rows && wantsGradient; i++)
            {
                for (int j = 0; j < rows; j++)
                    logits.Span[(i * rows) + j] = (logits.Span[(i * rows) + j] + other.Span[(j * rows) + i]) / (T.One + T.One);
            }
        }

        if (!queryGradient.IsEmpty)
        {
            LinearAlgebra.MatMul<T>(logits.Span, k.Span, queryGradient, rows, rows, rowLength);
            Finish(queries, q.Span, rows, options, queryGradient);
        }

        if (!keyGradient.IsEmpty)
        {
            LinearAlgebra.MatMul<T>(logits.Span, q.Span, keyGradient, rows, rows, rowLength, transposeA: true);
            Finish(keys, k.Span, rows, options, keyGradient);
        }

        return loss;
    }

    /// <summary>Rows of length 1 where wanted, times √(1/τ), so that the products of two are the logits.</summary>
    private static void Prepare<T>(ReadOnlySpan<T> x, int rows, InfoNceOptions options, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = x.Length / rows;
        double scale = Math.Sqrt(1 / options.Temperature);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> from = x.Slice(row * length, length);
            double norm = options.Normalize ? double.CreateTruncating(Norm.L2<T>(from)) : 1;
            Elementwise.Map(from, result.Slice(row * length, length), new Scale<T>(T.CreateTruncating(scale / (norm == 0 ? 1 : norm))));
        }
    }

    /// <summary>Takes a gradient in the prepared rows back to the rows themselves.</summary>
    private static void Finish<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> prepared, int rows, InfoNceOptions options, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = x.Length / rows;
        double scale = Math.Sqrt(1 / options.Temperature);
        for (int row = 0; row < rows; row++)
        {
            Span<T> slopes = gradient.Slice(row * length, length);
            ReadOnlySpan<T> unit = prepared.Slice(row * length, length);
            double norm = options.Normalize ? double.CreateTruncating(Norm.L2<T>(x.Slice(row * length, length))) : 1;
            if (norm == 0)
            {
                slopes.Clear();
                continue;
            }

            // s·(g − u·(u·g))/|x| with the unit vector u, of which prepared is s times as long.
            double along = options.Normalize ? double.CreateTruncating(Reduce.Dot<T>(unit, slopes)) * options.Temperature : 0;
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
    /// <returns>The mean or the sum, of shape <c>[]</c>; with Reduction.None the losses, of shape [rows].</returns>
    /// <exception cref="ArgumentException">The shapes differ or are not of two dimensions.</exception>
    public Variable<T> InfoNce(Variable<T> keys, InfoNceOptions? options = null)
    {
        options ??= InfoNceOptions.Default;
        CheckSameShape(keys, nameof(InfoNce));
        if (Shape.Rank != 2) throw new ArgumentException($"InfoNce: {Shape} is not [rows, rowLength].", nameof(keys));
        int rows = Shape[0];
        Variable<T> q = options.Normalize ? Unit() : this, k = options.Normalize ? keys.Unit() : keys;
        Variable<T> logits = q.MatMul(k, transposeB: true) / options.Temperature;
        using Rented<int> labels = new(rows);
        for (int i = 0; i < rows; i++) labels.Span[i] = i;
        Variable<T> loss = logits.CrossEntropy(labels.Span, options.CrossEntropy);
        return options.Symmetric ? (loss + logits.Transpose().CrossEntropy(labels.Span, options.CrossEntropy)) * 0.5 : loss;
    }

    private Variable<T> Unit()
    {
        Variable<T> norms = RowNorms();
        return this / (norms + Tape.Apply(BinaryOperation<T, EqualIndicator<T>>.Instance, norms.Detach(), Tape.Scalar(T.Zero)));
    }
}
