using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <content>Many vectors, each joined to one element.</content>
internal static unsafe partial class Reduce
{
    /// <summary>
    /// <see cref="Across"/> of each vector. As many as a vector has elements are joined together where the processor can
    /// mix parts of vectors: the same operations on the same elements, with a third of the instructions.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void AcrossEach<T, TFold>(Simd512<T>* vectors, int count, T* results)
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        int i = 0;
        if (Avx512F.IsSupported)
        {
            int step = Simd512<T>.Count, stride = step / 4;
            for (; i <= count - step; i += step)
            {
                Simd512<T>* from = vectors + i;
                Simd512<T> first = Quarters<T, TFold>(from, stride), second = Quarters<T, TFold>(from + 1, stride);
                Simd512<T> result = Pairs<T, TFold>(first, second);
                if (typeof(T) == typeof(float))
                {
                    Simd512<T> other = Pairs<T, TFold>(Quarters<T, TFold>(from + 2, stride), Quarters<T, TFold>(from + 3, stride));
                    Vector512<float> left = Unsafe.BitCast<Simd512<T>, Vector512<float>>(result), right = Unsafe.BitCast<Simd512<T>, Vector512<float>>(other);
                    result = Merge<T, TFold, float>(Avx512F.Shuffle(left, right, 0b10_00_10_00), Avx512F.Shuffle(left, right, 0b11_01_11_01));
                }

                result.Store(ref results[i], 0);
            }
        }
        else if (Avx2.IsSupported)
        {
            int step = Simd256<T>.Count, stride = step / 2;
            for (; i <= count - step; i += step)
            {
                Simd512<T>* from = vectors + i;
                Simd256<T> result = ShortPairs<T, TFold>(ShortQuarters<T, TFold>(from, stride), ShortQuarters<T, TFold>(from + 1, stride));
                if (typeof(T) == typeof(float))
                {
                    Simd256<T> other = ShortPairs<T, TFold>(ShortQuarters<T, TFold>(from + 2, stride), ShortQuarters<T, TFold>(from + 3, stride));
                    Vector256<float> left = Unsafe.BitCast<Simd256<T>, Vector256<float>>(result), right = Unsafe.BitCast<Simd256<T>, Vector256<float>>(other);
                    result = Merge<T, TFold, float>(Avx.Shuffle(left, right, 0b10_00_10_00), Avx.Shuffle(left, right, 0b11_01_11_01));
                }

                result.Store(ref results[i], 0);
            }
        }

        for (; i < count; i++) results[i] = Across<T, TFold>(vectors[i]);
    }

    /// <summary>Four vectors, a quarter of the result from each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Simd512<T> Quarters<T, TFold>(Simd512<T>* vectors, int stride)
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        Vector512<double> a = Halves<T, TFold>(vectors[0], vectors[stride]), b = Halves<T, TFold>(vectors[2 * stride], vectors[3 * stride]);
        return Merge<T, TFold, double>(Avx512F.Shuffle4x128(a, b, 0b10_00_10_00), Avx512F.Shuffle4x128(a, b, 0b11_01_11_01));
    }

    /// <summary>Two vectors, half of the result from each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Halves<T, TFold>(Simd512<T> left, Simd512<T> right)
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        Vector512<double> a = Unsafe.BitCast<Simd512<T>, Vector512<double>>(left), b = Unsafe.BitCast<Simd512<T>, Vector512<double>>(right);
        return Unsafe.BitCast<Simd512<T>, Vector512<double>>(
            Merge<T, TFold, double>(Avx512F.Shuffle4x128(a, b, 0b01_00_01_00), Avx512F.Shuffle4x128(a, b, 0b11_10_11_10)));
    }

    /// <summary>Within a quarter: half of it from each vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Simd512<T> Pairs<T, TFold>(Simd512<T> left, Simd512<T> right)
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        Vector512<double> a = Unsafe.BitCast<Simd512<T>, Vector512<double>>(left), b = Unsafe.BitCast<Simd512<T>, Vector512<double>>(right);
        return Merge<T, TFold, double>(Avx512F.UnpackLow(a, b), Avx512F.UnpackHigh(a, b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Simd512<T> Merge<T, TFold, TElement>(Vector512<TElement> left, Vector512<TElement> right)
        where T : unmanaged
        where TFold : struct, IFold<T> =>
        TFold.Merge(new Simd512<T>(left.As<TElement, T>()), new Simd512<T>(right.As<TElement, T>()));

    /// <summary>Two vectors, half of the shorter result from each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ShortQuarters<T, TFold>(Simd512<T>* vectors, int stride)
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        Vector256<double> a = ShortHalf<T, TFold>(vectors), b = ShortHalf<T, TFold>(vectors + stride);
        return Unsafe.BitCast<Simd256<T>, Vector256<double>>(
            Merge<T, TFold, double>(Avx.Permute2x128(a, b, 0x20), Avx.Permute2x128(a, b, 0x31)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ShortHalf<T, TFold>(Simd512<T>* vector)
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        Simd256<T>* halves = (Simd256<T>*)vector;
        return Unsafe.BitCast<Simd256<T>, Vector256<double>>(TFold.Merge(halves[0], halves[1]));
    }

    /// <summary>Within half a vector: half of it from each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Simd256<T> ShortPairs<T, TFold>(Vector256<double> left, Vector256<double> right)
        where T : unmanaged
        where TFold : struct, IFold<T> =>
        Merge<T, TFold, double>(Avx.UnpackLow(left, right), Avx.UnpackHigh(left, right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Simd256<T> Merge<T, TFold, TElement>(Vector256<TElement> left, Vector256<TElement> right)
        where T : unmanaged
        where TFold : struct, IFold<T> =>
        TFold.Merge(new Simd256<T>(left.As<TElement, T>()), new Simd256<T>(right.As<TElement, T>()));
}
