using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <summary>What becomes of the elements a and b of two streams of rows, with two numbers of their row.</summary>
internal interface IRowMap<T>
    where T : unmanaged
{
    /// <summary>False when b is never used; then it is not read.</summary>
    static abstract bool IsBinary { get; }

    TVector Invoke<TVector>(TVector a, TVector b, TVector first, TVector second)
        where TVector : struct, ISimd<TVector, T>;
}

/// <summary>
/// What is needed soon after an element of x is read, as distances from it in bytes: the input after that, and the place
/// of the result. Both are fetched while the processor computes; 0 is for nothing.
/// </summary>
internal readonly record struct Soon(nint Input, nint Output);

/// <summary>
/// Passes over rows of at least 512 bits, one pass over several rows at a time, so that the rows' chains of dependent
/// operations overlap. Sums are made in the lanes of 512-bit vectors, however wide the processor's are: one addition
/// after the other within a block, and the blocks joined as a binary tree. Where a row's length is no multiple of a
/// vector's, its last vector reaches back over elements that are done already, and a sum leaves those out.
/// </summary>
[SkipLocalsInit]
internal static unsafe partial class RowPasses
{
    /// <summary>Elements of a row whose sum is one chain of additions in each lane.</summary>
    private const int Block = 512;

    /// <summary>Elements that go through all passes at once, unless a single row has more: they stay in the first cache.</summary>
    private const int GroupLength = 2048;

    /// <summary>The most rows in a group: their numbers stand on the stack.</summary>
    public const int MostRows = 64;

    /// <summary>Elements of the scratch memory for a group, the start of the first aligned vector in it included.</summary>
    public const int ScratchLength = GroupLength + 32;

    /// <summary>True when a row is not too long for the scratch memory.</summary>
    public static bool HasRoomFor(int rowLength) => rowLength <= GroupLength;

    /// <summary>The first aligned element.</summary>
    public static T* Aligned<T>(T* scratch)
        where T : unmanaged => (T*)(((nuint)scratch + 63) & ~(nuint)63);

    public static int RowsPerGroup(int rowLength) => Math.Clamp(GroupLength / rowLength, 1, MostRows);

    /// <summary>
    /// What is to be subtracted from each row: its largest element, 0 where that is −∞. Returns the least difference that
    /// is left. A NaN need not show in either; all else has the same bits on every processor. Of rows whose elements are to
    /// be negated it is the least element, 0 for +∞, from which each of them is to be subtracted.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Shifts<T>(T* x, int rows, int rowLength, T* shifts, bool areNegated = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* others = stackalloc T[MostRows], largest = areNegated ? others : shifts, least = areNegated ? shifts : others;
        if (rowLength == Simd512<T>.Count)
        {
            Reduce.AcrossEach<T, QuickMaxFold<T>>((Simd512<T>*)x, rows, largest);
            Reduce.AcrossEach<T, QuickMinFold<T>>((Simd512<T>*)x, rows, least);
        }
        else Extremes(x, rows, rowLength, largest, least);

        T infinity = areNegated ? T.PositiveInfinity : T.NegativeInfinity;
        Simd512<T> result = 0, weightless = Simd512<T>.Create(infinity);
        int step = Simd512<T>.Count, done = 0;
        for (; done <= rows - step; done += step)
        {
            Simd512<T> extreme = Simd512<T>.Load(ref *shifts, (nuint)done), shift = Simd512<T>.Select(Simd512<T>.Equal(extreme, weightless), 0, extreme);
            shift.Store(ref *shifts, (nuint)done);
            Simd512<T> difference = Simd512<T>.Load(ref *others, (nuint)done) - shift;
            result = Simd512<T>.Min(areNegated ? -difference : difference, result);
        }

        for (; done < rows; done++)
        {
            if (shifts[done] == infinity) shifts[done] = T.Zero;
            T difference = others[done] - shifts[done];
            result = Simd512<T>.Min(Simd512<T>.Create(areNegated ? -difference : difference), result);
        }

