using Functions = DeepLearning.Primitives.Elementary;
using Truth = DeepLearning.Primitives.Tests.MeasuredReferences;

namespace DeepLearning.Primitives.Tests;

/// <content>The elementary functions.</content>
internal static partial class MeasuredFunctions
{
    private static IEnumerable<MeasuredFunction> Elementary() =>
    [
        Value("Exp", Functions.Exp, Functions.Exp, Math.Exp, 1),
        Value("ExpM1", Functions.ExpM1, Functions.ExpM1, Truth.ExpM1, 1),
        Value("Log", Functions.Log, Functions.Log, Math.Log, 1),
        Value("Log1P", Functions.Log1P, Functions.Log1P, Truth.Log1P, 1),
        Value("Erf", Functions.Erf, Functions.Erf, Truth.Erf, 1),
        Value("Erfc", Functions.Erfc, Functions.Erfc, Truth.Erfc, 1),
        Value("Sqrt", Functions.Sqrt, Functions.Sqrt, Math.Sqrt, 0.5),
        Value("Abs", Functions.Abs, Functions.Abs, Math.Abs, 0),
        Derivative("Exp", Functions.ExpGradient, Functions.ExpGradient, y => y),
        Derivative("ExpM1", Functions.ExpM1Gradient, Functions.ExpM1Gradient, y => y + 1, y => Math.Max(Math.Abs(y), 1)),
        Derivative("Log", Functions.LogGradient, Functions.LogGradient, x => 1 / x),
        Derivative("Log1P", Functions.Log1PGradient, Functions.Log1PGradient, x => 1 / (1 + x), x => Math.Abs(1 / (1 + x))),
        Derivative("Sqrt", Functions.SqrtGradient, Functions.SqrtGradient, y => 0.5 / y),
        Derivative("Abs", Functions.AbsGradient, Functions.AbsGradient, x => double.IsNaN(x) ? x : Math.Sign(x)),
    ];
}
