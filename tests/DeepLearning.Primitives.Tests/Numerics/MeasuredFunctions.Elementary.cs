using static DeepLearning.Primitives.Tests.Reals;
using Functions = DeepLearning.Primitives.Elementary;
using Truth = DeepLearning.Primitives.Tests.MeasuredReferences;

namespace DeepLearning.Primitives.Tests;

/// <content>The elementary functions.</content>
internal static partial class MeasuredFunctions
{
    private static IEnumerable<MeasuredFunction> Elementary() =>
    [
        Value("Exp", Functions.Exp, Functions.Exp, Exp, 1),
        Value("ExpM1", Functions.ExpM1, Functions.ExpM1, Truth.ExpM1, 1),
        Value("Log", Functions.Log, Functions.Log, Log, 1),
        Value("Log1P", Functions.Log1P, Functions.Log1P, Truth.Log1P, 1),
        Value("Erf", Functions.Erf, Functions.Erf, Truth.Erf, 1),
        Value("Erfc", Functions.Erfc, Functions.Erfc, Truth.Erfc, 1),
        Derivative("Erf", Functions.ErfGradient, Functions.ErfGradient, x => Truth.Gaussian(x)),
        Derivative("Erfc", Functions.ErfcGradient, Functions.ErfcGradient, x => -Truth.Gaussian(x)),
        Value("Sqrt", Functions.Sqrt, Functions.Sqrt, Sqrt, 0.5),
        Value("Abs", Functions.Abs, Functions.Abs, Abs, 0),
        Value("Rsqrt", Functions.Rsqrt, Functions.Rsqrt, x => 1 / Sqrt(x), 1),
        Value("Sin", Functions.Sin, Functions.Sin, Sin, 1),
        Value("Cos", Functions.Cos, Functions.Cos, Cos, 1),
        Value("Sign", Functions.Sign, Functions.Sign, x => If(Abs(x) > 0, WithSign(1, x), x), 0),
        Value("Clamp(-1, 2)", (x, d) => Functions.Clamp(x, d, -1, 2), (x, d) => Functions.Clamp(x, d, -1, 2), x => Clamp(x, -1, 2), 0),
        Value("Pow(3)", (x, d) => Functions.Pow(x, d, 3), (x, d) => Functions.Pow(x, d, 3), x => x * x * x, 1),
        Value("Pow(-0.5)", (x, d) => Functions.Pow(x, d, -0.5), (x, d) => Functions.Pow(x, d, -0.5), x => If(x < 0, If(x < -float.MaxValue, 0, double.NaN), 1 / Sqrt(Abs(x))), 1),
        Value("Pow(1.7)", (x, d) => Functions.Pow(x, d, 1.7f), (x, d) => Functions.Pow(x, d, 1.7f), x => If(x < -float.MaxValue, double.PositiveInfinity, Truth.Pow(x, 1.7f)), 1),
        Derivative("Rsqrt", Functions.RsqrtGradient, Functions.RsqrtGradient, y => -0.5 * y * y * y),
        Derivative("Sin", Functions.SinGradient, Functions.SinGradient, Cos),
        Derivative("Cos", Functions.CosGradient, Functions.CosGradient, x => -Sin(x)),
        Derivative("Clamp(-1, 2)", (x, g, d) => Functions.ClampGradient(x, g, d, -1, 2), (x, g, d) => Functions.ClampGradient(x, g, d, -1, 2), x => Truth.Step((x >= -1) & (x <= 2), x), bound: 0),
        Derivative("Exp", Functions.ExpGradient, Functions.ExpGradient, y => y),
        Derivative("ExpM1", Functions.ExpM1Gradient, Functions.ExpM1Gradient, y => y + 1, y => Max(1, Abs(y))),
        Derivative("Log", Functions.LogGradient, Functions.LogGradient, x => 1 / x),
        Derivative("Log1P", Functions.Log1PGradient, Functions.Log1PGradient, x => 1 / (1 + x), x => Abs(1 / (1 + x))),
        Derivative("Sqrt", Functions.SqrtGradient, Functions.SqrtGradient, y => 0.5 / y),
        Derivative("Abs", Functions.AbsGradient, Functions.AbsGradient, x => If(Abs(x) > 0, WithSign(1, x), x)),
    ];
}