        return Reduce.Across<T, QuickMinFold<T>>(result);
    }

    /// <summary>The largest and the least element of each row.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Extremes<T>(T* x, int rows, int rowLength, T* largest, T* least)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int step = Simd512<T>.Count, last = rowLength - step;
        Simd512<T>* highs = stackalloc Simd512<T>[2 * MostRows], lows = highs + MostRows;
        for (int row = 0; row < rows; row++, x += rowLength)
        {
            Simd512<T> high = Simd512<T>.Load(ref *x, (nuint)last), low = high;
            int i = 0;
            if (last >= 4 * step)
            {
                Simd512<T> highB = high, highC = high, highD = high, lowB = high, lowC = high, lowD = high;
                for (; i <= last - (4 * step); i += 4 * step)
                {
                    Simd512<T> a = Simd512<T>.Load(ref *x, (nuint)i), b = Simd512<T>.Load(ref *x, (nuint)(i + step));
                    Simd512<T> c = Simd512<T>.Load(ref *x, (nuint)(i + (2 * step))), d = Simd512<T>.Load(ref *x, (nuint)(i + (3 * step)));
                    (high, low) = (Simd512<T>.Max(a, high), Simd512<T>.Min(a, low));
                    (highB, lowB) = (Simd512<T>.Max(b, highB), Simd512<T>.Min(b, lowB));
                    (highC, lowC) = (Simd512<T>.Max(c, highC), Simd512<T>.Min(c, lowC));
                    (highD, lowD) = (Simd512<T>.Max(d, highD), Simd512<T>.Min(d, lowD));
                }

                high = Simd512<T>.Max(Simd512<T>.Max(high, highB), Simd512<T>.Max(highC, highD));
                low = Simd512<T>.Min(Simd512<T>.Min(low, lowB), Simd512<T>.Min(lowC, lowD));
            }

            for (; i < last; i += step)
            {
                Simd512<T> a = Simd512<T>.Load(ref *x, (nuint)i);
                (high, low) = (Simd512<T>.Max(a, high), Simd512<T>.Min(a, low));
            }

            highs[row] = high;
            lows[row] = low;
        }

        Reduce.AcrossEach<T, QuickMaxFold<T>>(highs, rows, largest);
        Reduce.AcrossEach<T, QuickMinFold<T>>(lows, rows, least);
    }

    /// <summary>
    /// <c>e = map(x, shift)</c> and the sum of each row's e. Row i of e begins at <c>i · eStride</c>: with a stride of 0 all
    /// rows are written over each other, <see cref="Block"/> elements at a time, by a caller who wants the sums alone.
    /// </summary>
    public static void MapAndSum<T, TMap>(
        T* x, T* e, int eStride, int rows, int rowLength, T* shifts, T* sums, TMap map, in Soon soon = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
    {
        Simd512<T>* lanes = stackalloc Simd512<T>[MostRows];
        if (IsLeaf<T>(rowLength))
        {
            Leaves(x, e, eStride, rows, rowLength, shifts, 1, lanes, map, soon);
            Reduce.AcrossEach<T, SumFold<T>>(lanes, rows, sums);
            return;
        }

        for (int row = 0; row < rows; row++, x += rowLength, e += eStride)
            sums[row] = Reduce.Across<T, SumFold<T>>(Tree(x, e, eStride != 0, rowLength, shifts + row, lanes, map, soon));
    }

    private static Simd512<T> Tree<T, TMap>(T* x, T* e, bool isKept, int length, T* shift, Simd512<T>* lanes, TMap map, in Soon soon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
    {
        int full = FullBlocks<T>(length), last = full * Block;
        if (full < MostRows)
        {
            Leaves(x, e, isKept ? Block : 0, full, Block, shift, 0, lanes, map, soon);
            Leaves(x + last, isKept ? e + last : e, 0, 1, length - last, shift, 0, lanes + full, map, soon);
            return Join<T, SumFold<T>>(lanes, full + 1);
        }

        int left = LeftPart<T>(length);
        Simd512<T> sum = Tree(x, e, isKept, left, shift, lanes, map, soon);
        return sum + Tree(x + left, isKept ? e + left : e, isKept, length - left, shift, lanes, map, soon);
    }

    /// <summary>The blocks before the last, which has at least a vector and, if there is no other, less than a vector too many.</summary>
    private static int FullBlocks<T>(int length)
        where T : unmanaged => (length - Simd512<T>.Count) / Block;

    /// <summary>The lanes in which a row's sum is made.</summary>
    public static int Lanes<T>()
        where T : unmanaged => Simd512<T>.Count;

    /// <summary>True when the whole sum is one chain of additions in each lane.</summary>
    public static bool IsLeaf<T>(int length)
        where T : unmanaged => length < Block + Simd512<T>.Count;

    /// <summary>A power of two of blocks, as many as leave a block on the right.</summary>
    public static int LeftPart<T>(int length)
        where T : unmanaged => Block << BitOperations.Log2((uint)FullBlocks<T>(length));

    /// <summary>Neighbours joined, and their results, until one is left: the left part of each is a power of two of blocks.</summary>
    private static Simd512<T> Join<T, TFold>(Simd512<T>* lanes, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
    {
        for (; count > 1; count = (count + 1) / 2)
        {
            for (int i = 0; i < count / 2; i++) lanes[i] = TFold.Merge(lanes[2 * i], lanes[(2 * i) + 1]);
            if (count % 2 != 0) lanes[count / 2] = lanes[count - 1];
        }

        return lanes[0];
    }

    /// <summary><c>e = map(x, shift)</c> of each row, and its sum in lanes; the rows are leaves.</summary>
    public static void Leaves<T, TMap>(
        T* x, T* e, int eStride, int rows, int rowLength, T* shifts, int shiftStride, Simd512<T>* lanes, TMap map, in Soon soon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
    {
        if (Vector512.IsHardwareAccelerated) Leaves<T, TMap, Simd512<T>>(x, e, eStride, rows, rowLength, shifts, shiftStride, (T*)lanes, map, soon);
        else if (Vector256.IsHardwareAccelerated) Leaves<T, TMap, Simd256<T>>(x, e, eStride, rows, rowLength, shifts, shiftStride, (T*)lanes, map, soon);
        else Leaves<T, TMap, Simd128<T>>(x, e, eStride, rows, rowLength, shifts, shiftStride, (T*)lanes, map, soon);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Leaves<T, TMap, TVector>(
        T* x, T* e, int eStride, int rows, int rowLength, T* shifts, int shiftStride, T* lanes, TMap map, in Soon soon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        // 512 bits at a time: one, two or four vectors. The comparisons of types are known before anything is inlined,
        // so that what is not needed takes nothing from the JIT's budget for that.
        nuint width = (nuint)TVector.Count, step = (nuint)Simd512<T>.Count;
        nuint whole = (nuint)rowLength / step * step, last = (nuint)rowLength - step;
        Simd512<T> mask = LastElements<T>(rowLength - (int)whole);
        T* isNew = (T*)&mask;
        nint next = soon.Input, result = soon.Output;
        do
        {
            TVector shift = TVector.Create(*shifts), a = 0, b = 0, c = 0, d = 0;
            // Read before it is overwritten, as e may be x.
            TVector lastA = TVector.Load(ref *x, last), lastB = default, lastC = default, lastD = default;
            if (typeof(TVector) != typeof(Simd512<T>)) lastB = TVector.Load(ref *x, last + width);
            if (typeof(TVector) == typeof(Simd128<T>)) (lastC, lastD) = (TVector.Load(ref *x, last + (2 * width)), TVector.Load(ref *x, last + (3 * width)));
            nuint i = 0;
            do
            {
                if (Sse.IsSupported)
                {
                    Sse.Prefetch0((byte*)(x + i) + next);
                    Sse.Prefetch0((byte*)(x + i) + result);
                }

                a += MapTo(x, e, i, shift, map);
                if (typeof(TVector) != typeof(Simd512<T>)) b += MapTo(x, e, i + width, shift, map);
                if (typeof(TVector) == typeof(Simd128<T>))
                {
                    c += MapTo(x, e, i + (2 * width), shift, map);
                    d += MapTo(x, e, i + (3 * width), shift, map);
                }

                i += step;
            }
            while (i < whole);
            if (whole != (nuint)rowLength)
            {
                a += MapTo(lastA, e, last, shift, map) & TVector.Load(ref *isNew, 0);
                if (typeof(TVector) != typeof(Simd512<T>)) b += MapTo(lastB, e, last + width, shift, map) & TVector.Load(ref *isNew, width);
                if (typeof(TVector) == typeof(Simd128<T>))
                {
                    c += MapTo(lastC, e, last + (2 * width), shift, map) & TVector.Load(ref *isNew, 2 * width);
                    d += MapTo(lastD, e, last + (3 * width), shift, map) & TVector.Load(ref *isNew, 3 * width);
                }
            }

            a.Store(ref *lanes, 0);
            if (typeof(TVector) != typeof(Simd512<T>)) b.Store(ref *lanes, width);
            if (typeof(TVector) == typeof(Simd128<T>))
            {
                c.Store(ref *lanes, 2 * width);
                d.Store(ref *lanes, 3 * width);
            }

            x += rowLength;
            e += eStride;
            shifts += shiftStride;
            lanes += step;
        }
        while (--rows > 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector MapTo<T, TMap, TVector>(T* x, T* e, nuint at, TVector shift, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
        where TVector : unmanaged, ISimd<TVector, T> => MapTo(TVector.Load(ref *x, at), e, at, shift, map);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector MapTo<T, TMap, TVector>(TVector x, T* e, nuint at, TVector shift, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        TVector result = map.Invoke(x, shift);
        result.Store(ref *e, at);
        return result;
    }

    /// <summary>The mask of a vector's last elements.</summary>
    private static Simd512<T> LastElements<T>(int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new Simd512<T>(Vector512<T>.Indices) >= Simd512<T>.Create(T.CreateTruncating(Simd512<T>.Count - count));
}
