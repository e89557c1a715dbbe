using System.Numerics;

namespace DeepLearning.Primitives.Tests;

/// <content>Elementary functions and arithmetic.</content>
public static partial class OperatorCatalogue
{
    private static IEnumerable<Operator> ElementaryFunctions() =>
    [
        Unary("Exp", x => x.Exp(), x => x.Exp(), Math.Exp, -5, 5),
        Unary("ExpM1", x => x.ExpM1(), x => x.ExpM1(), References.ExpM1, -3, 3),
        Unary("Log", x => x.Log(), x => x.Log(), Math.Log, 0.1, 10),
        Unary("Log1P", x => x.Log1P(), x => x.Log1P(), References.Log1P, -0.9, 10),
        Unary("Sqrt", x => x.Sqrt(), x => x.Sqrt(), Math.Sqrt, 0.1, 10),
        Unary("Abs", x => x.Abs(), x => x.Abs(), Math.Abs, -3, 3),
        Unary("Sign", x => x.Sign(), x => x.Sign(), v => Math.Sign(v), -3, 3),
        Unary("Rsqrt", x => x.Rsqrt(), x => x.Rsqrt(), v => 1 / Math.Sqrt(v), 0.1, 10),
        Unary("Sin", x => x.Sin(), x => x.Sin(), Math.Sin, -10, 10),
        Unary("Cos", x => x.Cos(), x => x.Cos(), Math.Cos, -10, 10),
        Unary("Clamp", x => x.Clamp(-1, 2), x => x.Clamp(-1, 2), v => Math.Clamp(v, -1, 2), -3, 3),
        Unary("Pow", x => x.Pow(3), x => x.Pow(3), v => v * v * v, -3, 3),
        Unary("Pow", x => x.Pow(-1.5), x => x.Pow(-1.5), v => Math.Pow(v, -1.5), 0.5, 3),
        Unary("Pow", x => x.Pow(0), x => x.Pow(0), _ => 1, -3, 3),
        Unary("Maximum", x => x.Maximum(0.5), x => x.Maximum(0.5), v => Math.Max(v, 0.5), -3, 3),
        Unary("Minimum", x => x.Minimum(0.5), x => x.Minimum(0.5), v => Math.Min(v, 0.5), -3, 3),
        .. Binary("Pow", x => x[0].Pow(x[1]), x => x[0].Pow(x[1]), Math.Pow),
        .. Binary("Maximum", x => x[0].Maximum(x[1]), x => x[0].Maximum(x[1]), Math.Max),
        .. Binary("Minimum", x => x[0].Minimum(x[1]), x => x[0].Minimum(x[1]), Math.Min),
        // The reference is a series of some 30 terms.
        Unary("Erf", x => x.Erf(), x => x.Erf(), References.Erf, -2, 2) with { Tolerance = 16 },
        Unary("Erfc", x => x.Erfc(), x => x.Erfc(), v => 1 - References.Erf(v), -2, 1) with { Tolerance = 64 },
        Unary("op_UnaryNegation", x => -x, x => -x, v => -v, -3, 3),
        Choice(n => [[n], [n]]),
        Choice(n => [[3, n], [n]]),
        Choice(n => [[], [2, n]]),
        .. Binary("op_Addition", x => x[0] + x[1], x => x[0] + x[1], (a, b) => a + b),
        .. Binary("op_Subtraction", x => x[0] - x[1], x => x[0] - x[1], (a, b) => a - b),
        .. Binary("op_Multiply", x => x[0] * x[1], x => x[0] * x[1], (a, b) => a * b),
        .. Binary("op_Division", x => x[0] / x[1], x => x[0] / x[1], (a, b) => a / b),
    ];

    private static Operator Choice(Func<int, Shape[]> shapes) =>
        new("Where", x => Choose(x[0], x[1]), x => Choose(x[0], x[1]))
        {
            Shapes = shapes,
            Reference = (x, s) =>
            {
                int i = 0;
                return References.Broadcast(x[0], s[0], x[1], s[1], (a, b) => s_mask[i++] ? a : b);
            },
        };

    private static Variable<T> Choose<T>(Variable<T> a, Variable<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        a.Where(s_mask.AsSpan(0, Math.Max(a.Shape.ElementCount == 1 ? 0 : a.Shape.ElementCount, b.Shape.ElementCount)), b);
}
