using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>What is made of the exponentials of a row.</summary>
internal enum SoftmaxForm
{
    /// <summary>e^z / Σ e^z</summary>
    Probabilities,

    /// <summary>z − log Σ e^z</summary>
    Logarithms,

    /// <summary>log Σ e^z, one number for each row.</summary>
    LogOfSum,
}

/// <summary>
/// Softmax of rows and its relatives, z = (x − max) / temperature. Rows shorter than a vector go through
/// <see cref="RowMath"/>, whose passes know no ends of rows, others through <see cref="RowPasses"/>.
/// </summary>
internal static unsafe class SoftmaxKernel
{
    /// <summary>Bytes ahead of what is written at once.</summary>
    private const int FetchAhead = 1024;

    public static void Run<T>(ReadOnlySpan<T> x, int rowLength, Span<T> destination, SoftmaxForm form, T temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Length == rowLength && RowPasses.IsLeaf<T>(rowLength) && form == SoftmaxForm.Probabilities && temperature == T.One)
            SoftmaxOfOne.Run(x, destination);
        else
            Run(x, rowLength, destination, form, temperature, default(Rows<T>));
    }

    public static void Softmin<T>(ReadOnlySpan<T> x, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run(x, rowLength, destination, SoftmaxForm.Probabilities, T.One, default(NegatedRows<T>));

    /// <summary>The mask's rows are repeated.</summary>
    public static void Masked<T>(ReadOnlySpan<T> x, ReadOnlySpan<bool> mask, int rowLength, Span<T> destination, SoftmaxForm form, T temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* start = x)
        fixed (bool* pm = mask) Run(x, rowLength, destination, form, temperature, new MaskedRows<T>(start, pm, mask.Length));
    }

    /// <summary>The mask's rows are repeated.</summary>
    public static void Biased<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> mask, int rowLength, Span<T> destination, SoftmaxForm form, T temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* start = x, pm = mask) Run(x, rowLength, destination, form, temperature, new BiasedRows<T>(start, pm, mask.Length));
    }

    private static void Run<T, TSource>(
        ReadOnlySpan<T> x, int rowLength, Span<T> destination, SoftmaxForm form, T temperature, TSource source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSource : struct, IRowSource<T>
    {
        if (x.IsEmpty) return;
        int rows = x.Length / rowLength;
        destination = destination[..(form == SoftmaxForm.LogOfSum ? rows : x.Length)];
        RowDriver.Run<T, T, Kernel<T, TSource>>(rows, x, default, destination, default, new(rowLength, form, temperature, source));
    }

    private readonly struct Kernel<T, TSource>(int rowLength, SoftmaxForm form, T temperature, TSource source) : IRowKernel<T, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSource : struct, IRowSource<T>
    {
        public void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> unused, Span<T> y, Span<T> unusedToo)
        {
            int rows = x.Length / rowLength;
            fixed (T* px = x, py = y)
            {
                if (rowLength < Simd512<T>.Count) Panels(px, py, rows);
                else Groups(px, py, rows);
            }
        }

        [SkipLocalsInit]
        private void Panels(T* x, T* y, int rows)
        {
            int most = RowMath.RowsPerPanel(rowLength);
            Span<T> shifted = stackalloc T[RowMath.PanelCapacity], results = stackalloc T[RowMath.PanelCapacity];
            Span<T> sums = stackalloc T[most], shifts = stackalloc T[most];
            fixed (T* scratch = results)
            {
                for (int row = 0; row < rows; row += most)
                {
                    if (rows - row < most) sums = sums[..(rows - row)];
                    int start = row * rowLength, count = sums.Length * rowLength;
                    T* z = source.Logits(x + start, count, scratch);
                    // Only an input that is used as it is may lack room for a vector beyond its end.
                    ReadOnlySpan<T> logits = z == scratch ? results : RowMath.WithRoom(new ReadOnlySpan<T>(z, (rows * rowLength) - start), count, results);
                    RowMath.Shift(logits, sums.Length, rowLength, shifted, shifts);
                    if (temperature != T.One) Elementwise.Map(shifted[..count], shifted, new DividedBy<T>(temperature));
                    OrdinaryMap.Map(shifted[..count], results, default(Exponential<T>));
                    RowMath.Sums(results, rowLength, sums);
                    if (form == SoftmaxForm.LogOfSum)
                    {
                        LogOfSum(x + start, y + row, shifts, sums);
                        continue;
                    }

                    if (form == SoftmaxForm.Probabilities)
                    {
                        Elementwise.Map<T, InverseOrZero<T>>(sums, sums, default);
                        RowMath.Map<T, Multiply<T>>(results, sums, rowLength, shifted, default);
                        shifted[..count].CopyTo(new Span<T>(y + start, count));
                    }
                    else
                    {
                        Elementwise.Map<T, LogOrZero<T>>(sums, sums, default);
                        RowMath.Map<T, Subtract<T>>(shifted, sums, rowLength, results, default);
                        results[..count].CopyTo(new Span<T>(y + start, count));
                    }
                }
            }
        }

        [SkipLocalsInit]
        private void Groups(T* x, T* y, int rows)
        {
            T* shifts = stackalloc T[2 * RowPasses.MostRows], sums = shifts + RowPasses.MostRows;
            T* room = stackalloc T[RowPasses.ScratchLength], scratch = RowPasses.Aligned(room);
            // Exponentials that nobody wants fill the same place again and again. Others go to aligned memory first, and
            // only once, divided by their sum, to y.
            bool isKept = form == SoftmaxForm.Probabilities, isInPlace = isKept && !RowPasses.HasRoomFor(rowLength);
            for (int row = 0, count; row < rows; row += count)
            {
                count = Math.Min(rows - row, RowPasses.RowsPerGroup(rowLength));
                T* from = x + ((nint)row * rowLength), to = form == SoftmaxForm.LogOfSum ? y + row : y + ((nint)row * rowLength);
                T* z = TSource.AreNegated ? from : source.Logits(from, count * rowLength, to), e = isInPlace ? to : scratch;
                T least = RowPasses.Shifts(z, count, rowLength, shifts, TSource.AreNegated);
                bool isOrdinary = VectorMath.IsOrdinaryForExp<Simd128<T>, T>(Simd128<T>.Create(least));
                // A row that fills the first cache by itself leaves no room for the next one.
                nint result = (nint)((byte*)to - (byte*)z);
                Soon soon = isInPlace ? new(0, result + FetchAhead) : new((nint)count * rowLength * sizeof(T), result);
                Exponentials(z, e, isKept ? rowLength : 0, count, shifts, sums, isOrdinary, form == SoftmaxForm.LogOfSum ? default : soon);
                if (form == SoftmaxForm.LogOfSum) LogOfSum(from, to, new(shifts, count), new(sums, count));
                else Finish(z, e, to, count, shifts, sums);
            }
        }

        private void Exponentials(T* z, T* e, int eStride, int rows, T* shifts, T* sums, bool isOrdinary, in Soon soon)
        {
            if (temperature != T.One) Exponentials(z, e, eStride, rows, shifts, sums, new ExpOfDifferenceOver<T>(temperature), soon);
            else if (isOrdinary) Exponentials(z, e, eStride, rows, shifts, sums, default(ExpOfOrdinaryDifference<T>), soon);
            else Exponentials(z, e, eStride, rows, shifts, sums, default(ExpOfDifferenceFrom<T>), soon);
        }

        private void Exponentials<TMap>(T* z, T* e, int eStride, int rows, T* shifts, T* sums, TMap map, in Soon soon)
            where TMap : struct, IMap2<T>
        {
            if (TSource.AreNegated) RowPasses.MapAndSum(z, e, eStride, rows, rowLength, shifts, sums, new Exchanged<T, TMap>(map), soon);
            else RowPasses.MapAndSum(z, e, eStride, rows, rowLength, shifts, sums, map, soon);
        }

        private void Finish(T* z, T* e, T* to, int rows, T* shifts, T* sums)
        {
            Span<T> numbers = new(sums, rows);
            if (form == SoftmaxForm.Probabilities)
            {
                Elementwise.Map<T, InverseOrZero<T>>(numbers, numbers, default);
                RowPasses.Map<T, TimesFirst<T>>(e, e, to, rows, rowLength, sums, sums, default);
                return;
            }

            Elementwise.Map<T, LogOrZero<T>>(numbers, numbers, default);
            if (temperature == T.One) RowPasses.Map<T, LessBoth<T>>(z, z, to, rows, rowLength, shifts, sums, default);
            else RowPasses.Map(z, z, to, rows, rowLength, shifts, sums, new LessFirstOverLessSecond<T>(temperature));
        }

        /// <summary>shift + log sum; where the largest element is +∞ the sum is NaN, and the answer +∞ but for a NaN in the row.</summary>
        private void LogOfSum(T* x, T* y, Span<T> shifts, Span<T> sums)
        {
            Elementwise.Map<T, LogarithmOf<T>>(sums, sums, default);
            Elementwise.Map<T, Add<T>>(shifts[..sums.Length], sums, new(y, sums.Length), default);
            // Almost never: a NaN or infinities among them.
            if (!T.IsNaN(Reduce.Sum<T>(new(y, sums.Length)))) return;
            for (int row = 0; row < sums.Length; row++)
                if (T.IsNaN(y[row])) y[row] = Reduce.Max(new ReadOnlySpan<T>(x + ((nint)row * rowLength), rowLength));
        }
    }
}
