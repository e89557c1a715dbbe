using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <summary>
/// Softmax of a single short row, whose own computation takes less time than what many rows need around it. The same
/// operations in the same order as <see cref="SoftmaxKernel"/>'s, so that a row has the same bits alone and among others.
/// </summary>
[SkipLocalsInit]
internal static unsafe class SoftmaxOfOne
{
    /// <summary>At least one element, and a leaf; y is x or lies apart.</summary>
    public static void Run<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Length < Simd512<T>.Count) Part(x, y);
        else if (x.Length == Simd512<T>.Count) Whole(x, y);
        else Leaf(x, y);
    }

    /// <summary>Less than a vector, with −∞ behind it, which weighs nothing.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Part<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Simd512<T> row = double.NegativeInfinity;
        if (!Avx2.IsSupported)
        {
            Span<T> elements = new(&row, x.Length);
            x.CopyTo(elements);
            row = Probabilities(row);
            elements.CopyTo(y);
            return;
        }

        // What is read in pieces, the processor waits for: masks take the elements as so many words.
        int words = x.Length * sizeof(T) / sizeof(int);
        Vector256<int> lower = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(words));
        Vector256<int> upper = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(words - Vector256<int>.Count));
        Vector512<int> empty = Unsafe.BitCast<Simd512<T>, Vector512<int>>(row);
        fixed (T* px = x, py = y)
        {
            int* from = (int*)px, to = (int*)py;
            Vector256<int> first = Vector256.ConditionalSelect(lower, Avx2.MaskLoad(from, lower), empty.GetLower());
            Vector256<int> second = Vector256.ConditionalSelect(upper, Avx2.MaskLoad(from + Vector256<int>.Count, upper), empty.GetUpper());
            Vector512<int> result = Unsafe.BitCast<Simd512<T>, Vector512<int>>(Probabilities(new Simd512<T>(Vector512.Create(first, second).As<int, T>())));
            Avx2.MaskStore(to, lower, result.GetLower());
            Avx2.MaskStore(to + Vector256<int>.Count, upper, result.GetUpper());
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Whole<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Probabilities(Simd512<T>.Load(ref x.Reference(), 0)).Store(ref y.Reference(), 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Simd512<T> Probabilities<T>(Simd512<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Simd512<T> e = Exponentials(row - Simd512<T>.Create(RowMath.Finite(Reduce.Across<T, QuickMaxFold<T>>(row))));
        return e * Simd512<T>.Create(InverseOrZero(Reduce.Across<T, SumFold<T>>(e)));
    }

    /// <summary>More than a vector, one chain of additions in each lane.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Leaf<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* px = x, py = y)
        {
            int step = Simd512<T>.Count, last = x.Length - step;
            Simd512<T> high = Simd512<T>.Load(ref *px, (nuint)last), low = high, lanes;
            for (int i = 0; i < last; i += step)
            {
                Simd512<T> next = Simd512<T>.Load(ref *px, (nuint)i);
                (high, low) = (Simd512<T>.Max(next, high), Simd512<T>.Min(next, low));
            }

            T shift = RowMath.Finite(Reduce.Across<T, QuickMaxFold<T>>(high));
            // Where powers of two are an instruction, the general form is as short.
            if (!Exponential<T>.HasOrdinaryForm || !VectorMath.IsOrdinaryForExp<Simd128<T>, T>(Simd128<T>.Create(Reduce.Across<T, QuickMinFold<T>>(low) - shift)))
                RowPasses.Leaves<T, ExpOfDifferenceFrom<T>>(px, py, 0, 1, x.Length, &shift, 0, &lanes, default, default);
            else
                RowPasses.Leaves<T, ExpOfOrdinaryDifference<T>>(px, py, 0, 1, x.Length, &shift, 0, &lanes, default, default);
            T inverse = InverseOrZero(Reduce.Across<T, SumFold<T>>(lanes));
            RowPasses.Map<T, TimesFirst<T>>(py, py, py, 1, x.Length, &inverse, &inverse, default);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Simd512<T> Exponentials<T>(Simd512<T> x)
        where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated) return VectorMath.ExpOfNotPositive<Simd512<T>, T>(x);
        Vector512<T> all = Unsafe.BitCast<Simd512<T>, Vector512<T>>(x);
        Simd256<T> lower = VectorMath.ExpOfNotPositive<Simd256<T>, T>(new(all.GetLower())), upper = VectorMath.ExpOfNotPositive<Simd256<T>, T>(new(all.GetUpper()));
        return new(Vector512.Create(Unsafe.BitCast<Simd256<T>, Vector256<T>>(lower), Unsafe.BitCast<Simd256<T>, Vector256<T>>(upper)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T InverseOrZero<T>(T sum)
        where T : unmanaged => default(InverseOrZero<T>).Invoke(Simd128<T>.Create(sum)).First;
}
