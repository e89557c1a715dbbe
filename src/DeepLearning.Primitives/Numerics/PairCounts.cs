using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Counts of pairs of indices.</summary>
internal static class PairCounts
{
    /// <summary>Adds 1 to <c>counts[first · width + second]</c> for each pair; the indices are known to be in range.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<int> first, ReadOnlySpan<int> second, int width, Span<long> counts)
    {
        ref int a = ref first.Reference(), b = ref second.Reference();
        ref long cells = ref counts.Reference();
        nint i = 0, length = first.Length;
        // The addresses of four pairs at once, so that an addition that waits for its neighbour's store holds up nothing else.
        for (; i <= length - 4; i += 4)
        {
            nint p = (nint)((Unsafe.Add(ref a, i) * width) + Unsafe.Add(ref b, i));
            nint q = (nint)((Unsafe.Add(ref a, i + 1) * width) + Unsafe.Add(ref b, i + 1));
            nint r = (nint)((Unsafe.Add(ref a, i + 2) * width) + Unsafe.Add(ref b, i + 2));
            nint s = (nint)((Unsafe.Add(ref a, i + 3) * width) + Unsafe.Add(ref b, i + 3));
            Unsafe.Add(ref cells, p)++;
            Unsafe.Add(ref cells, q)++;
            Unsafe.Add(ref cells, r)++;
            Unsafe.Add(ref cells, s)++;
        }

        for (; i < length; i++) Unsafe.Add(ref cells, (nint)((Unsafe.Add(ref a, i) * width) + Unsafe.Add(ref b, i)))++;
    }
}
