using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Every loss that libtorch has as well, but for cross entropy with class indices: values, and gradients both ways.</summary>
public class GoldenRowLossTests
{
    private const double Unit = 1.1102230246251565e-16;

    public static TheoryData<string> Cases => [.. LibtorchVectors.Names("loss/")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Losses_agree_with_libtorch(string name)
    {
        LibtorchCase found = LibtorchVectors.Find(name);
        string[] parts = name.Split('/');
        Reduction reduction = Enum.Parse<Reduction>(parts[2], ignoreCase: true);
        string[] names = [.. found.Tensors.Keys.Where(k => found.Tensors.ContainsKey("gradient." + k))];
        Parameter<double>[] inputs = [.. names.Select(n => new Parameter<double>(n, Shape.Create(found[n].Lengths), found[n].Doubles))];
        GradientTape<double> tape = new();
        Variable<double>[] watched = [.. inputs.Select(tape.Watch)];
        Variable<double> output = Call(parts[1], found, watched, reduction);
        // Some twenty roundings on either side, and sums of 20 terms. libtorch adds 1e-12 to the squares of a cosine's norms,
        // which are 1 or so here, and the 1e-12 below which no divisor of its BCE falls is a float.
        double bound = parts[1].StartsWith("cosine", StringComparison.Ordinal) ? 4e-12 : parts[1] == "bce_edges" ? 6e-9 : 256 * Unit;
        GoldenVectorTests.AssertClose(name, found["output"].Doubles, output.Value.ToArray(), bound, bound);

        Variable<double> loss = found.Tensors.TryGetValue("upstream", out LibtorchTensor? upstream)
            ? (output * tape.Constant(upstream.Doubles, output.Shape)).Sum() : output;
        Variable<double>[] recorded = tape.Gradients(loss, watched);
        tape.Backward(loss);
        for (int i = 0; i < inputs.Length; i++)
        {
            double[] expected = found["gradient." + names[i]].Doubles;
            GoldenVectorTests.AssertClose($"{name}, gradient", expected, inputs[i].Gradient.ToArray(), bound, bound);
            GoldenVectorTests.AssertClose($"{name}, recorded gradient", expected, recorded[i].Value.ToArray(), bound, bound);
        }
    }

    private static Variable<double> Call(string name, LibtorchCase found, Variable<double>[] x, Reduction r)
    {
        LossOptions plain = new() { Reduction = r };
        Variable<double> Target() => x[0].Tape.Constant(found["target"].Doubles, Shape.Create(found["target"].Lengths));
        int[] Labels() => found["labels"].Integers;
        double[] classWeights = [1, 0.25, 2, 0.5];
        return name switch
        {
            "mse" => x[0].MeanSquaredError(Target(), plain),
            "l1" => x[0].MeanAbsoluteError(Target(), plain),
            "huber_1" => x[0].Huber(Target(), new() { Reduction = r }),
            "huber_0.5" => x[0].Huber(Target(), new() { Reduction = r, Delta = 0.5 }),
            "smooth_l1_1" => x[0].SmoothL1(Target(), new() { Reduction = r }),
            "smooth_l1_2" => x[0].SmoothL1(Target(), new() { Reduction = r, Beta = 2 }),
            "bce" or "bce_edges" => x[0].BinaryCrossEntropy(Target(), plain),
            "bce_logits_1" => x[0].BinaryCrossEntropyWithLogits(Target(), new() { Reduction = r }),
            "bce_logits_2.5" => x[0].BinaryCrossEntropyWithLogits(Target(), new() { Reduction = r, PositiveWeight = 2.5 }),
            "bce_logits_classes" => x[0].BinaryCrossEntropyWithLogits(Target(), new() { Reduction = r, PositiveWeights = (double[])[0, 0.5, 1, 2.5, 16] }),
            "bce_logits_all" => x[0].BinaryCrossEntropyWithLogits(Target(), new() { Reduction = r, PositiveWeights = (double[])[0, 0.5, 1, 2.5, 16] }, [1, 0, 0.5, 2]),
            "poisson_log" => x[0].PoissonNegativeLogLikelihood(Target(), new() { Reduction = r }),
            "poisson_log_full" => x[0].PoissonNegativeLogLikelihood(Target(), new() { Reduction = r, Full = true }),
            // TorchSharp hands no ε over.
            "poisson_rate" => x[0].PoissonNegativeLogLikelihood(Target(), new() { Reduction = r, LogInput = false, Epsilon = 0 }),
            "kl" => x[0].KullbackLeibler(Target(), new() { Reduction = r }),
            "kl_log" => x[0].KullbackLeibler(Target(), new() { Reduction = r, LogTargets = true }),
            "kl_batch" => x[0].KullbackLeibler(Target(), new() { RowLength = 5 }),
            "gaussian" => x[0].GaussianNegativeLogLikelihood(Target(), x[0].Tape.Constant(found["variance"].Doubles, [4, 5]), new() { Reduction = r, Epsilon = 1e-6f }),
            "nll" => x[0].NegativeLogLikelihood(Labels(), new() { Reduction = r }),
            "nll_weights" => x[0].NegativeLogLikelihood(Labels(), new() { Reduction = r, ClassWeights = classWeights }),
            "nll_image" => x[0].NegativeLogLikelihood(Labels(), new() { Reduction = r, ClassWeights = classWeights }, axis: 1),
            "cross_entropy_image" => x[0].CrossEntropy(Labels(), new() { Reduction = r, ClassWeights = classWeights, LabelSmoothing = 0.1 }, axis: 1),
            "multi_margin_1" => x[0].MultiClassHinge(Labels(), new() { Reduction = r }),
            "multi_margin_2" => x[0].MultiClassHinge(Labels(), new() { Reduction = r, IsSquared = true, Margin = 0.5 }),
            "soft_cross_entropy" => x[0].SoftCrossEntropy(Target(), new() { Reduction = r }),
            "soft_cross_entropy_all" => x[0].SoftCrossEntropy(Target(), new() { Reduction = r, ClassWeights = classWeights, LabelSmoothing = 0.2 }),
            "cosine_0" => x[0].CosineEmbedding(x[1], found["target"].Doubles, new() { Reduction = r }),
            "cosine_0.1" => x[0].CosineEmbedding(x[1], found["target"].Doubles, new() { Reduction = r, Margin = 0.1 }),
            "ranking" => x[0].MarginRanking(x[1], Target(), new() { Reduction = r, Margin = 0.3 }),
            "triplet" => x[0].TripletMargin(x[1], x[2], new() { Reduction = r }),
            "triplet_swap" => x[0].TripletMargin(x[1], x[2], new() { Reduction = r, Swap = true }),
            "ctc" => x[0].LogSoftmax().ConnectionistTemporalClassification(
                Labels(), found["steps"].Integers, found["counts"].Integers, new() { Reduction = r, ZeroInfinity = true }),
            _ => throw new KeyNotFoundException($"No loss for the case '{name}'."),
        };
    }
}
