using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Work on columns that lie in a tile: element i of column c of either input at <c>i · columns + c</c>.</summary>
internal unsafe interface IColumnKernel<T>
    where T : unmanaged
{
    /// <summary>The inputs may be overwritten, and <paramref name="to"/> may be <paramref name="a"/>.</summary>
    void Invoke(T* a, T* b, int columns, T* to, nint toStride);

    /// <summary>The same for a single column, whose elements lie side by side; the result takes the place of <paramref name="a"/>.</summary>
    void Row(T* a, T* b);
}

/// <summary>
/// Splits the columns of [outer, length, inner] into strips as wide as a vector of 512 bits, and these over threads. Where
/// the inner length leaves less than a strip, such columns of several outer indices are gathered in one. The inputs are
/// copied into tiles first: elements that lie a power of two apart would drive each other out of the caches.
/// </summary>
internal static unsafe class ColumnDriver
{
    /// <summary>Bytes of a tile that stays in the first cache, and of one that stays in the second.</summary>
    private const int SmallTile = 1 << 15, LargeTile = 1 << 18;

    /// <summary>Elements of the longest tile that holds fewer columns than a vector has elements.</summary>
    private const int LongestPartTile = 1 << 20;

    /// <summary>The most columns at once: their numbers stand on the stack.</summary>
    public const int MostColumns = 512;

    /// <summary>The most columns at once that are too long for a small tile: enough for a row of it to be worth going to another page.</summary>
    private const int MostLongColumns = 64;

    /// <summary>b is empty where the kernel has one input. The destination has <paramref name="resultLength"/> elements to a column.</summary>
    public static void Run<T, TKernel>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, int outer, int length, int inner, Span<T> destination, int resultLength, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IColumnKernel<T>
    {
        if (a.IsEmpty) return;
        fixed (T* pa = a, pb = b, to = destination)
        {
            if (inner < Simd512<T>.Count && length > LongestPartTile / Simd512<T>.Count)
            {
                Parallelism.For(outer * inner, 1, new Singles<T, TKernel>(kernel, pa, pb, to, length, resultLength, inner));
                return;
            }

            Strips<T, TKernel> strips = new(kernel, pa, pb, to, outer, length, resultLength, inner);
            if (a.Length < 2 * Elementwise.Grain || !Parallelism.IsWorthwhile) strips.Invoke(0, strips.Count);
            else Parallelism.For(strips.Count, Math.Max(1, Elementwise.Grain / (length * Simd512<T>.Count)), strips);
        }
    }

    private readonly struct Strips<T, TKernel>(TKernel kernel, T* a, T* b, T* to, int outer, int length, int resultLength, int inner) : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IColumnKernel<T>
    {
        private readonly int _full = inner / Simd512<T>.Count, _rest = inner % Simd512<T>.Count;

        public int Count => (outer * _full) + (_rest == 0 ? 0 : ((outer - 1) / OuterPerStrip) + 1);

        private int OuterPerStrip => Simd512<T>.Count / _rest;

        [SkipLocalsInit]
        public void Invoke(int start, int end)
        {
            int inputs = b == null ? 1 : 2, small = SmallTile / sizeof(T) / inputs, width = Simd512<T>.Count;
            int most = length > small / width ? Math.Min(LargeTile / sizeof(T) / length, MostLongColumns) : Math.Min(small / length, MostColumns);
            most = Math.Max(most / width, 1);
            int size = most * width * length, room = checked((inputs * size) + width);
            T* stack = stackalloc T[size <= small ? room : 1];
            using Rented<T> rented = new(size <= small ? 0 : room);
            fixed (T* pool = rented.Span)
            {
                T* tile = RowPasses.Aligned(size <= small ? stack : pool);
                int full = Math.Min(end, outer * _full);
                if (start < full) Full(start, full, most, tile, tile + size);
                if (end > full) Gathered(Math.Max(start, full) - (outer * _full), end - (outer * _full), tile, tile + size);
            }
        }

        /// <summary>Several strips that lie beside each other.</summary>
        private void Full(int start, int end, int most, T* tileA, T* tileB)
        {
            for (int count; start < end; start += count)
            {
                int first = start % _full;
                count = Math.Min(Math.Min(most, end - start), _full - first);
                nint at = (nint)(start / _full) * inner;
                int column = first * Simd512<T>.Count, columns = count * Simd512<T>.Count;
                Blocks.Copy(a + (at * length) + column, inner, tileA, columns, length, columns);
                if (b != null) Blocks.Copy(b + (at * length) + column, inner, tileB, columns, length, columns);
                kernel.Invoke(tileA, tileB, columns, to + (at * resultLength) + column, inner);
            }
        }

        private void Gathered(int start, int end, T* tileA, T* tileB)
        {
            int width = Simd512<T>.Count, perStrip = OuterPerStrip;
            // Columns that a strip lacks hold what no processor is slow with.
            if (perStrip * _rest < width || outer < perStrip) new Span<T>(tileA, (b == null ? 1 : 2) * length * width).Clear();
            for (int strip = start; strip < end; strip++)
            {
                int first = strip * perStrip, count = Math.Min(perStrip, outer - first);
                Gather(a, first, count, tileA);
                if (b != null) Gather(b, first, count, tileB);
                kernel.Invoke(tileA, tileB, width, tileA, width);
                for (int i = 0; i < count; i++)
                    Blocks.Copy(tileA + (i * _rest), width, to + ((first + i) * (nint)resultLength * inner) + (inner - _rest), inner, resultLength, _rest);
            }
        }

        private void Gather(T* from, int first, int count, T* tile)
        {
            for (int i = 0; i < count; i++)
                Blocks.Copy(from + ((first + i) * (nint)length * inner) + (inner - _rest), inner, tile + (i * _rest), Simd512<T>.Count, length, _rest);
        }
    }

    /// <summary>Columns so long, and so few, that a tile would be mostly empty: one by one.</summary>
    private readonly struct Singles<T, TKernel>(TKernel kernel, T* a, T* b, T* to, int length, int resultLength, int inner) : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IColumnKernel<T>
    {
        public void Invoke(int start, int end)
        {
            using Rented<T> rentedA = new(length), rentedB = new(b == null ? 0 : length);
            fixed (T* rowA = rentedA.Span, rowB = rentedB.Span)
            {
                for (int i = start; i < end; i++)
                {
                    nint at = (nint)(i / inner) * inner, column = i % inner;
                    Blocks.Copy(a + (at * length) + column, inner, rowA, 1, length, 1);
                    if (b != null) Blocks.Copy(b + (at * length) + column, inner, rowB, 1, length, 1);
                    kernel.Row(rowA, rowB);
                    Blocks.Copy(rowA, 1, to + (at * resultLength) + column, inner, resultLength, 1);
                }
            }
        }
    }
}
