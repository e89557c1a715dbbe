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

    /// <summary>True for a map so long that the JIT compiler does not inline all of it twice.</summary>
    static virtual bool IsLong => false;

    /// <summary>True for a map of a few instructions, which takes no longer than memory does.</summary>
    static virtual bool IsLight => false;

    /// <summary>True for a map of floats that is computed in doubles: it takes one vector of doubles at a time.</summary>
    static virtual bool IsInDouble => false;

    void Invoke<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
        where TVector : struct, ISimd<TVector, T>;
}

/// <summary>
/// The one driver of every elementwise kernel: picks the widest vector the processor accelerates, runs the tail
/// through the same code, and splits long spans over threads. Arguments are checked by the callers.
/// </summary>
internal static unsafe partial class Elementwise
{
    /// <summary>Elements a thread takes at a time: below twice this, starting a thread costs more than it saves.</summary>
    public const int Grain = 1 << 15;

    /// <summary>Vectors from which on the loop starts at an aligned place.</summary>
    private const int AlignFrom = 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<T, TMap>(ReadOnlySpan<T> x, Span<T> destination, TMap map)
        where T : unmanaged
        where TMap : struct, IMap1<T>
    {
        ref T a = ref destination[0..x.Length].Reference(), b = ref x.Reference();
        Run(new Streams1<T, TMap>(map), ref a, ref b, ref b, ref b, x.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<T, TMap>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination, TMap map)
        where T : unmanaged
        where TMap : struct, IMap2<T>
    {
        ref T a = ref destination[0..x.Length].Reference(), b = ref x.Reference(), c = ref y[0..x.Length].Reference();
        Run(new Streams2<T, TMap>(map), ref a, ref b, ref c, ref c, x.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<T, TMap>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z, Span<T> destination, TMap map)
        where T : unmanaged
        where TMap : struct, IMap3<T>
    {
        ref T a = ref destination[0..x.Length].Reference(), b = ref x.Reference();
        ref T c = ref y[0..x.Length].Reference(), d = ref z[0..x.Length].Reference();
        Run(new Streams3<T, TMap>(map), ref a, ref b, ref c, ref d, x.Length);
    }

    /// <summary>Runs a map with several outputs; all spans have one length. Those that are parts of long ones are far.</summary>
    public static void Update<T, TMap>(Span<T> a, Span<T> b, Span<T> c, ReadOnlySpan<T> d, TMap map, bool areFar = false)
        where T : unmanaged
        where TMap : struct, IStreamMap<T> =>
        Run(map, ref a.Reference(), ref b.Reference(), ref c.Reference(), ref d.Reference(), a.Length, areFar ? Distance.Far : Distance.Near);

    /// <summary>Few elements take the shortest way: what many need would cost more than their computation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T, TMap>(TMap map, ref T a, ref T b, ref T c, ref T d, int length, Distance distance = Distance.Near)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
    {
        // Asked once: the JIT inlines only so much into a short method.
        bool isLight = IsLight<T, TMap>();
        if (length < Simd128<T>.Count)
            Each(in map, ref a, ref b, ref c, ref d, length);
        else if (Vector512.IsHardwareAccelerated && IsFew(length, Simd512<T>.Count, isLight))
            Several<T, TMap, Simd512<T>>(in map, ref a, ref b, ref c, ref d, (nuint)length, isLight);
        else if (!Vector512.IsHardwareAccelerated && Vector256.IsHardwareAccelerated && IsFew(length, Simd256<T>.Count, isLight))
            Several<T, TMap, Simd256<T>>(in map, ref a, ref b, ref c, ref d, (nuint)length, isLight);
        else if (Vector256.IsHardwareAccelerated && length < Simd512<T>.Count)
            Less(in map, ref a, ref b, ref c, ref d, length);
        else
            Many(map, ref a, ref b, ref c, ref d, length, distance);
    }

    /// <summary>At least one vector, and fewer than those from which on alignment pays. The light loop aligns by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsFew(int length, int vectorLength, bool isLight) =>
        (uint)(length - vectorLength) < (uint)(isLight ? FarFrom - vectorLength : AlignFrom * vectorLength);

    /// <summary>At least one vector, and few. Of a light map's time, the way to one or two is most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Several<T, TMap, TVector>(in TMap map, ref T a, ref T b, ref T c, ref T d, nuint length, bool isLight)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        if (!isLight) Body<T, TMap, TVector>(in map, ref a, ref b, ref c, ref d, length);
        else if (length <= 2 * (nuint)TVector.Count) OneOrTwo<T, TMap, TVector>(in map, ref a, ref b, ref c, ref d, length);
        else Light<T, TMap, TVector, No, No>(in map, ref a, ref b, ref c, ref d, length);
    }

    /// <summary>Fewer elements than any vector holds, perhaps none: scalars above all, of which a tape may see many.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Each<T, TMap>(in TMap map, ref T a, ref T b, ref T c, ref T d, int length)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
    {
        for (int i = 0; i < length; i++)
        {
            Simd128<T> va = default, vb = default, vc = default, vd = default;
            if ((TMap.Reads & 1) != 0) va = Simd128<T>.Create(Unsafe.Add(ref a, i));
            if ((TMap.Reads & 2) != 0) vb = Simd128<T>.Create(Unsafe.Add(ref b, i));
            if ((TMap.Reads & 4) != 0) vc = Simd128<T>.Create(Unsafe.Add(ref c, i));
            if ((TMap.Reads & 8) != 0) vd = Simd128<T>.Create(Unsafe.Add(ref d, i));
            map.Invoke(ref va, ref vb, ref vc, ref vd);
            if ((TMap.Writes & 1) != 0) Unsafe.Add(ref a, i) = va.First;
            if ((TMap.Writes & 2) != 0) Unsafe.Add(ref b, i) = vb.First;
            if ((TMap.Writes & 4) != 0) Unsafe.Add(ref c, i) = vc.First;
            if ((TMap.Writes & 8) != 0) Unsafe.Add(ref d, i) = vd.First;
        }
    }

    /// <summary>At least 128 bits, and less than the widest vector, which has more of them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Less<T, TMap>(in TMap map, ref T a, ref T b, ref T c, ref T d, int length)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
    {
        if (length >= Simd256<T>.Count)
            Ends<T, TMap, Simd256<T>>(in map, ref a, ref b, ref c, ref d, (nuint)length);
        else
            Ends<T, TMap, Simd128<T>>(in map, ref a, ref b, ref c, ref d, (nuint)length);
    }

    /// <summary>One or two vectors; with light maps, a call would take longer than all the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ends<T, TMap, TVector>(in TMap map, ref T a, ref T b, ref T c, ref T d, nuint length)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        if (!IsLight<T, TMap>())
        {
            Body<T, TMap, TVector>(in map, ref a, ref b, ref c, ref d, length);
            return;
        }

        nuint last = length - (nuint)TVector.Count;
        Store(At<T, TMap, TVector>(in map, ref b, ref c, ref d, 0), At<T, TMap, TVector>(in map, ref b, ref c, ref d, last), ref a, 0, last);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Many<T, TMap>(TMap map, ref T a, ref T b, ref T c, ref T d, int length, Distance distance)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
    {
        fixed (T* pa = &a, pb = &b, pc = &c, pd = &d)
        {
            if (distance == Distance.Near) distance = DistanceOf<T, TMap>(pa, pb, pc, pd, length);
            if (length < 2 * Grain || !Parallelism.IsWorthwhile)
                Serial(map, pa, pb, pc, pd, length, distance);
            else
                Parallelism.For(length, Grain, new Slices<T, TMap>(map, pa, pb, pc, pd, distance));
        }
    }

    private static void Serial<T, TMap>(TMap map, T* a, T* b, T* c, T* d, int length, Distance distance)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
    {
        if (Vector512.IsHardwareAccelerated && length >= Simd512<T>.Count)
            Loop<T, TMap, Simd512<T>>(map, a, b, c, d, length, distance);
        else if (!Vector512.IsHardwareAccelerated && Vector256.IsHardwareAccelerated && length >= Simd256<T>.Count)
            Loop<T, TMap, Simd256<T>>(map, a, b, c, d, length, distance);
        else if (!Vector256.IsHardwareAccelerated && length >= Simd128<T>.Count)
            Loop<T, TMap, Simd128<T>>(map, a, b, c, d, length, distance);
        else if (length >= Simd128<T>.Count)
            Less(in map, ref *a, ref *b, ref *c, ref *d, length);
        else
            Each(in map, ref *a, ref *b, ref *c, ref *d, length);
    }

    /// <summary>Elements before the first aligned one, where it pays to start there: no store straddles two cache lines then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int HeadOf<T, TVector>(T* a, int length)
        where T : unmanaged
        where TVector : unmanaged, ISimd<TVector, T> =>
        length < (AlignFrom + 2) * TVector.Count ? 0 : (int)((0 - (nuint)a) % (nuint)sizeof(TVector) / (nuint)sizeof(T));

    /// <summary>At least one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Loop<T, TMap, TVector>(TMap map, T* a, T* b, T* c, T* d, int length, Distance distance)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        int head = IsLight<T, TMap>() ? 0 : HeadOf<T, TVector>(a, length);
        if (head == 0)
            Body<T, TMap, TVector>(in map, ref *a, ref *b, ref *c, ref *d, (nuint)length, distance);
        else
            Aligned<T, TMap, TVector>(map, a, b, c, d, head, length, distance);
    }

    /// <summary>The first pair of vectors overlaps the next one: it is read before anything is written, and written at the end.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Aligned<T, TMap, TVector>(TMap map, T* a, T* b, T* c, T* d, int head, int length, Distance distance)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        Unsafe.SkipInit(out Pairs<TVector> first);
        first.Load<T, TMap>(a, b, c, d);
        Body<T, TMap, TVector>(in map, ref a[head], ref b[head], ref c[head], ref d[head], (nuint)(length - head), distance);
        T* fa = (T*)&first.A, fb = (T*)&first.B, fc = (T*)&first.C, fd = (T*)&first.D;
        Body<T, TMap, TVector>(in map, ref *fa, ref *fb, ref *fc, ref *fd, 2 * (nuint)TVector.Count);
        first.Store<T, TMap>(ref *a, ref *b, ref *c, ref *d);
    }

    private readonly struct Slices<T, TMap>(TMap map, T* a, T* b, T* c, T* d, Distance distance) : IParallelBody
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
    {
        public void Invoke(int start, int end) => Serial(map, a + start, b + start, c + start, d + start, end - start, distance);
    }
}
