using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Cross entropy with every option, and the optimizers, against what libtorch computed.</summary>
public class GoldenLossTests
{
    // Sums of at most 4 exponentials and 6 rows, a dozen operations on each side, of numbers up to 1000.
    private const double Tolerance = 64 * 1.1102230246251565e-16;

    // Six steps of some ten roundings each, of numbers below 1, on either side.
    private const double StepTolerance = 64 * 1.1102230246251565e-16;

    public static TheoryData<string> Losses => [.. LibtorchVectors.Names("cross_entropy/")];

    public static TheoryData<string> Optimizers => [.. LibtorchVectors.Names("sgd/"), .. LibtorchVectors.Names("adam")];

    [Theory]
    [MemberData(nameof(Losses))]
    public void Cross_entropy_agrees_with_libtorch(string name)
    {
        LibtorchCase found = LibtorchVectors.Find(name);
        double[] logits = found["logits"].Doubles, expected = found["output"].Doubles, gradients = found["gradient.logits"].Doubles;
        int[] labels = found["labels"].Integers;
        bool isMean = name.EndsWith("/mean", StringComparison.Ordinal), isNone = name.EndsWith("/none", StringComparison.Ordinal);
        CrossEntropyOptions options = new()
        {
            Reduction = isMean ? Reduction.Mean : Reduction.Sum,
            LabelSmoothing = found["labelSmoothing"].Item,
            ClassWeights = found.Tensors.TryGetValue("classWeights", out LibtorchTensor? weights) ? weights.Doubles : [],
        };
        if (name.Contains("combined_more", StringComparison.Ordinal)) (expected, gradients) = WithoutWeightOfZero(name);
        double[] gradient = new double[logits.Length], losses = new double[labels.Length];
        double loss = Primitives.Losses.CrossEntropy<double>(logits, labels, options, gradient);
        Primitives.Losses.CrossEntropyPerRow(logits, labels, options, losses);

        Parameter<double> parameter = new("logits", Shape.Create(found["logits"].Lengths), logits);
        GradientTape<double> tape = new();
        Variable<double> onTape = tape.Watch(parameter).CrossEntropy(labels, options);
        double[] recorded = tape.Gradients(onTape, tape.Watch(parameter))[0].Value.ToArray();
        tape.Backward(onTape);
        Assert.Equal(loss, onTape.Item);

        if (isNone)
        {
            GoldenVectorTests.AssertClose(name, expected, losses, Tolerance, Tolerance);
            int classes = logits.Length / labels.Length;
            for (int i = 0; i < logits.Length; i++)
            {
                gradient[i] *= found["upstream"].Doubles[i / classes];
                recorded[i] *= found["upstream"].Doubles[i / classes];
            }
        }
        else
        {
            GoldenVectorTests.AssertClose(name, expected, [loss], Tolerance, Tolerance);
            Assert.Equal(gradient, parameter.Gradient.ToArray());
        }

        GoldenVectorTests.AssertClose($"{name}, gradient", gradients, gradient, Tolerance, Tolerance);
        GoldenVectorTests.AssertClose($"{name}, recorded gradient", gradients, recorded, Tolerance, Tolerance);
    }

    /// <summary>
    /// Where libtorch and this library differ by decision: a row whose label has weight 0 is ignored here (SEMANTICS.md,
    /// decision 7), while libtorch still smooths it over the other classes. What is expected, from libtorch's own rows.
    /// </summary>
    private static (double[] Output, double[] Gradient) WithoutWeightOfZero(string name)
    {
        LibtorchCase rows = LibtorchVectors.Find("cross_entropy/combined_more/none");
        int[] labels = rows["labels"].Integers;
        double[] weights = rows["classWeights"].Doubles, kept = [.. labels.Select(l => l < 0 ? 0 : weights[l])];
        double[] losses = [.. rows["output"].Doubles.Select((v, row) => kept[row] == 0 ? 0 : v)];
        int classes = rows["logits"].Lengths[1];
        double Upstream(int row) => name.EndsWith("/none", StringComparison.Ordinal) ? 1 : rows["upstream"].Doubles[row];
        double divisor = name.EndsWith("/mean", StringComparison.Ordinal) ? kept.Sum() : 1;
        double[] gradient =
            [.. rows["gradient.logits"].Doubles.Select((g, i) => kept[i / classes] == 0 ? 0 : g / Upstream(i / classes) / divisor)];
        return (name.EndsWith("/none", StringComparison.Ordinal) ? losses : [losses.Sum() / divisor], gradient);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Optimizers_agree_with_libtorch(string name)
    {
        LibtorchCase found = LibtorchVectors.Find(name);
        double[] start = found["start"].Doubles;
        Parameter<double> parameter = new("w", [start.Length], start);
        Optimizer<double> optimizer = Create(name, found, parameter);
        optimizer.LearningRate = found["learningRate"].Item;
        int steps = found["gradients"].Lengths[0];
        for (int step = 0; step < steps; step++)
        {
            parameter.SetGradient(found["gradients"].Doubles.AsSpan(step * start.Length, start.Length));
            optimizer.Step();
            GoldenVectorTests.AssertClose(
                $"{name}, step {step}",
                found["parameters"].Doubles.AsSpan(step * start.Length, start.Length).ToArray(),
                parameter.Value.ToArray(),
                StepTolerance,
                StepTolerance);
        }
    }

    private static Optimizer<double> Create(string name, LibtorchCase found, Parameter<double> parameter)
    {
        double decay = found["weightDecay"].Item;
        if (name.StartsWith("sgd/", StringComparison.Ordinal))
        {
            return new Sgd<double>(parameter)
            {
                Momentum = found["momentum"].Item,
                Dampening = found["dampening"].Item,
                WeightDecay = decay,
                Nesterov = found["nesterov"].Item == 1,
            };
        }

        double beta1 = found["beta1"].Item, beta2 = found["beta2"].Item, epsilon = found["epsilon"].Item;
        return name.StartsWith("adamw/", StringComparison.Ordinal)
            ? new AdamW<double>(parameter) { Beta1 = beta1, Beta2 = beta2, Epsilon = epsilon, WeightDecay = decay }
            : new Adam<double>(parameter) { Beta1 = beta1, Beta2 = beta2, Epsilon = epsilon, WeightDecay = decay };
    }
}
