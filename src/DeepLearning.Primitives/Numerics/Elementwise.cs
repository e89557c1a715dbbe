using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>
/// A map over up to four streams of equal length, element by element. Bit i of <see cref="Reads"/> and
/// <see cref="Writes"/> says what happens to stream i.
/// </summary>
internal interface IStreamMap<T>
    where T : unmanaged
{
    static abstract int Reads { get; }

    static abstract int Writes { get; }

    void Invoke<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
        where TVector : struct, ISimd<TVector, T>;
}

/// <summary>
/// The one driver of every elementwise kernel: picks the widest vector the processor accelerates, runs the tail
/// through the same code, and splits long spans over threads. Arguments are checked by the callers.
/// </summary>
internal static unsafe class Elementwise
{
    /// <summary>Elements a thread takes at a time: below twice this, starting a thread costs more than it saves.</summary>
    private const int Grain = 1 << 15;

    public static void Map<T, TMap>(ReadOnlySpan<T> x, Span<T> destination, TMap map)
        where T : unmanaged
        where TMap : struct, IMap1<T>
    {
        ref T a = ref destination[0..x.Length].Reference(), b = ref x.Reference();
        Run(new Streams1<T, TMap>(map), ref a, ref b, ref b, ref b, x.Length);
    }

    public static void Map<T, TMap>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination, TMap map)
        where T : unmanaged
        where TMap : struct, IMap2<T>
    {
        ref T a = ref destination[0..x.Length].Reference(), b = ref x.Reference(), c = ref y[0..x.Length].Reference();
        Run(new Streams2<T, TMap>(map), ref a, ref b, ref c, ref c, x.Length);
    }

    public static void Map<T, TMap>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z, Span<T> destination, TMap map)
        where T : unmanaged
        where TMap : struct, IMap3<T>
    {
        ref T a = ref destination[0..x.Length].Reference(), b = ref x.Reference();
        ref T c = ref y[0..x.Length].Reference(), d = ref z[0..x.Length].Reference();
        Run(new Streams3<T, TMap>(map), ref a, ref b, ref c, ref d, x.Length);
    }

    /// <summary>Runs a map with several outputs; all spans have one length.</summary>
    public static void Update<T, TMap>(Span<T> a, Span<T> b, Span<T> c, ReadOnlySpan<T> d, TMap map)
        where T : unmanaged
        where TMap : struct, IStreamMap<T> =>
        Run(map, ref a.Reference(), ref b.Reference(), ref c.Reference(), ref d.Reference(), a.Length);

    private static void Run<T, TMap>(TMap map, ref T a, ref T b, ref T c, ref T d, int length)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
    {
        if (length < 2 * Grain || !Parallelism.IsWorthwhile)
        {
            Serial(map, ref a, ref b, ref c, ref d, length);
            return;
        }

        fixed (T* pa = &a, pb = &b, pc = &c, pd = &d)
            Parallelism.For(length, Grain, new Slices<T, TMap>(map, pa, pb, pc, pd));
    }

    private static void Serial<T, TMap>(TMap map, ref T a, ref T b, ref T c, ref T d, int length)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
    {
        if (Vector512.IsHardwareAccelerated && length >= Simd512<T>.Count)
            Loop<T, TMap, Simd512<T>>(map, ref a, ref b, ref c, ref d, length);
        else if (Vector256.IsHardwareAccelerated && length >= Simd256<T>.Count)
            Loop<T, TMap, Simd256<T>>(map, ref a, ref b, ref c, ref d, length);
        else if (length >= Simd128<T>.Count)
            Loop<T, TMap, Simd128<T>>(map, ref a, ref b, ref c, ref d, length);
        else if (length > 0)
            Short(map, ref a, ref b, ref c, ref d, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Loop<T, TMap, TVector>(TMap map, ref T a, ref T b, ref T c, ref T d, int length)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : struct, ISimd<TVector, T>
    {
        nuint step = (nuint)TVector.Count, last = (nuint)length - step, i = 0;
        // The last vector overlaps the one before it. Its inputs are read before anything is written, since a
        // destination may be one of the inputs.
        TVector lastA = default, lastB = default, lastC = default, lastD = default;
        if ((TMap.Reads & 1) != 0) lastA = TVector.Load(ref a, last);
        if ((TMap.Reads & 2) != 0) lastB = TVector.Load(ref b, last);
        if ((TMap.Reads & 4) != 0) lastC = TVector.Load(ref c, last);
        if ((TMap.Reads & 8) != 0) lastD = TVector.Load(ref d, last);
        while (true)
        {
            TVector va = default, vb = default, vc = default, vd = default;
            if (i < last)
            {
                if ((TMap.Reads & 1) != 0) va = TVector.Load(ref a, i);
                if ((TMap.Reads & 2) != 0) vb = TVector.Load(ref b, i);
                if ((TMap.Reads & 4) != 0) vc = TVector.Load(ref c, i);
                if ((TMap.Reads & 8) != 0) vd = TVector.Load(ref d, i);
            }
            else
            {
                i = last;
                va = lastA;
                vb = lastB;
                vc = lastC;
                vd = lastD;
            }

            map.Invoke(ref va, ref vb, ref vc, ref vd);
            if ((TMap.Writes & 1) != 0) va.Store(ref a, i);
            if ((TMap.Writes & 2) != 0) vb.Store(ref b, i);
            if ((TMap.Writes & 4) != 0) vc.Store(ref c, i);
            if ((TMap.Writes & 8) != 0) vd.Store(ref d, i);
            if (i == last) return;
            i += step;
        }
    }

    /// <summary>Fewer elements than the narrowest vector holds: one padded vector, the same operations.</summary>
    private static void Short<T, TMap>(TMap map, ref T a, ref T b, ref T c, ref T d, int length)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
    {
        int count = Simd128<T>.Count;
        T* buffer = stackalloc T[4 * count];
        for (int i = 0; i < 4 * count; i++) buffer[i] = default;
        for (int i = 0; i < length; i++)
        {
            if ((TMap.Reads & 1) != 0) buffer[i] = Unsafe.Add(ref a, i);
            if ((TMap.Reads & 2) != 0) buffer[count + i] = Unsafe.Add(ref b, i);
            if ((TMap.Reads & 4) != 0) buffer[(2 * count) + i] = Unsafe.Add(ref c, i);
            if ((TMap.Reads & 8) != 0) buffer[(3 * count) + i] = Unsafe.Add(ref d, i);
        }

        Loop<T, TMap, Simd128<T>>(map, ref buffer[0], ref buffer[count], ref buffer[2 * count], ref buffer[3 * count], count);
        for (int i = 0; i < length; i++)
        {
            if ((TMap.Writes & 1) != 0) Unsafe.Add(ref a, i) = buffer[i];
            if ((TMap.Writes & 2) != 0) Unsafe.Add(ref b, i) = buffer[count + i];
            if ((TMap.Writes & 4) != 0) Unsafe.Add(ref c, i) = buffer[(2 * count) + i];
            if ((TMap.Writes & 8) != 0) Unsafe.Add(ref d, i) = buffer[(3 * count) + i];
        }
    }

    private readonly struct Slices<T, TMap>(TMap map, T* a, T* b, T* c, T* d) : IParallelBody
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
    {
        public void Invoke(int start, int end) => Serial(map, ref a[start], ref b[start], ref c[start], ref d[start], end - start);
    }

    private readonly struct Streams1<T, TMap>(TMap map) : IStreamMap<T>
        where T : unmanaged
        where TMap : struct, IMap1<T>
    {
        public static int Reads => 0b0010;

        public static int Writes => 0b0001;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TVector : struct, ISimd<TVector, T> => a = map.Invoke(b);
    }

    private readonly struct Streams2<T, TMap>(TMap map) : IStreamMap<T>
        where T : unmanaged
        where TMap : struct, IMap2<T>
    {
        public static int Reads => 0b0110;

        public static int Writes => 0b0001;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TVector : struct, ISimd<TVector, T> => a = map.Invoke(b, c);
    }

    private readonly struct Streams3<T, TMap>(TMap map) : IStreamMap<T>
        where T : unmanaged
        where TMap : struct, IMap3<T>
    {
        public static int Reads => 0b1110;

        public static int Writes => 0b0001;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TVector : struct, ISimd<TVector, T> => a = map.Invoke(b, c, d);
    }
}
