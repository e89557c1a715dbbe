namespace DeepLearning.Primitives.Peers;

/// <summary>The elementary functions, and their gradients against libtorch's backward passes.</summary>
internal static class ElementaryRows
{
    private static readonly Function[] s_functions =
    [
        new("sqrt", 1.0, Elementary.Sqrt, Elementary.SqrtGradient, t => t.sqrt(), 0.1f),
        new("rsqrt", 1.5, Elementary.Rsqrt, Elementary.RsqrtGradient, t => t.rsqrt(), 0.1f),
        new("sin", 1.5, Elementary.Sin, Elementary.SinGradient, t => t.sin()),
        new("cos", 1.5, Elementary.Cos, Elementary.CosGradient, t => t.cos()),
        new("pow 1.7", 1.5, (x, y) => Elementary.Pow(x, y, 1.7), (x, g, y) => Elementary.PowGradient(x, g, y, 1.7), t => t.pow(1.7), 0.1f),
        new("pow 3", 1.0, (x, y) => Elementary.Pow(x, y, 3), (x, g, y) => Elementary.PowGradient(x, g, y, 3), t => t.pow(3)),
        new("pow of pairs", 1.5, (x, y) => Elementary.Pow(x, x, y), null, t => t.pow(t), 0.1f),
        new("expm1", 1.5, Elementary.ExpM1, Elementary.ExpM1Gradient, t => t.expm1()),
        new("log", 1.5, Elementary.Log, Elementary.LogGradient, t => t.log(), 0.1f),
        new("log1p", 1.5, Elementary.Log1P, Elementary.Log1PGradient, t => t.log1p(), 0.1f),
        new("erf", 1.5, Elementary.Erf, Elementary.ErfGradient, t => t.erf()),
        new("erfc", 1.5, Elementary.Erfc, Elementary.ErfcGradient, t => t.erfc()),
        new("abs", 1.0, Elementary.Abs, Elementary.AbsGradient, t => t.abs()),
        new("sign", 1.0, Elementary.Sign, null, t => t.sign()),
        new("clamp", 1.0, (x, y) => Elementary.Clamp(x, y, -1, 2), (x, g, y) => Elementary.ClampGradient(x, g, y, -1, 2), t => t.clamp(-1, 2)),
        new("maximum", 1.0, (x, y) => Elementary.Maximum(x, x, y), null, t => t.maximum(t)),
    ];

    public static IEnumerable<Table> Tables() => Function.Tables("Elementary functions", s_functions);
}
