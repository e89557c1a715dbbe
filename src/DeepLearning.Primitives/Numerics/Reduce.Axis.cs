using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <content>
/// Reductions over the middle axis of [outer, length, inner]. With an inner length of 1 the axis is the row, and each
/// result has the bits of the row reduced alone; otherwise each column is a chain of its own, sixteen rows to a block
/// and the blocks joined as a binary tree.
/// </content>
internal static unsafe partial class Reduce
{
    private const int RowsPerBlock = 16;

    /// <summary>Vectors that go down the rows side by side.</summary>
    private const int VectorsPerStrip = 4;

    /// <summary>Elements a thread takes at a time, at the least.</summary>
    private const int AxisGrain = 1 << 16;

    /// <summary>[outer, length, inner] → [outer, inner]: sums, 0 where the length is 0.</summary>
    public static void SumAxis<T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FoldAxis<T, SumFold<T>>(x, outer, length, inner, destination);

    /// <summary>[outer, length, inner] → [outer, inner]: largest elements, NaN if any is NaN, −∞ where the length is 0.</summary>
    public static void MaxAxis<T>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FoldAxis<T, MaxFold<T>>(x, outer, length, inner, destination);

    private static void FoldAxis<T, TFold>(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
    {
        x = x[..checked(outer * length * inner)];
        destination = destination[..checked(outer * inner)];
        if (inner == 1 && length >= AxisGrain)
        {
            // Few long rows: each uses all threads in itself.
            for (int row = 0; row < outer; row++)
                destination[row] = Fold<T, TFold>(x.Slice(row * length, length), x.Slice(row * length, length));
            return;
        }

        int strip = inner == 1 ? 1 : Math.Min(inner, VectorsPerStrip * Vector512<T>.Count);
        int strips = inner == 0 ? 0 : ((inner - 1) / strip) + 1;
        int grain = Math.Max(1, AxisGrain / Math.Max(1, length * strip));
        fixed (T* px = x, pd = destination)
            Parallelism.For(outer * strips, grain, new Strips<T, TFold>(px, pd, length, inner, strip, strips));
    }

    /// <summary>Reduces columns [0, width) of [length, inner].</summary>
    private static void Columns<T, TFold, TVector>(T* x, T* destination, int length, int inner, int width)
        where T : unmanaged
        where TFold : struct, IFold<T>
        where TVector : struct, ISimd<TVector, T>
    {
        int step = TVector.Count, column = 0;
        for (; column <= width - (4 * step); column += 4 * step)
        {
            Four<TVector> results = Wide<T, TFold, TVector>(x + column, length, inner);
            results.A.Store(ref destination[column], 0);
            results.B.Store(ref destination[column], (nuint)step);
            results.C.Store(ref destination[column], (nuint)(2 * step));
            results.D.Store(ref destination[column], (nuint)(3 * step));
        }

        // The last vector overlaps the one before it: a column reduced twice has the same bits twice.
        for (; column < width; column += step)
        {
            int first = Math.Min(column, width - step);
            Narrow<T, TFold, TVector>(x + first, length, inner).Store(ref destination[first], 0);
        }
    }

    /// <summary>Rows joined pairwise as <see cref="Tree"/> joins blocks, four vectors side by side.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Four<TVector> Wide<T, TFold, TVector>(T* x, int length, int inner)
        where T : unmanaged
        where TFold : struct, IFold<T>
        where TVector : struct, ISimd<TVector, T>
    {
        if (length > RowsPerBlock)
        {
            int half = RowsPerBlock << BitOperations.Log2((uint)(length - 1) / RowsPerBlock);
            Four<TVector> top = Wide<T, TFold, TVector>(x, half, inner);
            Four<TVector> bottom = Wide<T, TFold, TVector>(x + ((nint)half * inner), length - half, inner);
            return new(
                TFold.Merge(top.A, bottom.A), TFold.Merge(top.B, bottom.B), TFold.Merge(top.C, bottom.C), TFold.Merge(top.D, bottom.D));
        }

        nuint step = (nuint)TVector.Count;
        TVector a = TFold.Identity, b = TFold.Identity, c = TFold.Identity, d = TFold.Identity;
        for (int row = 0; row < length; row++, x += inner)
        {
            a = TFold.Step(a, TVector.Load(ref *x, 0), default);
            b = TFold.Step(b, TVector.Load(ref *x, step), default);
            c = TFold.Step(c, TVector.Load(ref *x, 2 * step), default);
            d = TFold.Step(d, TVector.Load(ref *x, 3 * step), default);
        }

        return new(a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector Narrow<T, TFold, TVector>(T* x, int length, int inner)
        where T : unmanaged
        where TFold : struct, IFold<T>
        where TVector : struct, ISimd<TVector, T>
    {
        if (length > RowsPerBlock)
        {
            int half = RowsPerBlock << BitOperations.Log2((uint)(length - 1) / RowsPerBlock);
            return TFold.Merge(
                Narrow<T, TFold, TVector>(x, half, inner),
                Narrow<T, TFold, TVector>(x + ((nint)half * inner), length - half, inner));
        }

        TVector result = TFold.Identity;
        for (int row = 0; row < length; row++, x += inner) result = TFold.Step(result, TVector.Load(ref *x, 0), default);
        return result;
    }

    /// <summary>Fewer columns than the narrowest vector holds: the same operations on padded rows.</summary>
    private static Simd128<T> Thin<T, TFold>(T* x, int length, int inner)
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        if (length > RowsPerBlock)
        {
            int half = RowsPerBlock << BitOperations.Log2((uint)(length - 1) / RowsPerBlock);
            return TFold.Merge(Thin<T, TFold>(x, half, inner), Thin<T, TFold>(x + ((nint)half * inner), length - half, inner));
        }

        T* rows = stackalloc T[RowsPerBlock * Simd128<T>.Count];
        for (int row = 0; row < length; row++)
        {
            for (int column = 0; column < inner; column++) rows[(row * Simd128<T>.Count) + column] = *x++;
        }

        return Narrow<T, TFold, Simd128<T>>(rows, length, Simd128<T>.Count);
    }

    private readonly struct Four<TVector>(TVector a, TVector b, TVector c, TVector d)
    {
        public readonly TVector A = a, B = b, C = c, D = d;
    }

    /// <summary>Indices count strips of columns (or single rows), those of one outer index after those of the last.</summary>
    private readonly struct Strips<T, TFold>(T* x, T* destination, int length, int inner, int strip, int strips) : IParallelBody
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        public void Invoke(int start, int end)
        {
            for (int index = start; index < end; index++)
            {
                if (inner == 1)
                {
                    T* row = x + ((nint)index * length);
                    destination[index] = Across<T, TFold>(Tree<T, TFold>(ref *row, ref *row, length));
                    continue;
                }

                (int outer, int column) = (index / strips, index % strips * strip);
                T* from = x + ((nint)outer * length * inner) + column, to = destination + ((nint)outer * inner) + column;
                Strip(from, to, Math.Min(strip, inner - column));
            }
        }

        private void Strip(T* from, T* to, int width)
        {
            if (Vector512.IsHardwareAccelerated && width >= Simd512<T>.Count)
                Columns<T, TFold, Simd512<T>>(from, to, length, inner, width);
            else if (Vector256.IsHardwareAccelerated && width >= Simd256<T>.Count)
                Columns<T, TFold, Simd256<T>>(from, to, length, inner, width);
            else if (width >= Simd128<T>.Count)
                Columns<T, TFold, Simd128<T>>(from, to, length, inner, width);
            else
                Part(from, to, width);
        }

        /// <summary>The last few columns of wide rows, or all of thin ones.</summary>
        private void Part(T* from, T* to, int width)
        {
            if (inner >= Simd128<T>.Count)
            {
                int back = Simd128<T>.Count - width;
                Narrow<T, TFold, Simd128<T>>(from - back, length, inner).Store(ref to[-back], 0);
                return;
            }

            Simd128<T> results = Thin<T, TFold>(from, length, inner);
            Unsafe.CopyBlockUnaligned(to, &results, (uint)(width * sizeof(T)));
        }
    }
}
