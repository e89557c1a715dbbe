using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <content>What only processors with AVX-512 have instructions for.</content>
internal readonly partial struct Simd512<T>
{
    public static bool HasScale => Avx512DQ.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Scale(Simd512<T> value, Simd512<T> n) =>
        new(typeof(T) == typeof(float)
            ? Avx512F.Scale(value._vector.As<T, float>(), n._vector.As<T, float>()).As<float, T>()
            : Avx512F.Scale(value._vector.As<T, double>(), n._vector.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> FromNearest(Simd512<T> x) =>
        new(typeof(T) == typeof(float)
            ? Avx512DQ.Reduce(x._vector.As<T, float>(), 0).As<float, T>()
            : Avx512DQ.Reduce(x._vector.As<T, double>(), 0).As<double, T>());

    public static bool HasParts => Avx512F.IsSupported && typeof(T) == typeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Exponent(Simd512<T> x) => new(Avx512F.GetExponent(x._vector.As<T, float>()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Fraction(Simd512<T> x) => new(Avx512F.GetMantissa(x._vector.As<T, float>(), 0b0011).As<float, T>());

    // One digit for each kind of x, from the right: quiet and signalling NaN, 0, 1, −∞, +∞, negative, positive. 3 stands
    // for NaN, 4 for −∞, 5 for +∞, 0 for y.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> WithLimitsOfLog(Simd512<T> y, Simd512<T> x) =>
        new(Avx512F.Fixup(y._vector.As<T, float>(), x._vector.As<T, float>(), Vector512.Create(0x0353_0433), 0).As<float, T>());

    public static bool HasRootEstimate => Avx512F.IsSupported && typeof(T) == typeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> RootEstimate(Simd512<T> x) => new(Avx512F.ReciprocalSqrt14(x._vector.As<T, float>()).As<float, T>());

    // 11: the one with the larger magnitude; 10 before it: without its sign.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> LargerMagnitude(Simd512<T> left, Simd512<T> right) =>
        !Avx512DQ.IsSupported ? Max(Abs(left), Abs(right))
        : typeof(T) == typeof(float) ? new(Avx512DQ.Range(left._vector.As<T, float>(), right._vector.As<T, float>(), 0b1011).As<float, T>())
        : new(Avx512DQ.Range(left._vector.As<T, double>(), right._vector.As<T, double>(), 0b1011).As<double, T>());
}
