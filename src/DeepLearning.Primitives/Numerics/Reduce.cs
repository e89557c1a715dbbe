using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>
/// Reductions of a span to one value. The order of the additions depends on the length alone: blocks of 64 vectors of
/// 512 bits (however wide the processor's are), each summed in four chains, and the blocks joined as a binary tree, so
/// that rounding errors grow with the logarithm of the length. Threads take whole subtrees: they change no bit.
/// </summary>
internal static unsafe partial class Reduce
{
    /// <summary>Vectors in a block: sixteen additions in each of the four chains.</summary>
    private const int VectorsPerBlock = 64;

    /// <summary>Blocks a thread takes at a time, at the least; a power of two, so that they make a subtree.</summary>
    private const int BlocksPerPiece = 64;

    private const int MaxPieces = 64;

    /// <summary>Σ x; 0 for an empty span.</summary>
    public static T Sum<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fold<T, SumFold<T>>(x, x);

    /// <summary>The largest element, NaN if any is NaN; −∞ for an empty span.</summary>
    public static T Max<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fold<T, MaxFold<T>>(x, x);

    /// <summary>Σ x·y, each product fused with its addition; 0 for empty spans.</summary>
    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fold<T, DotFold<T>>(x, y[..x.Length]);

    /// <summary>Σ x²; 0 for an empty span.</summary>
    public static T SumOfSquares<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fold<T, SquareFold<T>>(x, x);

    /// <summary>Σ |x|; 0 for an empty span.</summary>
    public static T SumOfMagnitudes<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fold<T, MagnitudeFold<T>>(x, x);

    /// <summary>Any fold over x, or over x and y of one length.</summary>
    public static T Fold<T, TFold>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
    {
        int piece = BlocksPerPiece * VectorsPerBlock * Vector512<T>.Count;
        return x.Length < 2 * piece || !Parallelism.IsWorthwhile
            ? Across<T, TFold>(Tree<T, TFold>(ref x.Reference(), ref y.Reference(), x.Length))
            : Threaded<T, TFold>(x, y, Math.Max(piece, (int)BitOperations.RoundUpToPowerOf2((uint)x.Length / MaxPieces)));
    }

    private static T Threaded<T, TFold>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, int piece)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
    {
        Simd512<T>* roots = stackalloc Simd512<T>[MaxPieces + 1];
        fixed (T* px = x, py = y)
            Parallelism.For(x.Length, piece, new Subtrees<T, TFold>(px, py, roots, piece));
        return Across<T, TFold>(Join<T, TFold>(roots, ((x.Length - 1) / piece) + 1));
    }

    /// <summary>Joins the pieces' roots in the way <see cref="Tree"/> joins blocks.</summary>
    private static Simd512<T> Join<T, TFold>(Simd512<T>* roots, int count)
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        if (count == 1) return *roots;
        int half = 1 << BitOperations.Log2((uint)(count - 1));
        return TFold.Merge(Join<T, TFold>(roots, half), Join<T, TFold>(roots + half, count - half));
    }

    /// <summary>Joins blocks pairwise: on the left the largest power of two of blocks that leaves something on the right.</summary>
    private static Simd512<T> Tree<T, TFold>(ref T x, ref T y, int length)
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        int block = VectorsPerBlock * Vector512<T>.Count;
        if (length <= block) return Block<T, TFold>(ref x, ref y, length);
        int half = block << BitOperations.Log2((uint)(length - 1) / (uint)block);
        return TFold.Merge(
            Tree<T, TFold>(ref x, ref y, half),
            Tree<T, TFold>(ref Unsafe.Add(ref x, half), ref Unsafe.Add(ref y, half), length - half));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Simd512<T> Block<T, TFold>(ref T x, ref T y, int length)
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        int step = Simd512<T>.Count, i = 0;
        Simd512<T> identity = TFold.Identity;
        Simd512<T> a = identity, b = identity, c = identity, d = identity;
        for (; i <= length - (4 * step); i += 4 * step)
        {
            a = Step<T, TFold>(a, ref x, ref y, i);
            b = Step<T, TFold>(b, ref x, ref y, i + step);
            c = Step<T, TFold>(c, ref x, ref y, i + (2 * step));
            d = Step<T, TFold>(d, ref x, ref y, i + (3 * step));
        }

        // The chains take turns at what is left, so that this body exists once.
        for (; i <= length - step; i += step) (a, b, c, d) = (b, c, d, Step<T, TFold>(a, ref x, ref y, i));
        if (i < length)
        {
            Simd512<T> lastX = LoadPart(ref Unsafe.Add(ref x, i), length - i, identity);
            Simd512<T> lastY = TFold.IsBinary ? LoadPart(ref Unsafe.Add(ref y, i), length - i, identity) : default;
            a = TFold.Step(a, lastX, lastY);
        }

        return TFold.Merge(TFold.Merge(a, b), TFold.Merge(c, d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Simd512<T> Step<T, TFold>(Simd512<T> result, ref T x, ref T y, int offset)
        where T : unmanaged
        where TFold : struct, IFold<T> =>
        TFold.Step(
            result, Simd512<T>.Load(ref x, (nuint)offset), TFold.IsBinary ? Simd512<T>.Load(ref y, (nuint)offset) : default);

    /// <summary>Fewer elements than a vector holds, the others as in <paramref name="padding"/>.</summary>
    private static Simd512<T> LoadPart<T>(ref T source, int count, Simd512<T> padding)
        where T : unmanaged
    {
        Unsafe.CopyBlockUnaligned(
            ref Unsafe.As<Simd512<T>, byte>(ref padding), ref Unsafe.As<T, byte>(ref source), (uint)(count * sizeof(T)));
        return padding;
    }

    /// <summary>Joins the elements of a vector, halves onto halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Across<T, TFold>(Simd512<T> vector)
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        Vector512<T> all = Unsafe.BitCast<Simd512<T>, Vector512<T>>(vector);
        Simd256<T> half = TFold.Merge(new Simd256<T>(all.GetLower()), new Simd256<T>(all.GetUpper()));
        Vector256<T> eight = Unsafe.BitCast<Simd256<T>, Vector256<T>>(half);
        Simd128<T> quarter = TFold.Merge(new Simd128<T>(eight.GetLower()), new Simd128<T>(eight.GetUpper()));
        Vector128<T> four = Unsafe.BitCast<Simd128<T>, Vector128<T>>(quarter);
        Vector128<T> swapped = Vector128.Shuffle(four.AsDouble(), Vector128.Create(1L, 0)).As<double, T>();
        quarter = TFold.Merge(quarter, new Simd128<T>(swapped));
        if (typeof(T) == typeof(float))
        {
            Vector128<float> two = Unsafe.BitCast<Simd128<T>, Vector128<float>>(quarter);
            swapped = Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2)).As<float, T>();
            quarter = TFold.Merge(quarter, new Simd128<T>(swapped));
        }

        return Unsafe.BitCast<Simd128<T>, Vector128<T>>(quarter).ToScalar();
    }

    private readonly struct Subtrees<T, TFold>(T* x, T* y, Simd512<T>* roots, int piece) : IParallelBody
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        public void Invoke(int start, int end) => roots[start / piece] = Tree<T, TFold>(ref x[start], ref y[start], end - start);
    }
}
