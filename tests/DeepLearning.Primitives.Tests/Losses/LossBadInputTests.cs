using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Every loss refuses weights, targets and lengths that do not fit, on spans and on a tape alike, and has written nothing then.
/// </summary>
public class LossBadInputTests
{
    private static readonly double[][] s_badWeights = [[1, -1, 1, 1], [double.NaN, 1, 1, 1], [1, 1, 1, double.PositiveInfinity], [1, 1, 1]];

    public static TheoryData<int> Elementwise => [.. Enumerable.Range(0, LossCase.All.Length)];

    public static TheoryData<int> OfRows => [.. Enumerable.Range(0, RowLossCase.All.Length)];

    [Theory]
    [MemberData(nameof(Elementwise))]
    public void Elementwise_losses(int index)
    {
        LossCase loss = LossCase.All[index];
        const int N = 8;
        double[] x = [.. Enumerable.Repeat((loss.X.Low + loss.X.High) / 2, N)], t = [.. Enumerable.Repeat(double.IsNaN(loss.T.Low) ? 1 : loss.T.High, N)];
        foreach (double[] weights in s_badWeights) Refused("weights", x, t, weights);
        Refused("targets", x, t[1..], []);
        Refused("targets", [.. x, 0.5], t, []);
        bool isProbability = loss.T is (0, 1) or (0.01, 1) or (0.05, 1);
        if (isProbability || double.IsNaN(loss.T.Low) || loss.T.High == 8) Refused("targets", x, [.. t[1..], -0.5], []);
        if (isProbability || double.IsNaN(loss.T.Low)) Refused("targets", x, [1.5, .. t[1..]], []);
        if (loss.X is (0.05, _))
        {
            Refused("probabilities", [-1e-9, .. x[1..]], t, []);
            Refused("probabilities", [.. x[1..], 1.0000001], t, []);
        }

        double[] kept = [.. x], outputs = new double[2 * N];
        Assert.Throws<ArgumentException>("gradient", () => { loss.Double(x, t, Reduction.Mean, outputs.AsSpan(0, N - 1), [], []); });
        Assert.Throws<ArgumentException>("losses", () => { loss.Double(x, t, Reduction.Mean, [], [], outputs.AsSpan(0, N - 1)); });
        Assert.Throws<ArgumentException>("losses", () => { loss.Double(x, t, Reduction.None, outputs.AsSpan(0, N), [], []); });
        Assert.Throws<ArgumentException>("losses", () => { loss.Double(x, t, Reduction.None, outputs.AsSpan(0, N), [], outputs.AsSpan(1, N)); });
        Assert.Throws<ArgumentException>("gradient", () => { loss.Double(x.AsSpan(0, 4), t.AsSpan(0, 4), Reduction.Mean, x.AsSpan(1), [], []); });
        Assert.All(outputs, v => Assert.Equal(0, v));
        Assert.Equal(kept, x);

        void Refused(string parameter, double[] x, double[] t, double[] weights)
        {
            double[] gradient = [.. Enumerable.Repeat(7.0, N + 1)], losses = [.. gradient];
            ArgumentException onSpans = Assert.ThrowsAny<ArgumentException>(() => { loss.Double(x, t, Reduction.Mean, gradient, weights, losses); });
            Assert.Equal(parameter, onSpans.ParamName);
            Assert.All(gradient.Concat(losses), v => Assert.Equal(7, v));
            GradientTape<double> tape = new();
            Variable<double> a = tape.Constant(x, [x.Length]), b = tape.Constant(t, [t.Length]);
            ArgumentException onTape = Assert.ThrowsAny<ArgumentException>(() => loss.Tape(a, b, Reduction.Mean, weights));
            Assert.Equal(parameter == "probabilities" ? "predictions" : parameter, onTape.ParamName);
            Assert.Equal(onSpans.GetType(), onTape.GetType());
        }
    }

