using static TorchSharp.torch;

namespace DeepLearning.Primitives.GoldenVectors;

/// <summary>The activations beside sigmoid, tanh and ReLU.</summary>
internal static class ActivationCases
{
    public static void Write(VectorFile file)
    {
        Tensor points = FunctionCases.Points(), near = points[points.abs() < 40];
        Map("log_sigmoid", x => nn.functional.logsigmoid(x));
        // hardsigmoid has a sixth rounded to float in its gradient, and hardtanh of TorchSharp returns its input.
        Map("hard_sigmoid", x => nn.functional.relu6(x + 3) / 6);
        Map("hard_tanh", x => x.clamp(-1, 1));
        Map("hard_tanh/bounds", x => x.clamp(-0.75, 2.25));
        Map("tanhshrink", x => nn.functional.tanhshrink(x));
        Map("leaky_relu", x => nn.functional.leaky_relu(x, 0.125));
        Map("relu6", x => nn.functional.relu6(x));
        Map("elu", x => nn.functional.elu(x, 1));
        Map("elu/alpha", x => nn.functional.elu(x, 1.75));
        Map("selu", x => nn.functional.selu(x));
        Map("celu", x => nn.functional.celu(x, 1));
        Map("celu/alpha", x => nn.functional.celu(x, 1.75));
        Map("gelu", x => nn.functional.gelu(x));
        Map("silu", x => nn.functional.silu(x));
        Map("hard_swish", x => nn.functional.hardswish(x));
        Map("mish", x => nn.functional.mish(x));
        Map("softsign", x => nn.functional.softsign(x));
        Map("softshrink", x => nn.functional.softshrink(x, 0.5));
        Map("hardshrink", x => nn.functional.hardshrink(x, 0.5));
        Map("threshold", x => nn.functional.threshold(x, 0.25, -2));
        // Without a threshold, as far as libtorch's own exponential goes.
        file.Gradient("softplus", v => nn.functional.softplus(v[0], 1, 1000), true, ("x", near));
        file.Gradient("softplus/beta", v => nn.functional.softplus(v[0], 1.75, 1000), true, ("x", near));
        foreach (long axis in (long[])[0, 1, 2])
            file.Gradient($"glu/{axis}", v => nn.functional.glu(v[0], axis), true, ("x", file.Uniform(4, 2, 4, 6)));
        file.Gradient("prelu/one", v => nn.functional.prelu(v[0], v[1]), true, ("x", file.Uniform(3, 2, 3, 4)), ("slope", file.Uniform(1, 1)));
        file.Gradient("prelu/channels", v => nn.functional.prelu(v[0], v[1]), true, ("x", file.Uniform(3, 2, 3, 4)), ("slope", file.Uniform(1, 3)));

        void Map(string name, Func<Tensor, Tensor> function) => file.Gradient(name, v => function(v[0]), true, ("x", points));
    }
}
