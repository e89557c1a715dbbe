using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <content>Tapes, layers and optimizers.</content>
public partial class BadInputTests
{
    public static TheoryData<string, Action, string, string[]> Tape => new()
    {
        { "Shape, negative", () => Shape.Create([2, -3]), "lengths", ["Dimension 1", "-3"] },
        { "Shape, rank", () => Shape.Create(new int[9]), "lengths", ["8", "9"] },
        { "Shape, overflow", () => Shape.Create([65536, 65536]), "lengths", ["[65536, 65536]"] },
        { "Constant", () => new GradientTape<float>().Constant(s_five, [2, 3]), "values", ["5", "[2, 3]", "6"] },
        { "Parameter", () => _ = new Parameter<float>("w", [2, 3], s_five), "value", ["5", "[2, 3]", "6"] },
        { "SetGradient", () => new Parameter<float>("w", [2, 3]).SetGradient(s_five), "gradient", ["5", "w", "6"] },
        { "Watch", () => new GradientTape<float>().Watch(null!), "parameter", [] },
        { "Add", () => _ = Of(2, 3) + On(2, 4), "right", ["Add", "[2, 3]", "[2, 4]"] },
        { "MatMul", () => Of(64, 784).MatMul(On(128, 10)), "right", ["[64, 784] × [128, 10]: inner lengths 784 and 128 differ"] },
        { "MatMul, batch", () => Of(2, 3, 4).MatMul(On(3, 4, 5)), "right", ["[2, 3, 4]", "[3, 4, 5]", "[2]", "[3]"] },
        { "MatMul, one matrix", () => Of(2, 3, 4).MatMul(On(5, 6)), "right", ["[2, 3, 4] × [5, 6]", "4 and 5"] },
        { "MatMul, scalar", () => Of().MatMul(On(3)), "right", ["[]", "[3]"] },
        { "Reshape", () => Of(2, 3).Reshape(4, 2), "shape", ["[2, 3]", "6", "[4, 2]", "8"] },
        { "BroadcastTo", () => Of(2, 3).BroadcastTo([4, 3]), "shape", ["[2, 3]", "[4, 3]"] },
        { "Transpose", () => Of(2, 3).Transpose(0, 0), "order", ["[0, 0]", "[2, 3]"] },
        { "Sum", () => Of(2, 3).Sum(2), "axes", ["2", "[2, 3]"] },
        { "Max, twice", () => Of(2, 3).Max(1, -1), "axes", ["-1", "twice"] },
        { "Softmax", () => Of().Softmax(), "logits", ["scalar"] },
        { "Silu", () => Of(2).Silu(0), "beta", ["0"] },
        { "HardTanh", () => Of(2).HardTanh(1, 1), "minimum", ["1"] },
        { "Glu", () => Of(2, 3).Glu(), "axis", ["Axis 1", "[2, 3]", "odd"] },
        { "SwiGlu, axis", () => Of(2, 4).SwiGlu(2), "axis", ["2", "[2, 4]"] },
        { "PRelu", () => Of(2, 3).PRelu(On(2)), "slope", ["[2]", "3", "axis 1", "[2, 3]"] },
        { "PRelu, axis", () => Of(2).PRelu(On(2)), "axis", ["1", "[2]"] },
        { "Backward", () => OwnTape.Backward(new GradientTape<float>().Constant(1)), "loss", ["another tape"] },
        { "Gradients", () => OwnTape.Gradients(OwnTape.Constant(1), new GradientTape<float>().Constant(1)), "variables", ["another tape"] },
        { "Linear, input", () => _ = new Linear<float>(0, 3, new Philox(1)), "inputSize", ["0"] },
        { "Linear, output", () => _ = new Linear<float>(3, -2, new Philox(1)), "outputSize", ["-2"] },
        { "Linear, random", () => _ = new Linear<float>(3, 2, null!), "random", [] },
        { "Linear, initialization", () => _ = new Linear<float>(3, 2, new Philox(1), initialization: (Initialization)9), "initialization", ["9"] },
        { "Linear.Forward", () => new Linear<float>(3, 2, new Philox(1)).Forward(Of(4, 5)), "right", ["[4, 5]", "[2, 3]", "5", "3"] },
        { "Sgd, null", () => _ = new Sgd<float>((IEnumerable<Parameter<float>>)null!), "parameters", [] },
        { "Adam, twice", () => _ = new Adam<float>(s_w, s_w), "parameters", ["w [2]", "twice"] },
        { "AdamW, null inside", () => _ = new AdamW<float>(s_w, null!), "parameters", [] },
        { "LearningRate", () => new Sgd<float>(s_w).LearningRate = -1, "LearningRate", ["-1"] },
        { "LearningRate, NaN", () => new Adam<float>(s_w).LearningRate = float.NaN, "LearningRate", ["NaN"] },
        { "Momentum", () => new Sgd<float>(s_w).Momentum = 1, "Momentum", ["1"] },
        { "Dampening", () => new Sgd<float>(s_w).Dampening = -0.5f, "Dampening", ["-0.5"] },
        { "WeightDecay", () => new Sgd<float>(s_w).WeightDecay = float.PositiveInfinity, "WeightDecay", [] },
        { "Beta1", () => new Adam<float>(s_w).Beta1 = 1, "Beta1", ["1"] },
        { "Beta2", () => new AdamW<float>(s_w).Beta2 = float.NaN, "Beta2", ["NaN"] },
        { "Epsilon", () => new Adam<float>(s_w).Epsilon = -1, "Epsilon", ["-1"] },
        { "Order", () => _ = new GradientCheckOptions { Order = 3 }, "value", ["3"] },
        { "Verify, null", () => GradientCheck.Verify(null!), "function", [] },
        { "Differentiate, null", () => Differentiate.Gradient<double>(null!, [1]), "function", [] },
        { "HessianVectorProduct", () => Differentiate.HessianVectorProduct<double>(v => v.Sum(), [1, 2], [1]), "direction", ["1", "2", "at"] },
        { "JacobianVectorProduct", () => Differentiate.JacobianVectorProduct<double>(v => v, [1, 2], [1]), "direction", ["1", "2"] },
    };

