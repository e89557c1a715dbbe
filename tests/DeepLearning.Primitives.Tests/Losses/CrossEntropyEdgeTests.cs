using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Cross entropy at its ends: infinite logits, tiny losses, rows that do not count.</summary>
public class CrossEntropyEdgeTests
{
    private const float Infinity = float.PositiveInfinity;

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(300)]
    public void Infinite_logits_take_limits(int classes)
    {
        float[] x = new float[classes], gradient = new float[classes];
        float Loss(int label) => Losses.CrossEntropy<float>(x, [label], gradient);

        x[2] = Infinity;
        Assert.Equal(0, Loss(2));
        Assert.All(gradient, v => Assert.Equal(0, v));
        Assert.Equal(Infinity, Loss(1));
        for (int c = 0; c < classes; c++) Assert.Equal(c == 1 ? -1 : c == 2 ? 1 : 0, gradient[c]);

        x[0] = Infinity;
        Assert.Equal(float.NaN, Loss(2));
        Assert.All(gradient, v => Assert.Equal(float.NaN, v));

        x.AsSpan().Clear();
        x[2] = -Infinity;
        Assert.Equal(Math.Log(classes - 1), Loss(1), 1e-6);
        Assert.Equal(0, gradient[2]);
        Assert.Equal(Infinity, Loss(2));
        for (int c = 0; c < classes; c++) Assert.Equal(c == 2 ? -1 : 1.0 / (classes - 1), gradient[c], 1e-6);
        Assert.Equal(Infinity, Losses.CrossEntropy<float>(x, [1], new CrossEntropyOptions { LabelSmoothing = 0.1 }));
        double[] weights = [.. Enumerable.Repeat(1.0, classes)];
        weights[2] = 0;
        // With smoothing the class of weight 0 is left out although its logarithm is infinite.
        Assert.Equal(
            Math.Log(classes - 1) * (0.9 + (0.1 * (classes - 1) / classes)),
            Losses.CrossEntropy<float>(x, [1], new CrossEntropyOptions { LabelSmoothing = 0.1, ClassWeights = weights }),
            1e-5);

        x.AsSpan().Fill(-Infinity);
        Assert.Equal(Infinity, Loss(1));
        Assert.All(gradient, v => Assert.Equal(0, v));

        for (int at = 0; at < classes; at++)
        {
            foreach (float rest in new[] { 0f, -Infinity, Infinity })
            {
                x.AsSpan().Fill(rest);
                x[at] = float.NaN;
                Assert.Equal(float.NaN, Loss(1));
                Assert.All(gradient, v => Assert.Equal(float.NaN, v));
            }
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    public void Ignored_rows_never_count(int classes)
    {
        float[] x = Rows.Random<float>(4 * classes, 2), gradient = new float[x.Length];
        x.AsSpan(classes, classes).Fill(float.NaN);
        x.AsSpan(2 * classes, classes).Fill(Infinity);
        double[] weights = [.. Enumerable.Repeat(1.0, classes)];
        weights[7] = 0;
        CrossEntropyOptions options = new() { ClassWeights = weights, LabelSmoothing = 0.1 };
        float loss = Losses.CrossEntropy<float>(x, [3, -100, 7, 5], options, gradient);
        float[] kept = [.. x[..classes], .. x[(3 * classes)..]], keptGradient = new float[kept.Length];
        Assert.Equal(Losses.CrossEntropy<float>(kept, [3, 5], options, keptGradient), loss);
        Assert.Equal([.. keptGradient[..classes], .. new float[2 * classes], .. keptGradient[classes..]], gradient);

        gradient.AsSpan().Fill(5);
        Assert.Equal(float.NaN, Losses.CrossEntropy<float>(x, [-100, -100, 7, 7], options, gradient));
        Assert.All(gradient, v => Assert.Equal(0, v));
    }

    [Fact]
    public void Nothing_to_average_gives_what_was_asked_for()
    {
        float[] x = [1, 2, float.NaN, 4], gradient = [5, 5, 5, 5];
        float Loss(Undefined undefined, Reduction reduction = Reduction.Mean) => Losses.CrossEntropy<float>(
            x, [-100, -100], new() { WhenEmpty = undefined, Reduction = reduction }, gradient);

        Assert.Throws<InvalidOperationException>(() => Loss(Undefined.Throw));
        Assert.Equal([5, 5, 5, 5], gradient);
        Assert.Equal(float.NaN, Loss(Undefined.NaN));
        Assert.Equal([0, 0, 0, 0], gradient);
        Assert.Equal(0, Loss(Undefined.Zero));
        Assert.Equal(1, Loss(Undefined.One));
        Assert.Equal(0, Loss(Undefined.Throw, Reduction.Sum));
        Assert.Equal(float.NaN, Losses.CrossEntropy<float>([], []));
        Assert.Equal(0, Losses.CrossEntropy<double>([], [], new CrossEntropyOptions { Reduction = Reduction.Sum }));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    public void Small_losses_are_exact(int classes)
    {
        // All but the label's logit at −30 below it: loss log1p((C − 1)·e⁻³⁰), far below the float spacing at 1.
        float[] x = [.. Enumerable.Repeat(-30f, classes)], gradient = new float[classes];
        x[4] = 0;
        double others = (classes - 1) * Math.Exp(-30);
        float loss = Losses.CrossEntropy<float>(x, [4], gradient);
        // Exponentials, sum, log1p and the scaling round a few times each.
        Assert.Equal(1, loss / (others - (others * others / 2)), 1e-6);
        Assert.Equal(-1, gradient[4] / (others / (1 + others)), 1e-6);
    }
}
