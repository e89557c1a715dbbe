using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>
/// The steps of softmax and its relatives. Short rows are taken many at a time, as panels: each step runs over all rows
/// of the panel, and the exponentials over all its elements without regard to where a row ends. Long rows are taken
/// one by one. A row's length alone decides which, and the order of its sum.
/// </summary>
internal static class RowMath
{
    /// <summary>Elements of a panel, at the most.</summary>
    private const int PanelLength = 1024;

    /// <summary>The longest row that shares a panel with others.</summary>
    public const int LongestShort = 256;

    /// <summary>A panel and the part of a vector that may be written after it.</summary>
    public const int PanelCapacity = PanelLength + 16;

    /// <summary>Elements of a long row between two steps of its sum.</summary>
    private const int Chunk = 1024;

    public static int RowsPerPanel(int rowLength) => PanelLength / rowLength;

    /// <summary>The panel at the start of x with room for a vector beyond it to be read: x, or its copy at the end of x.</summary>
    public static ReadOnlySpan<T> WithRoom<T>(ReadOnlySpan<T> x, int count, Span<T> copy)
        where T : unmanaged
    {
        if (x.Length >= count + Simd512<T>.Count) return x;
        x[..count].CopyTo(copy);
        return copy;
    }

    /// <summary>
    /// Each row less its maximum (less 0 where that is −∞); both spans have room for a vector beyond the last row. What
    /// was subtracted goes to <paramref name="shifts"/> unless that is empty.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Shift<T>(ReadOnlySpan<T> x, int rows, int rowLength, Span<T> shifted, Span<T> shifts = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int step = Simd512<T>.Count, whole = rowLength / step * step;
        Simd512<T> mask = FirstElements<T>(rowLength - whole), lowest = double.NegativeInfinity;
        ref T from = ref x.Reference(), to = ref shifted.Reference();
        for (int row = 0, start = 0; row < rows; row++, start += rowLength)
        {
            int end = start + whole;
            Simd512<T> max = lowest;
            for (int i = start; i < end; i += step) max = Simd512<T>.Max(Simd512<T>.Load(ref from, (nuint)i), max);
            Simd512<T> last = Simd512<T>.Load(ref from, (nuint)end);
            max = Simd512<T>.Max(Simd512<T>.Select(mask, last, lowest), max);
            T largest = Finite(Reduce.Across<T, QuickMaxFold<T>>(max));
            if (!shifts.IsEmpty) shifts[row] = largest;
            Simd512<T> shift = Simd512<T>.Create(largest);
            for (int i = start; i < end; i += step) (Simd512<T>.Load(ref from, (nuint)i) - shift).Store(ref to, (nuint)i);
            // What is written beyond the row is overwritten by the next.
            (last - shift).Store(ref to, (nuint)end);
        }
    }

    /// <summary>Each row's sum; values has room for a vector beyond the last row.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Sums<T>(ReadOnlySpan<T> values, int rowLength, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int step = Simd512<T>.Count, whole = rowLength / step * step;
        Simd512<T> mask = FirstElements<T>(rowLength - whole);
        ref T from = ref values.Reference();
        for (int row = 0, start = 0; row < sums.Length; row++, start += rowLength)
        {
            int end = start + whole;
            Simd512<T> sum = 0;
            for (int i = start; i < end; i += step) sum += Simd512<T>.Load(ref from, (nuint)i);
            sum += Simd512<T>.Load(ref from, (nuint)end) & mask;
            sums[row] = Reduce.Across<T, SumFold<T>>(sum);
        }
    }

    /// <summary>Each row combined with its own number; both spans of rows have room for a vector beyond the last row.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Map<T, TMap>(ReadOnlySpan<T> values, ReadOnlySpan<T> numbers, int rowLength, Span<T> results, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
    {
        int step = Simd512<T>.Count;
        ref T from = ref values.Reference(), to = ref results.Reference();
        for (int row = 0, start = 0; row < numbers.Length; row++, start += rowLength)
        {
            Simd512<T> number = Simd512<T>.Create(numbers[row]);
            for (int i = start; i < start + rowLength; i += step)
                map.Invoke(Simd512<T>.Load(ref from, (nuint)i), number).Store(ref to, (nuint)i);
        }
    }

    /// <summary>What is subtracted from a long row: its maximum, 0 where that is −∞. NaN in the row need not show.</summary>
    public static T Shift<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Finite(Reduce.Fold<T, QuickMaxFold<T>>(row, row));

    /// <summary>
    /// Σ e^(x − shift) over a long row, the exponentials written to <paramref name="exponentials"/> unless that is empty.
    /// An <paramref name="excluded"/> element is left out of the sum and written as 0.
    /// </summary>
    [SkipLocalsInit]
    public static T SumOfExponentials<T>(ReadOnlySpan<T> row, T shift, Span<T> exponentials, int excluded = -1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!exponentials.IsEmpty) return SumOfExponentials(row, shift, exponentials, default, excluded);
        Span<T> scratch = stackalloc T[Chunk];
        return SumOfExponentials(row, shift, default, scratch, excluded);
    }

    /// <summary>As the other, and the least difference that is left: a NaN need not show in either.</summary>
    public static unsafe T Shift<T>(ReadOnlySpan<T> row, out T least)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T shift;
        fixed (T* x = row) least = RowPasses.Shifts(x, 1, row.Length, &shift);
        return shift;
    }

    /// <summary>
    /// Σ e^(x − shift) over a long row but for one element, whose own is given; <paramref name="least"/> is the least of the
    /// differences. The exponentials go to where they are wanted, which may be the row itself, with a 0 for that element.
    /// </summary>
    [SkipLocalsInit]
    public static unsafe T SumOfOthers<T>(ReadOnlySpan<T> row, T shift, T least, T own, int excluded, Span<T> exponentials)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T total;
        T* room = stackalloc T[exponentials.IsEmpty ? PanelLength : 1];
        fixed (T* x = row, kept = exponentials)
        {
            T* e = kept == null ? room : kept;
            int stride = kept == null ? 0 : row.Length;
            if (VectorMath.IsOrdinaryForExp<Simd128<T>, T>(Simd128<T>.Create(least)))
                RowPasses.MapAndSum<T, ExpOfOrdinaryDifference<T>>(x, e, stride, 1, row.Length, &shift, &total, default);
            else
                RowPasses.MapAndSum<T, ExpOfDifferenceFrom<T>>(x, e, stride, 1, row.Length, &shift, &total, default);
        }

        if (!exponentials.IsEmpty) exponentials[excluded] = T.Zero;
        // Where the others are a fair part of the whole, subtracting loses nothing; else they are added up by themselves.
        if (own <= T.CreateTruncating(0.75) * total) return total - own;
        return exponentials.IsEmpty ? SumOfExponentials(row, shift, default, excluded) : SumInChunks(exponentials);
    }

    /// <summary>The sum as <see cref="SumOfExponentials{T}(ReadOnlySpan{T}, T, Span{T}, int)"/> makes it.</summary>
    private static T SumInChunks<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (values.Length <= Chunk) return Reduce.Sum(values);
        int half = Chunk << BitOperations.Log2((uint)(values.Length - 1) / Chunk);
        return SumInChunks(values[..half]) + SumInChunks(values[half..]);
    }

    private static T SumOfExponentials<T>(
        ReadOnlySpan<T> row, T shift, Span<T> exponentials, Span<T> scratch, int excluded)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool kept = scratch.IsEmpty;
        if (row.Length > Chunk)
        {
            int half = Chunk << BitOperations.Log2((uint)(row.Length - 1) / Chunk);
            return SumOfExponentials(row[..half], shift, kept ? exponentials[..half] : default, scratch, excluded)
                + SumOfExponentials(row[half..], shift, kept ? exponentials[half..] : default, scratch, excluded - half);
        }

        Span<T> results = kept ? exponentials : scratch[..row.Length];
        OrdinaryMap.Map(row, results, new ExpOfDifference<T>(shift));
        if ((uint)excluded < (uint)results.Length) results[excluded] = T.Zero;
        return Reduce.Sum<T>(results);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Finite<T>(T maximum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.IsNegativeInfinity(maximum) ? T.Zero : maximum;

    private static Simd512<T> FirstElements<T>(int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new Simd512<T>(Vector512<T>.Indices) < Simd512<T>.Create(T.CreateTruncating(count));
}
