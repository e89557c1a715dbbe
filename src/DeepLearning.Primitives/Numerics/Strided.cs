using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// Elementwise maps over two tensors of which either may be broadcast: a stride of 0 repeats. The innermost run goes
/// through <see cref="Elementwise"/>, so each element has the same bits as without broadcasting.
/// </summary>
internal static unsafe class Strided
{
    /// <summary>Elements below which a second thread is not worth its start.</summary>
    private const int ParallelThreshold = 1 << 16;

    /// <summary>
    /// <c>destination = map(a, b)</c> over a row-major destination of these lengths (at most 8). Strides are in elements.
    /// </summary>
    public static void Map<T, TMap>(
        ReadOnlySpan<int> lengths,
        ReadOnlySpan<T> a,
        ReadOnlySpan<int> aStrides,
        ReadOnlySpan<T> b,
        ReadOnlySpan<int> bStrides,
        Span<T> destination,
        TMap map)
        where T : unmanaged
        where TMap : struct, IMap2<T>
    {
        if (destination.IsEmpty) return;
        Dimensions dimensions = Collapse(lengths, aStrides, bStrides);
        int inner = dimensions.Lengths[dimensions.Count - 1], outer = destination.Length / inner;
        fixed (T* pa = a, pb = b, pd = destination)
        {
            Runs<T, TMap> runs = new(dimensions, pa, pb, pd, map);
            if (destination.Length < ParallelThreshold || outer == 1) runs.Invoke(0, outer);
            else Parallelism.For(outer, Math.Max(1, (ParallelThreshold / 2) / inner), runs);
        }
    }

    /// <summary>Drops dimensions of length 1 and joins neighbours that are one run in both tensors.</summary>
    private static Dimensions Collapse(ReadOnlySpan<int> lengths, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
    {
        Dimensions d = default;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] == 1) continue;
            int last = d.Count - 1;
            bool joins = d.Count > 0
                && d.AStrides[last] == (long)aStrides[i] * lengths[i]
                && d.BStrides[last] == (long)bStrides[i] * lengths[i];
            if (!joins) last = d.Count++;
            d.Lengths[last] = joins ? d.Lengths[last] * lengths[i] : lengths[i];
            d.AStrides[last] = aStrides[i];
            d.BStrides[last] = bStrides[i];
        }

        if (d.Count == 0) d.Lengths[d.Count++] = 1;
        return d;
    }

    private struct Dimensions
    {
        public Eight Lengths;
        public Eight AStrides;
        public Eight BStrides;
        public int Count;
    }

    [InlineArray(8)]
    private struct Eight
    {
        private int _first;
    }

    private readonly struct Runs<T, TMap>(Dimensions dimensions, T* a, T* b, T* destination, TMap map) : IParallelBody
        where T : unmanaged
        where TMap : struct, IMap2<T>
    {
        public void Invoke(int start, int end)
        {
            int last = dimensions.Count - 1, inner = dimensions.Lengths[last];
            int aInner = dimensions.AStrides[last], bInner = dimensions.BStrides[last];
            for (int run = start; run < end; run++)
            {
                nint aOffset = 0, bOffset = 0;
                for (int i = last - 1, rest = run; i >= 0; rest /= dimensions.Lengths[i], i--)
                {
                    int index = rest % dimensions.Lengths[i];
                    aOffset += (nint)index * dimensions.AStrides[i];
                    bOffset += (nint)index * dimensions.BStrides[i];
                }

                Run(a + aOffset, aInner, b + bOffset, bInner, new Span<T>(destination + ((nint)run * inner), inner));
            }
        }

        private void Run(T* pa, int aStride, T* pb, int bStride, Span<T> result)
        {
            ReadOnlySpan<T> left = new(pa, aStride == 0 ? 1 : result.Length), right = new(pb, bStride == 0 ? 1 : result.Length);
            if (aStride != 0 && bStride != 0) Elementwise.Map(left, right, result, map);
            else if (aStride != 0) Elementwise.Map(left, result, new RightScalar<T, TMap>(map, *pb));
            else if (bStride != 0) Elementwise.Map(right, result, new LeftScalar<T, TMap>(map, *pa));
            else result.Fill(Single(map, *pa, *pb));
        }

        private static T Single(TMap map, T left, T right)
        {
            T result = default;
            Elementwise.Map(new ReadOnlySpan<T>(in left), new ReadOnlySpan<T>(in right), new Span<T>(ref result), map);
            return result;
        }
    }

    private readonly struct RightScalar<T, TMap>(TMap map, T right) : IMap1<T>
        where T : unmanaged
        where TMap : struct, IMap2<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => map.Invoke(a, TVector.Create(right));
    }

    private readonly struct LeftScalar<T, TMap>(TMap map, T left) : IMap1<T>
        where T : unmanaged
        where TMap : struct, IMap2<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => map.Invoke(TVector.Create(left), a);
    }
}
