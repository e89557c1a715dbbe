using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>At infinities, zeros and huge numbers the gradient that a tape records is the fused one.</summary>
public class LossLimitTests
{
    private const double Infinity = double.PositiveInfinity, Huge = 1e200;

    public static TheoryData<int> Elementwise => [.. Enumerable.Range(0, LossCase.All.Length)];

    [Theory]
    [MemberData(nameof(Elementwise))]
    public void Elementwise_losses(int index)
    {
        LossCase loss = LossCase.All[index];
        bool isProbability = loss.X.Low >= 0 && loss.X.High <= 1;
        double[] predictions = isProbability ? [0, 1, 0.5, 1e-300] : [Infinity, -Infinity, Huge, -Huge, 0, -0.0, 1, -1, 800, -800, double.NaN];
        double[] targets = double.IsNaN(loss.T.Low) ? [-1, 1] : loss.T is (0, 1) or (0.01, 1) or (0.05, 1) ? [0, 1, 0.5] : loss.T is (0, 8) ? [0, 1, 5] : [0, -0.0, 1, -3, Huge, Infinity, -Infinity];
        (double X, double T)[] pairs = [.. predictions.SelectMany(x => targets.Select(t => (x, t)))];
        double[] xs = [.. pairs.Select(p => p.X)], ts = [.. pairs.Select(p => p.T)], fused = new double[xs.Length], losses = new double[xs.Length];
        loss.Double(xs, ts, Reduction.None, fused, default, losses);

        Parameter<double> parameter = new("x", [xs.Length], xs);
        GradientTape<double> tape = new();
        Variable<double> x = tape.Watch(parameter), each = loss.Tape(x, tape.Constant(ts, x.Shape), Reduction.None, []);
        Assert.Equal(losses, each.Value.ToArray());
        Variable<double> recorded = tape.Gradients(each.Sum(), x)[0];
        tape.Backward(each.Sum());
        for (int i = 0; i < xs.Length; i++)
        {
            Assert.True(fused[i].Equals(parameter.Gradient[i]), $"{loss.Name} of {pairs[i]}: fused {fused[i]}, on the tape {parameter.Gradient[i]}");
            Assert.True(fused[i].Equals(recorded.Value[i]), $"{loss.Name} of {pairs[i]}: fused {fused[i]}, recorded {recorded.Value[i]}");
        }

        // The derivative of a limit is one too, and no NaN.
        tape.Backward(recorded.Sum());
        for (int i = 0; i < xs.Length; i++)
            Assert.True(double.IsNaN(fused[i]) || !double.IsNaN(parameter.Gradient[i]), $"{loss.Name} of {pairs[i]}: second derivative {parameter.Gradient[i]}");
    }

    private sealed record Labelled(string Name, Func<double[], int, double[], double> Span, Func<Variable<double>, int, Variable<double>> Tape);

    private static readonly Labelled[] s_labelled =
    [
        .. new CrossEntropyOptions[] { new(), new() { LabelSmoothing = 0.1 } }.Select(o => new Labelled(
            $"CrossEntropy {o.LabelSmoothing}", (x, y, g) => Losses.CrossEntropy(x, [y], o, g), (x, y) => x.CrossEntropy([y], o))),
        .. new CrossEntropyOptions[] { new(), new() { LabelSmoothing = 0.1 } }.Select(o => new Labelled(
            $"SoftCrossEntropy {o.LabelSmoothing}",
            (x, y, g) => Losses.SoftCrossEntropy(x, Soft(y, x.Length), x.Length, o, g),
            (x, y) => x.SoftCrossEntropy(x.Tape.Constant(Soft(y, x.Shape[1]), x.Shape), o))),
        new("NegativeLogLikelihood", (x, y, g) => Losses.NegativeLogLikelihood(x, [y], null, g), (x, y) => x.NegativeLogLikelihood([y])),
        .. new[] { 0, 0.5, 1, 1.5, 2, 3 }.Select(gamma => new FocalOptions { Gamma = gamma }).Select(o => new Labelled(
            $"FocalLoss {o.Gamma}", (x, y, g) => Losses.FocalLoss(x, [y], o, g), (x, y) => x.FocalLoss([y], o))),
        .. new MultiClassHingeOptions[] { new(), new() { IsSquared = true } }.Select(o => new Labelled(
            $"MultiClassHinge {o.IsSquared}", (x, y, g) => Losses.MultiClassHinge(x, [y], o, g), (x, y) => x.MultiClassHinge([y], o))),
    ];

    public static TheoryData<int> WithLabels => [.. Enumerable.Range(0, s_labelled.Length)];

