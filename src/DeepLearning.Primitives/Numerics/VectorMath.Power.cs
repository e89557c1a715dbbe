using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <remarks>
/// aᵇ = e^(b·ln|a|), the logarithm and its product with b in two numbers each, whose sum has some 20 bits more than a
/// double. Floats are computed as doubles, where one number for each is enough.
/// </remarks>
internal static partial class VectorMath
{
    /// <summary>aᵇ as IEEE 754 defines pow: within 1 ULP, and exact where the result is a number of the type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Pow<TVector, T>(TVector a, TVector b)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        typeof(T) == typeof(float) ? TVector.InDouble(a, b, default(PowerOfFloats)) : TVector.InDouble(a, b, default(Power));

    /// <summary>x³ within 1 ULP: the rounding of the square goes along. At 10¹³ (10¹⁰³) the cube is infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Cube<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // A NaN stands on the right of Min and Max and so stays.
        TVector limit = typeof(T) == typeof(float) ? 1e13 : 1e103, near = TVector.Min(limit, TVector.Max(-limit, x));
        TVector square = near * near, rest = TVector.FusedMultiplySubtract(near, near, square);
        return TVector.FusedMultiplyAdd(square, near, rest * near) | (x & -0.0);
    }

    /// <summary>aᵇ for doubles that are floats, with an error that is small beside a float's.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector PowOfFloats<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, double>
    {
        // |a| = 2ⁿ·m, s = (m − 1) / (m + 1): log₂ m = s·P(s²)
        TVector bits = ExponentAbove<TVector, double>(TVector.Abs(a));
        TVector m = TVector.AddBits(bits & TVector.CreateBits(0xfffffffffffff), TVector.CreateBits(DoubleLowest));
        TVector s = (m - 1) / (m + 1), square = s * s, p = 0.2829018464908770;
        p = TVector.FusedMultiplyAdd(p, square, 0.3199055845616871);
        p = TVector.FusedMultiplyAdd(p, square, 0.4122092549812452);
        p = TVector.FusedMultiplyAdd(p, square, 0.5770779423402926);
        p = TVector.FusedMultiplyAdd(p, square, 0.9617966941134245);
        p = TVector.FusedMultiplyAdd(p, square, 2.8853900817778499);
        TVector log = TVector.FusedMultiplyAdd(p, s, Exponent<TVector, double>(bits) - DoubleExponentOrigin);
        bool isOrdinary = TVector.AllLessOrEqual(1e-45, a) && TVector.AllLessOrEqual(a, float.MaxValue) && TVector.AllLessOrEqual(TVector.Abs(b), float.MaxValue);
        return isOrdinary ? PowerOfTwoOf(b * log) : PowOfAnyFloats(a, b, log);
    }

    /// <summary>2ᵗ where that is near a float, rounded once when made one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector PowerOfTwoOf<TVector>(TVector t)
        where TVector : struct, ISimd<TVector, double>
    {
        // A NaN stands on the right of Min and Max and so stays.
        t = TVector.Min(200, TVector.Max(-200, t));
        TVector rounded = t + DoubleRounder, f = t - (rounded - DoubleRounder), p = 1.5201901982263970e-5;
        p = TVector.FusedMultiplyAdd(p, f, 1.5469317327702125e-4);
        p = TVector.FusedMultiplyAdd(p, f, 1.3333922851419891e-3);
        p = TVector.FusedMultiplyAdd(p, f, 9.6180271726976005e-3);
        p = TVector.FusedMultiplyAdd(p, f, 5.5504104e-2);
        p = TVector.FusedMultiplyAdd(p, f, 0.24022651198755224);
        p = TVector.FusedMultiplyAdd(p, f, 0.69314718072871473);
        p = TVector.FusedMultiplyAdd(p, f, 0.99999999996162126);
        return p * PowerOfTwo<TVector, double>(rounded);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector PowOfAnyFloats<TVector>(TVector a, TVector b, TVector log)
        where TVector : struct, ISimd<TVector, double>
    {
        TVector magnitude = TVector.Abs(a);
        log = TVector.Select(TVector.Equal(magnitude, 0), double.NegativeInfinity, log);
        log = TVector.Select(magnitude > double.MaxValue, double.PositiveInfinity, log);
        return SignedPower(a, b, TVector.Select(TVector.Equal(magnitude, 1), 1, PowerOfTwoOf(b * log)));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector PowOfDouble<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, double>
    {
        TVector magnitude = TVector.Abs(a), isOne = TVector.Equal(magnitude, 1);
        LogInTwo(magnitude, out TVector high, out TVector low);
        // Beyond these the result is 0 or infinite, and the product's rest would be NaN. A NaN stands on the right.
        TVector product = TVector.Min(800, TVector.Max(-800, b * high));
        TVector isMiddle = TVector.Abs(product) < 800;
        TVector rest = TVector.Select(isMiddle, TVector.FusedMultiplyAdd(b, low, TVector.FusedMultiplySubtract(b, high, product)), 0);
        return SignedPower(a, b, TVector.Select(isOne, 1, ExpOfTwo(product, rest)));
    }

    /// <summary>aᵇ from y = |a|ᵇ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SignedPower<TVector>(TVector a, TVector b, TVector y)
        where TVector : struct, ISimd<TVector, double>
    {
        // A number from 2⁵² on is an integer, from 2⁵³ on an even one.
        TVector size = TVector.Abs(b), half = 0.5 * size;
        TVector isInteger = (size >= 4503599627370496) | TVector.Equal((size + 4503599627370496) - 4503599627370496, size);
        TVector isEven = (size >= 9007199254740992) | TVector.Equal((half + 4503599627370496) - 4503599627370496, half);
        TVector sign = a & (TVector)(-0.0);
        y |= TVector.Select(isEven, 0, TVector.Select(isInteger, sign, 0));
        TVector isBelow = (a < 0) & (a >= -double.MaxValue);
        y = TVector.Select(isBelow, TVector.Select(isInteger, y, double.NaN), y);
        // NaN in, NaN out, but for x⁰ and 1ᵇ.
        TVector isNumber = TVector.Equal(a, a) & TVector.Equal(b, b);
        y = TVector.Select(isNumber, y, double.NaN);
        return TVector.Select(TVector.Equal(b, 0) | TVector.Equal(a, 1), 1, y);
    }

    /// <summary>ln x for x ≥ 0, as the sum of two numbers; ∓∞ and an arbitrary rest at 0 and ∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LogInTwo<TVector>(TVector x, out TVector high, out TVector low)
        where TVector : struct, ISimd<TVector, double>
    {
        TVector subnormal = x < DoubleSmallestNormal;
        TVector normal = TVector.Select(subnormal, x * 0x40000000000000, x);
        TVector origin = TVector.Select(subnormal, DoubleExponentOrigin + 54, DoubleExponentOrigin);
        TVector bits = ExponentAbove<TVector, double>(normal);
        TVector m = TVector.AddBits(bits & TVector.CreateBits(0xfffffffffffff), TVector.CreateBits(DoubleLowest));
        TVector n = Exponent<TVector, double>(bits) - origin;

        // s = (m − 1) / (m + 1); ln m = 2s + ⅔s³ + …, of which the first two terms are needed to more than a double.
        TVector f = m - 1, sum = m + 1, sumRest = m - (sum - 1);
        TVector s = f / sum, sRest = TVector.FusedSubtractProduct(s, sumRest, TVector.FusedSubtractProduct(s, sum, f)) / sum;
        TVector square = s * s, squareRest = TVector.FusedMultiplySubtract(s, s, square) + (2 * s * sRest);
        TVector cube = square * s, cubeRest = TVector.FusedMultiplySubtract(square, s, cube) + (square * sRest) + (squareRest * s);
        TVector third = cube * 0.6666666666666666;
        TVector thirdRest = TVector.FusedMultiplySubtract(cube, 0.6666666666666666, third) + (cubeRest * 0.6666666666666666) + (cube * 3.700743415417188e-17);
        TVector p = 0.08695652173913043;
        p = TVector.FusedMultiplyAdd(p, square, 0.09523809523809523);
        p = TVector.FusedMultiplyAdd(p, square, 0.10526315789473684);
        p = TVector.FusedMultiplyAdd(p, square, 0.11764705882352941);
        p = TVector.FusedMultiplyAdd(p, square, 0.13333333333333333);
        p = TVector.FusedMultiplyAdd(p, square, 0.15384615384615385);
        p = TVector.FusedMultiplyAdd(p, square, 0.18181818181818182);
        p = TVector.FusedMultiplyAdd(p, square, 0.2222222222222222);
        p = TVector.FusedMultiplyAdd(p, square, 0.2857142857142857);
        p = TVector.FusedMultiplyAdd(p, square, 0.4);
        p = p * (cube * square);

        // n·ln 2's upper part is exact; each sum leaves its rounding behind.
        TVector upper = n * 0.6931471805598903, lower = n * 5.497923018708371e-14, twice = s + s;
        TVector first = upper + twice, firstRest = Rest(upper, twice, first);
        TVector second = first + third, secondRest = Rest(first, third, second);
        TVector rest = firstRest + secondRest + (((sRest + sRest) + thirdRest) + (lower + p));
        high = second + rest;
        low = (second - high) + rest;
        TVector isInfinite = x > double.MaxValue, isZero = TVector.Equal(x, 0);
        high = TVector.Select(isZero, double.NegativeInfinity, TVector.Select(isInfinite, double.PositiveInfinity, high));
    }

    /// <summary>What a + b lost in being rounded to sum, whichever is larger.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Rest<TVector>(TVector a, TVector b, TVector sum)
        where TVector : struct, ISimd<TVector, double>
    {
        TVector virtualB = sum - a;
        return (a - (sum - virtualB)) + (b - virtualB);
    }

    /// <summary>e^(x + rest) for |x| ≤ 800, the rest small beside x; rounded once but for what is subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpOfTwo<TVector>(TVector x, TVector rest)
        where TVector : struct, ISimd<TVector, double>
    {
        TVector rounded = TVector.FusedMultiplyAdd(x, 1.4426950408889634, DoubleRounder), n = rounded - DoubleRounder;
        TVector r = TVector.FusedMultiplyAdd(n, -0.6931471805599453, x) + TVector.FusedMultiplyAdd(n, -2.3190468138462996e-17, rest);
        return ScaleInTwo<TVector, double>(ExpOfReduced<TVector, double>(r), rounded);
    }

    private readonly struct Power : IMap2<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, double> => PowOfDouble(a, b);
    }

    private readonly struct PowerOfFloats : IMap2<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, double> => PowOfFloats(a, b);
    }
}
