using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <content>Folds of rows.</content>
internal static unsafe partial class RowPasses
{
    /// <summary>Bytes between what is folded and what is fetched.</summary>
    private const int FetchAhead = 1024;

    /// <summary>
    /// The fold of each row of x, or of x and y. Four chains side by side within a block. Both are fetched ahead, y also where
    /// the fold leaves it out: the caller needs it next.
    /// </summary>
    public static void Fold<T, TFold>(T* x, T* y, int rows, int rowLength, T* results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
    {
        Simd512<T>* lanes = stackalloc Simd512<T>[MostRows];
        if (IsLeaf<T>(rowLength))
        {
            FoldLeaves<T, TFold>(x, y, rows, rowLength, lanes);
            Reduce.AcrossEach<T, TFold>(lanes, rows, results);
            return;
        }

        for (int row = 0; row < rows; row++, x += rowLength, y += rowLength)
            results[row] = Reduce.Across<T, TFold>(FoldTree<T, TFold>(x, y, rowLength, lanes));
    }

    private static Simd512<T> FoldTree<T, TFold>(T* x, T* y, int length, Simd512<T>* lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
    {
        int full = FullBlocks<T>(length), last = full * Block;
        if (full < MostRows)
        {
            FoldLeaves<T, TFold>(x, y, full, Block, lanes);
            FoldLeaves<T, TFold>(x + last, y + last, 1, length - last, lanes + full);
            return Join<T, TFold>(lanes, full + 1);
        }

        int left = LeftPart<T>(length);
        Simd512<T> result = FoldTree<T, TFold>(x, y, left, lanes);
        return TFold.Merge(result, FoldTree<T, TFold>(x + left, y + left, length - left, lanes));
    }

    /// <summary>The lanes of each row; of one to four whole vectors they are made without loops.</summary>
    private static void FoldLeaves<T, TFold>(T* x, T* y, int rows, int rowLength, Simd512<T>* lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
    {
        int step = Simd512<T>.Count;
        if (rowLength == step) FoldFew<T, TFold, One>(x, y, rows, lanes);
        else if (rowLength == 2 * step) FoldFew<T, TFold, Two>(x, y, rows, lanes);
        else if (rowLength == 3 * step) FoldFew<T, TFold, Three>(x, y, rows, lanes);
        else if (rowLength == 4 * step) FoldFew<T, TFold, Four>(x, y, rows, lanes);
        else FoldAny<T, TFold>(x, y, rows, rowLength, lanes);
    }

    /// <summary>As <see cref="FoldAny"/>, without what it joins to chains that stay empty.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FoldFew<T, TFold, TCount>(T* x, T* y, int rows, Simd512<T>* lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
        where TCount : struct, ICount
    {
        bool fetches = !Processor.FetchesByItself;
        int step = Simd512<T>.Count, last = (TCount.Count - 1) * step;
        Simd512<T> nothing = TFold.Identity;
        for (int row = 0; row < rows; row++)
        {
            Simd512<T> result = Step<T, TFold>(nothing, x, y, last, fetches);
            if (TCount.Count > 1) result = TFold.Merge(Step<T, TFold>(nothing, x, y, last - step, fetches), result);
            if (TCount.Count == 3) result = TFold.Merge(Step<T, TFold>(nothing, x, y, 0, fetches), result);
            if (TCount.Count == 4) result = TFold.Merge(TFold.Merge(Step<T, TFold>(nothing, x, y, 0, fetches), Step<T, TFold>(nothing, x, y, step, fetches)), result);
            lanes[row] = result;
            x += TCount.Count * step;
            y += TCount.Count * step;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FoldAny<T, TFold>(T* x, T* y, int rows, int rowLength, Simd512<T>* lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
    {
        bool fetches = !Processor.FetchesByItself;
        int step = Simd512<T>.Count, last = rowLength - step, rest = rowLength % step;
        Simd512<T> isNew = LastElements<T>(rest);
        for (int row = 0; row < rows; row++, x += rowLength, y += rowLength)
        {
            Simd512<T> a = TFold.Identity, b = a, c = a, d = a;
            int i = 0;
            for (; i <= rowLength - (4 * step); i += 4 * step)
            {
                a = Step<T, TFold>(a, x, y, i, fetches);
                b = Step<T, TFold>(b, x, y, i + step, fetches);
                c = Step<T, TFold>(c, x, y, i + (2 * step), fetches);
                d = Step<T, TFold>(d, x, y, i + (3 * step), fetches);
            }

            for (; i <= last; i += step) (a, b, c, d) = (b, c, d, Step<T, TFold>(a, x, y, i, fetches));
            if (rest != 0)
            {
                Simd512<T> other = TFold.IsBinary ? Simd512<T>.Load(ref *y, (nuint)last) & isNew : default;
                a = TFold.Step(a, Simd512<T>.Load(ref *x, (nuint)last) & isNew, other);
            }

            lanes[row] = TFold.Merge(TFold.Merge(a, b), TFold.Merge(c, d));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Simd512<T> Step<T, TFold>(Simd512<T> sum, T* x, T* y, int at, bool fetches)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
    {
        if (Sse.IsSupported && fetches)
        {
            Sse.Prefetch0((byte*)(x + at) + FetchAhead);
            Sse.Prefetch0((byte*)(y + at) + FetchAhead);
        }

        return TFold.Step(sum, Simd512<T>.Load(ref *x, (nuint)at), TFold.IsBinary ? Simd512<T>.Load(ref *y, (nuint)at) : default);
    }
}