    [ThreadStatic]
    private static GradientTape<float>? t_tape;

    private static GradientTape<float> OwnTape => t_tape ??= new();

    [Theory]
    [MemberData(nameof(Tape), DisableDiscoveryEnumeration = true)]
    public void Tapes_layers_and_optimizers_name_what_is_wrong(string call, Action action, string parameter, string[] words) =>
        Says(call, action, parameter, words);

    [Fact]
    public void A_gradient_that_does_not_fit_is_refused()
    {
        Refused(Fault.OtherTape, "another tape");
        Refused(Fault.Reshaped, "[3, 2]", "[2, 3]");
        Refused(Fault.TooSmall, "[]", "[2, 3]");
        Refused(Fault.NoSuchInput, "Faulty has 1 inputs");

        static void Refused(Fault fault, params string[] words)
        {
            Parameter<float> w = new("w", [2, 3]);
            GradientTape<float> tape = new();
            Variable<float> loss = tape.Apply(new Faulty(fault), tape.Watch(w)).Sum();
            ArgumentException e = Assert.ThrowsAny<ArgumentException>(() => tape.Backward(loss));
            Assert.All(words, word => Assert.Contains(word, e.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_function_that_throws_under_a_gradient_check_leaves_the_parameter_as_it_was()
    {
        Parameter<double> w = new("w", [2], [3, 5]);
        int calls = 0;
        Assert.Throws<TimeoutException>(() => GradientCheck.Verify(x => ++calls < 3 ? x[0].Sum() : throw new TimeoutException(), w));
        Assert.Equal([3, 5], w.Value.ToArray());
    }

    private enum Fault
    {
        OtherTape,
        Reshaped,
        TooSmall,
        NoSuchInput,
    }

    private sealed class Faulty(Fault fault) : Operation<float>
    {
        public override Shape GetShape(ReadOnlySpan<Variable<float>> inputs) => inputs[0].Shape;

        public override void Forward(ReadOnlySpan<Variable<float>> inputs, Span<float> output) => inputs[0].Value.CopyTo(output);

        public override void Backward(BackwardStep<float> step) => step.Add(0, fault switch
        {
            Fault.OtherTape => new GradientTape<float>().Constant(new float[6], [2, 3]),
            Fault.Reshaped => step.Upstream.Reshape(3, 2),
            Fault.TooSmall => step.Upstream.Sum(),
            _ => step.Input(1),
        });
    }
}
