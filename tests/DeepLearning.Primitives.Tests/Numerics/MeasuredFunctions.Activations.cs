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
        Value("Tanh", Functions.Tanh, Functions.Tanh, Math.Tanh, 1),
        Derivative("Tanh", Functions.TanhGradient, Functions.TanhGradient, y => 1 - (y * y), y => Math.Max(y * y, 1)),
        Value("Relu", Functions.Relu, Functions.Relu, x => x < 0 ? 0 : x, 0),
        Derivative("Relu", Functions.ReluGradient, Functions.ReluGradient, x => double.IsNaN(x) ? x : x > 0 ? 1 : 0, bound: 0),
    ];
}
