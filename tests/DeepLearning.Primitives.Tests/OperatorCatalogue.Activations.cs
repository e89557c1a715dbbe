namespace DeepLearning.Primitives.Tests;

/// <content>Activations, element by element, and those that gate one half by the other.</content>
public static partial class OperatorCatalogue
{
    private static IEnumerable<Operator> ActivationFunctions() =>
    [
        Unary("Sigmoid", x => x.Sigmoid(), x => x.Sigmoid(), v => 1 / (1 + Math.Exp(-v)), -20, 20),
        Unary("LogSigmoid", x => x.LogSigmoid(), x => x.LogSigmoid(), v => -Math.Log(1 + Math.Exp(-v)), -10, 10),
        Unary("HardSigmoid", x => x.HardSigmoid(), x => x.HardSigmoid(), v => Math.Clamp(v + 3, 0, 6) / 6, -5, 5),
        Unary("Tanh", x => x.Tanh(), x => x.Tanh(), Math.Tanh, -5, 5),
        Unary("HardTanh", x => x.HardTanh(), x => x.HardTanh(), v => Math.Clamp(v, -1, 1), -3, 3),
        Unary("HardTanh", x => x.HardTanh(-0.75, 2.25), x => x.HardTanh(-0.75, 2.25), v => Math.Clamp(v, -0.75, 2.25), -3, 3),
        Unary("Tanhshrink", x => x.Tanhshrink(), x => x.Tanhshrink(), v => v - Math.Tanh(v), -3, 3),
        Unary("Relu", x => x.Relu(), x => x.Relu(), v => Math.Max(v, 0), -3, 3),
        Unary("LeakyRelu", x => x.LeakyRelu(), x => x.LeakyRelu(), v => v > 0 ? v : 0.01 * v, -3, 3),
        Unary("LeakyRelu", x => x.LeakyRelu(0.25), x => x.LeakyRelu(0.25), v => v > 0 ? v : 0.25 * v, -3, 3),
        Unary("Relu6", x => x.Relu6(), x => x.Relu6(), v => Math.Clamp(v, 0, 6), -3, 9),
        Unary("SquaredRelu", x => x.SquaredRelu(), x => x.SquaredRelu(), v => v < 0 ? 0 : v * v, -3, 3),
        Unary("Elu", x => x.Elu(), x => x.Elu(), v => v > 0 ? v : References.ExpM1(v), -3, 3),
        Unary("Elu", x => x.Elu(1.75), x => x.Elu(1.75), v => v > 0 ? v : 1.75 * References.ExpM1(v), -3, 3),
        Unary("Selu", x => x.Selu(), x => x.Selu(), v => 1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * References.ExpM1(v)), -3, 3),
        Unary("Celu", x => x.Celu(), x => x.Celu(), v => v > 0 ? v : References.ExpM1(v), -3, 3),
        Unary("Celu", x => x.Celu(1.75), x => x.Celu(1.75), v => v > 0 ? v : 1.75 * References.ExpM1(v / 1.75), -3, 3),
        // The reference's own error: a series of some 30 terms that 1 is added to, times x.
        Unary("Gelu", x => x.Gelu(), x => x.Gelu(), v => 0.5 * v * (1 + References.Erf(v / Math.Sqrt(2))), -4, 4) with { Tolerance = 32 },
        Unary("GeluTanh", x => x.GeluTanh(), x => x.GeluTanh(), v => 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)))), -4, 4),
        Unary("Silu", x => x.Silu(), x => x.Silu(), v => v / (1 + Math.Exp(-v)), -8, 8),
        Unary("Silu", x => x.Silu(1.75), x => x.Silu(1.75), v => v / (1 + Math.Exp(-1.75 * v)), -5, 5),
        Unary("HardSwish", x => x.HardSwish(), x => x.HardSwish(), v => v * Math.Clamp(v + 3, 0, 6) / 6, -5, 5),
        // The reference's logarithm of almost 1.
        Unary("Mish", x => x.Mish(), x => x.Mish(), v => v * Math.Tanh(Math.Log(1 + Math.Exp(v))), -5, 5) with { Tolerance = 16 },
        Unary("Softplus", x => x.Softplus(), x => x.Softplus(), v => Math.Log(1 + Math.Exp(v)), -5, 5),
        Unary("Softplus", x => x.Softplus(-1.75), x => x.Softplus(-1.75), v => Math.Log(1 + Math.Exp(-1.75 * v)) / -1.75, -3, 3),
        Unary("Squareplus", x => x.Squareplus(), x => x.Squareplus(), v => (v + Math.Sqrt((v * v) + 4)) / 2, -5, 5),
        Unary("Softsign", x => x.Softsign(), x => x.Softsign(), v => v / (1 + Math.Abs(v)), -3, 3),
        Unary("Softshrink", x => x.Softshrink(), x => x.Softshrink(), v => Math.Sign(v) * Math.Max(Math.Abs(v) - 0.5, 0), -3, 3),
        Unary("Hardshrink", x => x.Hardshrink(0.75), x => x.Hardshrink(0.75), v => Math.Abs(v) > 0.75 ? v : 0, -3, 3),
        Unary("Threshold", x => x.Threshold(0.5, -1), x => x.Threshold(0.5, -1), v => v > 0.5 ? v : -1, -3, 3),
        .. PRelu(),
        .. Gates("Glu", (x, axis) => x.Glu(axis), (x, axis) => x.Glu(axis), v => 1 / (1 + Math.Exp(-v))),
        .. Gates("SwiGlu", (x, axis) => x.SwiGlu(axis), (x, axis) => x.SwiGlu(axis), v => v / (1 + Math.Exp(-v))),
        .. Gates("GeGlu", (x, axis) => x.GeGlu(axis), (x, axis) => x.GeGlu(axis), v => 0.5 * v * (1 + References.Erf(v / Math.Sqrt(2)))),
        .. Gates("ReGlu", (x, axis) => x.ReGlu(axis), (x, axis) => x.ReGlu(axis), v => Math.Max(v, 0)),
    ];

    private static IEnumerable<Operator> PRelu()
    {
        (Func<int, Shape[]> Shapes, int Axis)[] cases = [(n => [[n], []], 1), (n => [[2, n], [1]], 1), (n => [[3, n + 1], [n + 1]], 1), (n => [[2, 3, n], [3]], -2), (n => [[3, 2, n], [3]], 0)];
        foreach ((Func<int, Shape[]> shapes, int axis) in cases)
        {
            yield return new("PRelu", x => x[0].PRelu(x[1], axis), x => x[0].PRelu(x[1], axis))
            {
                Shapes = shapes,
                Reference = (x, s) => [.. x[0].Select((v, i) =>
                {
                    int named = axis < 0 ? axis + s[0].Rank : axis, inner = s[0].Skip(named + 1).Aggregate(1, (a, b) => a * b);
                    return v > 0 ? v : x[1][i / inner % x[1].Length] * v;
                })],
            };
        }
    }

    private static IEnumerable<Operator> Gates(
        string name,
        Func<Variable<float>, int, Variable<float>> onFloat,
        Func<Variable<double>, int, Variable<double>> onDouble,
        Func<double, double> gate)
    {
        (Func<int, Shape[]> Shapes, int Axis)[] cases = [(n => [[2 * n]], -1), (n => [[3, 2 * n]], 1), (n => [[4, n]], 0), (n => [[3, 2, n]], -2)];
        foreach ((Func<int, Shape[]> shapes, int axis) in cases)
        {
            yield return new(name, x => onFloat(x[0], axis), x => onDouble(x[0], axis))
            {
                Shapes = shapes,
                Reference = (x, s) =>
                {
                    int row = s[0].Skip(axis < 0 ? axis + s[0].Rank : axis).Aggregate(1, (a, b) => a * b), half = row / 2;
                    return [.. Enumerable.Range(0, x[0].Length / 2).Select(i => (Row: i / half * row, At: i % half)).Select(i => x[0][i.Row + i.At] * gate(x[0][i.Row + half + i.At]))];
                },
                // Twice a factor of 3 on what the references of the gates are good to.
                Tolerance = 128,
            };
        }
    }
}
