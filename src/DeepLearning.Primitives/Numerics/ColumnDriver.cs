using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Work on whole columns of up to two inputs, both with the same stride.</summary>
internal unsafe interface IColumnKernel<T>
    where T : unmanaged
{
    /// <summary>
    /// <paramref name="to"/> may be <paramref name="a"/>. The scratch memory has room for all elements of the columns; it is
    /// null where they are too many, or where <paramref name="to"/> does as well.
    /// </summary>
    void Invoke(T* a, T* b, nint stride, T* to, nint toStride, int columns, T* scratch);
}

/// <summary>
/// Splits the columns of [outer, length, inner] into strips as wide as a vector of 512 bits, and these over threads. Where
/// the inner length leaves less than a strip, such columns of several outer indices are gathered in one.
/// </summary>
internal static unsafe class ColumnDriver
{
    /// <summary>Bytes of columns that go through all passes at once, unless a single strip has more.</summary>
    private const int TileBytes = 1 << 14;

    /// <summary>The most columns at once: their numbers stand on the stack.</summary>
    public const int MostColumns = 512;

    /// <summary>Elements a thread takes at a time, at the least: below twice this nothing leaves the calling thread.</summary>
    private const int Grain = 1 << 15;

    /// <summary>b is empty where the kernel has one input. The destination has <paramref name="resultLength"/> elements to a column.</summary>
    public static void Run<T, TKernel>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, int outer, int length, int inner, Span<T> destination, int resultLength, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IColumnKernel<T>
    {
        if (a.IsEmpty) return;
        fixed (T* pa = a, pb = b, to = destination)
        {
            Strips<T, TKernel> strips = new(kernel, pa, pb, to, outer, length, resultLength, inner);
            if (a.Length < 2 * Grain || !Parallelism.IsWorthwhile) strips.Invoke(0, strips.Count);
            else Parallelism.For(strips.Count, Math.Max(1, Grain / (length * Simd512<T>.Count)), strips);
        }
    }

    private readonly struct Strips<T, TKernel>(TKernel kernel, T* a, T* b, T* to, int outer, int length, int resultLength, int inner) : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IColumnKernel<T>
    {
        private readonly int _full = inner / Simd512<T>.Count, _rest = inner % Simd512<T>.Count;

        public int Count => (outer * _full) + (_rest == 0 ? 0 : ((outer - 1) / OuterPerStrip) + 1);

        private int OuterPerStrip => Simd512<T>.Count / _rest;

        public void Invoke(int start, int end)
        {
            int full = Math.Min(end, outer * _full);
            if (start < full) Full(start, full);
            if (end > full) Gathered(Math.Max(start, full) - (outer * _full), end - (outer * _full));
        }

        /// <summary>Strips that lie in the tensor as a kernel wants them.</summary>
        [SkipLocalsInit]
        private void Full(int start, int end)
        {
            int width = Simd512<T>.Count, tile = TileBytes / sizeof(T), most = Math.Clamp(tile / width / length, 1, MostColumns / width);
            T* room = stackalloc T[tile + width], scratch = (long)length * width <= tile ? RowPasses.Aligned(room) : null;
            for (int count; start < end; start += count)
            {
                int first = start % _full;
                count = Math.Min(Math.Min(most, end - start), _full - first);
                nint at = (nint)(start / _full) * inner, column = first * width;
                nint from = (at * length) + column;
                kernel.Invoke(a + from, b + from, inner, to + (at * resultLength) + column, inner, count * width, scratch);
            }
        }

        [SkipLocalsInit]
        private void Gathered(int start, int end)
        {
            int width = Simd512<T>.Count, perStrip = OuterPerStrip, size = length * width;
            bool isShort = size <= TileBytes / sizeof(T);
            T* room = stackalloc T[isShort ? (2 * size) + width : 1];
            using Rented<T> rented = new(isShort ? 0 : (2 * size) + width);
            fixed (T* more = rented.Span)
            {
                T* tileA = RowPasses.Aligned(isShort ? room : more), tileB = tileA + size;
                // Columns that a strip lacks hold what no processor is slow with.
                if (perStrip * _rest < width || outer < perStrip) new Span<T>(tileA, 2 * size).Clear();
                for (int strip = start; strip < end; strip++)
                {
                    int first = strip * perStrip, count = Math.Min(perStrip, outer - first);
                    Gather(a, first, count, tileA);
                    if (b != null) Gather(b, first, count, tileB);
                    kernel.Invoke(tileA, tileB, width, tileA, width, width, null);
                    for (int i = 0; i < count; i++)
                        Blocks.Copy(tileA + (i * _rest), width, to + ((first + i) * (nint)resultLength * inner) + (inner - _rest), inner, resultLength, _rest);
                }
            }
        }

        private void Gather(T* from, int first, int count, T* tile)
        {
            for (int i = 0; i < count; i++)
                Blocks.Copy(from + ((first + i) * (nint)length * inner) + (inner - _rest), inner, tile + (i * _rest), Simd512<T>.Count, length, _rest);
        }
    }
}
