using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// Cross entropy of rows. With z = x − max, E = Σ e^z over all classes but the label's and s = E + e^z_label:
/// log s = log1p(E + (e^z_label − 1)), which keeps small losses exact, as does −E/s for the label's share of the gradient.
/// </summary>
/// <remarks>The losses hold the weight of each row's sample at first, where <c>isWeighted</c>.</remarks>
internal readonly struct CrossEntropyKernel<T>(CrossEntropyOptions options, int classes, double divisor, bool isWeighted) : IRowKernel<T, int>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The longest row whose exponentials go to memory of their own first.</summary>
    private const int Cached = 2048;

    private readonly double _kept = 1 - options.LabelSmoothing;
    private readonly double _spread = options.LabelSmoothing / classes;
    private readonly double _weightSum = options.Weights.IsEmpty ? classes : options.WeightSum;
    private readonly T[] _weights = options.WeightsAs<T>();

    public void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<int> labels, Span<T> gradient, Span<T> losses)
    {
        if (classes <= RowMath.LongestShort)
        {
            Short(x, labels, gradient, losses);
            return;
        }

        for (int row = 0; row < labels.Length; row++)
        {
            T share = isWeighted ? losses[row] : T.One;
            Span<T> slopes = RowOf(gradient, row);
            losses[row] = Weighted(Long(x.Slice(row * classes, classes), labels[row], WeightOf(labels[row], share), slopes), share);
            if (isWeighted) Elementwise.Map(slopes, slopes, new Scale<T>(share));
        }
    }

    /// <summary>Short rows, a panel at a time (see <see cref="RowMath"/>).</summary>
    [SkipLocalsInit]
    private void Short(ReadOnlySpan<T> x, ReadOnlySpan<int> labels, Span<T> gradient, Span<T> losses)
    {
        int most = RowMath.RowsPerPanel(classes);
        Span<T> shifted = stackalloc T[RowMath.PanelCapacity], exponentials = stackalloc T[RowMath.PanelCapacity];
        Span<T> own = stackalloc T[most], others = stackalloc T[most], numbers = stackalloc T[most], shares = stackalloc T[most];
        for (int first = 0; first < losses.Length; first += most)
        {
            int rows = Math.Min(most, losses.Length - first), count = rows * classes;
            ReadOnlySpan<T> panel = x[(first * classes)..];
            RowMath.Shift(RowMath.WithRoom(panel, count, exponentials), rows, classes, shifted);
            OrdinaryMap.Map(shifted[..count], exponentials, default(Exponential<T>));
            for (int row = 0; row < rows; row++)
                own[row] = TakeOut(ref exponentials[(row * classes) + LabelOrFirst(labels[first + row])]);

            RowMath.Sums(exponentials, classes, others[..rows]);
            for (int row = 0; row < rows; row++)
            {
                if (T.IsNaN(own[row] + others[row]) && SoleInfinity(panel.Slice(row * classes, classes)) is >= 0 and int sole)
                {
                    Span<T> z = RowOf(shifted, row), e = RowOf(exponentials, row);
                    (own[row], others[row]) = sole == labels[first + row] ? (T.One, T.Zero) : (T.Zero, T.One);
                    z.Fill(T.NegativeInfinity);
                    e.Clear();
                    (z[sole], e[sole]) = (T.Zero, others[row]);
                }

                numbers[row] = others[row] + (own[row] - T.One);
            }

            Elementwise.Map<T, LogarithmOf1Plus<T>>(numbers[..rows], numbers, default);
            for (int row = 0; row < rows; row++)
            {
                int label = labels[first + row];
                T share = shares[row] = isWeighted ? losses[first + row] : T.One;
                double weight = WeightOf(label, share);
                ReadOnlySpan<T> z = RowOf(shifted, row);
                T logarithm = numbers[row], sum = own[row] + others[row];
                losses[first + row] = weight == 0
                    ? T.Zero : Weighted(Loss(weight, sum, logarithm, z[label], WeightedSum(z, _weights)), share);
                numbers[row] = Factor(weight, sum);
            }

            if (gradient.IsEmpty) continue;
            RowMath.Map<T, Multiply<T>>(exponentials, numbers[..rows], classes, shifted, default);
            for (int row = 0; row < rows; row++)
            {
                Span<T> slopes = RowOf(shifted, row);
                int label = labels[first + row];
                Finish(slopes, label, WeightOf(label, shares[row]), own[row], others[row]);
                if (isWeighted) Elementwise.Map(slopes, slopes, new Scale<T>(shares[row]));
            }

            shifted[..count].CopyTo(gradient[(first * classes)..]);
        }
    }

    [SkipLocalsInit]
    private T Long(ReadOnlySpan<T> x, int label, double weight, Span<T> gradient)
    {
        if (weight == 0)
        {
            gradient.Clear();
            return T.Zero;
        }

        T shift = RowMath.Shift(x, out T least);
        if (T.IsPositiveInfinity(shift) && SoleInfinity(x) is >= 0 and int sole) return LongInfinite(sole, label, weight, gradient);
        double weightedSum = _spread > 0 ? LongWeightedSum(x, shift) : 0;
        T z = x[label] - shift, own = ScalarMath.Exp(z);
        // What fits into the first cache stays there between the two passes.
        Span<T> room = stackalloc T[Cached], e = gradient.IsEmpty || classes > Cached ? gradient : room[..classes];
        T others = RowMath.SumOfOthers(x, shift, least, own, label, e), logarithm = ScalarMath.Log1P(others + (own - T.One));
        if (!gradient.IsEmpty)
        {
            Elementwise.Map(e, gradient, new Scale<T>(Factor(weight, own + others)));
            Finish(gradient, label, weight, own, others);
        }

        return Loss(weight, own + others, logarithm, z, weightedSum);
    }

    /// <summary>A long row with one +∞ is what it is in the limit: that class 0, all others −∞.</summary>
    private T LongInfinite(int sole, int label, double weight, Span<T> gradient)
    {
        using Rented<T> limit = new(classes);
        limit.Span.Fill(T.NegativeInfinity);
        limit.Span[sole] = T.Zero;
        return Long(limit.Span, label, weight, gradient);
    }

    /// <summary>(1 − ε)·w·(log s − z) + (ε/C)·(Σw·log s − Σwz): no term is negative, so nothing cancels.</summary>
    private T Loss(double weight, T sum, T logarithm, T z, double weightedSum)
    {
        if (sum == T.Zero) return T.PositiveInfinity;
        double log = double.CreateTruncating(logarithm), loss = 0;
        if (_kept > 0) loss = _kept * weight * (log - double.CreateTruncating(z));
        if (_spread > 0) loss += _spread * ((_weightSum * log) - weightedSum);
        return T.CreateTruncating(loss);
    }

    /// <summary>The class's weight; 0 where the sample has none.</summary>
    private double WeightOf(int label, T share) => share == T.Zero ? 0 : options.WeightOf(label);

    private T Weighted(T loss, T share) => isWeighted && share != T.Zero ? loss * share : loss;

    /// <summary>What e^z is multiplied by in the gradient.</summary>
    private T Factor(double weight, T sum) =>
        T.CreateTruncating(((_kept * weight) + (_spread * _weightSum)) / (divisor * double.CreateTruncating(sum)));

    /// <summary>Completes a row of the gradient, which holds Factor·e^z for all classes but the label's.</summary>
    private void Finish(Span<T> gradient, int label, double weight, T own, T others)
    {
        double sum = double.CreateTruncating(own + others), spread = _spread / divisor;
        if (weight == 0 || sum == 0)
        {
            gradient.Clear();
            return;
        }

        if (_spread > 0 && _weights.Length == 0) Elementwise.Map(gradient, gradient, new Less<T>(T.CreateTruncating(spread)));
        else if (_spread > 0) Elementwise.Map(gradient, _weights, gradient, new LessTimes<T>(T.CreateTruncating(spread)));
        double ownShare = double.CreateTruncating(own) / sum, otherShare = double.CreateTruncating(others) / sum;
        gradient[label] = T.CreateTruncating(
            (spread * ((_weightSum * ownShare) - weight)) - (_kept * weight / divisor * otherShare));
    }

    /// <summary>Σ w·z, the classes of weight 0 left out even where z is −∞; 0 when it is not needed.</summary>
    private double WeightedSum(ReadOnlySpan<T> z, ReadOnlySpan<T> weights)
    {
        if (_spread == 0) return 0;
        T sum = weights.IsEmpty ? Reduce.Sum(z) : Reduce.Dot(z, weights);
        if (!T.IsNaN(sum) || weights.IsEmpty) return double.CreateTruncating(sum);
        sum = T.Zero;
        for (int i = 0; i < z.Length; i++)
        {
            if (weights[i] != T.Zero) sum += weights[i] * z[i];
        }

        return double.CreateTruncating(sum);
    }

    [SkipLocalsInit]
    private double LongWeightedSum(ReadOnlySpan<T> x, T shift)
    {
        const int Chunk = 1024;
        Span<T> z = stackalloc T[Chunk];
        double sum = 0;
        for (int start = 0; start < x.Length; start += Chunk)
        {
            int count = Math.Min(Chunk, x.Length - start);
            Elementwise.Map(x.Slice(start, count), z, new Less<T>(shift));
            sum += WeightedSum(z[..count], _weights.Length == 0 ? default : _weights.AsSpan(start, count));
        }

        return sum;
    }

    /// <summary>The index of the only +∞ of a row without NaN; −1 if it is not so.</summary>
    internal static int SoleInfinity(ReadOnlySpan<T> row)
    {
        int sole = -1;
        for (int i = 0; i < row.Length; i++)
        {
            if (T.IsNaN(row[i]) || (T.IsPositiveInfinity(row[i]) && sole >= 0)) return -1;
            if (T.IsPositiveInfinity(row[i])) sole = i;
        }

        return sole;
    }

    private static T TakeOut(ref T place)
    {
        T value = place;
        place = T.Zero;
        return value;
    }

    /// <summary>An ignored row's label is no class: any place does, as nothing comes of it.</summary>
    private int LabelOrFirst(int label) => (uint)label < (uint)classes ? label : 0;

    private Span<T> RowOf(Span<T> rows, int row) => rows.IsEmpty ? rows : rows.Slice(row * classes, classes);
}
