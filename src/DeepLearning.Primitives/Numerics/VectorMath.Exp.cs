using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <remarks>
/// eˣ = 2ⁿ·eʳ with n = round(x / ln 2) and |r| ≤ ½ ln 2; eʳ is a polynomial found by Sollya's fpminimax.
/// </remarks>
internal static partial class VectorMath
{
    /// <summary>2ⁿ is a normal number, and so is eˣ, for |x| up to here.</summary>
    private const double FloatExpLimit = 87, DoubleExpLimit = 708;

    /// <summary>Up to here eˣ is nearer to 0 than to the smallest number there is.</summary>
    private const double FloatExpZero = -104, DoubleExpZero = -746;

    /// <summary>2ⁿ − 1 is exact for x up to here.</summary>
    private const double FloatExpM1Limit = 16, DoubleExpM1Limit = 36;

    /// <summary>Added to a small number, leaves its nearest integer, plus the exponent bias, in the lowest bits.</summary>
    private const double FloatRounder = 0x1800000 / 2 + 127, DoubleRounder = 0x18000000000000 + 1023;

    /// <summary>eˣ: float within 1 ULP everywhere, double within 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        if (TVector.HasScale) return ScaledExp<TVector, T>(BelowOverflow<TVector, T>(x), x);
        return IsOrdinaryForExp<TVector, T>(x) ? ExpOfOrdinary<TVector, T>(x) : ExpOfAny<TVector, T>(x);
    }

    /// <summary>The bits of <see cref="Exp"/> without a branch, for where numbers that are not ordinary are common.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector SteadyExp<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        if (TVector.HasScale) return Exp<TVector, T>(x);
        TVector r = ReduceExp<TVector, T>(AboveZero<TVector, T>(BelowOverflow<TVector, T>(x)), out TVector rounded);
        return ScaleInTwo<TVector, T>(ExpOrZero<TVector, T>(r, x), rounded);
    }

    /// <summary>The same for x ≤ 0 or NaN, as the differences from a row's maximum are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpOfNotPositive<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        if (TVector.HasScale) return ScaledExp<TVector, T>(x, x);
        TVector r = ReduceExp<TVector, T>(AboveZero<TVector, T>(x), out TVector rounded);
        // 2ⁿ may be subnormal, but no part of it that is larger by a constant: the last product alone can round.
        bool single = typeof(T) == typeof(float);
        TVector power = PowerOfTwo<TVector, T>(rounded + (single ? 64 : 512));
        return ExpOrZero<TVector, T>(r, x) * power * (single ? 5.421010862427522e-20 : 7.458340731200207e-155);
    }

    /// <summary>eˣ from <paramref name="reducible"/>, which is x where eˣ is no infinity. Scale takes any n there is, also −∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ScaledExp<TVector, T>(TVector reducible, TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector r = ReduceExp<TVector, T>(reducible, out TVector rounded);
        return TVector.Scale(ExpOrZero<TVector, T>(r, x), rounded - (typeof(T) == typeof(float) ? FloatRounder : DoubleRounder));
    }

    /// <summary>x as far as eˣ is not 0. A NaN stands on the right of Max and so stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AboveZero<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => TVector.Max(typeof(T) == typeof(float) ? FloatExpZero : DoubleExpZero, x);

    /// <summary>x as far as eˣ is not infinite. A NaN stands on the right of Min and so stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector BelowOverflow<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => TVector.Min(typeof(T) == typeof(float) ? 89 : 710, x);

    /// <summary>
    /// eʳ, but 0 where eˣ is: a product that underflows takes x86 processors ten times as long as all the rest, and
    /// logits that a mask has made −∞ or −10⁹ are common.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpOrZero<TVector, T>(TVector r, TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectLess(x, typeof(T) == typeof(float) ? FloatExpZero : DoubleExpZero, 0, ExpOfReduced<TVector, T>(r));

    /// <summary>True when 2ⁿ and e^±x are normal numbers in every element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOrdinaryForExp<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        TVector.AllLessOrEqual(TVector.Abs(x), typeof(T) == typeof(float) ? FloatExpLimit : DoubleExpLimit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpOfOrdinary<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector r = ReduceExp<TVector, T>(x, out TVector rounded), power = PowerOfTwo<TVector, T>(rounded);
        return ExpOfReduced<TVector, T>(r) * power;
    }

    /// <summary>eˣ − 1, also where it is tiny: float within 1 ULP everywhere, double within 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpM1<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        IsOrdinaryForExpM1<TVector, T>(x) ? ExpM1OfOrdinary<TVector, T>(x) : ExpM1OfAny<TVector, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOrdinaryForExpM1<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        TVector.AllLessOrEqual(TVector.Abs(x), typeof(T) == typeof(float) ? FloatExpM1Limit : DoubleExpM1Limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpM1OfOrdinary<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector power = ReduceExpM1<TVector, T>(x, out TVector part);
        return TVector.FusedMultiplyAdd(power, part, power - 1) | (x & -0.0);
    }

    /// <summary>
    /// x = n·ln 2 + r: returns r, and n + bias + <paramref name="raise"/> in the lowest bits of <paramref name="rounded"/>. The
    /// first product is subtracted without error: float's ln 2 has few bits, double's error is beyond r's last bit.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ReduceExp<TVector, T>(TVector x, out TVector rounded, int raise = 0)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        if (typeof(T) == typeof(float))
        {
            rounded = TVector.FusedMultiplyAdd(x, 1.4426950408889634, FloatRounder + raise);
            TVector n = rounded - (FloatRounder + raise);
            return TVector.FusedMultiplyAdd(n, -1.4286068203094172e-6, TVector.FusedMultiplyAdd(n, -0.693145751953125, x));
        }
        else
        {
            rounded = TVector.FusedMultiplyAdd(x, 1.4426950408889634, DoubleRounder + raise);
            TVector n = rounded - (DoubleRounder + raise);
            return TVector.FusedMultiplyAdd(n, -2.3190468138462996e-17, TVector.FusedMultiplyAdd(n, -0.6931471805599453, x));
        }
    }

    /// <summary>The same of x + low, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ReduceExp<TVector, T>(TVector x, TVector low, out TVector rounded, int raise = 0)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        bool single = typeof(T) == typeof(float);
        double rounder = (single ? FloatRounder : DoubleRounder) + raise;
        rounded = TVector.FusedMultiplyAdd(x, 1.4426950408889634, rounder);
        TVector n = rounded - rounder;
        TVector rest = TVector.FusedMultiplyAdd(n, single ? -1.4286068203094172e-6 : -2.3190468138462996e-17, low);
        return TVector.FusedMultiplyAdd(n, single ? -0.693145751953125 : -0.6931471805599453, x) + rest;
    }

    /// <summary>2ⁿ from the n + bias in the lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector PowerOfTwo<TVector, T>(TVector rounded)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        // Written out twice: only a literal count becomes an immediate operand.
        typeof(T) == typeof(float) ? TVector.ShiftLeftBits(rounded, 23) : TVector.ShiftLeftBits(rounded, 52);

    /// <summary>eʳ for |r| ≤ ½ ln 2. Added up in this order, its last roundings are smaller than by way of eʳ − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpOfReduced<TVector, T>(TVector r)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        TVector.FusedMultiplyAdd(TVector.FusedMultiplyAdd(ExpRest<TVector, T>(r), r, 1), r, 1);

    /// <summary>eʳ − 1 for |r| ≤ ½ ln 2, with an error that is small beside 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpM1OfReduced<TVector, T>(TVector r)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => TVector.FusedMultiplyAdd(r * r, ExpRest<TVector, T>(r), r);

    /// <summary>(eʳ − 1 − r) / r² for |r| ≤ ½ ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpRest<TVector, T>(TVector r)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector p;
        if (typeof(T) == typeof(float))
        {
            p = 1.37824996e-3;
            p = TVector.FusedMultiplyAdd(p, r, 8.36867373e-3);
            p = TVector.FusedMultiplyAdd(p, r, 4.16689627e-2);
            p = TVector.FusedMultiplyAdd(p, r, 0.166665211);
            return TVector.FusedMultiplyAdd(p, r, 0.499999911);
        }
        else
        {
            p = 2.5004582713130317e-8;
            p = TVector.FusedMultiplyAdd(p, r, 2.7630465846616767e-7);
            p = TVector.FusedMultiplyAdd(p, r, 2.7557572108406534e-6);
            p = TVector.FusedMultiplyAdd(p, r, 2.4801492432692467e-5);
            p = TVector.FusedMultiplyAdd(p, r, 1.9841269522566756e-4);
            p = TVector.FusedMultiplyAdd(p, r, 1.3888888944350514e-3);
            p = TVector.FusedMultiplyAdd(p, r, 8.333333333487040e-3);
            p = TVector.FusedMultiplyAdd(p, r, 4.1666666666526964e-2);
            p = TVector.FusedMultiplyAdd(p, r, 0.16666666666666424);
            return TVector.FusedMultiplyAdd(p, r, 0.5000000000000011);
        }
    }

    /// <summary>
    /// eˣ = 2ⁿ·(1 + <paramref name="part"/>); returns 2ⁿ. Where |x| &lt; ½, n is 0 and the part is eˣ − 1 itself.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ReduceExpM1<TVector, T>(TVector x, out TVector part)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // x = n·ln 2 + r with r = high + low, and high exact.
        TVector high, low, r, p, rounded, small = TVector.Abs(x) < 0.5;
        if (typeof(T) == typeof(float))
        {
            rounded = TVector.Select(small, FloatRounder, TVector.FusedMultiplyAdd(x, 1.4426950408889634, FloatRounder));
            TVector n = rounded - FloatRounder;
            high = TVector.FusedMultiplyAdd(n, -0.693145751953125, x);
            low = n * -1.4286068203094172e-6;
            r = high + low;
            p = 1.99133792e-4;
            p = TVector.FusedMultiplyAdd(p, r, 1.40039076e-3);
            p = TVector.FusedMultiplyAdd(p, r, 8.33335891e-3);
            p = TVector.FusedMultiplyAdd(p, r, 4.16650884e-2);
            p = TVector.FusedMultiplyAdd(p, r, 0.166666657);
            p = TVector.FusedMultiplyAdd(p, r, 0.50000006);
        }
        else
        {
            rounded = TVector.Select(small, DoubleRounder, TVector.FusedMultiplyAdd(x, 1.4426950408889634, DoubleRounder));
            TVector n = rounded - DoubleRounder;
            high = TVector.FusedMultiplyAdd(n, -0.6931471805599453, x);
            low = n * -2.3190468138462996e-17;
            r = high + low;
            p = 1.604088678809068e-10;
            p = TVector.FusedMultiplyAdd(p, r, 2.0966458582380890e-9);
            p = TVector.FusedMultiplyAdd(p, r, 2.5052505177571793e-8);
            p = TVector.FusedMultiplyAdd(p, r, 2.7557054317971724e-7);
            p = TVector.FusedMultiplyAdd(p, r, 2.7557317898300696e-6);
            p = TVector.FusedMultiplyAdd(p, r, 2.4801587665547984e-5);
            p = TVector.FusedMultiplyAdd(p, r, 1.9841269843064478e-4);
            p = TVector.FusedMultiplyAdd(p, r, 1.3888888888661156e-3);
            p = TVector.FusedMultiplyAdd(p, r, 8.3333333333323132e-3);
            p = TVector.FusedMultiplyAdd(p, r, 4.1666666666667164e-2);
            p = TVector.FusedMultiplyAdd(p, r, 0.16666666666666669);
            p = TVector.FusedMultiplyAdd(p, r, 0.5);
        }

        part = high + TVector.FusedMultiplyAdd(r * r, p, low);
        return PowerOfTwo<TVector, T>(rounded);
    }

    /// <summary>
    /// 2ⁿ comes in two factors, since it may be no normal number; an ordinary element has the bits of <see cref="Exp"/>,
    /// because only the last product can round.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector ExpOfAny<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => SteadyExp<TVector, T>(x);

    /// <summary>y·2ⁿ, where 2ⁿ may be out of range and the result subnormal or infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ScaleInTwo<TVector, T>(TVector y, TVector rounded)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector rounder = typeof(T) == typeof(float) ? FloatRounder : DoubleRounder;
        TVector n = rounded - rounder, half = TVector.FusedMultiplyAdd(n, 0.5, rounder);
        TVector rest = n - (half - rounder) + rounder;
        return y * PowerOfTwo<TVector, T>(half) * PowerOfTwo<TVector, T>(rest);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector ExpM1OfAny<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        bool single = typeof(T) == typeof(float);
        TVector expLimit = single ? FloatExpLimit : DoubleExpLimit;
        TVector clamped = TVector.Min(expLimit, TVector.Max(-expLimit, x));
        TVector power = ReduceExpM1<TVector, T>(clamped, out TVector part);
        // 2ⁿ·(1 + part) − 1 with the one taken off the part, where 2ⁿ − 1 would be rounded.
        TVector large = TVector.FusedMultiplyAdd(power, part - (1 / power), power);
        TVector y = TVector.Select(x > (single ? FloatExpM1Limit : DoubleExpM1Limit), large, ExpM1OfOrdinary<TVector, T>(clamped));
        return TVector.Select(x > expLimit, ExpOfAny<TVector, T>(x), y);
    }
}
