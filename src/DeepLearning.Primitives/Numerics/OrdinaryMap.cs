using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>
/// The driver of maps that have a shorter form for ordinary inputs. The loop over them has no call in it, around which
/// constants would be saved and fetched again: what is not ordinary ends it, takes the general way, and begins it anew.
/// </summary>
internal static unsafe class OrdinaryMap
{
    /// <summary>Elements that go the general way once one of them has to.</summary>
    private const int Detour = 256;

    /// <summary>Bytes up to which all go the general way: eight vectors of 512 bits.</summary>
    private const int Few = 512;

    /// <summary><c>destination = map(x)</c>; the spans are of one length, and the same or apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<T, TMap>(ReadOnlySpan<T> x, Span<T> destination, TMap map)
        where T : unmanaged
        where TMap : struct, IOrdinaryMap1<T>
    {
        // Memory is what huge light maps wait for, which the other driver writes past the caches.
        if (!TMap.HasOrdinaryForm || x.Length <= Few / sizeof(T) || (TMap.IsLight && Elementwise.IsBeyond<T, Streams1<T, TMap>>(x.Length)))
            Elementwise.Map(x, destination, map);
        else
            Many(destination[..x.Length], x, x, x, new Streams1<T, TMap>(map));
    }

    /// <summary><c>destination = map(x, y)</c>; likewise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<T, TMap>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination, TMap map)
        where T : unmanaged
        where TMap : struct, IOrdinaryMap2<T>
    {
        if (!TMap.HasOrdinaryForm || x.Length <= Few / sizeof(T)) Elementwise.Map(x, y, destination, map);
        else Many(destination[..x.Length], x, y[..x.Length], x, new Streams2<T, TMap>(map));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Many<T, TMap>(Span<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c, ReadOnlySpan<T> d, TMap map)
        where T : unmanaged
        where TMap : struct, IOrdinaryStreamMap<T>
    {
        fixed (T* pa = &a.Reference(), pb = &b.Reference(), pc = &c.Reference(), pd = &d.Reference())
        {
            Slices<T, TMap> slices = new(map, pa, pb, pc, pd, Elementwise.DistanceOf<T, TMap>(pa, pb, pc, pd, a.Length));
            if (a.Length < 2 * Elementwise.Grain || !Parallelism.IsWorthwhile) slices.Invoke(0, a.Length);
            else Parallelism.For(a.Length, Elementwise.Grain, slices);
        }
    }

    private readonly struct Slices<T, TMap>(TMap map, T* pa, T* pb, T* pc, T* pd, Elementwise.Distance distance) : IParallelBody
        where T : unmanaged
        where TMap : struct, IOrdinaryStreamMap<T>
    {
        public void Invoke(int start, int end)
        {
            if (Vector512.IsHardwareAccelerated) Invoke<Simd512<T>>(start, end);
            else if (Vector256.IsHardwareAccelerated) Invoke<Simd256<T>>(start, end);
            else Invoke<Simd128<T>>(start, end);
        }

        [SkipLocalsInit]
        private void Invoke<TVector>(int start, int end)
            where TVector : unmanaged, ISimd<TVector, T>
        {
            T* a = pa + start, b = pb + start, c = pc + start, d = pd + start;
            int length = end - start, step = 2 * TVector.Count;
            if (length < step)
            {
                // A thread's last slice.
                Elementwise.Run(map, ref *a, ref *b, ref *c, ref *d, length, distance);
                return;
            }

            int i = Elementwise.HeadOf<T, TVector>(a, length), back = length - step, last = i + ((length - i) / step * step);
            bool hasHead = i > 0, hasTail = last < length;
            // What lies before and after whole steps is part of a pair that overlaps them: computed first, written last.
            Unsafe.SkipInit(out Elementwise.Pairs<TVector> head);
            Unsafe.SkipInit(out Elementwise.Pairs<TVector> tail);
            if (hasHead) Elementwise.Aside<T, TMap, TVector>(in map, ref *a, ref *b, ref *c, ref *d, ref head);
            if (hasTail) Elementwise.Aside<T, TMap, TVector>(in map, ref a[back], ref b[back], ref c[back], ref d[back], ref tail);
            while ((i = WhileOrdinary<TVector>(start + i, start + last) - start) < last)
            {
                int few = Math.Min(Detour, last - i);
                Elementwise.Run(map, ref a[i], ref b[i], ref c[i], ref d[i], few, distance);
                i += few;
            }

            if (hasHead) head.Store<T, TMap>(ref *a, ref *b, ref *c, ref *d);
            if (hasTail) tail.Store<T, TMap>(ref a[back], ref b[back], ref c[back], ref d[back]);
        }

        /// <summary>Whole vectors, two at a time, up to one that is not ordinary: its index is returned.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private int WhileOrdinary<TVector>(int start, int end)
            where TVector : unmanaged, ISimd<TVector, T>
        {
            if (start >= end) return start;
            // Copies, which no store can change.
            TMap f = map;
            bool fetches = distance != Elementwise.Distance.Near;
            ref T a = ref *pa, b = ref *pb, c = ref *pc, d = ref *pd;
            nuint i = (nuint)start, last = (nuint)end, one = (nuint)TVector.Count, step = 2 * one;
            do
            {
                TVector a0 = default, b0 = default, c0 = default, d0 = default, a1 = default, b1 = default, c1 = default, d1 = default;
                if ((TMap.Reads & 2) != 0) b0 = TVector.Load(ref b, i);
                if ((TMap.Reads & 4) != 0) c0 = TVector.Load(ref c, i);
                if ((TMap.Reads & 8) != 0) d0 = TVector.Load(ref d, i);
                if ((TMap.Reads & 2) != 0) b1 = TVector.Load(ref b, i + one);
                if ((TMap.Reads & 4) != 0) c1 = TVector.Load(ref c, i + one);
                if ((TMap.Reads & 8) != 0) d1 = TVector.Load(ref d, i + one);
                if (!f.AreOrdinary(b0, b1)) break;
                f.InvokeOrdinary(ref a1, ref b1, ref c1, ref d1);
                if ((TMap.Writes & 1) != 0) a1.Store(ref a, i + one);
                if ((TMap.Writes & 2) != 0) b1.Store(ref b, i + one);
                if ((TMap.Writes & 4) != 0) c1.Store(ref c, i + one);
                if ((TMap.Writes & 8) != 0) d1.Store(ref d, i + one);
                f.InvokeOrdinary(ref a0, ref b0, ref c0, ref d0);
                if ((TMap.Writes & 1) != 0) a0.Store(ref a, i);
                if ((TMap.Writes & 2) != 0) b0.Store(ref b, i);
                if ((TMap.Writes & 4) != 0) c0.Store(ref c, i);
                if ((TMap.Writes & 8) != 0) d0.Store(ref d, i);
                if (fetches) Elementwise.Fetch(ref a, ref b, i, (int)step * sizeof(T));
                i += step;
            }
            while (i < last);
            return (int)i;
        }
    }

    private readonly struct Streams1<T, TMap>(TMap map) : IOrdinaryStreamMap<T>
        where T : unmanaged
        where TMap : struct, IOrdinaryMap1<T>
    {
        public static int Reads => 0b0010;

        public static int Writes => 0b0001;

        public static bool IsLong => TMap.IsLong;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TVector : struct, ISimd<TVector, T> => a = map.Invoke(b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool AreOrdinary<TVector>(TVector b0, TVector b1)
            where TVector : struct, ISimd<TVector, T> => map.AreOrdinary(b0, b1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void InvokeOrdinary<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TVector : struct, ISimd<TVector, T> => a = map.InvokeOrdinary(b);
    }

    private readonly struct Streams2<T, TMap>(TMap map) : IOrdinaryStreamMap<T>
        where T : unmanaged
        where TMap : struct, IOrdinaryMap2<T>
    {
        public static int Reads => 0b0110;

        public static int Writes => 0b0001;

        public static bool IsLong => TMap.IsLong;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TVector : struct, ISimd<TVector, T> => a = map.Invoke(b, c);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool AreOrdinary<TVector>(TVector b0, TVector b1)
            where TVector : struct, ISimd<TVector, T> => map.AreOrdinary(b0, b1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void InvokeOrdinary<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TVector : struct, ISimd<TVector, T> => a = map.InvokeOrdinary(b, c);
    }
}
