using static DeepLearning.Primitives.Tests.Reals;

namespace DeepLearning.Primitives.Tests;

/// <content>The activations, for arguments that are floats: each form is one that cancels nothing there.</content>
internal static partial class MeasuredReferences
{
    /// <summary>1 or 0, and NaN for NaN.</summary>
    public static Reals Step(Reals isOne, Reals x) => If(IsNaN(x), x, If(isOne, 1, 0));

    public static Reals Softplus(Reals x) => Max(0, x) + Log1P(Exp(-Abs(x)));

    /// <summary>Near 0 its series, whose next term is 0.03·x⁸ of the first.</summary>
    public static Reals Tanhshrink(Reals x)
    {
        Reals s = x * x, series = x * s * ((1.0 / 3) - (s * ((2.0 / 15) - (s * ((17.0 / 315) - (s * (62.0 / 2835)))))));
        return If(Abs(x) < 0.05, series, x - Tanh(x));
    }

    /// <summary>x·σ(p), where p and x go to −∞ together.</summary>
    public static Reals TimesSigmoid(Reals x, Reals p) => If(p < -700, 0, x * Sigmoid(p));

    public static Reals SiluDerivative(Reals p) => If(Abs(p) > 700, If(p > 0, 1, 0), Sigmoid(p) + (p * SigmoidSlope(p)));

    public static Reals SiluTerm(Reals p) => If(Abs(p) > 700, 0, Sigmoid(p) * Max(1, Abs(p) * Sigmoid(-p)));

    /// <summary>σ(p)·σ(−p)</summary>
    private static Reals SigmoidSlope(Reals p)
    {
        Reals e = Exp(-Abs(p));
        return e / ((1 + e) * (1 + e));
    }

    public static Reals NormalTail(Reals x) => 0.5 * Erfc(x / Math.Sqrt(2));

    /// <summary>|x|·φ(x)</summary>
    public static Reals NormalRise(Reals x) => If(Abs(x) > 40, 0, Abs(x) * Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI));

    public static Reals Gelu(Reals x) => If(x < -40, 0, x * NormalTail(-x));

    public static Reals GeluDerivative(Reals x) => NormalTail(-x) + WithSign(NormalRise(x), x);

    public static Reals GeluTerm(Reals x) => Max(NormalTail(-x), NormalRise(x));

    public static Reals TanhArgument(Reals x) => Math.Sqrt(8 / Math.PI) * (x + (0.044715 * x * x * x));

    public static Reals GeluTanhDerivative(Reals x) =>
        If(Abs(x) > 25, If(x > 0, 1, 0), Sigmoid(TanhArgument(x)) + WithSign(TanhRise(x), x));

    public static Reals GeluTanhTerm(Reals x) => If(Abs(x) > 25, 0, Max(Sigmoid(TanhArgument(x)), TanhRise(x)));

    public static Reals Mish(Reals x) => If(x < -600, 0, x * MishTanh(x));

    /// <summary>tanh(ln(1 + eˣ)) = w / (w + 2) with w = eˣ·(eˣ + 2)</summary>
    public static Reals MishTanh(Reals x)
    {
        Reals e = Exp(x), w = e * (e + 2);
        return If(x > 40, 1, w / (w + 2));
    }

    /// <summary>x·σ(x)·(1 − tanh²), the last factor as 4·(1 + eˣ)² / (w + 2)².</summary>
    public static Reals MishRise(Reals x)
    {
        Reals e = Exp(x), factor = 2 * (1 + e) / ((e * (e + 2)) + 2);
        return If(Abs(x) > 300, 0, x * Sigmoid(x) * factor * factor);
    }

    public static Reals MishDerivative(Reals x) => MishTanh(x) + MishRise(x);

    public static Reals MishTerm(Reals x) => Max(MishTanh(x), Abs(MishRise(x)));

    /// <summary>b = 4; on the left as 2 / (√(x² + 4) − x).</summary>
    public static Reals Squareplus(Reals x)
    {
        Reals root = Sqrt((x * x) + 4), sum = Abs(x) + root;
        return If(x < 0, 2 / sum, sum / 2);
    }

    public static Reals SquareplusDerivative(Reals x) => If(x > 1e30, 1, Squareplus(x) / Sqrt((x * x) + 4));

    private static Reals TanhRise(Reals x) =>
        Abs(x) * Math.Sqrt(8 / Math.PI) * (1 + (3 * 0.044715 * x * x)) * SigmoidSlope(TanhArgument(x));
}
