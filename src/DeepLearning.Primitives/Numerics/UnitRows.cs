using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>
/// Rows of one stream: each begins with <paramref name="parts"/> parts of the common width (the gates of a recurrent unit),
/// and the next one begins <paramref name="stride"/> elements later; a stride of 0 repeats one row for all.
/// </summary>
internal readonly ref struct StreamRows<T>(Span<T> elements, int parts, int stride)
    where T : unmanaged
{
    public readonly Span<T> Elements = elements;
    public readonly int Parts = parts;
    public readonly int Stride = stride;
}

/// <summary>
/// A map over the units of a row, unit by unit, from and to up to eight streams. Bit i of <see cref="Writes"/> is set for
/// a stream that it writes. A unit's results depend on that unit alone.
/// </summary>
/// <remarks>
/// A kernel of many elementary functions goes over its row, which stays in the first cache, in up to three passes, told apart
/// by the type of TPass: the JIT compiler inlines only so much into one loop.
/// </remarks>
internal interface IUnitKernel<T>
    where T : unmanaged
{
    static abstract int Writes { get; }

    static virtual int Passes => 1;

    /// <summary>The units from <paramref name="at"/> on, as many as a vector holds.</summary>
    void Invoke<TVector, TPass>(in Units<T, TVector> row, nuint at)
        where TVector : struct, ISimd<TVector, T>
        where TPass : struct, ICount;
}

