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
        public void Invoke(T* x, T* unused, nint stride, T* to, nint toStride, int columns, T* scratch)
        {
            const int Most = ColumnDriver.MostColumns;
            T* shifts = stackalloc T[3 * Most], sums = shifts + Most, dropped = sums + Most;
            bool isOrdinary = ColumnPasses.Shifts(x, stride, length, columns, shifts);
            Span<T> numbers = new(sums, columns);
            if (form == SoftmaxForm.Probabilities)
            {
                T* e = scratch == null ? to : scratch;
                nint eStride = scratch == null ? toStride : columns;
                Exponentials(x, stride, e, eStride, columns, shifts, sums, isOrdinary);
                Elementwise.Map<T, InverseOrZero<T>>(numbers, numbers, default);
                ColumnPasses.Map<T, TimesFirst<T>>(e, eStride, e, eStride, to, toStride, length, columns, sums, sums, default);
                return;
            }

            Exponentials(x, stride, dropped, 0, columns, shifts, sums, isOrdinary);
            if (form == SoftmaxForm.LogOfSum)
            {
                Elementwise.Map<T, LogarithmOf<T>>(numbers, numbers, default);
                for (int column = 0; column < columns; column++) to[column] = LogOfSum(x + column, stride, shifts[column] + sums[column]);
                return;
            }

            Elementwise.Map<T, LogOrZero<T>>(numbers, numbers, default);
            if (temperature == T.One) ColumnPasses.Map<T, LessBoth<T>>(x, stride, x, stride, to, toStride, length, columns, shifts, sums, default);
            else ColumnPasses.Map(x, stride, x, stride, to, toStride, length, columns, shifts, sums, new LessFirstOverLessSecond<T>(temperature));
        }

        private void Exponentials(T* x, nint stride, T* e, nint eStride, int columns, T* shifts, T* sums, bool isOrdinary)
        {
            if (temperature != T.One)
                ColumnPasses.MapAndSum(x, stride, e, eStride, length, columns, shifts, sums, new ExpOfDifferenceOver<T>(temperature));
            else if (isOrdinary)
                ColumnPasses.MapAndSum<T, ExpOfOrdinaryDifference<T>>(x, stride, e, eStride, length, columns, shifts, sums, default);
            else
                ColumnPasses.MapAndSum<T, ExpOfDifferenceFrom<T>>(x, stride, e, eStride, length, columns, shifts, sums, default);
        }

        /// <summary>Where the largest element is +∞ the sum is NaN, and the answer +∞ but for a NaN in the column.</summary>
        private T LogOfSum(T* x, nint stride, T result)
        {
            if (!T.IsNaN(result)) return result;
            result = *x;
            for (int i = 1; i < length; i++) result = T.Max(result, x[i * stride]);
            return result;
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
        public void Invoke(T* y, T* g, nint stride, T* to, nint toStride, int columns, T* scratch)
        {
            T* sums = stackalloc T[2 * ColumnDriver.MostColumns], largest = sums + ColumnDriver.MostColumns;
            if (form == SoftmaxGradientForm.Probabilities)
            {
                ColumnPasses.Fold<T, DotFold<T>>(y, g, stride, length, columns, sums);
                Map(y, g, stride, to, toStride, columns, sums, sums, default(Centered<T>));
                return;
            }

            // A first look finds whether all exponentials are ordinary.
            ColumnPasses.Fold<T, QuickMinFold<T>>(y, y, stride, length, columns, largest);
            T least = Reduce.Fold<T, QuickMinFold<T>>(new(largest, columns), default);
            ColumnPasses.Fold<T, SumFold<T>>(g, g, stride, length, columns, sums);
            if (VectorMath.IsOrdinaryForExp<Simd128<T>, T>(Simd128<T>.Create(least)))
            {
                Map(y, g, stride, to, toStride, columns, sums, sums, default(OrdinaryLessShare<T>));
                return;
            }

            ColumnPasses.Fold<T, MaxFold<T>>(y, y, stride, length, columns, largest);
            Map(y, g, stride, to, toStride, columns, sums, largest, default(LessShareUnlessWeightless<T>));
        }

        private void Map<TMap>(T* y, T* g, nint stride, T* to, nint toStride, int columns, T* first, T* second, TMap map)
            where TMap : struct, IRowMap<T>
        {
            if (temperature == T.One) ColumnPasses.Map(y, stride, g, stride, to, toStride, length, columns, first, second, map);
            else ColumnPasses.Map(y, stride, g, stride, to, toStride, length, columns, first, second, new Over<T, TMap>(map, temperature));
        }
    }
}
