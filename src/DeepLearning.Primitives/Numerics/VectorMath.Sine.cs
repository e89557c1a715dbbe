using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <remarks>
/// x = n·π/2 + r with |r| ≤ π/4, r as the sum of two numbers; sine or cosine of r, as n's lowest bits say. The polynomials
/// are those of fdlibm's kernels. Floats that are not large have a form of their own.
/// </remarks>
internal static partial class VectorMath
{
    /// <summary>Up to here π/2 in three parts is exact enough (Cody and Waite); beyond, all bits of 2/π that matter are multiplied.</summary>
    private const double LargeAngle = 1 << 30;

    /// <summary>Leaves the nearest integer in the lowest bits.</summary>
    private const double Rounder = 0x18000000000000;

    /// <summary>sin(x + quarters·π/2): float within 1 ULP everywhere, double within 2; NaN at ±∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sine<TVector, T>(TVector x, int quarters)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        typeof(T) != typeof(float) ? TVector.InDouble(x, new Turned(quarters))
        : IsOrdinaryForSine<TVector, T>(TVector.Abs(x)) ? SineOfOrdinary<TVector, T>(x, quarters)
        : SineOfAnyFloat<TVector, T>(x, quarters);

    /// <summary>True when every angle, whose magnitude this is, is one of few turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOrdinaryForSine<TVector, T>(TVector magnitude)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        TVector.AllLessOrEqual(magnitude, typeof(T) == typeof(float) ? FloatLargeAngle : LargeAngle);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector SineOfOrdinary<TVector, T>(TVector x, int quarters)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        typeof(T) == typeof(float) ? SineOfOrdinaryFloats<TVector, T>(x, quarters) : TVector.InDouble(x, new ModeratelyTurned(quarters));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SineOfDouble<TVector>(TVector x, int quarters)
        where TVector : struct, ISimd<TVector, double> =>
        TVector.AllLessOrEqual(TVector.Abs(x), LargeAngle) ? SineOfModerate(x, quarters) : SineOfAny(x, quarters);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SineOfModerate<TVector>(TVector x, int quarters)
        where TVector : struct, ISimd<TVector, double>
    {
        TVector rounded = TVector.FusedMultiplyAdd(x, 0.6366197723675814, Rounder), n = rounded - Rounder;
        // The first difference is a multiple of 2⁻⁵³ below 1, and so exact; the second leaves its rounding behind.
        TVector a = TVector.FusedMultiplyAdd(n, -1.5707963267948966, x);
        TVector b = n * -6.123233995736766e-17, bRest = TVector.FusedMultiplySubtract(n, -6.123233995736766e-17, b);
        TVector sum = a + b, rest = TVector.FusedMultiplyAdd(n, 1.4973849048591698e-33, Rest(a, b, sum) + bRest);
        // −0 keeps its sign.
        TVector r = TVector.Select(TVector.Equal(sum, 0), sum, sum + rest);
        return SineOfReduced(r, (sum - r) + rest, rounded, quarters);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SineOfReduced<TVector>(TVector r, TVector rest, TVector rounded, int quarters)
        where TVector : struct, ISimd<TVector, double>
    {
        TVector quadrant = TVector.AddBits(rounded, TVector.CreateBits(quarters));
        TVector z = r * r, v = z * r, half = 0.5 * z;
        TVector s = 1.58969099521155010221e-10;
        s = TVector.FusedMultiplyAdd(s, z, -2.50507602534068634195e-08);
        s = TVector.FusedMultiplyAdd(s, z, 2.75573137070700676789e-06);
        s = TVector.FusedMultiplyAdd(s, z, -1.98412698298579493134e-04);
        s = TVector.FusedMultiplyAdd(s, z, 8.33333333332248946124e-03);
        TVector sine = r - (((z * ((0.5 * rest) - (v * s))) - rest) - (v * -1.66666666666666324348e-01));
        TVector c = -1.13596475577881948265e-11;
        c = TVector.FusedMultiplyAdd(c, z, 2.08757232129817482790e-09);
        c = TVector.FusedMultiplyAdd(c, z, -2.75573143513906633035e-07);
        c = TVector.FusedMultiplyAdd(c, z, 2.48015872894767294178e-05);
        c = TVector.FusedMultiplyAdd(c, z, -1.38888888888741095749e-03);
        c = TVector.FusedMultiplyAdd(c, z, 4.16666666666666019037e-02);
        TVector whole = 1 - half;
        TVector cosine = whole + (((1 - whole) - half) + TVector.FusedMultiplySubtract(z * z, c, r * rest));
        // The cosine in odd quadrants, and the other sign in the third and fourth.
        return TVector.SelectOdd(quadrant, cosine, sine) ^ (TVector.ShiftLeftBits(quadrant, 62) & -0.0);
    }

    /// <summary>Large angles are reduced one by one, those among them that are not as before.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector SineOfAny<TVector>(TVector x, int quarters)
        where TVector : struct, ISimd<TVector, double>
    {
        Span<double> elements = stackalloc double[TVector.Count], rests = stackalloc double[TVector.Count], turns = stackalloc double[TVector.Count];
        TVector isLarge = TVector.Abs(x) > LargeAngle;
        x.Store(ref elements[0], 0);
        for (int i = 0; i < elements.Length; i++)
        {
            if (Math.Abs(elements[i]) > LargeAngle) ReduceLarge(elements[i], out elements[i], out rests[i], out turns[i]);
            else turns[i] = Rounder;
        }

        TVector large = SineOfReduced(TVector.Load(ref elements[0], 0), TVector.Load(ref rests[0], 0), TVector.Load(ref turns[0], 0), quarters);
        return TVector.Select(isLarge, large, SineOfModerate(x, quarters));
    }

    /// <summary>2/π from 2⁻¹ on, after 64 zeros: enough bits for the largest double.</summary>
    private static ReadOnlySpan<ulong> TwoOverPi =>
    [
        0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
        0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
        0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea,
        0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
    ];

    /// <summary>x = n·π/2 + r + rest for |x| of 2³⁰ and more (Payne and Hanek); n goes into the lowest bits of <paramref name="rounded"/>.</summary>
    private static void ReduceLarge(double x, out double r, out double rest, out double rounded)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(x);
        int exponent = (int)(bits >> 52 & 0x7ff) - 1075;
        (r, rest, rounded) = (double.NaN, 0, Rounder);
        if (exponent == 2047 - 1075) return;
        ulong m = (bits & 0xfffffffffffff) | 0x10000000000000;

        // |x| = m·2^exponent. Bits of 2/π that make multiples of 4 are left out, and 192 from there on are taken: the
        // product's upper two bits are the quadrant, the others the part of it.
        int start = 64 + exponent - 2, word = start / 64, shift = start % 64;
        ulong w0 = Word(word, shift), w1 = Word(word + 1, shift), w2 = Word(word + 2, shift);
        ulong p0 = m * w0, p1 = Math.BigMul(m, w1, out ulong low1) + p0, high2 = Math.BigMul(m, w2, out ulong p2);
        ulong middle = low1 + high2;
        ulong upper = p1 + (middle < low1 ? 1UL : 0);
        int n = (int)(upper >> 62);
        UInt128 fraction = new(upper << 2 | middle >> 62, middle << 2 | p2 >> 62);
        ulong tail = p2 << 2;
        bool isNegative = upper << 2 >> 63 != 0;
        if (isNegative)
        {
            n++;
            fraction = ~fraction + (tail == 0 ? UInt128.One : UInt128.Zero);
            tail = 0 - tail;
        }

        // The fraction's first 106 bits in two numbers, times π/2.
        int zeros = (int)UInt128.LeadingZeroCount(fraction);
        UInt128 leading = zeros == 0 ? fraction : zeros >= 64 ? (fraction << zeros) | ((UInt128)tail << (zeros - 64)) : (fraction << zeros) | (tail >> (64 - zeros));
        double scale = BitConverter.UInt64BitsToDouble((ulong)(1023 - 53 - zeros) << 52);
        double high = (ulong)(leading >> 75) * scale, low = (ulong)(leading >> 22 & 0x1fffffffffffff) * (scale * (1.0 / 9007199254740992));
        r = high * 1.5707963267948966;
        rest = Math.FusedMultiplyAdd(high, 1.5707963267948966, -r) + Math.FusedMultiplyAdd(low, 1.5707963267948966, high * 6.123233995736766e-17);
        if (isNegative != x < 0) (r, rest) = (-r, -rest);
        rounded = Rounder + (x < 0 ? -n : n);

        static ulong Word(int word, int shift)
        {
            ulong first = word < TwoOverPi.Length ? TwoOverPi[word] : 0, second = word + 1 < TwoOverPi.Length ? TwoOverPi[word + 1] : 0;
            return shift == 0 ? first : first << shift | second >> (64 - shift);
        }
    }

    private readonly struct ModeratelyTurned(int quarters) : IMap1<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, ISimd<TVector, double> => SineOfModerate(x, quarters);
    }

    private readonly struct Turned(int quarters) : IMap1<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, ISimd<TVector, double> => SineOfDouble(x, quarters);
    }
}
