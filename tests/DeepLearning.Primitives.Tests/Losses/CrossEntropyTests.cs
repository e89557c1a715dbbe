using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

public class CrossEntropyTests
{
    /// <summary>The formula of the documentation, in plain loops.</summary>
    private static (double Loss, double[] Gradient, double[] PerRow) Reference(
        double[] x, int[] labels, int classes, double smoothing, double[] weights, int ignore, Reduction reduction)
    {
        double total = 0, divisor = 0, spread = smoothing / classes;
        double[] gradient = new double[x.Length], perRow = new double[labels.Length];
        for (int row = 0; row < labels.Length; row++)
        {
            int label = labels[row];
            if (label == ignore || weights[label] == 0) continue;
            double[] z = x[(row * classes)..((row + 1) * classes)];
            double max = z.Max(), log = max + Math.Log(z.Sum(v => Math.Exp(v - max)));
            for (int c = 0; c < classes; c++)
            {
                double share = (c == label ? (1 - smoothing) * weights[c] : 0) + (spread * weights[c]);
                if (share > 0) perRow[row] += share * (log - z[c]);
                for (int k = 0; k < classes; k++)
                    gradient[(row * classes) + k] += share * (Math.Exp(z[k] - log) - (k == c ? 1 : 0));
            }

            total += perRow[row];
            divisor += weights[label];
        }

        if (reduction == Reduction.Sum) divisor = 1;
        else if (divisor != 0) gradient = [.. gradient.Select(v => v / divisor)];
        return (total / divisor, gradient, perRow);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(5, 2)]
    [InlineData(7, 10)]
    [InlineData(150, 10)]
    [InlineData(4, 16)]
    [InlineData(9, 33)]
    [InlineData(70, 100)]
    [InlineData(3, 256)]
    [InlineData(3, 257)]
    [InlineData(2, 1100)]
    public void All_options_match_a_double_loop(int rows, int classes)
    {
        double[] weights = [.. Enumerable.Range(0, classes).Select(c => (c + rows) % 3 * 0.75)];
        foreach (double smoothing in classes * classes * rows > 100_000 ? (double[])[0.1] : [0, 0.1, 0.9])
        {
            foreach (double[] w in new[] { [], weights })
            {
                foreach (int ignore in new[] { -100, 0 })
                {
                    foreach (Reduction reduction in new[] { Reduction.Mean, Reduction.Sum })
                    {
                        CrossEntropyOptions options = new()
                        {
                            LabelSmoothing = smoothing,
                            ClassWeights = w,
                            IgnoreIndex = ignore,
                            Reduction = reduction,
                        };
                        Matches<float>(rows, classes, options, 1.1920929e-7);
                        Matches<double>(rows, classes, options, 2.220446049250313e-16);
                    }
                }
            }
        }
    }

