using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <remarks>
/// aᵇ = e^(b·ln|a|), the logarithm and its product with b in two numbers each, whose sum has some 20 bits more than a
/// double. Floats are computed as doubles, where one number for each is enough: aᵇ = 2^(b·log₂ a), the logarithm without a
/// division, and the polynomials Sollya's fpminimax.
/// </remarks>
internal static partial class VectorMath
{
    /// <summary>2⁻ᵏᐟ⁸ for k from 0 to 7.</summary>
    private static ReadOnlySpan<double> EighthRoots =>
    [
        1, 0.9170040432046712, 0.8408964152537145, 0.7711054127039704,
        0.7071067811865476, 0.6484197773255048, 0.5946035575013605, 0.5452538663326288,
    ];

    /// <summary>The bits of the smallest m: 1 − 5/128.</summary>
    private const long LowestOfFloats = 0x3feec00000000000;

    /// <summary>aᵇ as IEEE 754 defines pow: within 1 ULP, and exact where the result is a number of the type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Pow<TVector, T>(TVector a, TVector b)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        if (typeof(T) != typeof(float)) return TVector.InDouble(a, b, default(Power));
        // Twice of it in one method has more constants than there are registers, each of which the JIT wants to keep.
        if (TVector.Count != WidestOfDoubles) return CalledPow<TVector, T>(a, b);
        return AreOrdinaryForPow<TVector, T>(a, b) ? TVector.InDouble(a, b, default(PowerOfOrdinary)) : PowOfAnyFloats<TVector, T>(a, b);
    }

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

    /// <summary>Elements of the widest vector of doubles: Elementwise gives a map in doubles as many floats.</summary>
    private static int WidestOfDoubles
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated ? 8 : Vector256.IsHardwareAccelerated ? 4 : 2;
    }

    /// <summary>True when every a is a positive normal number and no b is beyond 2⁴⁰; large ones may be taken for others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreOrdinaryForPow<TVector, T>(TVector a, TVector b)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // With the sign moved into the exponent, an a that is negative, infinite or NaN is larger than any other, and what
        // is too small is a NaN once the smallest normal number is subtracted: one comparison, of floats that are these bits.
        TVector size = TVector.SubtractBits(TVector.ShiftRightBits(a, 1), TVector.CreateBits(0x400000));
        return TVector.AllLessOrEqual(TVector.FusedMultiplyAdd(TVector.Abs(b), 9.094947017729282e-13, size), 0.99999994);
    }

    /// <summary>The same by calls, for loops that have no place for more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static TVector CalledPow<TVector, T>(TVector a, TVector b)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        typeof(T) != typeof(float) ? TVector.InDouble(a, b, default(Power))
        : AreOrdinaryForPow<TVector, T>(a, b) ? TVector.InDouble(a, b, default(CalledPower)) : PowOfAnyFloats<TVector, T>(a, b);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector PowOfAnyFloats<TVector, T>(TVector a, TVector b)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => TVector.InDouble(a, b, default(PowerOfFloats));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector PowOfOrdinary<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, double> => PowerOfTwoOf(b * LogOfFloats(a));

    /// <summary>log₂ a for positive doubles that are floats, with an error below 2⁻⁴⁶ of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogOfFloats<TVector>(TVector a)
        where TVector : struct, ISimd<TVector, double>
    {
        // a = 2ⁿ·m. By its piece k, of eight, m is near 2ᵏᐟ⁸, and around 1 that is 1. 8n + k is in the upper bits.
        TVector bits = TVector.AddBits(a, TVector.CreateBits(0x3ff0000000000000 - LowestOfFloats));
        TVector m = TVector.AddBits(bits & TVector.CreateBits(0xfffffffffffff), TVector.CreateBits(LowestOfFloats));
        TVector piece = TVector.ShiftRightBits(bits, 49), n = (piece | TVector.CreateBits(0x4300000000000000)) - (0x2000000000000 + 1023);
        TVector r = TVector.FusedMultiplyAdd(m, TVector.LookUp(in MemoryMarshal.GetReference(EighthRoots), piece), -1);
        // Even and odd powers side by side: the chain of additions is half as long.
        TVector square = r * r, even = 0.12926925030892466, odd = -0.17831909746046054;
        even = TVector.FusedMultiplyAdd(even, square, 0.20613058150655028);
        odd = TVector.FusedMultiplyAdd(odd, square, -0.24045598967620174);
        even = TVector.FusedMultiplyAdd(even, square, 0.28853908665171346);
        odd = TVector.FusedMultiplyAdd(odd, square, -0.36067375381922678);
        even = TVector.FusedMultiplyAdd(even, square, 0.480898346880546);
        odd = TVector.FusedMultiplyAdd(odd, square, -0.72134752044615325);
        even = TVector.FusedMultiplyAdd(even, square, 1.442695040888972);
        return TVector.FusedMultiplyAdd(TVector.FusedMultiplyAdd(odd, r, even), r, n);
    }

    /// <summary>2ᵗ for |t| ≤ 2⁵⁰ where that is near a float, rounded once when made one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector PowerOfTwoOf<TVector>(TVector t)
        where TVector : struct, ISimd<TVector, double>
    {
        if (TVector.HasScale)
        {
            TVector f = TVector.FromNearest(t);
            return TVector.Scale(PowerOfTwoOfFraction(f), t - f);
        }
        else
        {
            TVector rounded = t + DoubleRounder, f = t - (rounded - DoubleRounder);
            // Beside the polynomial, not before it. A NaN stands on the right of Min and Max and so stays.
            rounded = TVector.Min(DoubleRounder + 200, TVector.Max(DoubleRounder - 200, rounded));
            return PowerOfTwoOfFraction(f) * PowerOfTwo<TVector, double>(rounded);
        }
    }

    /// <summary>2ᶠ for |f| ≤ ½ to 37 bits, its error being below 2⁻³⁸: a power that is half-way between two floats is so exactly then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector PowerOfTwoOfFraction<TVector>(TVector f)
        where TVector : struct, ISimd<TVector, double>
    {
        TVector square = f * f, even = 1.3175855130555124e-6, odd = 1.5309737429372027e-5;
        even = TVector.FusedMultiplyAdd(even, square, 1.5403851765708314e-4);
        odd = TVector.FusedMultiplyAdd(odd, square, 1.3333452062213966e-3);
        even = TVector.FusedMultiplyAdd(even, square, 9.618128542830073e-3);
        odd = TVector.FusedMultiplyAdd(odd, square, 5.5504109393417593e-2);
        even = TVector.FusedMultiplyAdd(even, square, 0.240226506988806);
        odd = TVector.FusedMultiplyAdd(odd, square, 0.69314718054651414);
        even = TVector.FusedMultiplyAdd(even, square, 1.0000000000034004);
        // 2⁻³⁸ more than 2ᶠ, and cut off.
        return TVector.FusedMultiplyAdd(odd, f, even) & TVector.CreateBits(~0xffffL);
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

    /// <summary>aᵇ for doubles that are floats as <see cref="AreOrdinaryForPow"/> asks for.</summary>
    private readonly struct PowerOfOrdinary : IMap2<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, double> => PowerOfTwoOf(b * LogOfFloats(a));
    }

    private readonly struct CalledPower : IMap2<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, double> => PowOfOrdinary(a, b);
    }

    private readonly struct PowerOfFloats : IMap2<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, double>
        {
            TVector magnitude = TVector.Abs(a), log = LogOfFloats(magnitude);
            log = TVector.Select(TVector.Equal(magnitude, 0), double.NegativeInfinity, log);
            log = TVector.Select(magnitude > double.MaxValue, double.PositiveInfinity, log);
            // Beyond these the result is 0 or infinite. A NaN stands on the right of Min and Max and so stays.
            TVector power = PowerOfTwoOf(TVector.Min(200, TVector.Max(-200, b * log)));
            return SignedPower(a, b, TVector.Select(TVector.Equal(magnitude, 1), 1, power));
        }
    }
}