    [Theory]
    [MemberData(nameof(OfRows))]
    public void Losses_of_rows(int index)
    {
        RowLossCase loss = RowLossCase.All[index];
        double[][] x = loss.Sample();
        foreach (double[] weights in s_badWeights) Refused(x, weights);
        for (int input = 0; input < loss.Inputs; input++)
        {
            double[][] shorter = [.. x.Select((v, i) => i == input ? v[RowLossCase.Length..] : v)];
            Refused(shorter, []);
        }

        // Probabilities, soft targets and variances have a domain: the last input, and in the losses of overlap all of them.
        bool isOverlap = loss.Name.StartsWith("Dice", StringComparison.Ordinal) || loss.Name.StartsWith("Tversky", StringComparison.Ordinal) || loss.Name.StartsWith("SoftF1", StringComparison.Ordinal);
        bool hasDomain = isOverlap || loss.Name.StartsWith("SoftCross", StringComparison.Ordinal) || loss.Name.StartsWith("Gaussian", StringComparison.Ordinal);
        for (int input = isOverlap ? 0 : loss.Inputs - 1; hasDomain && input < loss.Inputs; input++)
        {
            double[][] outside = [.. x.Select(v => v.ToArray())];
            outside[input][7] = -0.25;
            Refused(outside, []);
            outside[input][7] = 1.25;
            if (!loss.Name.StartsWith("Gaussian", StringComparison.Ordinal)) Refused(outside, []);
        }

        void Refused(double[][] inputs, double[] weights)
        {
            double[][] gradients = [.. x.Select(v => Enumerable.Repeat(7.0, v.Length).ToArray())];
            double[] losses = [.. Enumerable.Repeat(7.0, loss.Results)];
            ArgumentException onSpans = Assert.ThrowsAny<ArgumentException>(() => loss.Span(inputs, Reduction.Mean, weights, gradients, losses));
            Assert.NotNull(onSpans.ParamName);
            Assert.All(gradients.SelectMany(g => g).Concat(losses), v => Assert.Equal(7, v));
            GradientTape<double> tape = new();
            Variable<double>[] variables = [.. inputs.Select(v => tape.Constant(v, [v.Length / RowLossCase.Length, RowLossCase.Length]))];
            ArgumentException onTape = Assert.ThrowsAny<ArgumentException>(() => loss.Tape(variables, Reduction.Mean, weights));
            if (weights.Length > 0) Assert.Equal(("weights", "weights"), (onSpans.ParamName, onTape.ParamName));
        }
    }

    [Fact]
    public void Losses_with_labels()
    {
        double[] x = new double[12];
        Refused([0, 1, 3, 2], [], "labels", "row 2 is 3");
        Refused([0, -1, 1, 2], [], "labels", "row 1 is -1");
        Refused([0, int.MaxValue, 1, 2], [], "labels", "3 classes");
        Refused([0, 1, 1, 2, 0], [], null, "5");
        // Three labels of twelve numbers are rows of four on spans, and too few on a tape.
        Assert.Throws<ArgumentException>("labels", () => new GradientTape<double>().Constant(x, [4, 3]).CrossEntropy([0, 1, 1]));
        foreach (double[] weights in s_badWeights) Refused([0, 1, 1, 2], weights, "weights", "weights");

        void Refused(int[] labels, double[] weights, string? parameter, string words)
        {
            double[] gradient = [.. Enumerable.Repeat(7.0, 12)], losses = [.. gradient[..5]];
            GradientTape<double> tape = new();
            Variable<double> logits = tape.Constant(x, [4, 3]);
            Action[] calls =
            [
                () => Losses.CrossEntropy<double>(x, labels, null, gradient, weights, 1, losses), () => logits.CrossEntropy(labels, null, weights),
                () => Losses.CrossEntropyPerRow<double>(x, labels, null, losses, weights),
                () => Losses.NegativeLogLikelihood<double>(x, labels, null, gradient, weights, 1, losses), () => logits.NegativeLogLikelihood(labels, null, weights),
                () => Losses.FocalLoss<double>(x, labels, null, gradient, weights, 1, losses), () => logits.FocalLoss(labels, null, weights),
                () => Losses.MultiClassHinge<double>(x, labels, null, gradient, weights, 1, losses), () => logits.MultiClassHinge(labels, null, weights),
            ];
            foreach (Action call in calls)
            {
                ArgumentException e = Assert.ThrowsAny<ArgumentException>(call);
                if (parameter is not null) Assert.Equal(parameter, e.ParamName);
                Assert.Contains(words, e.Message, StringComparison.Ordinal);
            }

            Assert.All(gradient.Concat(losses), v => Assert.Equal(7, v));
        }
    }
}
