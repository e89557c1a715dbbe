using System.Runtime.CompilerServices;
using static DeepLearning.Primitives.Tests.Reals;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Plain double-precision references, for arguments that are floats: their error stays far below a thousandth of a
/// float's ULP, which VectorMathTests proves against golden values. Shared with the accuracy runner.
/// </summary>
internal static partial class MeasuredReferences
{
    /// <summary>2⁻¹²⁶: floats below are subnormal.</summary>
    public const double SmallestNormal = 1.1754943508222875e-38;

    /// <summary>2¹²⁸, what infinity stands for among floats.</summary>
    private const double Beyond = 340282366920938463463374607431768211456.0;

    /// <summary>Near 0 its series.</summary>
    public static Reals ExpM1(Reals x)
    {
        Reals isFar = Abs(x) >= 0.5, near = If(isFar, 0, x), sum = near, term = near;
        for (int k = 2; Any(Abs(term) > 1e-18 * Abs(sum)); k++) sum += term *= near * (1.0 / k);
        return If(isFar, Exp(x) - 1, sum);
    }

    /// <summary>ln of the rounded 1 + x, put right by what the rounding lost.</summary>
    public static Reals Log1P(Reals x)
    {
        Reals rounded = 1 + x, log = Log(rounded);
        return If(Abs(log) < double.PositiveInfinity, log + ((x - (rounded - 1)) / rounded), log);
    }

    public static Reals Sigmoid(Reals x) => 1 / (1 + Exp(-x));

    public static Reals Tanh(Reals x)
    {
        Reals minus = ExpM1(-2 * Abs(x));
        return WithSign(minus / (minus + 2), x);
    }

    public static Reals Erf(Reals x) => If(Abs(x) > 3, WithSign(1 - ErfcFraction(Abs(x)), x), ErfSeries(x));

    public static Reals Erfc(Reals x) => If(x >= 2, ErfcFraction(x), 1 - Erf(x));

    /// <summary>2/√π·e^(−x²); a float's square is exact.</summary>
    public static Reals Gaussian(Reals x) => 2 / Math.Sqrt(Math.PI) * Exp(-(x * x));

    /// <summary>For a small exponent: e^(y·ln x) loses as many bits as y·ln x has before the point.</summary>
    public static Reals Pow(Reals x, double y) => If(x < 0, double.NaN, Exp(y * Clamp(Log(x), -1000, 1000)));

    /// <summary>2/√π·e^(−x²)·Σ 2ᵏ x²ᵏ⁺¹ / (2k+1)!!, whose terms all have one sign; up to 3.</summary>
    private static Reals ErfSeries(Reals x)
    {
        Reals near = If(Abs(x) > 3, 0, x), square = near * near, sum = near, term = near;
        for (int k = 1; Any(Abs(term) > 1e-18 * Abs(sum)); k++) sum += term *= square * (2.0 / ((2 * k) + 1));
        return Gaussian(near) * sum;
    }

    /// <summary>Laplace's continued fraction for erfc, from 2 on.</summary>
    private static Reals ErfcFraction(Reals x)
    {
        Reals isFraction = (x >= 2) & (x < 28), tail = x;
        if (!Any(isFraction)) return 0;
        for (int k = 50; k > 0; k--) tail = x + (0.5 * k / tail);
        return If(isFraction, Exp(-(x * x)) / (Math.Sqrt(Math.PI) * tail), 0);
    }

    /// <summary>
    /// The distance of a result from the true value, in units of a float's last place there, or at
    /// <paramref name="scale"/> where that is larger.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Reals FloatUlps(Reals result, Reals truth, Reals scale)
    {
        // Infinity stands for 2¹²⁸.
        Reals value = Clamp(result, -Beyond, Beyond), largest = Clamp(Max(scale, Abs(truth)), SmallestNormal, float.MaxValue);
        Reals ulps = Abs(value - truth) * (InversePowerBelow(largest) * (1 << 23)), isSpecial = IsNaN(ulps) | (Abs(truth) >= Beyond);
        return Any(isSpecial) ? If(isSpecial, UlpsOfSpecial(result, truth), ulps) : ulps;
    }

    /// <summary>A true value beyond the largest float asks for infinity, and NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Reals UlpsOfSpecial(Reals result, Reals truth)
    {
        Reals isRight = (IsNaN(result) & IsNaN(truth)) | (Equal(Abs(result), double.PositiveInfinity) & (result * truth > 0));
        return If(isRight, 0, double.PositiveInfinity);
    }

    public static double FloatUlps(float result, double truth) => FloatUlps(result, truth, 0).First;
}