    private static void Matches<T>(int rows, int classes, CrossEntropyOptions options, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = Rows.Random<T>(rows * classes, rows + classes), gradient = new T[x.Length + 3], perRow = new T[rows + 1];
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % 5 == 3 ? options.IgnoreIndex : row * 7 % classes)];
        if (options.IgnoreIndex == -100 && classes > 1) labels[0] = 1;
        double[] weights = options.ClassWeights.IsEmpty ? [.. Enumerable.Repeat(1.0, classes)] : options.ClassWeights.ToArray();
        (double loss, double[] expected, double[] losses) = Reference(
            [.. x.Select(double.CreateChecked)], labels, classes, options.LabelSmoothing, weights, options.IgnoreIndex, options.Reduction);
        T guard = T.CreateChecked(77);
        gradient.AsSpan().Fill(guard);
        perRow.AsSpan().Fill(guard);
        T actual = Losses.CrossEntropy<T>(x, labels, options, gradient);
        Losses.CrossEntropyPerRow<T>(x, labels, options, perRow);
        Assert.Equal(actual, Losses.CrossEntropy<T>(x, labels, options));

        // |z| ≤ 8 rounds by 4ε, exp and the sums of positive terms by some 12 more; the reference in double by its length.
        double bound = (20 + (typeof(T) == typeof(double) ? 2 * classes : 0)) * epsilon;
        Assert.Equal(loss, double.CreateChecked(actual), double.IsNaN(loss) ? 0 : bound * Math.Abs(loss));
        for (int row = 0; row < rows; row++) Assert.Equal(losses[row], double.CreateChecked(perRow[row]), bound * (losses[row] + 1));
        double scale = 1.5 / (options.Reduction == Reduction.Sum ? 1 : Math.Max(0.75, losses.Count(v => v > 0) * 0.75));
        for (int i = 0; i < x.Length; i++) Assert.Equal(expected[i], double.CreateChecked(gradient[i]), 2 * bound * scale);
        Assert.All(gradient[x.Length..].Append(perRow[^1]), v => Assert.Equal(guard, v));

        T[] same = [.. x];
        Assert.Equal(actual, Losses.CrossEntropy<T>(same, labels, options, same));
        Assert.Equal(gradient[..x.Length], same);
    }

    [Theory]
    [InlineData(4, 5)]
    [InlineData(2, 300)]
    public void Gradient_agrees_with_central_differences(int rows, int classes)
    {
        double[] x = Rows.Random<double>(rows * classes, 1), gradient = new double[x.Length];
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row * 3 % classes)];
        double[] weights = [.. Enumerable.Range(0, classes).Select(c => 0.5 + (c % 4))];
        foreach (CrossEntropyOptions? options in (CrossEntropyOptions?[])[null, new() { LabelSmoothing = 0.2, ClassWeights = weights }])
        {
            Losses.CrossEntropy(x, labels, options, gradient);
            for (int i = 0; i < x.Length; i++)
            {
                const double H = 1e-5;
                double kept = x[i];
                x[i] = kept + H;
                double up = Losses.CrossEntropy<double>(x, labels, options);
                x[i] = kept - H;
                double down = Losses.CrossEntropy<double>(x, labels, options);
                x[i] = kept;
                // h²·f‴/6 ≈ 1e-11 of truncation and ε·f/h ≈ 4e-10 of rounding, f up to 20.
                Assert.Equal((up - down) / (2 * H), gradient[i], 1e-9);
            }
        }
    }

    [Theory]
    [InlineData(10, 333)]
    [InlineData(300, 5)]
    public void A_row_has_the_bits_it_has_alone(int classes, int rows)
    {
        float[] x = Rows.Random<float>(rows * classes, 3), all = new float[rows], alone = new float[1];
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % classes)];
        Losses.CrossEntropyPerRow<float>(x, labels, null, all);
        for (int row = 0; row < rows; row++)
        {
            Losses.CrossEntropyPerRow<float>(x.AsSpan(row * classes, classes), [labels[row]], null, alone);
            Assert.Equal(all[row], alone[0]);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    public void Threads_change_no_bit(int classes)
    {
        int rows = 200_000 / classes;
        float[] x = Rows.Random<float>(rows * classes, 4);
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % classes)];
        Rows.SameForAnyThreads(() =>
        {
            float[] results = new float[x.Length + 1];
            results[^1] = Losses.CrossEntropy<float>(x, labels, results);
            return results;
        });
    }

    [Fact]
    public void Bad_input_throws_and_writes_nothing()
    {
        float[] x = new float[6], gradient = [.. Enumerable.Repeat(5f, 6)];
        ArgumentOutOfRangeException thrown = Assert.Throws<ArgumentOutOfRangeException>(
            () => Losses.CrossEntropy<float>(x, [0, 3], gradient));
        Assert.Contains("row 1 is 3", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("3 classes", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Losses.CrossEntropy<float>(x, [-1, 0], gradient));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Losses.CrossEntropy<float>(x, [-100, 0], new CrossEntropyOptions { IgnoreIndex = -1 }, gradient));
        Assert.Throws<ArgumentException>(() => Losses.CrossEntropy<float>(x, [0, 1, 2, 0], gradient));
        Assert.Throws<ArgumentException>(() => Losses.CrossEntropy<float>(x, [], gradient));
        Assert.Throws<ArgumentException>(() => Losses.CrossEntropy<float>(x, [0, 1], gradient.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => Losses.CrossEntropy<float>(x, [0, 1], Span<float>.Empty));
        Assert.Throws<ArgumentException>(() => Losses.CrossEntropy<float>(gradient.AsSpan(0, 4), [0, 1], gradient.AsSpan(1)));
        Assert.Throws<ArgumentException>(
            () => Losses.CrossEntropy<float>(x, [0, 1], new CrossEntropyOptions { ClassWeights = new double[2] }, gradient));
        Assert.Throws<ArgumentException>(
            () => Losses.CrossEntropy<float>(x, [0, 1], new CrossEntropyOptions { Reduction = Reduction.None }, gradient));
        Assert.Throws<ArgumentException>(() => Losses.CrossEntropyPerRow<float>(x, [0, 1], null, new float[1]));
        Assert.Throws<ArgumentException>(() => Losses.CrossEntropyPerRow<float>(x, [0, 1], null, x.AsSpan(4)));
        Assert.Throws<NotSupportedException>(() => Losses.CrossEntropy<Half>(new Half[2], [0]));
        foreach (double value in new[] { -0.1, 1, 1.1, double.NaN })
            Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyOptions { LabelSmoothing = value });
        foreach (double value in new[] { -0.1, double.PositiveInfinity, double.NaN })
            Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyOptions { ClassWeights = (double[])[1, value] });
        Assert.All(gradient, v => Assert.Equal(5, v));
    }

    [Fact]
    public void Losses_of_the_rows_come_with_the_gradient()
    {
        float[] x = Rows.Random<float>(20, 6), gradient = new float[20], summed = new float[20], losses = new float[5], each = new float[4];
        int[] labels = [1, -100, 4, 0];
        CrossEntropyOptions none = new() { Reduction = Reduction.None, LabelSmoothing = 0.1 };
        float value = Losses.CrossEntropy<float>(x, labels, none, gradient, [1, 1, 0.5f, 2], 1, losses);
        Losses.CrossEntropyPerRow<float>(x, labels, none, each, [1, 1, 0.5f, 2]);
        Assert.Equal([.. each, 0], losses);
        Assert.Equal(Losses.CrossEntropy<float>(x, labels, new CrossEntropyOptions { Reduction = Reduction.Sum, LabelSmoothing = 0.1 }, summed, [1, 1, 0.5f, 2]), value);
        Assert.Equal(summed, gradient);
        Assert.Throws<ArgumentException>("losses", () => Losses.CrossEntropy<float>(x, labels, none, gradient, default, 1, gradient));
        Assert.Throws<ArgumentException>("losses", () => Losses.CrossEntropy<float>(x, labels, none, gradient, default, 1, new float[3]));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        float[] x = Rows.Random<float>(200_000, 5), gradient = new float[x.Length];
        int[] labels = new int[20_000], few = new int[200];
        CrossEntropyOptions options = new() { LabelSmoothing = 0.1, ClassWeights = new double[1000].Select(_ => 2.0).ToArray() };
        Allocation.IsNone(() =>
        {
            Losses.CrossEntropy<float>(x, labels);
            Losses.CrossEntropy<float>(x, labels, gradient);
            Losses.CrossEntropy<float>(x, few, options, gradient);
        });
    }
}
