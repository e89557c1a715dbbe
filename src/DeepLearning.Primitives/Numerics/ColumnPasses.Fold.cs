using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <content>Folds of columns.</content>
internal static unsafe partial class ColumnPasses
{
    /// <summary>The fold of each column of x, or of x and y, in the order of <see cref="RowPasses.Fold"/>.</summary>
    public static void Fold<T, TFold>(T* x, T* y, int length, int columns, T* results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
    {
        if (Vector512.IsHardwareAccelerated) Fold<T, TFold, Simd512<T>>(x, y, length, columns, results);
        else if (Vector256.IsHardwareAccelerated) Fold<T, TFold, Simd256<T>>(x, y, length, columns, results);
        else Fold<T, TFold, Simd128<T>>(x, y, length, columns, results);
    }

    private static void Fold<T, TFold, TVector>(T* x, T* y, int length, int columns, T* results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        TVector* lanes = stackalloc TVector[RowPasses.Lanes<T>()];
        for (int column = 0; column < columns; column += TVector.Count)
        {
            FoldTree<T, TFold, TVector>(x + column, y + column, columns, length, lanes);
            Across<T, TFold, TVector>(lanes).Store(ref results[column], 0);
        }
    }

    private static void FoldTree<T, TFold, TVector>(T* x, T* y, nint stride, int length, TVector* lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        if (RowPasses.IsLeaf<T>(length))
        {
            FoldLeaf<T, TFold, TVector>(x, y, stride, length, lanes);
            return;
        }

        int left = RowPasses.LeftPart<T>(length);
        TVector* right = stackalloc TVector[RowPasses.Lanes<T>()];
        FoldTree<T, TFold, TVector>(x, y, stride, left, lanes);
        FoldTree<T, TFold, TVector>(x + (left * stride), y + (left * stride), stride, length - left, right);
        Join<T, TFold, TVector>(lanes, right);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FoldLeaf<T, TFold, TVector>(T* x, T* y, nint stride, int length, TVector* lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        int count = RowPasses.Lanes<T>();
        if (length <= count)
        {
            // A single chain, which needs no joining.
            for (int i = 0; i < length; i++, x += stride, y += stride)
                lanes[i] = TFold.Step(TFold.Identity, TVector.Load(ref *x, 0), TFold.IsBinary ? TVector.Load(ref *y, 0) : default);
            for (int i = length; i < count; i++) lanes[i] = TFold.Identity;
            return;
        }

        int whole = length / count * count, toLast = length - count;
        nint step = count * stride;
        for (int lane = 0; lane < count; lane++)
        {
            // The chains take turns, as in a row.
            TVector a = TFold.Identity, b = a, c = a, d = a;
            nint at = lane * stride;
            for (int i = lane; i < whole; i += count, at += step)
                (a, b, c, d) = (b, c, d, TFold.Step(a, TVector.Load(ref x[at], 0), TFold.IsBinary ? TVector.Load(ref y[at], 0) : default));
            int last = toLast + lane;
            if (last >= whole)
            {
                at = last * stride;
                a = TFold.Step(a, TVector.Load(ref x[at], 0), TFold.IsBinary ? TVector.Load(ref y[at], 0) : default);
            }

            lanes[lane] = TFold.Merge(TFold.Merge(a, b), TFold.Merge(c, d));
        }
    }
}
