using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>The README's examples: compiled here, run here, and compared with the README's text.</summary>
public class ReadmeTests
{
    [Fact]
    public void Every_example_of_the_readme_stands_in_this_file()
    {
        string here = Squeeze(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ReadmeTests.cs")));
        string readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"));
        string[] examples = [.. readme.Split("```csharp\n").Skip(1).Select(part => part.Split("```")[0])];
        Assert.True(examples.Length >= 6);
        Assert.All(examples, example => Assert.Contains(Squeeze(example), here, StringComparison.Ordinal));
    }

    [Fact]
    public void A_first_network_learns_exclusive_or()
    {
        var random = new Philox(seed: 1);
        var hidden = new Linear<float>(2, 16, random);
        var output = new Linear<float>(16, 2, random);
        var optimizer = new Adam<float>([.. hidden.Parameters, .. output.Parameters]) { LearningRate = 0.05f };
        var tape = new GradientTape<float>();

        float[] points = [0, 0, 0, 1, 1, 0, 1, 1];                  // four points of two numbers each
        int[] classes = [0, 1, 1, 0];                               // exclusive or: no straight line tells them apart
        float loss = 0;
        for (int step = 0; step < 200; step++)
        {
            tape.Reset();                                           // all memory of the last step is used again
            Variable<float> x = tape.Constant(points, [4, 2]);
            Variable<float> logits = output.Forward(hidden.Forward(x).Tanh());
            Variable<float> wrong = logits.CrossEntropy(classes);
            tape.Backward(wrong);                                   // fills the gradient of every parameter
            optimizer.Step();                                       // and moves it
            loss = wrong.Item;
        }

        Assert.InRange(loss, 0, 0.05f);
    }

    [Fact]
    public void Spans()
    {
        float[] logits = [1000, 1001, 1002, -1, 0, 1], probabilities = new float[6], gradient = new float[6];
        Activations.Softmax<float>(logits, rowLength: 3, probabilities);
        float loss = Losses.CrossEntropy<float>(logits, [2, 0], gradient);
        float smoothed = Losses.CrossEntropy<float>(logits, [2, -100], new CrossEntropyOptions { LabelSmoothing = 0.1 }, gradient);

        float[] weights = [0.5f, -0.02f, 0.3f];
        float norm = Penalties.L1<float>(weights);
        Penalties.SoftThreshold<float>(weights, 0.05f, weights);    // the proximal step of L1: exact zeros

        float[] a = [1, 2, 3, 4, 5, 6], b = [1, 0, 0, 1, 1, 1], c = new float[4];
        LinearAlgebra.MatMul<float>(a, b, c, m: 2, k: 3, n: 2);     // row-major; either operand may be stored transposed

        Assert.Equal(0.665f, probabilities[2], 0.001f);
        Assert.Equal((0.4076f + 2.4076f) / 2, loss, 0.001f);
        // 0.4076 and a tenth of the mean distance of the logits from the largest, 1.
        Assert.Equal(0.5076f, smoothed, 0.001f);
        Assert.Equal((0.82f, 0f), (norm, weights[1]));
        Assert.Equal([4, 5, 10, 11], c);
    }

    [Fact]
    public void Scores()
    {
        var matrix = new ConfusionMatrix(classes: 3);
        matrix.Add(actual: [0, 1, 2, 2, 1], predicted: [0, 2, 2, 2, 1]);
        double macro = matrix.F1(Average.Macro), ofClassTwo = matrix.F1(2);
        double binary = Metrics.F1Score([0, 1, 1, 0], [0, 1, 0, 0], Average.Binary);
        string table = new ClassificationReport(matrix, ["cat", "dog", "fox"]).ToString(2);

        var scores = new BinaryScores();
        scores.Add<float>(actual: [0, 0, 1, 1], [0.1f, 0.4f, 0.35f, 0.8f]);
        double area = scores.RocAuc();

        Assert.Contains("fox", table, StringComparison.Ordinal);
        Assert.Equal(0.75, area);
        Assert.Equal((1 + (2.0 / 3) + 0.8) / 3, macro, 1e-15);
        Assert.Equal((0.8, 2.0 / 3), (ofClassTwo, binary));
    }

    [Fact]
    public void Sequences()
    {
        var random = new Philox(seed: 2);
        var lstm = new Lstm<float>(inputSize: 3, hiddenSize: 8, random);
        var tape = new GradientTape<float>();
        Variable<float> sequence = tape.Constant(new float[5 * 2 * 3], [5, 2, 3]);       // time, batch, input
        LstmResult<float> result = lstm.Forward(sequence, lengths: [5, 2]);              // the second row ends after two steps
        tape.Backward(result.FinalHidden.Sum());
        float norm = GradientClipping.ByGlobalNorm([.. lstm.Parameters], 1f);

        RecurrentStepper<float> stepper = lstm.NewStepper();                             // step by step, without a tape
        float[] output = new float[8];
        stepper.Step([1, 0, 0], output);

        Assert.Equal([5, 2, 8], result.Output.Shape);
        Assert.True(result.Output.Value[^8..].SequenceEqual(new float[8]));
        Assert.True(norm > 0);
        Assert.Contains(output, v => v != 0);
    }

    [Fact]
    public void Derivatives()
    {
        var w = new Parameter<double>("w", [3], [1, 2, 3]);
        var tape = new GradientTape<double>();
        Variable<double> x = tape.Watch(w);
        Variable<double> slope = tape.Gradients((x * x * x).Sum(), x)[0];     // 3x², itself on the tape
        tape.Backward((slope * slope).Sum());                                 // so that this is 36x³

        double[,] hessian = Differentiate.Hessian<double>(v => (v * v * v).Sum(), [1, 2]);
        GradientCheck.Verify(inputs => inputs[0].Tanh().Sum(), w);            // throws, naming the worst element

        Assert.Equal(new double[,] { { 6, 0 }, { 0, 12 } }, hessian);
        tape.Reset();
        x = tape.Watch(w);
        slope = tape.Gradients((x * x * x).Sum(), x)[0];
        tape.Backward((slope * slope).Sum());
        Assert.Equal([36, 288, 972], w.Gradient.ToArray());

        Variable<double> y = tape.Apply(new Square(), tape.Watch(w));
        Assert.Equal([1, 4, 9], y.Value.ToArray());
    }

    /// <summary>The text without white space, so that indentation does not matter.</summary>
    private static string Squeeze(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private sealed class Square : Operation<double>
    {
        public override Shape GetShape(ReadOnlySpan<Variable<double>> inputs) => inputs[0].Shape;

        public override void Forward(ReadOnlySpan<Variable<double>> inputs, Span<double> output)
        {
            for (int i = 0; i < output.Length; i++) output[i] = inputs[0].Value[i] * inputs[0].Value[i];
        }

        public override void Backward(BackwardStep<double> step) => step.Add(0, step.Upstream * (2 * step.Input(0)));
    }
}
