using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <remarks>
/// Dividing and taking roots keep a processor's divider busy for longer than it takes to come close in three steps: the bits
/// of x give a first y with x·y² between 0.375 and 0.422 (a smaller ratio than around 1), a quadratic of x·y² what is
/// missing to 1/√x but for 2⁻¹⁵·⁹, and Newton's step y + y/2·(1 − x·y²) the rest.
/// </remarks>
internal static partial class VectorMath
{
    /// <summary>1 / √x: float within 1 ULP everywhere, double within 2; ±∞ at ±0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Rsqrt<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        typeof(T) != typeof(float) ? RsqrtByDivision<TVector, T>(x)
        : IsOrdinaryForLog<TVector, T>(x) ? RsqrtOfOrdinary<TVector, T>(x)
        : RsqrtOfAny<TVector, T>(x);

    /// <summary>1 / √x of positive normal numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector RsqrtOfOrdinary<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        if (typeof(T) != typeof(float)) return RsqrtByDivision<TVector, T>(x);
        TVector y = TVector.SubtractBits(TVector.CreateBits(0x5ee00300), TVector.ShiftRightBits(x, 1)), square = x * y * y;
        y *= TVector.FusedMultiplyAdd(TVector.FusedMultiplyAdd(square, 3.7499149, -4.9795031), square, 2.9729483);
        // With the rounding of x·y, so that only the last step's own counts. Half of y is one less in its exponent.
        TVector product = x * y, rest = TVector.FusedMultiplySubtract(x, y, product), half = TVector.SubtractBits(y, TVector.CreateBits(1 << 23));
        return TVector.FusedMultiplyAdd(half, TVector.FusedSubtractProduct(rest, y, TVector.FusedSubtractProduct(product, y, 1)), y);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector RsqrtOfAny<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector isSubnormal = x < FloatSmallestNormal;
        TVector y = RsqrtOfOrdinary<TVector, T>(TVector.Select(isSubnormal, x * 0x1000000, x)) * TVector.Select(isSubnormal, 0x1000, 1);
        TVector isProper = (x > 0) & (x <= float.MaxValue);
        return TVector.Select(isProper, y, 1 / TVector.Sqrt(x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector RsqrtByDivision<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // Newton's step takes away what the root and the quotient were rounded by; 0 and ∞ have none.
        TVector y = 1 / TVector.Sqrt(x);
        TVector error = TVector.FusedSubtractProduct(x * y, y, 1);
        TVector isProper = (x > 0) & (x <= double.MaxValue);
        return TVector.Select(isProper, TVector.FusedMultiplyAdd(0.5 * y, error, y), y);
    }
}
