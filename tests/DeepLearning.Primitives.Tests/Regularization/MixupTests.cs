using Xunit;

namespace DeepLearning.Primitives.Tests;

public class MixupTests
{
    [Fact]
    public void Smoothed_labels()
    {
        double[] rows = [.. Enumerable.Repeat(7.0, 9)];
        Regularization.SmoothLabels([2, 0], 4, 0.2, rows);
        Assert.Equal([0.05, 0.05, 0.85, 0.05, 0.85, 0.05, 0.05, 0.05, 7], rows, (a, b) => Math.Abs(a - b) < 1e-15);
        Regularization.SmoothLabels([1], 2, 0f, new float[2]);
        double[] targets = [0.5, 0.5, 0, 0, 0, 0, 1, 0];
        Regularization.SmoothTargets(targets, 4, 0.2, rows);
        Assert.Equal([0.45, 0.45, 0.05, 0.05, 0.05, 0.05, 0.85, 0.05, 7], rows, (a, b) => Math.Abs(a - b) < 1e-15);
        // One-hot rows, smoothed, are the smoothed labels, and the cross entropy with them that of the option.
        float[] logits = Rows.Random<float>(8, 3), smooth = new float[8];
        Regularization.SmoothLabels([2, 0], 4, 0.2f, smooth);
        double expected = logits.Chunk(4).Select((row, i) => -References.Softmax(Array.ConvertAll(row, v => (double)v)).Select((p, j) => smooth[(4 * i) + j] * Math.Log(p)).Sum()).Average();
        Assert.Equal(expected, Losses.CrossEntropy<float>(logits, [2, 0], new CrossEntropyOptions { LabelSmoothing = 0.2 }), 1e-5);
    }

    [Fact]
    public void Mixed_rows()
    {
        float[] rows = [1, 2, 3, 4, 5, 6], mixed = new float[7];
        Regularization.Mixup(rows, 2, [2, 1, 0], 0.75f, mixed);
        Assert.Equal([2, 3, 3, 4, 4, 5, 0], mixed);
        Regularization.Mixup(rows, 2, [1, 1, 1], 1f, mixed);
        Assert.Equal(rows, mixed[..6]);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.4)]
    [InlineData(1)]
    [InlineData(5)]
    public void Lambda_has_the_moments_of_Beta(double alpha)
    {
        Philox random = new(6);
        const int Count = 50_000;
        double[] draws = new double[Count];
        for (int i = 0; i < Count; i++) draws[i] = Regularization.MixupLambda(alpha, random);
        Assert.All(draws, v => Assert.InRange(v, 0, 1));
        double variance = 1 / (4 * ((2 * alpha) + 1)), mean = draws.Average();
        // Five standard errors; the squares' own deviation is below the variance's bound of 1/8.
        Assert.Equal(0.5, mean, 5 * Math.Sqrt(variance / Count));
        Assert.Equal(variance, draws.Average(v => (v - 0.5) * (v - 0.5)), 5 * 0.125 / Math.Sqrt(Count));
        // Uniform for α = 1: the distribution function at a quarter.
        if (alpha == 1) Assert.Equal(0.25, draws.Count(v => v < 0.25) / (double)Count, 0.01);
        Assert.InRange(Regularization.MixupLambda(1e-9, random), 0, 1);
    }

    [Fact]
    public void Bad_input_throws_and_writes_nothing()
    {
        float[] x = [1, 2, 3, 4], y = [9, 9, 9, 9];
        Assert.Throws<ArgumentOutOfRangeException>(() => Regularization.SmoothLabels([2, 0], 2, 0.1f, y));
        Assert.Throws<ArgumentOutOfRangeException>(() => Regularization.SmoothLabels([0, 0], 2, 1f, y));
        Assert.Throws<ArgumentOutOfRangeException>(() => Regularization.SmoothLabels([0, 0], 0, 0f, y));
        Assert.Throws<ArgumentException>(() => Regularization.SmoothLabels([0, 0, 1], 2, 0.1f, y));
        Assert.Throws<ArgumentException>(() => Regularization.SmoothTargets(x, 3, 0.1f, y));
        Assert.Throws<ArgumentOutOfRangeException>(() => Regularization.SmoothTargets(x, 2, -0.1f, y));
        Assert.Throws<ArgumentException>(() => Regularization.Mixup(x, 2, [0], 0.5f, y));
        Assert.Throws<ArgumentOutOfRangeException>(() => Regularization.Mixup(x, 2, [0, 2], 0.5f, y));
        Assert.Throws<ArgumentOutOfRangeException>(() => Regularization.Mixup(x, 2, [0, 1], 1.5f, y));
        Assert.Throws<ArgumentException>(() => Regularization.Mixup(x, 2, [0, 1], 0.5f, x));
        Assert.Throws<ArgumentException>(() => Regularization.Mixup(x, 2, [0, 1], 0.5f, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Regularization.MixupLambda(0, new Philox(1)));
        Assert.Throws<ArgumentNullException>(() => Regularization.MixupLambda(1, null!));
        Assert.All(y, v => Assert.Equal(9, v));
    }
}
