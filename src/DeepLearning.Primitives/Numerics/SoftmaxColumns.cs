using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// Softmax over the middle axis of [outer, length, inner] and its relatives, z = (x − max) / temperature: the bits are those
/// of <see cref="SoftmaxKernel"/> over the same elements laid out as rows.
/// </summary>
internal static unsafe class SoftmaxColumns
{
    public static void Run<T>(ReadOnlySpan<T> x, int length, int inner, Span<T> destination, SoftmaxForm form, T temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (inner == 1) SoftmaxKernel.Run(x, length, destination, form, temperature);
        else ColumnDriver.Run(x, default, x.Length / length / inner, length, inner, destination, form == SoftmaxForm.LogOfSum ? 1 : length, new Kernel<T>(length, form, temperature));
    }

    private readonly struct Kernel<T>(int length, SoftmaxForm form, T temperature) : IColumnKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [SkipLocalsInit]
        public void Invoke(T* x, T* unused, int columns, T* to, nint toStride)
        {
            const int Most = ColumnDriver.MostColumns;
            T* shifts = stackalloc T[3 * Most], sums = shifts + Most, dropped = sums + Most;
            bool isOrdinary = ColumnPasses.Shifts(x, length, columns, shifts);
            Span<T> numbers = new(sums, columns);
            if (form == SoftmaxForm.Probabilities)
            {
                Exponentials(x, x, columns, columns, shifts, sums, isOrdinary);
                Elementwise.Map<T, InverseOrZero<T>>(numbers, numbers, default);
                ColumnPasses.Map<T, TimesFirst<T>>(x, x, columns, to, toStride, length, sums, sums, default);
                return;
            }

            Exponentials(x, dropped, 0, columns, shifts, sums, isOrdinary);
            if (form == SoftmaxForm.LogOfSum)
            {
                Elementwise.Map<T, LogarithmOf<T>>(numbers, numbers, default);
                Elementwise.Map<T, Add<T>>(numbers, new(shifts, columns), numbers, default);
                // Almost never: a NaN or infinities among them.
                if (T.IsNaN(Reduce.Sum<T>(numbers))) Mend(x, numbers);
                numbers.CopyTo(new(to, columns));
                return;
            }

            Elementwise.Map<T, LogOrZero<T>>(numbers, numbers, default);
            if (temperature == T.One) ColumnPasses.Map<T, LessBoth<T>>(x, x, columns, to, toStride, length, shifts, sums, default);
            else ColumnPasses.Map(x, x, columns, to, toStride, length, shifts, sums, new LessFirstOverLessSecond<T>(temperature));
        }

        public void Row(T* x, T* unused)
        {
            T sum = default;
            Span<T> row = new(x, length);
            SoftmaxKernel.Run(row, length, form == SoftmaxForm.LogOfSum ? new Span<T>(ref sum) : row, form, temperature);
            if (form == SoftmaxForm.LogOfSum) *x = sum;
        }

        private void Exponentials(T* x, T* e, nint eStride, int columns, T* shifts, T* sums, bool isOrdinary)
        {
            if (temperature != T.One)
                ColumnPasses.MapAndSum(x, e, eStride, length, columns, shifts, sums, new ExpOfDifferenceOver<T>(temperature));
            else if (isOrdinary)
                ColumnPasses.MapAndSum<T, ExpOfOrdinaryDifference<T>>(x, e, eStride, length, columns, shifts, sums, default);
            else
                ColumnPasses.MapAndSum<T, ExpOfDifferenceFrom<T>>(x, e, eStride, length, columns, shifts, sums, default);
        }

