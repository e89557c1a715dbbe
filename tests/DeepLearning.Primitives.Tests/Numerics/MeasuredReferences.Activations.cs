namespace DeepLearning.Primitives.Tests;

/// <content>The activations, for arguments that are floats: each form is one that cancels nothing there.</content>
internal static partial class MeasuredReferences
{
    /// <summary>1 or 0, and NaN for NaN.</summary>
    public static double Step(bool isOne, double x) => double.IsNaN(x) ? x : isOne ? 1 : 0;

    public static double Softplus(double x) => (x > 0 ? x : 0) + Log1P(Math.Exp(-Math.Abs(x)));

    /// <summary>Near 0 its series, whose next term is 0.03·x⁸ of the first.</summary>
    public static double Tanhshrink(double x)
    {
        double s = x * x;
        return Math.Abs(x) < 0.05 ? x * s * ((1.0 / 3) - (s * ((2.0 / 15) - (s * ((17.0 / 315) - (s * 62 / 2835)))))) : x - Math.Tanh(x);
    }

    /// <summary>x·σ(p), where p and x go to −∞ together.</summary>
    public static double TimesSigmoid(double x, double p) => p < -700 ? 0 : x * Sigmoid(p);

    public static double SiluDerivative(double p) => Math.Abs(p) > 700 ? p > 0 ? 1 : 0 : Sigmoid(p) + (p * Sigmoid(p) * Sigmoid(-p));

    public static double SiluTerm(double p) => Math.Abs(p) > 700 ? 0 : Sigmoid(p) * Math.Max(1, Math.Abs(p) * Sigmoid(-p));

    public static double NormalTail(double x) => 0.5 * Erfc(x / Math.Sqrt(2));

    /// <summary>|x|·φ(x)</summary>
    public static double NormalRise(double x) => Math.Abs(x) > 40 ? 0 : Math.Abs(x) * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);

    public static double Gelu(double x) => x < -40 ? 0 : x * NormalTail(-x);

    public static double GeluDerivative(double x) => x < 0 ? NormalTail(-x) - NormalRise(x) : NormalTail(-x) + NormalRise(x);

    public static double TanhArgument(double x) => Math.Sqrt(8 / Math.PI) * (x + (0.044715 * x * x * x));

    public static double GeluTanhDerivative(double x) =>
        Math.Abs(x) > 25 ? x > 0 ? 1 : 0 : Sigmoid(TanhArgument(x)) + (x < 0 ? -1 : 1) * TanhRise(x);

    public static double GeluTanhTerm(double x) => Math.Abs(x) > 25 ? 0 : Math.Max(Sigmoid(TanhArgument(x)), TanhRise(x));

    public static double Mish(double x) => x < -800 ? 0 : x * MishTanh(x);

    /// <summary>tanh(ln(1 + eˣ)) = w / (w + 2) with w = eˣ·(eˣ + 2)</summary>
    public static double MishTanh(double x)
    {
        if (x > 40) return 1;
        double e = Math.Exp(x), w = e * (e + 2);
        return w / (w + 2);
    }

    /// <summary>x·σ(x)·(1 − tanh²), the last factor as 4·(1 + eˣ)² / (w + 2)².</summary>
    public static double MishRise(double x)
    {
        if (Math.Abs(x) > 300) return 0;
        double e = Math.Exp(x), factor = 2 * (1 + e) / ((e * (e + 2)) + 2);
        return x * Sigmoid(x) * factor * factor;
    }

    /// <summary>b = 4; on the left as 2 / (√(x² + 4) − x).</summary>
    public static double Squareplus(double x) =>
        x < 0 ? 2 / (Math.Sqrt((x * x) + 4) - x) : (x + Math.Sqrt((x * x) + 4)) / 2;

    public static double SquareplusDerivative(double x) =>
        x < 0 ? Squareplus(x) / Math.Sqrt((x * x) + 4) : double.IsInfinity(x) ? 1 : Squareplus(x) / Math.Sqrt((x * x) + 4);

    private static double TanhRise(double x) =>
        Math.Abs(x) * Math.Sqrt(8 / Math.PI) * (1 + (3 * 0.044715 * x * x)) * Sigmoid(TanhArgument(x)) * Sigmoid(-TanhArgument(x));
}
