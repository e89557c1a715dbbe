using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// The products that arrive at the gates of some rows at a step. For few rows all of the recurrent one is added at once to what
/// the gates hold, their biases and the input product; for many both products are made a few units at a time, whose gates are
/// then still in a near cache when they are bent.
/// </summary>
internal ref struct GateProducts<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>For few rows: the recurrent weights of the gates before the split, and of those after it.</summary>
    public ReadOnlySpan<T> Packed, PackedRest;

    /// <summary>For one row only.</summary>
    public bool ForOneRow;

    /// <summary>For many rows: the weights for inputs and states, the inputs, and the biases or nothing.</summary>
    public ReadOnlySpan<T> Pair, Inputs, Bias, HiddenBias;

    public PairShape Shape;

    /// <summary>
    /// True to begin at the last units. Weights that are more than a cache holds would, read always in the same order, be
    /// driven out just before they are read again; to and fro, half of them are still there.
    /// </summary>
    public bool FromLast;

    /// <summary>The first of the units to take together after so many, out of all, and how many they are.</summary>
    public readonly int NextUnits(int taken, int hidden, out int units)
    {
        int most = Pair.IsEmpty ? hidden : PackedPair.Columns<T>();
        int first = FromLast ? (hidden - 1 - taken) / most * most : taken;
        units = Math.Min(most, hidden - first);
        return first;
    }

    /// <summary>
    /// All that arrives at units from <paramref name="first"/> on in gates [from, to) when <paramref name="fed"/> is fed back;
    /// <paramref name="from"/> is 0 or where the weights are split.
    /// </summary>
    public readonly void Sum(scoped in CellRows<T> rows, ReadOnlySpan<T> fed, int from, int to, int first)
    {
        int hidden = rows.Hidden, stride = rows.GateStride;
        if (Pair.IsEmpty)
        {
            ReadOnlySpan<T> packed = from == 0 ? Packed : PackedRest;
            Span<T> sums = rows.Gates[(from * hidden)..];
            PackedMatrix.Multiply(fed, packed, sums, rows.Count, rows.State, (to - from) * hidden, stride, ForOneRow, accumulate: true);
            return;
        }

        for (int gate = from; gate < to; gate++)
        {
            int at = (gate * hidden) + first;
            PackedPair.Multiply(
                Inputs, fed, Pair, Bias.IsEmpty ? Bias : Bias[at..], rows.Gates[at..], rows.Count, Shape, gate, first, stride);
        }
    }

    /// <summary>The same for the last gate, with the recurrent product and its bias apart, in Extra.</summary>
    public readonly void SumApart(scoped in CellRows<T> rows, int first)
    {
        int hidden = rows.Hidden, gate = Shape.Groups - 1, at = (gate * hidden) + first;
        if (Pair.IsEmpty)
        {
            PackedMatrix.Multiply(rows.Fed, PackedRest, rows.Extra, rows.Count, rows.State, hidden, hidden, ForOneRow, accumulate: true);
            return;
        }

        PackedPair.Multiply(
            Inputs, default, Pair, Bias.IsEmpty ? Bias : Bias[at..], rows.Gates[at..], rows.Count, Shape, gate, first, rows.GateStride);
        PackedPair.Multiply(
            default, rows.Fed, Pair, HiddenBias.IsEmpty ? HiddenBias : HiddenBias[first..], rows.Extra[first..], rows.Count, Shape, gate,
            first, hidden);
    }
}
