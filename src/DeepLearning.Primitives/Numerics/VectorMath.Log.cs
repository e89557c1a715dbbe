using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <remarks>
/// x = 2ⁿ·(1 + f), so that ln x = n·ln 2 + ln(1 + f). n comes out of the exponent bits as an integer, and becomes a
/// floating-point number by being put into the lowest bits of one.
/// </remarks>
internal static partial class VectorMath
{
    /// <summary>The bits of the smallest 1 + f: ¾ for float, √½ for double.</summary>
    private const long FloatLowest = 0x3f400000, DoubleLowest = 0x3fe6a09e00000000;

    /// <summary>What is to be subtracted from the integer n + bias over 2²³ (2⁵²) to give n.</summary>
    private const double FloatExponentOrigin = 0x800000 + 127, DoubleExponentOrigin = 0x10000000000000 + 1023;

    private const double FloatSmallestNormal = 1.17549435e-38, DoubleSmallestNormal = 2.2250738585072014e-308;

    /// <summary>ln x: float within 1 ULP everywhere, double within 2; −∞ at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        if (TVector.HasParts) return LogByParts<TVector, T>(x);
        return IsOrdinaryForLog<TVector, T>(x) ? LogOfOrdinary<TVector, T>(x) : LogOfAny<TVector, T>(x);
    }

    /// <summary>The same bits for any x: the instructions split it as <see cref="LogOfNormal"/> does, also a subnormal one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogByParts<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector m = TVector.Fraction(x), n = TVector.Exponent(x) - TVector.Exponent(m);
        return TVector.WithLimitsOfLog(LogOfParts<TVector, T>(m - 1, n), x);
    }

    /// <summary>True when every element is a positive normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOrdinaryForLog<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        TVector.AllLessOrEqual(typeof(T) == typeof(float) ? FloatSmallestNormal : DoubleSmallestNormal, x)
        && TVector.AllLessOrEqual(x, typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreOrdinaryForLog<TVector, T>(TVector x0, TVector x1)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        AllBetween<TVector, T>(x0, x1, typeof(T) == typeof(float) ? FloatSmallestNormal : DoubleSmallestNormal, typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LogOfOrdinary<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        LogOfNormal<TVector, T>(x, typeof(T) == typeof(float) ? FloatExponentOrigin : DoubleExponentOrigin);

    /// <summary>ln(1 + x), also where x is tiny: float within 1 ULP everywhere, double within 2; −∞ at −1, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log1P<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        IsOrdinaryForLog1P<TVector, T>(x) ? Log1POfOrdinary<TVector, T>(x) : Log1POfAny<TVector, T>(x);

    /// <summary>True when every 1 + x is a positive normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOrdinaryForLog1P<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        TVector.AllLessOrEqual(typeof(T) == typeof(float) ? -0.99999994 : -0.99999999999999989, x)
        && TVector.AllLessOrEqual(x, Log1PLimit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreOrdinaryForLog1P<TVector, T>(TVector x0, TVector x1)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        AllBetween<TVector, T>(x0, x1, typeof(T) == typeof(float) ? -0.99999994 : -0.99999999999999989, Log1PLimit);

    /// <summary>From here on ln(1 + x) is ln x, by far.</summary>
    private const double Log1PLimit = 1L << 60;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogOfNormal<TVector, T>(TVector x, TVector origin)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector lowest = TVector.CreateBits(typeof(T) == typeof(float) ? FloatLowest : DoubleLowest);
        TVector bits = ExponentAbove<TVector, T>(x);
        TVector fraction = TVector.AddBits(bits & TVector.CreateBits(typeof(T) == typeof(float) ? 0x7fffff : 0xfffffffffffff), lowest);
        return LogOfParts<TVector, T>(fraction - 1, Exponent<TVector, T>(bits) - origin);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log1POfOrdinary<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        bool single = typeof(T) == typeof(float);
        TVector bits = ExponentAbove<TVector, T>(1 + x);
        // 2⁻ⁿ, and f = 2⁻ⁿ(1 + x) − 1 without the rounding of 1 + x.
        TVector exponent = bits & TVector.CreateBits(single ? 0x7f800000 : 0x7ff0000000000000);
        TVector scale = TVector.SubtractBits(TVector.CreateBits(single ? 0x7f000000 : 0x7fe0000000000000), exponent);
        TVector f = TVector.FusedMultiplyAdd(x, scale, scale - 1);
        TVector n = Exponent<TVector, T>(bits) - (single ? FloatExponentOrigin : DoubleExponentOrigin);
        return LogOfParts<TVector, T>(f, n) | (x & -0.0);
    }

    /// <summary>Moves the numbers of exponent n, from the lowest fraction to twice it, onto [2ⁿ, 2ⁿ⁺¹).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExponentAbove<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        TVector.AddBits(x, TVector.CreateBits(typeof(T) == typeof(float) ? 0x3f800000 - FloatLowest : 0x3ff0000000000000 - DoubleLowest));

    /// <summary>n + bias + 2²³ (2⁵²), from the exponent bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Exponent<TVector, T>(TVector bits)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        typeof(T) == typeof(float)
            ? TVector.ShiftRightBits(bits, 23) | TVector.CreateBits(0x4b000000)
            : TVector.ShiftRightBits(bits, 52) | TVector.CreateBits(0x4330000000000000);

    /// <summary>n·ln 2 + ln(1 + f).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogOfParts<TVector, T>(TVector f, TVector n)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // The upper part of ln 2 has so few bits that n times it is exact; high + low is n·ln 2 + f without error.
        TVector upper = typeof(T) == typeof(float) ? 0.693145751953125 : 0.6931471805598903;
        TVector high = TVector.FusedMultiplyAdd(n, upper, f);
        TVector low = f - TVector.FusedMultiplyAdd(n, -upper, high);
        if (typeof(T) == typeof(float))
        {
            low = TVector.FusedMultiplyAdd(n, 1.4286068203094172e-6, low);
            TVector p = -4.51804064e-2;
            p = TVector.FusedMultiplyAdd(p, f, 0.104802974);
            p = TVector.FusedMultiplyAdd(p, f, -0.131697476);
            p = TVector.FusedMultiplyAdd(p, f, 0.144785941);
            p = TVector.FusedMultiplyAdd(p, f, -0.166464314);
            p = TVector.FusedMultiplyAdd(p, f, 0.199907139);
            p = TVector.FusedMultiplyAdd(p, f, -0.250001162);
            p = TVector.FusedMultiplyAdd(p, f, 0.333334535);
            p = TVector.FusedMultiplyAdd(p, f, -0.5);
            return high + TVector.FusedMultiplyAdd(f * f, p, low);
        }
        else
        {
            // ln(1 + f) = f − f²/2 + s·(f²/2 + R(s²)) with s = f / (2 + f).
            low = TVector.FusedMultiplyAdd(n, 5.497923018708371e-14, low);
            TVector s = f / (2 + f), square = s * s, half = 0.5 * f * f, p = 0.14798017536961214;
            p = TVector.FusedMultiplyAdd(p, square, 0.15313855444726068);
            p = TVector.FusedMultiplyAdd(p, square, 0.1818357149579129);
            p = TVector.FusedMultiplyAdd(p, square, 0.22222198443972385);
            p = TVector.FusedMultiplyAdd(p, square, 0.2857142874356461);
            p = TVector.FusedMultiplyAdd(p, square, 0.39999999999409713);
            p = TVector.FusedMultiplyAdd(p, square, 0.6666666666666735);
            return high + (TVector.FusedMultiplyAdd(s, TVector.FusedMultiplyAdd(p, square, half), low) - half);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector LogOfAny<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        bool single = typeof(T) == typeof(float);
        TVector subnormal = x < (single ? FloatSmallestNormal : DoubleSmallestNormal);
        TVector normal = TVector.Select(subnormal, x * (single ? 0x1000000 : 0x40000000000000), x);
        TVector origin = single
            ? TVector.Select(subnormal, FloatExponentOrigin + 24, FloatExponentOrigin)
            : TVector.Select(subnormal, DoubleExponentOrigin + 54, DoubleExponentOrigin);
        TVector y = LogOfNormal<TVector, T>(normal, origin);
        y = TVector.Select(x > (single ? float.MaxValue : double.MaxValue), x, y);
        y = TVector.Select(x > 0, y, double.NaN);
        return TVector.Select(TVector.Equal(x, 0), double.NegativeInfinity, y);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector Log1POfAny<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector y = TVector.Select(x > Log1PLimit, LogOfAny<TVector, T>(x), Log1POfOrdinary<TVector, T>(x));
        y = TVector.Select(x > -1, y, double.NaN);
        return TVector.Select(TVector.Equal(x, -1), double.NegativeInfinity, y);
    }
}
