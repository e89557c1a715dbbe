using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Binary cross entropy with a positive weight for each class: column by column the loss with that one weight.</summary>
public class PositiveWeightTests
{
    private static readonly double[] s_weights = [0, 0.5, 1, 3.75, 16];

    [Fact]
    public void Each_class_has_the_bits_it_has_with_its_weight_alone()
    {
        Matches<float>();
        Matches<double>();
    }

    private static void Matches<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((int rows, int classes) in ((int, int)[])[(0, 3), (1, 1), (5, 1), (1, 5), (7, 3), (40, 4), (700, 5), (5000, 5)])
        {
            foreach (double factor in (double[])[1, 0.25])
            {
                foreach (Reduction reduction in Enum.GetValues<Reduction>())
                {
                    foreach (int weighted in (int[])[0, 1, classes])
                    {
                        if (weighted > 0 && rows == 0) continue;
                        Matches<T>(rows, classes, factor, reduction, weighted);
                    }
                }
            }
        }
    }

    /// <param name="rows">Samples.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="factor">The common weight.</param>
    /// <param name="reduction">The reduction.</param>
    /// <param name="perWeight">0 without weights, else how many elements share one.</param>
    private static void Matches<T>(int rows, int classes, double factor, Reduction reduction, int perWeight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = rows * classes;
        (T[] x, T[] t) = Sample<T>(n);
        T[] w = perWeight == 0 ? [] : [.. Enumerable.Range(0, n / perWeight).Select(i => T.CreateChecked(i % 4 * 0.75))];
        T WeightAt(int i) => perWeight == 0 ? T.One : w[i / perWeight];
        for (int i = 0; i < n; i++)
            if (WeightAt(i) == T.Zero) (x[i], t[i]) = (T.NaN, T.CreateChecked(-7));

        T[] expected = new T[n], slopes = new T[n], gradient = new T[n + 2], losses = new T[n + 1];
        double divisor = reduction == Reduction.Mean ? Enumerable.Range(0, n).Sum(i => double.CreateChecked(WeightAt(i))) : 1;
        for (int c = 0; c < classes; c++)
        {
            BinaryCrossEntropyOptions alone = new() { PositiveWeight = s_weights[c] * factor, Reduction = Reduction.None };
            for (int i = c; i < n; i += classes)
            {
                if (WeightAt(i) == T.Zero) continue;
                Losses.BinaryCrossEntropyWithLogits(x.AsSpan(i, 1), t.AsSpan(i, 1), alone, slopes.AsSpan(i, 1), default, expected.AsSpan(i, 1));
                expected[i] *= WeightAt(i);
                slopes[i] *= WeightAt(i);
            }
        }

        BinaryCrossEntropyOptions options = new() { PositiveWeights = s_weights.AsMemory(0, classes), PositiveWeight = factor, Reduction = reduction };
        T value = Losses.BinaryCrossEntropyWithLogits<T>(x, t, options, gradient, w, losses);
        Assert.Equal(expected, losses[..n]);
        // The mean's divisor is one rounding more, of the scale and then of the product.
        double unit = typeof(T) == typeof(float) ? 6e-8 : 1.2e-16;
        for (int i = 0; i < n; i++)
            Assert.Equal(double.CreateChecked(slopes[i]) / (divisor == 0 ? 1 : divisor), double.CreateChecked(gradient[i]), 4 * unit * Math.Abs(double.CreateChecked(slopes[i])));
        double sum = expected.Sum(double.CreateChecked), mean = divisor == 0 ? double.NaN : sum / divisor;
        // The depth of the tree of a sum of 25,000 terms; the reference adds them one by one in double.
        Assert.Equal(mean, double.CreateChecked(value), double.IsNaN(mean) ? 0 : ((32 * unit) + (n * 1.2e-16)) * Math.Max(1, Math.Abs(mean)));
        Assert.Equal(T.Zero, gradient[n]);
        Assert.Equal(T.Zero, losses[n]);

        T[] inPlace = [.. x], targets = [.. t];
        Assert.Equal(value, Losses.BinaryCrossEntropyWithLogits(inPlace, targets, options, inPlace, w, targets));
        Assert.Equal(gradient[..n], inPlace);
        Assert.Equal(losses[..n], targets);
        if (reduction != Reduction.None) Assert.Equal(value, Losses.BinaryCrossEntropyWithLogits<T>(x, t, options, default, w));
    }

    [Fact]
    public void On_a_tape_it_is_the_same_to_second_order()
    {
        (double[] x, double[] t) = Sample<double>(12);
        Parameter<double> logits = new("x", [2, 2, 3], x), targets = new("t", [2, 2, 3], t);
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            foreach (double[] weights in (double[][])[[], [1, 0, 0.5, 2]])
            {
                BinaryCrossEntropyOptions options = new() { PositiveWeights = s_weights.AsMemory(1, 3), PositiveWeight = 2, Reduction = reduction };
                GradientCheck.Verify(v => v[0].BinaryCrossEntropyWithLogits(v[1], options, weights), new GradientCheckOptions { Order = 2 }, logits, targets);
                GradientTape<double> tape = new();
                Variable<double> loss = tape.Watch(logits).BinaryCrossEntropyWithLogits(tape.Constant(t, [2, 2, 3]), options, weights);
                double[] gradient = new double[12], losses = new double[12];
                double value = Losses.BinaryCrossEntropyWithLogits<double>(x, t, options, gradient, weights, losses);
                Assert.Equal(reduction == Reduction.None ? losses : [value], loss.Value.ToArray());
                tape.Backward(loss.Sum());
                Assert.Equal(gradient, logits.Gradient.ToArray());
            }
        }
    }

    [Fact]
    public void Infinite_logits_take_limits()
    {
        const float Infinity = float.PositiveInfinity;
        BinaryCrossEntropyOptions options = new() { PositiveWeights = (double[])[2, 0], Reduction = Reduction.None };
        float[] losses = new float[8], gradient = new float[8];
        float[] x = [Infinity, -Infinity, -Infinity, Infinity, -1e30f, -1e30f, float.NaN, -Infinity], t = [1, 0, 1, 1, 1, 1, 1, 1];
        Losses.BinaryCrossEntropyWithLogits(x, t, options, gradient, default, losses);
        Assert.Equal([0, 0, Infinity, 0, 2e30f, 0, float.NaN, 0], losses);
        Assert.Equal([0, 0, -2, 0, -2, 0, float.NaN, 0], gradient);
    }

    [Fact]
    public void Threads_change_no_bit_and_nothing_is_allocated()
    {
        (float[] x, float[] t) = Sample<float>(210_000);
        BinaryCrossEntropyOptions options = new() { PositiveWeights = s_weights.AsMemory(0, 3) };
        float[] gradient = new float[x.Length];
        Rows.SameForAnyThreads(() =>
        {
            float[] results = new float[x.Length + 1];
            results[^1] = Losses.BinaryCrossEntropyWithLogits<float>(x, t, options, results);
            return results;
        });
        Allocation.IsNone(() => Losses.BinaryCrossEntropyWithLogits<float>(x, t, options, gradient));
    }

    [Fact]
    public void Bad_weights_are_named()
    {
        float[] six = new float[6];
        foreach (double bad in (double[])[-1, double.NaN, double.PositiveInfinity])
        {
            ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryCrossEntropyOptions { PositiveWeights = (double[])[1, bad] });
            Assert.Contains("PositiveWeights", e.Message, StringComparison.Ordinal);
        }

        BinaryCrossEntropyOptions four = new() { PositiveWeights = new double[4] };
        ArgumentException thrown = Assert.Throws<ArgumentException>("options", () => Losses.BinaryCrossEntropyWithLogits<float>(six, six, four));
        Assert.Contains("PositiveWeights has 4 elements", thrown.Message, StringComparison.Ordinal);
        GradientTape<float> tape = new();
        Variable<float> x = tape.Constant(six, [3, 2]);
        // Six elements are two rows of three, but the last axis has two.
        Assert.Throws<ArgumentException>("options", () => x.BinaryCrossEntropyWithLogits(x, new() { PositiveWeights = new double[3] }));
        // The setting is a copy.
        double[] weights = [3];
        BinaryCrossEntropyOptions copied = new() { PositiveWeights = weights };
        weights[0] = -1;
        Assert.Equal([3], copied.PositiveWeights.ToArray());
    }

    private static (T[] X, T[] T) Sample<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = Rows.Random<T>(n, 11), t = Rows.Random<T>(n, 12);
        for (int i = 0; i < n; i++) (x[i], t[i]) = (x[i] * (T.One + T.One), (t[i] + T.CreateChecked(4)) / T.CreateChecked(8));
        return (x, t);
    }
}