    [Theory]
    [MemberData(nameof(WithLabels))]
    public void Losses_with_labels(int index)
    {
        Labelled loss = s_labelled[index];
        double[][] rows =
        [
            [Infinity, 0, 1], [-Infinity, 0, 1], [-Infinity, -Infinity, 1], [-Infinity, -Infinity, -Infinity], [Infinity, -Infinity, 0],
            [Infinity, Infinity, 0], [double.NaN, 0, 1], [double.NaN, -Infinity, Infinity], [Huge, 0, -Huge], [Huge, Huge, -Infinity],
            [0, -0.0, 0], [800, -800, 0], [0, 0, 0],
        ];
        foreach (double[] row in rows)
        {
            // Three classes go by the panel, many row by row.
            foreach (int classes in (int[])[3, 300])
            {
                for (int label = 0; label < 3; label++)
                {
                    double[] logits = [.. row, .. Enumerable.Repeat(-1.0, classes - 3)], fused = new double[classes];
                    double value = loss.Span(logits, label, fused);
                    Parameter<double> parameter = new("x", [1, classes], logits);
                    GradientTape<double> tape = new();
                    Variable<double> x = tape.Watch(parameter), onTape = loss.Tape(x, label), recorded = tape.Gradients(onTape, x)[0];
                    tape.Backward(onTape);
                    string what = $"{loss.Name} of [{string.Join(", ", row)}], label {label}";
                    Assert.True(value.Equals(onTape.Item), $"{what}: on spans {value}, on a tape {onTape.Item}");
                    for (int i = 0; i < classes; i++)
                    {
                        Assert.True(fused[i].Equals(parameter.Gradient[i]), $"{what}: gradient {i} fused {fused[i]}, on the tape {parameter.Gradient[i]}");
                        Assert.True(fused[i].Equals(recorded.Value[i]), $"{what}: gradient {i} fused {fused[i]}, recorded {recorded.Value[i]}");
                    }

                    tape.Backward(recorded.Sum());
                    Assert.True(fused.Any(double.IsNaN) || !parameter.Gradient.ToArray().Any(double.IsNaN), $"{what}: a second derivative is NaN");
                }
            }
        }
    }

    private static double[] Soft(int label, int classes)
    {
        double[] targets = new double[classes];
        (targets[label], targets[(label + 1) % 3]) = (0.75, 0.25);
        return targets;
    }

    public static TheoryData<int> OfRows => [.. Enumerable.Range(0, RowLossCase.All.Length)];

    [Theory]
    [MemberData(nameof(OfRows))]
    public void Losses_of_rows(int index)
    {
        RowLossCase loss = RowLossCase.All[index];
        foreach (double special in (double[])[0, -0.0, 1, Huge, -Huge, 1e-200, Infinity, -Infinity, double.NaN])
        {
            for (int input = 0; input < loss.Inputs; input++)
            {
                foreach (int count in (int[])[1, RowLossCase.Length])
                {
                    double[][] x = loss.Sample();
                    x[input].AsSpan(RowLossCase.Length, count).Fill(special);
                    foreach (Reduction reduction in (Reduction[])[Reduction.None, Reduction.Mean])
                        Agree(loss, x, reduction, $"{loss.Name} with {count} × {special} in input {input}");
                }
            }
        }
    }

    private static void Agree(RowLossCase loss, double[][] x, Reduction reduction, string what)
    {
        double[][] fused = [.. x.Select(v => new double[v.Length])];
        double[] losses = new double[loss.Results];
        Parameter<double>[] parameters = [.. x.Select((v, i) => new Parameter<double>($"x{i}", [RowLossCase.Count, RowLossCase.Length], v))];
        GradientTape<double> tape = new();
        Variable<double>[] watched = [.. parameters.Select(tape.Watch)];
        double value;
        try
        {
            value = loss.Span(x, reduction, [], fused, losses);
        }
        catch (ArgumentOutOfRangeException)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => loss.Tape(watched, reduction, []));
            return;
        }

        Variable<double> onTape = loss.Tape(watched, reduction, []);
        Close(reduction == Reduction.None ? losses : [value], onTape.Value, what + ", value");
        Variable<double>[] recorded = tape.Gradients(onTape.Sum(), watched);
        tape.Backward(onTape.Sum());
        for (int i = 0; i < loss.Differentiable; i++)
        {
            Close(fused[i], parameters[i].Gradient, $"{what}, gradient {i}");
            Close(fused[i], recorded[i].Value, $"{what}, recorded gradient {i}");
        }

        // Both make some twenty roundings of numbers up to 10, or of numbers as large as the row's results.
        static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, string what)
        {
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
            {
                int row = i / RowLossCase.Length * RowLossCase.Length;
                double size = expected[row..Math.Min(row + RowLossCase.Length, expected.Length)].ToArray().Max(Math.Abs);
                bool isClose = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= 4e-14 * Math.Max(1, size);
                Assert.True(isClose, $"{what}, {i}: on spans {expected[i]}, on a tape {actual[i]}");
            }
        }
    }
}
