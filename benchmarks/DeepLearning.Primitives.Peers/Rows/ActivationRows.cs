using TorchSharp;
using static DeepLearning.Primitives.Peers.Operands;
using static TorchSharp.torch.nn;

namespace DeepLearning.Primitives.Peers;

/// <summary>Activations with libtorch's own kernels, and their gradients against libtorch's backward kernels.</summary>
internal static class ActivationRows
{
    private static readonly int[] s_sizes = [128, 1 << 10, 1 << 16, 1 << 20];

    private delegate void Map(ReadOnlySpan<float> x, Span<float> destination);

    private delegate void GradientMap(ReadOnlySpan<float> from, ReadOnlySpan<float> upstream, Span<float> destination);

    // Goals for 1k to 1M elements; at 128 it is 6. A null means that libtorch has no such function.
    private static readonly (string Name, double Goal, Map Value, GradientMap Gradient, Func<torch.Tensor, torch.Tensor> Theirs)[] s_functions =
    [
        ("gelu", 0.9, Activations.Gelu, Activations.GeluGradient, t => functional.gelu(t)),
        ("silu", 1.2, (x, y) => Activations.Silu(x, y), (x, g, y) => Activations.SiluGradient(x, g, y), t => functional.silu(t)),
        ("leaky_relu", 1.0, (x, y) => Activations.LeakyRelu(x, y), (x, g, y) => Activations.LeakyReluGradient(x, g, y), t => functional.leaky_relu(t, 0.01)),
        ("elu", 1.5, (x, y) => Activations.Elu(x, y), (x, g, y) => Activations.EluGradient(x, g, y), t => functional.elu(t, 1)),
        ("softplus", 1.5, (x, y) => Activations.Softplus(x, y), (x, g, y) => Activations.SoftplusGradient(x, g, y), t => functional.softplus(t)),
        ("hardswish", 1.0, Activations.HardSwish, Activations.HardSwishGradient, t => functional.hardswish(t)),
        ("mish", 1.5, Activations.Mish, Activations.MishGradient, t => functional.mish(t)),
        ("relu", 1.0, Activations.Relu, Activations.ReluGradient, t => functional.relu(t)),
        ("relu6", 1.0, Activations.Relu6, Activations.Relu6Gradient, t => functional.relu6(t)),
        ("hardtanh", 1.0, (x, y) => Activations.HardTanh(x, y), (x, g, y) => Activations.HardTanhGradient(x, g, y), t => t.clamp(-1, 1)),
        ("hardsigmoid", 1.0, Activations.HardSigmoid, Activations.HardSigmoidGradient, t => functional.hardsigmoid(t)),
        ("logsigmoid", 1.5, Activations.LogSigmoid, Activations.LogSigmoidGradient, t => functional.logsigmoid(t)),
        ("selu", 1.5, Activations.Selu, Activations.SeluGradient, t => functional.selu(t)),
        ("celu", 1.5, (x, y) => Activations.Celu(x, y), (x, g, y) => Activations.CeluGradient(x, g, y), t => functional.celu(t, 1)),
        ("tanhshrink", 1.5, Activations.Tanhshrink, Activations.TanhshrinkGradient, t => functional.tanhshrink(t)),
        ("softsign", 1.0, Activations.Softsign, Activations.SoftsignGradient, t => functional.softsign(t)),
        ("softshrink", 1.0, (x, y) => Activations.Softshrink(x, y), (x, g, y) => Activations.SoftshrinkGradient(x, g, y), t => functional.softshrink(t, 0.5)),
        ("hardshrink", 1.0, (x, y) => Activations.Hardshrink(x, y), (x, g, y) => Activations.HardshrinkGradient(x, g, y), t => functional.hardshrink(t, 0.5)),
        ("threshold", 1.0, (x, y) => Activations.Threshold(x, y, 1, -2), (x, g, y) => Activations.ThresholdGradient(x, g, y, 1, -2), t => functional.threshold(t, 1, -2)),
    ];

    public static IEnumerable<Table> Tables() =>
    [
        new("Activations, forward", "libtorch", s_functions.SelectMany(f => s_sizes.Select(n => Forward(f.Name, f.Goal, f.Value, f.Theirs, n)))),
        new("Activations, gradient", "libtorch", s_functions.SelectMany(f => s_sizes.Select(n => Backward(f.Name, f.Goal, f.Gradient, f.Theirs, n)))),
    ];

    private static double Goal(double goal, int n) => n == 128 ? 6 : goal;

    private static Row Forward(string name, double goal, Map ours, Func<torch.Tensor, torch.Tensor> theirs, int n)
    {
        float[] x = Floats(n), y = new float[n];
        torch.Tensor t = Tensor(x, n);
        return new($"{name} {Name(n)}", Goal(goal, n), () => ours(x, y), () => theirs(t).Dispose());
    }

    // libtorch's backward kernels cannot be called alone from TorchSharp: this is its whole backward pass of one function.
    private static Row Backward(string name, double goal, GradientMap ours, Func<torch.Tensor, torch.Tensor> theirs, int n)
    {
        float[] x = Floats(n), g = Floats(n, 0.5f, 2), y = new float[n];
        torch.Tensor t = Tensor(x, n).requires_grad_(), upstream = Tensor(g, n);
        torch.Tensor? output = null;
        return new($"{name}′ {Name(n)}", Goal(goal, n), () => ours(x, g, y), Theirs) { NeedsGradients = true };

        void Theirs()
        {
            using var scope = torch.NewDisposeScope();
            output ??= theirs(t).DetachFromDisposeScope();
            torch.autograd.grad([output], [t], [upstream], retain_graph: true);
        }
    }
}
