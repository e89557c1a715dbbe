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
