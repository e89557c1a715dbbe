using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>What the elementwise losses are at infinities, zeros and huge numbers: value and gradient, by themselves and among others.</summary>
public class SpecialValueTests
{
    private const float Inf = float.PositiveInfinity, Huge = 1e30f, NaN = float.NaN;

    /// <summary>The case, the prediction, the target, the loss and its derivative.</summary>
    public static TheoryData<string, float, float, float, float> Table => new()
    {
        { "MeanSquaredError", Huge, 0, Inf, 2 * Huge },
        { "MeanSquaredError", -Inf, 0, Inf, -Inf },
        { "MeanSquaredError", Inf, Inf, NaN, NaN },
        { "MeanSquaredError", -0f, 0, 0, 0 },
        { "MeanAbsoluteError", Huge, 0, Huge, 1 },
        { "MeanAbsoluteError", -Inf, 0, Inf, -1 },
        { "MeanAbsoluteError", -0f, 0, 0, 0 },
        { "MeanAbsoluteError", Inf, Inf, NaN, NaN },
        { "Huber 1", Huge, 0, Huge, 1 },
        { "Huber 1", 0, Inf, Inf, -1 },
        { "Huber 1", 1, 0, 0.5f, 1 },
        { "SmoothL1 1", Huge, 0, Huge, 1 },
        { "SmoothL1 1", -Inf, 0, Inf, -1 },
        { "SmoothL1 0", 0, 0, 0, 0 },
        { "SmoothL1 0", -2, 0, 2, -1 },
        { "LogCosh", Huge, 0, Huge, 1 },
        { "LogCosh", -Inf, 0, Inf, -1 },
        { "LogCosh", 0, -0f, 0, 0 },
        { "LogCosh", 1e-3f, 0, 4.9999992e-7f, 9.9999967e-4f },
        { "Quantile 0.5", -Inf, 0, Inf, -0.5f },
        { "Quantile 0.9", 0, Huge, 0.9f * Huge, -0.9f },
        { "Quantile 0.9", 3, 3, 0, 0 },
        { "Hinge", Inf, 1, 0, 0 },
        { "Hinge", Inf, -1, Inf, 1 },
        { "Hinge", 1, 1, 0, -1 },
        { "Hinge", Huge, -1, Huge, 1 },
        { "SquaredHinge", Inf, 1, 0, 0 },
        { "SquaredHinge", -Inf, 1, Inf, -Inf },
        { "SquaredHinge", Huge, -1, Inf, 2 * Huge },
        { "BinaryCrossEntropy", 0, 0, 0, 0 },
        { "BinaryCrossEntropy", 1, 1, 0, 0 },
        { "BinaryCrossEntropy", 0, 1, 100, -1e12f },
        { "BinaryCrossEntropy", 1, 0, 100, 1e12f },
        { "BinaryCrossEntropyWithLogits 1", Inf, 1, 0, 0 },
        { "BinaryCrossEntropyWithLogits 1", -Inf, 0, 0, 0 },
        { "BinaryCrossEntropyWithLogits 1", Inf, 0, Inf, 1 },
        { "BinaryCrossEntropyWithLogits 1", -Inf, 1, Inf, -1 },
        { "BinaryCrossEntropyWithLogits 1", Inf, 0.5f, Inf, 0.5f },
        { "BinaryCrossEntropyWithLogits 2.5", -Huge, 1, 2.5f * Huge, -2.5f },
        { "BinaryCrossEntropyWithLogits 1", Huge, 1, 0, 0 },
        { "BinaryCrossEntropyWithLogits 1", 100, 1, 3.78e-44f, -3.78e-44f },
        { "BinaryCrossEntropyWithLogits 1", -0f, 0, 0.6931472f, 0.5f },
        { "BinaryFocalLoss 2 ", Inf, 1, 0, 0 },
        { "BinaryFocalLoss 2 ", -Inf, 1, Inf, -1 },
        { "BinaryFocalLoss 3.5 ", Inf, 1, 0, 0 },
        { "BinaryFocalLoss 3.5 ", Huge, 0, Huge, 1 },
        { "BinaryFocalLoss 0 ", Inf, 1, 0, 0 },
        { "BinaryFocalLoss 1 0.5", -Huge, 0, 0, 0 },
        { "PoissonNegativeLogLikelihood True False", -Inf, 0, 0, 0 },
        { "PoissonNegativeLogLikelihood True False", -Inf, 2, Inf, -2 },
        { "PoissonNegativeLogLikelihood True True", Inf, 0, Inf, Inf },
        { "KullbackLeibler 1", -Inf, 0, 0, 0 },
        { "KullbackLeibler 1", -Inf, 0.5f, Inf, -0.5f },
        { "KullbackLeibler of logarithms 1", -Inf, -Inf, 0, 0 },
        { "KullbackLeibler of logarithms 1", -Inf, 0, Inf, -1 },
        { "JensenShannon 1", 0, 0, 0, 0 },
        { "JensenShannon 1", 1, 0, 0.3465736f, 0.3465736f },
        { "JensenShannon 1", 0, 0.5f, 0.1732868f, -Inf },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Limits_are_what_the_documentation_says(string name, float x, float t, float loss, float derivative)
    {
        LossCase tested = LossCase.All.Single(c => c.Name == name);
        foreach (int n in (int[])[1, 3, 40])
        {
            float[] xs = Enumerable.Repeat(x, n).ToArray(), ts = Enumerable.Repeat(t, n).ToArray(), gradient = new float[n], losses = new float[n];
            tested.Float(xs, ts, Reduction.None, gradient, default, losses);
            for (int i = 0; i < n; i++)
            {
                // Two or three roundings; subnormal numbers are as exact as they can be.
                Assert.Equal(loss, losses[i], float.IsFinite(loss) ? Math.Max(1.5e-45f, 4e-7f * Math.Abs(loss)) : 0);
                Assert.Equal(derivative, gradient[i], float.IsFinite(derivative) ? Math.Max(1.5e-45f, 4e-7f * Math.Abs(derivative)) : 0);
            }

            double[] doubles = new double[n], slopes = new double[n];
            if (!float.IsInfinity(loss) || float.IsInfinity(x) || float.IsInfinity(t))
            {
                tested.Double(Array.ConvertAll(xs, v => (double)v), Array.ConvertAll(ts, v => (double)v), Reduction.None, slopes, default, doubles);
                // The table's numbers are floats.
                Assert.Equal(loss, doubles[0], float.IsFinite(loss) ? Math.Max(1.5e-45, 4e-7 * Math.Abs(loss)) : 0);
                Assert.Equal(derivative, slopes[0], float.IsFinite(derivative) ? Math.Max(1.5e-45, 4e-7 * Math.Abs(derivative)) : 0);
            }
        }
    }

    [Fact]
    public void Sums_of_sixteen_million_terms_stay_exact()
    {
        const int N = 1 << 24;
        float[] x = new float[N], t = new float[N];
        Array.Fill(x, 0.1f);
        // Every term is the same, and so is each partial sum to a rounding for each of 24 levels.
        Assert.Equal(0.1f * 0.1f, Losses.MeanSquaredError<float>(x, t), 24 * 6e-8 * 0.01);
        Assert.Equal(0.1f * (double)N, Losses.MeanAbsoluteError<float>(x, t, new LossOptions { Reduction = Reduction.Sum }), 24 * 6e-8 * 0.1 * N);
    }
}