        /// <summary>Where the largest element is +∞ the sum is NaN, and the answer +∞ but for a NaN in the column.</summary>
        private void Mend(T* x, Span<T> results)
        {
            for (int column = 0; column < results.Length; column++)
            {
                if (!T.IsNaN(results[column])) continue;
                T largest = x[column];
                for (int i = 1; i < length; i++) largest = T.Max(largest, x[((nint)i * results.Length) + column]);
                results[column] = largest;
            }
        }
    }

    /// <summary>As <see cref="SoftmaxGradientKernel"/>, over columns.</summary>
    public static void Gradient<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int length, int inner, Span<T> destination, SoftmaxGradientForm form, T temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (inner == 1) SoftmaxGradientKernel.Run(output, upstream, length, destination, form, temperature);
        else ColumnDriver.Run(output, upstream, output.Length / length / inner, length, inner, destination, length, new GradientKernel<T>(length, form, temperature));
    }

    private readonly struct GradientKernel<T>(int length, SoftmaxGradientForm form, T temperature) : IColumnKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [SkipLocalsInit]
        public void Invoke(T* y, T* g, int columns, T* to, nint toStride)
        {
            T* sums = stackalloc T[2 * ColumnDriver.MostColumns], largest = sums + ColumnDriver.MostColumns;
            if (form is SoftmaxGradientForm.Probabilities or SoftmaxGradientForm.MaskedProbabilities)
            {
                ColumnPasses.Fold<T, DotFold<T>>(y, g, length, columns, sums);
                bool isFinite = T.IsFinite(Reduce.Sum<T>(new(sums, columns))), isMasked = form == SoftmaxGradientForm.MaskedProbabilities && !isFinite;
                if (isMasked) ColumnPasses.Fold<T, UnmaskedDotFold<T>>(y, g, length, columns, sums);
                if (!isFinite) MendProbabilities(y, g, columns, sums);
                if (isMasked) Map(y, g, columns, to, toStride, sums, sums, default(CenteredUnlessMasked<T>));
                else Map(y, g, columns, to, toStride, sums, sums, default(Centered<T>));
                return;
            }

            // A first look finds whether all exponentials are ordinary.
            T least = Reduce.Fold<T, QuickMinFold<T>>(new(y, length * columns), default);
            bool isOrdinary = VectorMath.IsOrdinaryForExp<Simd128<T>, T>(Simd128<T>.Create(least));
            bool isMaskedLog = form == SoftmaxGradientForm.MaskedLogarithms && !isOrdinary;
            if (isMaskedLog) ColumnPasses.Fold<T, UnmaskedSumFold<T>>(y, g, length, columns, sums);
            else ColumnPasses.Fold<T, SumFold<T>>(g, g, length, columns, sums);
            MendLogarithms(y, columns, sums);
            if (isOrdinary)
            {
                Map(y, g, columns, to, toStride, sums, sums, default(OrdinaryLessShare<T>));
                return;
            }

            if (isMaskedLog)
            {
                Map(y, g, columns, to, toStride, sums, sums, default(LessShareUnlessMasked<T>));
                return;
            }

            ColumnPasses.Fold<T, MaxFold<T>>(y, y, length, columns, largest);
            Map(y, g, columns, to, toStride, sums, largest, default(LessShareUnlessWeightless<T>));
        }

        public void Row(T* y, T* g)
        {
            Span<T> row = new(y, length);
            SoftmaxGradientKernel.Run(row, new(g, length), length, row, form, temperature);
        }

        /// <summary>A column that is NaN, as all of an output is if any, but to which nothing arrives, gets what has no gradient then.</summary>
        private void MendProbabilities(T* y, T* g, int columns, T* sums)
        {
            for (int column = 0; column < columns; column++)
            {
                if (!T.IsNaN(y[column])) continue;
                int i = 0;
                while (i < length && g[((nint)i * columns) + column] == T.Zero) i++;
                if (i != length) continue;
                Clear(y, column, columns);
                Clear(g, column, columns);
                sums[column] = T.Zero;
            }
        }

        /// <summary>The same where the shares of a NaN column are of nothing.</summary>
        private void MendLogarithms(T* y, int columns, T* sums)
        {
            if (!T.IsNaN(Reduce.Sum<T>(new(y, columns)))) return;
            for (int column = 0; column < columns; column++)
                if (T.IsNaN(y[column]) && sums[column] == T.Zero) Clear(y, column, columns);
        }

        private void Clear(T* x, int column, int columns)
        {
            for (int i = 0; i < length; i++) x[((nint)i * columns) + column] = T.Zero;
        }

        private void Map<TMap>(T* y, T* g, int columns, T* to, nint toStride, T* first, T* second, TMap map)
            where TMap : struct, IRowMap<T>
        {
            if (temperature == T.One) ColumnPasses.Map(y, g, columns, to, toStride, length, first, second, map);
            else ColumnPasses.Map(y, g, columns, to, toStride, length, first, second, new Over<T, TMap>(map, temperature));
        }
    }
}
