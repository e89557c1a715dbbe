using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

public class SoftmaxTests
{
    private const float Infinity = float.PositiveInfinity;

    public static TheoryData<int> RowLengths =>
        [.. Enumerable.Range(1, 131), 255, 256, 257, 500, 1023, 1024, 1025, 1500, 2048, 2100, 5003];

    [Theory]
    [MemberData(nameof(RowLengths))]
    public void Matches_a_double_loop(int rowLength)
    {
        foreach (int rows in new[] { 0, 1, 2, 7, 50 })
        {
            if (rows * rowLength > 20_000) continue;
            Matches<float>(rows, rowLength, 1.1920929e-7);
            Matches<double>(rows, rowLength, 2.220446049250313e-16);
        }
    }

    [Fact]
    public void A_row_has_the_bits_it_has_among_others_and_writes_nothing_beside_itself()
    {
        for (int rowLength = 1; rowLength <= 540; rowLength += rowLength < 70 ? 1 : 47)
        {
            AssertAsAmongOthers<float>(rowLength);
            AssertAsAmongOthers<double>(rowLength);
        }
    }

    private static void AssertAsAmongOthers<T>(int rowLength)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Ordinary; far apart; with -inf; all -inf; with +inf; with NaN.
        T[] x = Rows.Random<T>(6 * rowLength, rowLength), all = new T[x.Length];
        for (int i = 0; i < rowLength; i++) x[rowLength + i] *= T.CreateChecked(200);
        x[(2 * rowLength) + (rowLength / 2)] = T.NegativeInfinity;
        x.AsSpan(3 * rowLength, rowLength).Fill(T.NegativeInfinity);
        x[(5 * rowLength) - 1] = T.PositiveInfinity;
        x[5 * rowLength] = T.NaN;
        Activations.Softmax<T>(x, rowLength, all);
        for (int row = 0; row < 6; row++)
        {
            T[] alone = new T[rowLength + 2], inPlace = x[(row * rowLength)..((row + 1) * rowLength)];
            alone.AsSpan().Fill(T.CreateChecked(77));
            Activations.Softmax<T>(inPlace, rowLength, alone.AsSpan(1));
            Activations.Softmax<T>(inPlace, rowLength, inPlace);
            Assert.Equal(all[(row * rowLength)..((row + 1) * rowLength)], alone[1..^1]);
            Assert.Equal(inPlace, alone[1..^1]);
            Assert.Equal(T.CreateChecked(77), alone[0]);
            Assert.Equal(T.CreateChecked(77), alone[^1]);
        }
    }

    private static void Matches<T>(int rows, int rowLength, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = Rows.Random<T>(rows * rowLength, 1), y = new T[x.Length + 4], logs = new T[x.Length + 4];
        for (int i = 0; i < x.Length; i++) x[i] *= T.CreateChecked(3);
        T guard = T.CreateChecked(77);
        y.AsSpan().Fill(guard);
        logs.AsSpan().Fill(guard);
        Activations.Softmax<T>(x, rowLength, y);
        Activations.LogSoftmax<T>(x, rowLength, logs);
        for (int row = 0; row < rows; row++)
        {
            double[] z = [.. x.Skip(row * rowLength).Take(rowLength).Select(double.CreateChecked)];
            double max = z.Max(), sum = z.Sum(v => Math.Exp(v - max));
            for (int i = 0; i < rowLength; i++)
            {
                // z − max rounds by ε/2 of at most 24; exp, the sum (positive terms), its inverse and the product round by
                // at most 1 + 13 + 1 + 1 ε/2, and the double reference's own sum by its length.
                double value = Math.Exp(z[i] - max) / sum, log = z[i] - max - Math.Log(sum);
                double reference = typeof(T) == typeof(double) ? rowLength : 0;
                Assert.Equal(value, double.CreateChecked(y[(row * rowLength) + i]), (24 + 20 + reference) * epsilon / 2 * value);
                Assert.Equal(log, double.CreateChecked(logs[(row * rowLength) + i]), (24 + 20 + reference + (4 * Math.Abs(log))) * epsilon / 2);
            }
        }

        Assert.All(y[x.Length..].Concat(logs[x.Length..]), v => Assert.Equal(guard, v));
        T[] same = [.. x];
        Activations.Softmax<T>(same, rowLength, same);
        Assert.Equal(y[..x.Length], same);
        Activations.LogSoftmax<T>(same = [.. x], rowLength, same);
        Assert.Equal(logs[..x.Length], same);
    }

    [Theory]
    [MemberData(nameof(RowLengths))]
    public void Gradients_match_a_double_loop(int rowLength)
    {
        const int Count = 3;
        double[] x = Rows.Random<double>(Count * rowLength, 1), g = Rows.Random<double>(Count * rowLength, 2);
        double[] y = new double[x.Length], logs = new double[x.Length], dx = new double[x.Length + 2], dlogs = new double[x.Length + 2];
        Activations.Softmax<double>(x, rowLength, y);
        Activations.LogSoftmax<double>(x, rowLength, logs);
        (dx[^1], dlogs[^1]) = (77, 77);
        Activations.SoftmaxGradient<double>(y, g, rowLength, dx);
        Activations.LogSoftmaxGradient<double>(logs, g, rowLength, dlogs);
        for (int row = 0; row < Count; row++)
        {
            double dot = 0, sum = 0;
            for (int i = row * rowLength; i < (row + 1) * rowLength; i++) (dot, sum) = (dot + (g[i] * y[i]), sum + g[i]);
            for (int i = row * rowLength; i < (row + 1) * rowLength; i++)
            {
                // |g| ≤ 4: sums of up to 5,000 such terms round by at most 5,000 ε of their magnitudes, 4 and 20,000.
                Assert.Equal(y[i] * (g[i] - dot), dx[i], 1e-13 * (1 + Math.Abs(dot)));
                Assert.Equal(g[i] - (Math.Exp(logs[i]) * sum), dlogs[i], 1e-13 * (1 + Math.Abs(sum)));
            }
        }

        Assert.Equal((77, 77), (dx[^1], dlogs[^1]));
        double[] same;
        Activations.SoftmaxGradient<double>(same = [.. y], g, rowLength, same);
        Assert.Equal(dx[..x.Length], same);
        Activations.SoftmaxGradient<double>(y, same = [.. g], rowLength, same);
        Assert.Equal(dx[..x.Length], same);
        Activations.LogSoftmaxGradient<double>(same = [.. logs], g, rowLength, same);
        Assert.Equal(dlogs[..x.Length], same);
        Activations.LogSoftmaxGradient<double>(logs, same = [.. g], rowLength, same);
        Assert.Equal(dlogs[..x.Length], same);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(40)]
    [InlineData(300)]
    public void Gradients_agree_with_central_differences(int rowLength)
    {
        double[] x = Rows.Random<double>(rowLength, 3), g = Rows.Random<double>(rowLength, 4);
        double[] y = new double[rowLength], dx = new double[rowLength], dlogs = new double[rowLength];
        Activations.Softmax<double>(x, rowLength, y);
        Activations.SoftmaxGradient<double>(y, g, rowLength, dx);
        Activations.LogSoftmax<double>(x, rowLength, y);
        Activations.LogSoftmaxGradient<double>(y, g, rowLength, dlogs);
        for (int i = 0; i < rowLength; i++)
        {
            const double H = 1e-5;
            double kept = x[i];
            (double value, double log) Evaluate(double at)
            {
                x[i] = at;
                Activations.Softmax<double>(x, rowLength, y);
                double value = y.Zip(g, (a, b) => a * b).Sum();
                Activations.LogSoftmax<double>(x, rowLength, y);
                return (value, y.Zip(g, (a, b) => a * b).Sum());
            }

            (double up, double upLog) = Evaluate(kept + H);
            (double down, double downLog) = Evaluate(kept - H);
            x[i] = kept;
            // Truncation h²·f‴/6 ≈ 1e-10 and rounding ε·|f|/h, |f| up to 4·300·10: 3e-7 at the most.
            Assert.Equal((up - down) / (2 * H), dx[i], 1e-8);
            Assert.Equal((upLog - downLog) / (2 * H), dlogs[i], 3e-7);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(257)]
    [InlineData(3000)]
    public void Special_rows(int rowLength)
    {
        float[] masked = [.. Enumerable.Repeat(-Infinity, rowLength)], y = new float[rowLength], g = Rows.Random<float>(rowLength, 5);
        Activations.Softmax<float>(masked, rowLength, y);
        Assert.All(y, v => Assert.Equal(0, v));
        Activations.SoftmaxGradient<float>(y, g, rowLength, y);
        Assert.All(y, v => Assert.Equal(0, v));
        Activations.LogSoftmax<float>(masked, rowLength, y);
        Assert.All(y, v => Assert.Equal(-Infinity, v));
        Activations.LogSoftmaxGradient<float>(y, g, rowLength, y);
        Assert.All(y, v => Assert.Equal(0, v));

        float[] one = [.. masked];
        one[rowLength / 2] = 5;
        Activations.Softmax<float>(one, rowLength, y);
        for (int i = 0; i < rowLength; i++) Assert.Equal(i == rowLength / 2 ? 1 : 0, y[i]);
        Activations.LogSoftmax<float>(one, rowLength, y);
        for (int i = 0; i < rowLength; i++) Assert.Equal(i == rowLength / 2 ? 0 : -Infinity, y[i]);

        // A row with NaN or +∞ is NaN, wherever it stands, and leaves the rows around it alone.
        foreach (float poison in new[] { float.NaN, Infinity })
        {
            foreach (float rest in new[] { 1f, -Infinity, 3e38f })
            {
                for (int at = 0; at < rowLength; at += Math.Max(1, rowLength / 20))
                {
                    float[] rows = [.. Enumerable.Repeat(0f, rowLength), .. Enumerable.Repeat(rest, rowLength), .. Enumerable.Repeat(1f, rowLength)];
                    rows[rowLength + at] = poison;
                    float[] result = new float[rows.Length];
                    Activations.Softmax<float>(rows, rowLength, result);
                    for (int i = 0; i < rows.Length; i++) Assert.Equal(i / rowLength == 1, float.IsNaN(result[i]));
                    Activations.LogSoftmax<float>(rows, rowLength, result);
                    for (int i = 0; i < rows.Length; i++) Assert.Equal(i / rowLength == 1, float.IsNaN(result[i]));
                }
            }
        }
    }

    [Fact]
    public void Large_logits_do_not_overflow()
    {
        float[] y = new float[3];
        Activations.Softmax<float>([1000, 1001, 1002], 3, y);
        Assert.Equal([0.09003057f, 0.24472848f, 0.66524094f], y, (a, b) => Math.Abs(a - b) < 1e-7);
        Activations.Softmax<float>([-3e38f, 3e38f, 3e38f], 3, y);
        Assert.Equal([0, 0.5f, 0.5f], y);
        Activations.Softmax<float>([42], 1, y);
        Assert.Equal(1, y[0]);
    }

    [Theory]
    [InlineData(1, 3000)]
    [InlineData(10, 900)]
    [InlineData(16, 65)]
    [InlineData(77, 40)]
    [InlineData(256, 9)]
    [InlineData(1000, 3)]
    public void A_row_has_the_bits_it_has_alone(int rowLength, int rows)
    {
        float[] x = Rows.Random<float>(rows * rowLength, 6), all = new float[x.Length], alone = new float[rowLength];
        Activations.Softmax<float>(x, rowLength, all);
        for (int row = 0; row < rows; row++)
        {
            Activations.Softmax<float>(x.AsSpan(row * rowLength, rowLength), rowLength, alone);
            Assert.Equal(all[(row * rowLength)..((row + 1) * rowLength)], alone);
        }
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        float[] x = Rows.Random<float>(300_000, 7), g = Rows.Random<float>(300_000, 8);
        foreach (int rowLength in new[] { 1, 10, 100, 300, 5000, 150_000, 300_000 })
        {
            Rows.SameForAnyThreads(() =>
            {
                float[] results = new float[4 * x.Length];
                Span<float> y = results.AsSpan(0, x.Length), logs = results.AsSpan(2 * x.Length, x.Length);
                Activations.Softmax<float>(x, rowLength, y);
                Activations.SoftmaxGradient<float>(y, g, rowLength, results.AsSpan(x.Length));
                Activations.LogSoftmax<float>(x, rowLength, logs);
                Activations.LogSoftmaxGradient<float>(logs, g, rowLength, results.AsSpan(3 * x.Length));
                return results;
            });
        }
    }

    [Fact]
    public void Bad_input_throws()
    {
        float[] x = new float[12];
        Assert.Throws<ArgumentOutOfRangeException>(() => Activations.Softmax<float>(x, 0, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => Activations.LogSoftmax<float>(x, -3, x));
        Assert.Throws<ArgumentException>(() => Activations.Softmax<float>(x, 5, x));
        Assert.Throws<ArgumentException>(() => Activations.Softmax<float>(x, 4, new float[11]));
        Assert.Throws<ArgumentException>(() => Activations.LogSoftmax<float>(x.AsSpan(0, 8), 4, x.AsSpan(4)));
        Assert.Throws<ArgumentException>(() => Activations.SoftmaxGradient<float>(x, new float[11], 4, x));
        Assert.Throws<ArgumentException>(() => Activations.LogSoftmaxGradient<float>(x, new float[12], 4, new float[11]));
        Assert.Throws<NotSupportedException>(() => Activations.Softmax<Half>(new Half[4], 2, new Half[4]));
        Activations.Softmax<float>([], 5, []);
        Activations.LogSoftmaxGradient<float>([], [], 5, []);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        float[] x = Rows.Random<float>(200_000, 9), y = new float[x.Length];
        Allocation.IsNone(() =>
        {
            Activations.Softmax<float>(x, 10, y);
            Activations.Softmax<float>(x, 2000, y);
            Activations.SoftmaxGradient<float>(y, x, 2000, y);
            Activations.LogSoftmax<float>(x, 10, y);
            Activations.LogSoftmax<float>(x, 2000, y);
            Activations.LogSoftmaxGradient<float>(y, x, 10, y);
        });
    }
}
