using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>What each public entrance says about arguments it refuses: the parameter, both sizes, the index.</summary>
public partial class BadInputTests
{
    private static readonly float[] s_five = new float[5], s_six = new float[6], s_seven = new float[7], s_four = new float[4], s_three = new float[3], s_bad = [0, -2, 1];
    private static readonly int[] s_labels = [0, 2, 1];
    private static readonly Parameter<float> s_w = new("w", [2]);

    /// <summary>The call, the parameter that is named, and what else the message says.</summary>
    public static TheoryData<string, Action, string, string[]> Spans => new()
    {
        { "Sigmoid", () => Activations.Sigmoid(s_six, s_five), "destination", ["5", "6", "x"] },
        { "Sigmoid, shifted", () => Activations.Sigmoid(s_six.AsSpan(0, 4), s_six.AsSpan(1)), "destination", ["overlaps x"] },
        { "SigmoidGradient", () => Activations.SigmoidGradient(s_six, s_five, s_six), "upstream", ["5", "6", "output"] },
        { "TanhGradient", () => Activations.TanhGradient(s_six, s_six, s_five), "destination", ["5", "6"] },
        { "ReluGradient", () => Activations.ReluGradient(s_five, s_six, s_six), "upstream", ["5", "6"] },
        { "Gelu", () => Activations.Gelu(s_six, s_five), "destination", ["5", "6", "x"] },
        { "GeluGradient", () => Activations.GeluGradient(s_six, s_five, s_six), "upstream", ["5", "6", "input"] },
        { "Silu, beta", () => Activations.Silu(s_six, s_six, 0), "beta", ["beta", "0"] },
        { "Silu, NaN", () => Activations.SiluGradient(s_six, s_six, s_six, double.NaN), "beta", ["NaN"] },
        { "Softplus, beta", () => Activations.Softplus(s_six, s_six, 1e-12), "beta", ["beta", "1E-12"] },
        { "Softplus, infinite", () => Activations.Softplus(s_six, s_six, double.PositiveInfinity), "beta", ["finite"] },
        { "Elu, NaN", () => Activations.Elu(s_six, s_six, double.NaN), "alpha", ["alpha", "finite", "Single"] },
        { "Elu, beyond float", () => Activations.EluGradient(s_six, s_six, s_six, 1e300), "alpha", ["finite", "Single"] },
        { "Celu", () => Activations.Celu(s_six, s_six, 0), "alpha", ["alpha", "0"] },
        { "Celu, negative", () => Activations.CeluGradient(s_six, s_six, s_six, -1), "alpha", ["-1"] },
        { "LeakyRelu", () => Activations.LeakyRelu(s_six, s_six, double.NegativeInfinity), "negativeSlope", ["finite"] },
        { "HardTanh", () => Activations.HardTanh(s_six, s_six, 2, 1), "minimum", ["2", "1", "maximum"] },
        { "HardTanh, NaN", () => Activations.HardTanhGradient(s_six, s_six, s_six, -1, double.NaN), "maximum", ["NaN"] },
        { "Squareplus", () => Activations.Squareplus(s_six, s_six, -4), "b", ["-4"] },
        { "Squareplus, large", () => Activations.Squareplus(s_six, s_six, 1e10), "b", ["1000000000"] },
        { "Softshrink", () => Activations.Softshrink(s_six, s_six, -0.5), "lambda", ["-0.5"] },
        { "Hardshrink", () => Activations.Hardshrink(s_six, s_six, double.NaN), "lambda", ["NaN"] },
        { "Threshold", () => Activations.Threshold(s_six, s_six, double.NaN, 0), "threshold", ["NaN"] },
        { "Threshold, value", () => Activations.Threshold(s_six, s_six, 0, double.PositiveInfinity), "value", ["finite"] },
        { "PRelu, slope", () => Activations.PRelu(s_six, s_six.AsSpan(0, 0), 1, s_six), "slope", ["empty"] },
        { "PRelu, channels", () => Activations.PRelu(s_seven, [1f, 2f], 2, s_seven), "x", ["7", "4"] },
        { "PRelu, length", () => Activations.PRelu(s_six, [1f, 2f], 0, s_six), "channelLength", ["0"] },
        { "PReluGradient", () => Activations.PReluGradient(s_six, [1f], s_five, 1, s_six), "upstream", ["5", "6"] },
        { "Glu, odd", () => Activations.Glu(s_six, 3, s_five), "rowLength", ["3", "odd"] },
        { "Glu, rows", () => Activations.SwiGlu(s_six, 4, s_five), "x", ["6", "4"] },
        { "Glu, destination", () => Activations.GeGlu(new float[20], 4, s_six), "destination", ["6", "20"] },
        { "Glu, in place", () => Activations.ReGlu(s_six, 2, s_six), "destination", ["overlaps x"] },
        { "GluGradient", () => Activations.GluGradient(s_six, s_five, 2, new float[6]), "upstream", ["5", "3"] },
        { "Exp", () => Elementary.Exp(s_six, s_five), "destination", ["5", "6"] },
        { "Exp, overlap", () => Elementary.Exp(s_six.AsSpan(1), s_six), "destination", ["overlaps x"] },
        { "Add", () => Elementary.Add(s_six, s_five, s_six), "right", ["5", "6", "left"] },
        { "Add, destination", () => Elementary.Add(s_six, s_six, s_five), "destination", ["5", "6", "left"] },
        { "Add, overlap", () => Elementary.Add(s_seven.AsSpan(1), s_six, s_seven), "destination", ["overlaps left"] },
        { "Add, overlap with right", () => Elementary.Add(s_six, s_seven.AsSpan(1), s_seven), "destination", ["overlaps right"] },
        { "Pow", () => Elementary.Pow(s_six, s_five, s_six), "exponents", ["5", "6", "bases"] },
        { "Pow, overlap", () => Elementary.Pow(s_six, s_seven.AsSpan(1), s_seven), "destination", ["overlaps exponents"] },
        { "PowGradient", () => Elementary.PowGradient(s_six, s_five, s_six, s_six), "exponents", ["5", "6", "bases"] },
        { "PowGradient, upstream", () => Elementary.PowGradient(s_six, s_six, s_five, s_six), "upstream", ["5", "6", "bases"] },
        { "MaximumGradient", () => Elementary.MaximumGradient(s_six, s_five, s_six, s_six), "right", ["5", "6", "left"] },
        { "LogGradient", () => Elementary.LogGradient(s_six, s_five, s_six), "upstream", ["5", "6", "input"] },
        { "Softmax, rows", () => Activations.Softmax(s_seven, 3, s_seven), "logits", ["7", "3"] },
        { "Softmax, length", () => Activations.Softmax(s_six, 0, s_six), "rowLength", ["0"] },
        { "Softmax, destination", () => Activations.Softmax(s_six, 3, s_five), "destination", ["5", "6"] },
        { "SoftmaxGradient", () => Activations.SoftmaxGradient(s_six, s_five, 3, s_six), "upstream", ["5", "6"] },
        { "LogSoftmax", () => Activations.LogSoftmax(s_seven, -3, s_seven), "rowLength", ["-3"] },
        { "LogSoftmaxGradient", () => Activations.LogSoftmaxGradient(s_seven, s_seven, 2, s_seven), "output", ["7", "2"] },
        { "L1Gradient", () => Penalties.L1Gradient(s_six, 1, s_five), "destination", ["5", "6", "weights"] },
        { "L2Gradient", () => Penalties.L2Gradient(s_six.AsSpan(1), 1, s_six), "destination", ["overlaps weights"] },
        { "SoftThreshold", () => Penalties.SoftThreshold(s_six, -1, s_six), "threshold", ["-1"] },
        { "MatMul, a", () => LinearAlgebra.MatMul(s_five, s_six, s_seven, 2, 3, 2), "a", ["[2, 3] × [3, 2]", "5", "6"] },
        { "MatMul, b", () => LinearAlgebra.MatMul(s_six, s_five, s_seven, 2, 3, 2), "b", ["[2, 3] × [3, 2]", "5", "6"] },
        { "MatMul, c", () => LinearAlgebra.MatMul(s_six, s_six, s_five, 2, 3, 2), "c", ["[2, 2]", "5", "4"] },
        { "MatMul, overlap", () => LinearAlgebra.MatMul(s_six, s_six, s_six.AsSpan(0, 4), 2, 3, 2), "c", ["overlaps a"] },
        { "MatMul, size", () => LinearAlgebra.MatMul(s_six, s_six, s_six, 2, -3, 2), "k", ["-3", "negative"] },
        { "MatMul, overflow", () => LinearAlgebra.MatMul(s_six, s_six, s_six, 65536, 65536, 1), "a", ["4294967296"] },
        { "Dropout", () => Regularization.Dropout(s_six, 2, new Philox(1), s_six), "rate", ["2"] },
        { "Simplex", () => Projections.Simplex(s_six, -1, s_six), "sum", ["-1"] },
        { "GroupLasso", () => Penalties.GroupLasso<float>(s_seven, 2), "weights", ["7", "2"] },
        { "ByGlobalNorm", () => GradientClipping.ByGlobalNorm([s_w], -1), "max", ["-1"] },
        { "Next", () => new Philox(1).Next(0), "exclusiveMax", ["0"] },
        { "Position", () => new Philox(1).Position = -1, "value", ["-1"] },
        { "Uniform", () => new Philox(1).Uniform(s_six, 2, 1), "high", ["2", "1"] },
        { "Normal, mean", () => new Philox(1).Normal(s_six, float.NaN, 1), "mean", ["NaN"] },
        { "Normal, deviation", () => new Philox(1).Normal(s_six, 0, -1), "standardDeviation", ["-1"] },
        { "MaxDegreeOfParallelism", () => Compute.MaxDegreeOfParallelism = 0, "value", ["0"] },
    };

    [Theory]
    [MemberData(nameof(Spans), DisableDiscoveryEnumeration = true)]
    public void Span_functions_name_what_is_wrong(string call, Action action, string parameter, string[] words) =>
        Says(call, action, parameter, words);

    private static Variable<float> Of(params int[] lengths)
    {
        OwnTape.Reset();
        return On(lengths);
    }

    private static Variable<float> On(params int[] lengths)
    {
        Shape shape = Shape.Create(lengths);
        return OwnTape.Constant(new float[shape.ElementCount], shape);
    }

    private static void Says(string call, Action action, string parameter, string[] words)
    {
        ArgumentException e = Assert.ThrowsAny<ArgumentException>(action);
        Assert.True(e.ParamName == parameter, $"{call} names {e.ParamName}: {e.Message}");
        Assert.All(words, word => Assert.Contains(word, e.Message, StringComparison.Ordinal));
    }
}
