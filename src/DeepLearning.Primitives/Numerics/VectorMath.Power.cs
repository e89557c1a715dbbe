using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <remarks>
/// aᵇ = e^(b·ln|a|), the logarithm and its product with b in two numbers each, whose sum has some 20 bits more than a
/// double. Floats are computed as doubles.
/// </remarks>
internal static partial class VectorMath
{
    /// <summary>1 / √x: within 1 ULP.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Rsqrt<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => TVector.InDouble(x, default(InverseRoot));

    /// <summary>aᵇ as IEEE 754 defines pow: within 1 ULP, and exact where the result is a number of the type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Pow<TVector, T>(TVector a, TVector b)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => TVector.InDouble(a, b, default(Power));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector PowOfDouble<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, double>
    {
        TVector magnitude = TVector.Abs(a), isOne = TVector.Equal(magnitude, 1);
        LogInTwo(magnitude, out TVector high, out TVector low);
        // Beyond these the result is 0 or infinite, and the product's rest would be NaN. A NaN stands on the right.
        TVector product = TVector.Min(800, TVector.Max(-800, b * high));
        TVector isMiddle = TVector.Abs(product) < 800;
        TVector rest = TVector.Select(isMiddle, TVector.FusedMultiplyAdd(b, low, TVector.FusedMultiplyAdd(b, high, -product)), 0);
        TVector y = TVector.Select(isOne, 1, ExpOfTwo(product, rest));

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
        TVector s = f / sum, sRest = TVector.FusedMultiplyAdd(-s, sumRest, TVector.FusedMultiplyAdd(-s, sum, f)) / sum;
        TVector square = s * s, squareRest = TVector.FusedMultiplyAdd(s, s, -square) + (2 * s * sRest);
        TVector cube = square * s, cubeRest = TVector.FusedMultiplyAdd(square, s, -cube) + (square * sRest) + (squareRest * s);
        TVector third = cube * 0.6666666666666666;
        TVector thirdRest = TVector.FusedMultiplyAdd(cube, 0.6666666666666666, -third) + (cubeRest * 0.6666666666666666) + (cube * 3.700743415417188e-17);
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

    private readonly struct InverseRoot : IMap1<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, ISimd<TVector, double>
        {
            // Newton's step takes away what the root and the quotient were rounded by; 0 and ∞ have none.
            TVector y = 1 / TVector.Sqrt(x);
            TVector error = TVector.FusedMultiplyAdd(-(x * y), y, 1);
            TVector isProper = (x > 0) & (x <= double.MaxValue);
            return TVector.Select(isProper, TVector.FusedMultiplyAdd(0.5 * y, error, y), y);
        }
    }
}
