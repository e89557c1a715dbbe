using static TorchSharp.torch.nn;

namespace DeepLearning.Primitives.Peers;

/// <summary>Activations with libtorch's own kernels, and their gradients against libtorch's backward kernels.</summary>
internal static class ActivationRows
{
    private static readonly Function[] s_functions =
    [
        new("gelu", 0.9, Activations.Gelu, Activations.GeluGradient, t => functional.gelu(t)),
        new("gelu-tanh", 1.5, Activations.GeluTanh, Activations.GeluTanhGradient, t => 0.5 * t * (1 + (0.7978845608028654 * (t + 0.044715 * t.pow(3))).tanh())),
        new("silu", 1.2, (x, y) => Activations.Silu(x, y), (x, g, y) => Activations.SiluGradient(x, g, y), t => functional.silu(t)),
        new("leaky_relu", 1.0, (x, y) => Activations.LeakyRelu(x, y), (x, g, y) => Activations.LeakyReluGradient(x, g, y), t => functional.leaky_relu(t, 0.01)),
        new("elu", 1.5, (x, y) => Activations.Elu(x, y), (x, g, y) => Activations.EluGradient(x, g, y), t => functional.elu(t, 1)),
        new("softplus", 1.5, (x, y) => Activations.Softplus(x, y), (x, g, y) => Activations.SoftplusGradient(x, g, y), t => functional.softplus(t)),
        new("hardswish", 1.0, Activations.HardSwish, Activations.HardSwishGradient, t => functional.hardswish(t)),
        new("mish", 1.5, Activations.Mish, Activations.MishGradient, t => functional.mish(t)),
        new("relu", 1.0, Activations.Relu, Activations.ReluGradient, t => functional.relu(t)),
        new("relu6", 1.0, Activations.Relu6, Activations.Relu6Gradient, t => functional.relu6(t)),
        new("hardtanh", 1.0, (x, y) => Activations.HardTanh(x, y), (x, g, y) => Activations.HardTanhGradient(x, g, y), t => t.clamp(-1, 1)),
        new("hardsigmoid", 1.0, Activations.HardSigmoid, Activations.HardSigmoidGradient, t => functional.hardsigmoid(t)),
        new("logsigmoid", 1.5, Activations.LogSigmoid, Activations.LogSigmoidGradient, t => functional.logsigmoid(t)),
        new("selu", 1.5, Activations.Selu, Activations.SeluGradient, t => functional.selu(t)),
        new("celu", 1.5, (x, y) => Activations.Celu(x, y), (x, g, y) => Activations.CeluGradient(x, g, y), t => functional.celu(t, 1)),
        new("tanhshrink", 1.5, Activations.Tanhshrink, Activations.TanhshrinkGradient, t => functional.tanhshrink(t)),
        new("softsign", 1.0, Activations.Softsign, Activations.SoftsignGradient, t => functional.softsign(t)),
        new("softshrink", 1.0, (x, y) => Activations.Softshrink(x, y), (x, g, y) => Activations.SoftshrinkGradient(x, g, y), t => functional.softshrink(t, 0.5)),
        new("hardshrink", 1.0, (x, y) => Activations.Hardshrink(x, y), (x, g, y) => Activations.HardshrinkGradient(x, g, y), t => functional.hardshrink(t, 0.5)),
        new("threshold", 1.0, (x, y) => Activations.Threshold(x, y, 1, -2), (x, g, y) => Activations.ThresholdGradient(x, g, y, 1, -2), t => functional.threshold(t, 1, -2)),
    ];

    public static IEnumerable<Table> Tables() => Function.Tables("Activations", s_functions);
}