/// <summary>
/// One row of each stream. Part k of stream A is read by <c>A(k, at)</c> and written by <c>SetA(k, at, value)</c>.
/// </summary>
internal unsafe struct Units<T, TVector>(T** streams, int part)
    where T : unmanaged
    where TVector : struct, ISimd<TVector, T>
{
    public T* PointerA = streams[0], PointerB = streams[1], PointerC = streams[2], PointerD = streams[3];
    public T* PointerE = streams[4], PointerF = streams[5], PointerG = streams[6], PointerH = streams[7];

    /// <summary>Elements from part to part.</summary>
    public readonly nuint Part = (nuint)part;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector A(nuint part, nuint at) => TVector.Load(ref *PointerA, (part * Part) + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector B(nuint part, nuint at) => TVector.Load(ref *PointerB, (part * Part) + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector C(nuint part, nuint at) => TVector.Load(ref *PointerC, (part * Part) + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector D(nuint part, nuint at) => TVector.Load(ref *PointerD, (part * Part) + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector E(nuint part, nuint at) => TVector.Load(ref *PointerE, (part * Part) + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector F(nuint part, nuint at) => TVector.Load(ref *PointerF, (part * Part) + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector G(nuint part, nuint at) => TVector.Load(ref *PointerG, (part * Part) + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector H(nuint part, nuint at) => TVector.Load(ref *PointerH, (part * Part) + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void SetA(nuint part, nuint at, TVector value) => value.Store(ref *PointerA, (part * Part) + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void SetB(nuint part, nuint at, TVector value) => value.Store(ref *PointerB, (part * Part) + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void SetC(nuint part, nuint at, TVector value) => value.Store(ref *PointerC, (part * Part) + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void SetD(nuint part, nuint at, TVector value) => value.Store(ref *PointerD, (part * Part) + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void SetE(nuint part, nuint at, TVector value) => value.Store(ref *PointerE, (part * Part) + at);

    /// <summary>The same row for other vectors.</summary>
    public readonly Units<T, TOther> As<TOther>()
        where TOther : struct, ISimd<TOther, T> => Unsafe.BitCast<Units<T, TVector>, Units<T, TOther>>(this);
}

/// <summary>
/// The driver of <see cref="IUnitKernel{T}"/>: row by row, with the widest vectors that fit into what is left of it.
/// </summary>
internal static unsafe class UnitRows
{
    private const int Streams = 8;

    private const int BlockBytes = 4096;

    /// <summary>The most parts of a stream.</summary>
    private const int MostParts = 4;

    /// <summary>
    /// Some units of each row: a stream's elements begin with the first of them, and its parts are <paramref name="part"/>
    /// elements apart; 0 says that the units are all there are.
    /// </summary>
    public static void Run<T, TKernel>(
        int rows,
        int width,
        TKernel kernel,
        StreamRows<T> a,
        StreamRows<T> b = default,
        StreamRows<T> c = default,
        StreamRows<T> d = default,
        StreamRows<T> e = default,
        StreamRows<T> f = default,
        StreamRows<T> g = default,
        StreamRows<T> h = default,
        int part = 0)
        where T : unmanaged
        where TKernel : struct, IUnitKernel<T>
    {
        fixed (T* pa = a.Elements, pb = b.Elements, pc = c.Elements, pd = d.Elements)
        fixed (T* pe = e.Elements, pf = f.Elements, pg = g.Elements, ph = h.Elements)
        {
            T** streams = stackalloc T*[Streams] { pa, pb, pc, pd, pe, pf, pg, ph };
            Units<T, Simd128<T>> row = new(streams, part == 0 ? width : part);
            Strides strides = new(a.Stride, b.Stride, c.Stride, d.Stride, e.Stride, f.Stride, g.Stride, h.Stride);
            // Passes go over a few rows at a time, which stay in the first cache from pass to pass.
            int most = Math.Max(1, BlockBytes / (width * sizeof(T)));
            for (int start = 0; start < rows; start += most)
            {
                int count = Math.Min(most, rows - start), rest = width % Simd128<T>.Count, whole = width - rest;
                if (Vector512.IsHardwareAccelerated) Whole<T, TKernel, Simd512<T>>(kernel, row, strides, count, whole);
                else if (Vector256.IsHardwareAccelerated) Whole<T, TKernel, Simd256<T>>(kernel, row, strides, count, whole);
                else Passes<T, TKernel, Simd128<T>>(kernel, row, strides, count, 0, whole);
                if (rest == 0)
                {
                    strides.Advance(ref row, count);
                    continue;
                }

                for (; count > 0; count--)
                {
                    Rest(kernel, row, whole, rest, a.Parts, b.Parts, c.Parts, d.Parts, e.Parts, f.Parts, g.Parts, h.Parts);
                    strides.Advance(ref row, 1);
                }
            }
        }
    }

    /// <summary>Whole narrow vectors' worth of units: as many wide ones as there are, then narrow ones.</summary>
    private static void Whole<T, TKernel, TVector>(TKernel kernel, in Units<T, Simd128<T>> row, in Strides strides, int rows, int whole)
        where T : unmanaged
        where TKernel : struct, IUnitKernel<T>
        where TVector : struct, ISimd<TVector, T>
    {
        int end = whole / TVector.Count * TVector.Count;
        Passes<T, TKernel, TVector>(kernel, row, strides, rows, 0, end);
        if (end != whole) Passes<T, TKernel, Simd128<T>>(kernel, row, strides, rows, end, whole);
    }

    private static void Passes<T, TKernel, TVector>(TKernel kernel, in Units<T, Simd128<T>> row, in Strides strides, int rows, int start, int end)
        where T : unmanaged
        where TKernel : struct, IUnitKernel<T>
        where TVector : struct, ISimd<TVector, T>
    {
        Pass<T, TKernel, TVector, One>(kernel, row.As<TVector>(), strides, rows, start, end);
        if (TKernel.Passes > 1) Pass<T, TKernel, TVector, Two>(kernel, row.As<TVector>(), strides, rows, start, end);
        if (TKernel.Passes > 2) Pass<T, TKernel, TVector, Three>(kernel, row.As<TVector>(), strides, rows, start, end);
    }

    // How much the JIT compiler inlines into a method is in proportion to the method's own length: this one's would not do if the
    // pointers were moved on elsewhere, nor what is left of its callers' if it were itself inlined there.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Pass<T, TKernel, TVector, TPass>(
        TKernel kernel, Units<T, TVector> row, Strides strides, int rows, int start, int end)
        where T : unmanaged
        where TKernel : struct, IUnitKernel<T>
        where TVector : struct, ISimd<TVector, T>
        where TPass : struct, ICount
    {
        for (; rows > 0; rows--)
        {
            for (int at = start; at < end; at += TVector.Count) kernel.Invoke<TVector, TPass>(row, (nuint)at);
            row.PointerA += strides.A;
            row.PointerB += strides.B;
            row.PointerC += strides.C;
            row.PointerD += strides.D;
            row.PointerE += strides.E;
            row.PointerF += strides.F;
            row.PointerG += strides.G;
            row.PointerH += strides.H;
        }
    }

    /// <summary>The last few units, in a copy that is padded to a vector.</summary>
    private static void Rest<T, TKernel>(TKernel kernel, in Units<T, Simd128<T>> row, int start, int count, params ReadOnlySpan<int> parts)
        where T : unmanaged
        where TKernel : struct, IUnitKernel<T>
    {
        int vector = Simd128<T>.Count;
        T* copy = stackalloc T[Streams * MostParts * vector];
        new Span<T>(copy, Streams * MostParts * vector).Clear();
        T** from = stackalloc T*[Streams]
        {
            row.PointerA, row.PointerB, row.PointerC, row.PointerD, row.PointerE, row.PointerF, row.PointerG, row.PointerH,
        };
        T** to = stackalloc T*[Streams];
        for (int stream = 0; stream < Streams; stream++)
        {
            to[stream] = copy + (stream * MostParts * vector);
            for (int part = 0; part < parts[stream]; part++)
                for (int i = 0; i < count; i++) to[stream][(part * vector) + i] = from[stream][(part * (int)row.Part) + start + i];
        }

        Units<T, Simd128<T>> padded = new(to, vector);
        Passes<T, TKernel, Simd128<T>>(kernel, padded, default, 1, 0, vector);
        for (int stream = 0; stream < Streams; stream++)
        {
            if ((TKernel.Writes & (1 << stream)) == 0) continue;
            for (int part = 0; part < parts[stream]; part++)
                for (int i = 0; i < count; i++) from[stream][(part * (int)row.Part) + start + i] = to[stream][(part * vector) + i];
        }
    }

    /// <summary>Elements from row to row of each stream.</summary>
    private readonly struct Strides(int a, int b, int c, int d, int e, int f, int g, int h)
    {
        public readonly int A = a, B = b, C = c, D = d, E = e, F = f, G = g, H = h;

        public void Advance<T>(ref Units<T, Simd128<T>> row, nint rows)
            where T : unmanaged
        {
            row.PointerA += rows * A;
            row.PointerB += rows * B;
            row.PointerC += rows * C;
            row.PointerD += rows * D;
            row.PointerE += rows * E;
            row.PointerF += rows * F;
            row.PointerG += rows * G;
            row.PointerH += rows * H;
        }
    }
}
