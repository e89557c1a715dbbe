namespace DeepLearning.Primitives;

/// <summary>Work on whole rows. The spans hold the same rows of each stream; a stream of width 0 is empty.</summary>
internal interface IRowKernel<T, TOther>
{
    void Invoke(ReadOnlySpan<T> a, ReadOnlySpan<TOther> b, Span<T> c, Span<T> d);
}

/// <summary>Splits the rows of up to four streams over threads. A stream's rows are all its elements.</summary>
internal static unsafe class RowDriver
{
    /// <summary>Elements a thread takes at a time, at the least: below twice this nothing leaves the calling thread.</summary>
    private const int Grain = 1 << 15;

    public static void Run<T, TOther, TKernel>(
        int rows, ReadOnlySpan<T> a, ReadOnlySpan<TOther> b, Span<T> c, Span<T> d, TKernel kernel)
        where T : unmanaged
        where TOther : unmanaged
        where TKernel : struct, IRowKernel<T, TOther>
    {
        if (a.Length < 2 * Grain || !Parallelism.IsWorthwhile)
        {
            kernel.Invoke(a, b, c, d);
            return;
        }

        int grain = Math.Max(1, Grain / (a.Length / rows));
        fixed (T* pa = a, pc = c, pd = d)
        fixed (TOther* pb = b)
        {
            Slices<T, TOther, TKernel> slices = new(
                kernel, pa, pb, pc, pd, a.Length / rows, b.Length / rows, c.Length / rows, d.Length / rows);
            Parallelism.For(rows, grain, slices);
        }
    }

    private readonly struct Slices<T, TOther, TKernel>(
        TKernel kernel, T* a, TOther* b, T* c, T* d, int widthA, int widthB, int widthC, int widthD) : IParallelBody
        where T : unmanaged
        where TOther : unmanaged
        where TKernel : struct, IRowKernel<T, TOther>
    {
        public void Invoke(int start, int end)
        {
            int rows = end - start;
            kernel.Invoke(
                new ReadOnlySpan<T>(a + ((nint)start * widthA), rows * widthA),
                new ReadOnlySpan<TOther>(b + ((nint)start * widthB), rows * widthB),
                new Span<T>(c + ((nint)start * widthC), rows * widthC),
                new Span<T>(d + ((nint)start * widthD), rows * widthD));
        }
    }
}
