namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Plain double-precision references, for arguments that are floats: their error stays far below a thousandth of a
/// float's ULP, which VectorMathTests proves against golden values. Shared with the accuracy runner.
/// </summary>
internal static partial class MeasuredReferences
{
    public static double ExpM1(double x)
    {
        if (!(Math.Abs(x) < 0.5)) return Math.Exp(x) - 1;
        double sum = x, term = x;
        for (int k = 2; Math.Abs(term) > 1e-18 * Math.Abs(sum); k++) sum += term *= x / k;
        return sum;
    }

    /// <summary>ln of the rounded 1 + x, put right by what the rounding lost.</summary>
    public static double Log1P(double x)
    {
        double rounded = 1 + x;
        return rounded == 0 || double.IsInfinity(rounded) ? Math.Log(rounded) : Math.Log(rounded) + ((x - (rounded - 1)) / rounded);
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>2/√π·e^(−x²)·Σ 2ᵏ x²ᵏ⁺¹ / (2k+1)!!, whose terms all have one sign.</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) > 3) return Math.Sign(x) * (1 - Erfc(Math.Abs(x)));
        double sum = x, term = x;
        for (int k = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); k++) sum += term *= 2 * x * x / ((2 * k) + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>2/√π·e^(−x²); a float's square is exact.</summary>
    public static double Gaussian(double x) => 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x);

    /// <summary>From 2 on, Laplace's continued fraction; a float's square is exact.</summary>
    public static double Erfc(double x)
    {
        if (!(x >= 2)) return 1 - Erf(x);
        if (x > 28) return 0;
        double tail = x;
        for (double k = Math.Ceiling(20 + (120 / (x * x))); k > 0; k--) tail = x + (k / 2 / tail);
        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * tail);
    }

    /// <summary>.NET's own, the C library's, which reduces huge arguments exactly; a double's ULP is nothing beside a float's.</summary>
    public static double Sin(double x) => Math.Sin(x);

    public static double Cos(double x) => Math.Cos(x);

    /// <summary>
    /// The distance of a result from the true value, in units of a float's last place there, or at
    /// <paramref name="scale"/> where that is larger.
    /// </summary>
    public static double FloatUlps(float result, double truth, double scale = 0)
    {
        if (double.IsNaN(truth) || float.IsNaN(result)) return double.IsNaN(truth) && float.IsNaN(result) ? 0 : double.PositiveInfinity;
        if (truth == result) return 0;
        // A true value beyond the largest float may be answered by infinity, which stands for 2¹²⁸.
        double value = float.IsInfinity(result) ? Math.CopySign(Math.ScaleB(1, 128), result) : result;
        if (Math.Abs(truth) >= Math.ScaleB(1, 128)) return float.IsInfinity(result) && truth > 0 == result > 0 ? 0 : double.PositiveInfinity;
        double largest = Math.Max(Math.Abs(truth), Math.Abs(scale));
        int exponent = Math.Clamp((int)(BitConverter.DoubleToUInt64Bits(largest) >> 52 & 0x7ff) - 1023, -126, 127);
        return Math.Abs(value - truth) * BitConverter.UInt64BitsToDouble((ulong)(1023 + 23 - exponent) << 52);
    }
}
