using static DeepLearning.Primitives.Tests.Reals;
using Functions = DeepLearning.Primitives.Activations;
using Truth = DeepLearning.Primitives.Tests.MeasuredReferences;

namespace DeepLearning.Primitives.Tests;

/// <content>The activations.</content>
internal static partial class MeasuredFunctions
{
    private static IEnumerable<MeasuredFunction> Activations() =>
    [
        Value("Sigmoid", Functions.Sigmoid, Functions.Sigmoid, Truth.Sigmoid, 2),
        Derivative("Sigmoid", Functions.SigmoidGradient, Functions.SigmoidGradient, y => y * (1 - y)),
        Value("LogSigmoid", Functions.LogSigmoid, Functions.LogSigmoid, x => -Truth.Softplus(-x), 2),
        Derivative("LogSigmoid", Functions.LogSigmoidGradient, Functions.LogSigmoidGradient, x => Truth.Sigmoid(-x)),
        Value("HardSigmoid", Functions.HardSigmoid, Functions.HardSigmoid, x => Clamp(x + 3, 0, 6) / 6, 2),
        Derivative("HardSigmoid", Functions.HardSigmoidGradient, Functions.HardSigmoidGradient, x => Truth.Step(Abs(x) < 3, x) / 6, bound: 0.5),
        Value("Tanh", Functions.Tanh, Functions.Tanh, Truth.Tanh, 1),
        Derivative("Tanh", Functions.TanhGradient, Functions.TanhGradient, y => 1 - (y * y), y => Max(1, y * y)),
        Value("HardTanh", (x, d) => Functions.HardTanh(x, d), (x, d) => Functions.HardTanh(x, d), x => Clamp(x, -1, 1), 0),
        Derivative("HardTanh", (x, g, d) => Functions.HardTanhGradient(x, g, d), (x, g, d) => Functions.HardTanhGradient(x, g, d), x => Truth.Step(Abs(x) <= 1, x), bound: 0),
        Value("Tanhshrink", Functions.Tanhshrink, Functions.Tanhshrink, Truth.Tanhshrink, 2, 4),
        Derivative("Tanhshrink", Functions.TanhshrinkGradient, Functions.TanhshrinkGradient, x => Truth.Tanh(x) * Truth.Tanh(x)),
        Value("Relu", Functions.Relu, Functions.Relu, x => Max(0, x), 0),
        Derivative("Relu", Functions.ReluGradient, Functions.ReluGradient, x => Truth.Step(x > 0, x), bound: 0),
        Value("LeakyRelu", (x, d) => Functions.LeakyRelu(x, d), (x, d) => Functions.LeakyRelu(x, d), x => If(x > 0, x, 0.01f * x), 0.5),
        Derivative("LeakyRelu", (x, g, d) => Functions.LeakyReluGradient(x, g, d), (x, g, d) => Functions.LeakyReluGradient(x, g, d), x => If(x <= 0, 0.01f, Truth.Step(x > 0, x)), bound: 0),
        Value("Relu6", Functions.Relu6, Functions.Relu6, x => Clamp(x, 0, 6), 0),
        Derivative("Relu6", Functions.Relu6Gradient, Functions.Relu6Gradient, x => Truth.Step((x > 0) & (x < 6), x), bound: 0),
        Value("SquaredRelu", Functions.SquaredRelu, Functions.SquaredRelu, x => If(x < 0, 0, x * x), 0.5),
        Derivative("SquaredRelu", Functions.SquaredReluGradient, Functions.SquaredReluGradient, x => If(x < 0, 0, 2 * x), bound: 0),
        Value("Elu", (x, d) => Functions.Elu(x, d), (x, d) => Functions.Elu(x, d), x => If(x > 0, x, Truth.ExpM1(x)), 2),
        Derivative("Elu", (x, g, d) => Functions.EluGradient(x, g, d), (x, g, d) => Functions.EluGradient(x, g, d), x => If(x > 0, 1, Exp(x))),
        Value("Elu(1.7)", (x, d) => Functions.Elu(x, d, 1.7f), (x, d) => Functions.Elu(x, d, 1.7f), x => If(x > 0, x, 1.7f * Truth.ExpM1(x)), 2),
        Derivative("Elu(1.7)", (x, g, d) => Functions.EluGradient(x, g, d, 1.7f), (x, g, d) => Functions.EluGradient(x, g, d, 1.7f), x => If(x > 0, 1, 1.7f * Exp(x))),
        Value("Selu", Functions.Selu, Functions.Selu, x => 1.0507009873554805 * If(x > 0, x, 1.6732632423543772 * Truth.ExpM1(x)), 2),
        Derivative("Selu", Functions.SeluGradient, Functions.SeluGradient, x => 1.0507009873554805 * If(x > 0, 1, 1.6732632423543772 * Exp(x))),
        Value("Celu", (x, d) => Functions.Celu(x, d), (x, d) => Functions.Celu(x, d), x => If(x > 0, x, Truth.ExpM1(x)), 2),
        Derivative("Celu", (x, g, d) => Functions.CeluGradient(x, g, d), (x, g, d) => Functions.CeluGradient(x, g, d), x => If(x > 0, 1, Exp(x))),
        Value("Celu(1.7)", (x, d) => Functions.Celu(x, d, 1.7f), (x, d) => Functions.Celu(x, d, 1.7f), x => If(x > 0, x, 1.7f * Truth.ExpM1(x / 1.7f)), 2),
        Derivative("Celu(1.7)", (x, g, d) => Functions.CeluGradient(x, g, d, 1.7f), (x, g, d) => Functions.CeluGradient(x, g, d, 1.7f), x => If(x > 0, 1, Exp(x / 1.7f))),
        Value("Gelu", Functions.Gelu, Functions.Gelu, Truth.Gelu, 2, 4),
        Derivative("Gelu", Functions.GeluGradient, Functions.GeluGradient, Truth.GeluDerivative, Truth.GeluTerm),
        Value("GeluTanh", Functions.GeluTanh, Functions.GeluTanh, x => Truth.TimesSigmoid(x, Truth.TanhArgument(x)), 2, 4),
        Derivative("GeluTanh", Functions.GeluTanhGradient, Functions.GeluTanhGradient, Truth.GeluTanhDerivative, Truth.GeluTanhTerm),
        Value("Silu", (x, d) => Functions.Silu(x, d), (x, d) => Functions.Silu(x, d), x => Truth.TimesSigmoid(x, x), 2),
        Derivative("Silu", (x, g, d) => Functions.SiluGradient(x, g, d), (x, g, d) => Functions.SiluGradient(x, g, d), Truth.SiluDerivative, Truth.SiluTerm),
        Value("Silu(1.7)", (x, d) => Functions.Silu(x, d, 1.7f), (x, d) => Functions.Silu(x, d, 1.7f), x => Truth.TimesSigmoid(x, 1.7f * x), 2),
        Derivative("Silu(1.7)", (x, g, d) => Functions.SiluGradient(x, g, d, 1.7f), (x, g, d) => Functions.SiluGradient(x, g, d, 1.7f), x => Truth.SiluDerivative(1.7f * x), x => Truth.SiluTerm(1.7f * x)),
        Value("HardSwish", Functions.HardSwish, Functions.HardSwish, x => If(x <= -3, 0, If(x >= 3, x, x * (x + 3) / 6)), 2),
        Derivative("HardSwish", Functions.HardSwishGradient, Functions.HardSwishGradient, x => If(x <= -3, 0, If(x >= 3, 1, (x / 3) + 0.5)), x => If(Abs(x) < 3, Max(0.5, Abs(x / 3)), 0)),
        Value("Mish", Functions.Mish, Functions.Mish, Truth.Mish, 2, 4),
        Derivative("Mish", Functions.MishGradient, Functions.MishGradient, Truth.MishDerivative, Truth.MishTerm),
        Value("Softplus", (x, d) => Functions.Softplus(x, d), (x, d) => Functions.Softplus(x, d), Truth.Softplus, 2),
        Derivative("Softplus", (x, g, d) => Functions.SoftplusGradient(x, g, d), (x, g, d) => Functions.SoftplusGradient(x, g, d), Truth.Sigmoid),
        Value("Softplus(1.7)", (x, d) => Functions.Softplus(x, d, 1.7f), (x, d) => Functions.Softplus(x, d, 1.7f), x => Truth.Softplus(1.7f * x) / 1.7f, 2),
        Derivative("Softplus(1.7)", (x, g, d) => Functions.SoftplusGradient(x, g, d, 1.7f), (x, g, d) => Functions.SoftplusGradient(x, g, d, 1.7f), x => Truth.Sigmoid(1.7f * x)),
        Value("Squareplus", (x, d) => Functions.Squareplus(x, d), (x, d) => Functions.Squareplus(x, d), Truth.Squareplus, 2),
        Derivative("Squareplus", (x, g, d) => Functions.SquareplusGradient(x, g, d), (x, g, d) => Functions.SquareplusGradient(x, g, d), Truth.SquareplusDerivative),
        Value("Softsign", Functions.Softsign, Functions.Softsign, x => If(Abs(x) > 1e30, WithSign(1, x), x / (1 + Abs(x))), 2),
        Derivative("Softsign", Functions.SoftsignGradient, Functions.SoftsignGradient, x => 1 / ((1 + Abs(x)) * (1 + Abs(x)))),
        Value("Softshrink", (x, d) => Functions.Softshrink(x, d), (x, d) => Functions.Softshrink(x, d), x => If(Abs(x) <= 0.5, 0, x - WithSign(0.5, x)), 0.5),
        Derivative("Softshrink", (x, g, d) => Functions.SoftshrinkGradient(x, g, d), (x, g, d) => Functions.SoftshrinkGradient(x, g, d), x => Truth.Step(Abs(x) > 0.5, x), bound: 0),
        Value("Hardshrink", (x, d) => Functions.Hardshrink(x, d), (x, d) => Functions.Hardshrink(x, d), x => If(Abs(x) <= 0.5, 0, x), 0),
        Derivative("Hardshrink", (x, g, d) => Functions.HardshrinkGradient(x, g, d), (x, g, d) => Functions.HardshrinkGradient(x, g, d), x => Truth.Step(Abs(x) > 0.5, x), bound: 0),
        Value("Threshold", (x, d) => Functions.Threshold(x, d, 1, -2), (x, d) => Functions.Threshold(x, d, 1, -2), x => If(x <= 1, -2, x), 0),
        Derivative("Threshold", (x, g, d) => Functions.ThresholdGradient(x, g, d, 1, -2), (x, g, d) => Functions.ThresholdGradient(x, g, d, 1, -2), x => Truth.Step(x > 1, x), bound: 0),
    ];
}
