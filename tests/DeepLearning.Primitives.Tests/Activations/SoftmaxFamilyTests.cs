using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>What the catalogue's rows do not show: masks, special values, random classes, refused arguments.</summary>
public class SoftmaxFamilyTests
{
    private const float Infinity = float.PositiveInfinity;

    public static TheoryData<int> RowLengths => [1, 2, 5, 15, 16, 17, 31, 33, 64, 100, 257, 600, 2100];

    [Theory]
    [MemberData(nameof(RowLengths))]
    public void A_mask_is_what_minus_infinity_is(int rowLength)
    {
        const int Count = 6;
        float[] x = Rows.Random<float>(Count * rowLength, 1), hidden = [.. x], g = Rows.Random<float>(x.Length, 2);
        // Two rows of mask for six rows of logits, the second one empty.
        bool[] mask = [.. Enumerable.Range(0, 2 * rowLength).Select(i => i < rowLength && i % 4 != 2)];
        float[] bias = [.. mask.Select(m => m ? 0 : -Infinity)];
        for (int i = 0; i < x.Length; i++)
        {
            if (mask[i % mask.Length]) continue;
            hidden[i] = -Infinity;
            // What is hidden may hold anything.
            x[i] = i % 2 == 0 ? float.NaN : Infinity;
        }

        float[] expected = new float[x.Length], actual = new float[x.Length + 3], added = new float[x.Length];
        actual.AsSpan().Fill(77);
        Activations.Softmax<float>(hidden, rowLength, expected);
        Activations.MaskedSoftmax<float>(x, mask, rowLength, actual);
        Assert.Equal([.. expected, 77, 77, 77], actual);
        float[] finite = [.. x.Select(v => float.IsFinite(v) ? v : 3)];
        Activations.MaskedSoftmax<float>(finite, bias, rowLength, added);
        Assert.Equal(expected, added);
        Activations.LogSoftmax<float>(hidden, rowLength, expected);
        Activations.MaskedLogSoftmax<float>(x, mask, rowLength, actual);
        Assert.Equal([.. expected, 77, 77, 77], actual);
        Activations.MaskedLogSoftmax<float>(finite, bias, rowLength, added);
        Assert.Equal(expected, added);

        float[] same = [.. x];
        Activations.MaskedLogSoftmax<float>(same, mask, rowLength, same);
        Assert.Equal(expected, same);

        // The gradient: that of the shown elements alone, whatever arrives at the others.
        float[] gradient = new float[x.Length];
        for (int i = 0; i < g.Length; i++) if (!mask[i % mask.Length]) g[i] = float.NaN;
        Activations.MaskedLogSoftmaxGradient<float>(expected, g, rowLength, gradient);
        for (int row = 0; row < Count; row++)
        {
            double sum = 0;
            for (int i = row * rowLength; i < (row + 1) * rowLength; i++) sum += mask[i % mask.Length] ? g[i] : 0;
            for (int i = row * rowLength; i < (row + 1) * rowLength; i++)
            {
                double due = mask[i % mask.Length] ? g[i] - (Math.Exp(expected[i]) * sum) : 0;
                // The sum of up to 2,100 terms of size 4 and log-softmax itself are floats.
                Assert.Equal(due, gradient[i], 1e-5 * (1 + Math.Abs(sum)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(RowLengths))]
    public void Temperature_divides_and_never_overflows(int rowLength)
    {
        float[] x = Rows.Random<float>(rowLength, 3), y = new float[rowLength], cold = new float[rowLength], g = Rows.Random<float>(rowLength, 4);
        Activations.Softmax<float>([.. x.Select(v => v / 4)], rowLength, y);
        Activations.Softmax<float>(x, rowLength, cold, 4);
        Assert.Equal(y, cold);
        Activations.SoftmaxGradient<float>(y, g, rowLength, y, 4);
        Activations.SoftmaxGradient<float>(cold, g, rowLength, cold);
        Assert.Equal(cold.Select(v => v / 4), y);
        foreach (float temperature in (float[])[float.Epsilon, 1e-30f])
        {
            Activations.Softmax<float>(x, rowLength, cold, temperature);
            Assert.Equal(x.Select(v => v == x.Max() ? 1f : 0), cold);
            Activations.LogSoftmax<float>(x, rowLength, cold, temperature);
            Assert.Equal(0, cold[Array.IndexOf(x, x.Max())]);
        }

        Activations.Softmax<float>(x, rowLength, cold, float.MaxValue);
        Assert.All(cold, v => Assert.Equal(1f / rowLength, v, 1e-6f));
    }

    [Theory]
    [MemberData(nameof(RowLengths))]
    public void Log_sum_exp_of_special_rows(int rowLength)
    {
        float[][] rows =
        [
            [.. Enumerable.Repeat(-Infinity, rowLength)], [.. Enumerable.Repeat(1e30f, rowLength)],
            Marked(Infinity), Marked(float.NaN), Rows.Random<float>(rowLength, 5), [.. Enumerable.Repeat(-3e38f, rowLength)],
        ];
        float[] x = [.. rows.SelectMany(r => r)], y = new float[rows.Length + 1], g = [1, 1, 1, 1, 1, 1], gradient = new float[x.Length];
        y[^1] = 77;
        Activations.LogSumExp<float>(x, rowLength, y);
        double exact = Math.Log(rows[4].Sum(v => Math.Exp(v)));
        Assert.Equal([-Infinity, 1e30f, Infinity, float.NaN], y[..4]);
        // Exponentials to an ULP, their sum to a few, the last sum to half.
        Assert.Equal(exact, y[4], 1e-6 * Math.Max(1, Math.Abs(exact)));
        Assert.Equal([-3e38f, 77], y[5..]);
        Activations.LogSumExpGradient<float>(x, y.AsSpan(0, 6), g, rowLength, gradient);
        Assert.All(gradient[..rowLength], v => Assert.Equal(0, v));
        Assert.True(float.IsNaN(gradient[(2 * rowLength) + (rowLength / 2)]) && float.IsNaN(gradient[(3 * rowLength) + (rowLength / 2)]));
        Assert.Equal(1, gradient[(4 * rowLength)..(5 * rowLength)].Sum(v => (double)v), 1e-5);

        GradientTape<float> tape = new();
        Variable<float> all = tape.Constant(x, [6, rowLength]), sums = all.LogSumExp(1);
        Assert.Equal(y[..6], sums.Value.ToArray());
        Variable<float> recorded = tape.Gradients(sums.Sum(), all)[0];
        Assert.Equal(gradient, recorded.Value.ToArray());
        Assert.Equal(-Infinity, tape.Constant([], [0]).LogSumExp().Item);

        float[] Marked(float mark)
        {
            float[] row = [.. Enumerable.Repeat(2f, rowLength)];
            row[rowLength / 2] = mark;
            return row;
        }
    }

    [Theory]
    [MemberData(nameof(RowLengths))]
    public void Causal_rows_see_the_first_keys(int keys)
    {
        const int Queries = 5;
        double[] x = Rows.Random<double>(2 * Queries * keys, 6), y = new double[x.Length], log = new double[x.Length];
        foreach (int offset in (int[])[0, keys - Queries, -2, int.MaxValue, int.MinValue])
        {
            bool[] mask = [.. Enumerable.Range(0, Queries * keys).Select(i => i % keys <= (long)(i / keys) + offset)];
            double[] due = new double[x.Length], dueLog = new double[x.Length], poisoned = [.. x.Select((v, i) => mask[i % mask.Length] ? v : double.NaN)];
            Activations.MaskedSoftmax<double>(x, mask, keys, due);
            Activations.MaskedLogSoftmax<double>(x, mask, keys, dueLog);
            Activations.CausalSoftmax<double>(poisoned, Queries, keys, y, offset);
            Activations.CausalLogSoftmax<double>(poisoned, Queries, keys, log, offset);
            // The same terms in another order: 2,100 of them round by some ε each.
            for (int i = 0; i < x.Length; i++)
            {
                Assert.Equal(due[i], y[i], 1e-13);
                Assert.True(dueLog[i].Equals(log[i]) || Math.Abs(dueLog[i] - log[i]) < 1e-12);
            }
        }
    }

    [Fact]
    public void Sparsemax_and_hardmax_of_special_rows()
    {
        Check([-Infinity, -Infinity], [0, 0], [0, 0]);
        Check([1, float.NaN, 2], [float.NaN, float.NaN, float.NaN], [float.NaN, float.NaN, float.NaN]);
        Check([Infinity, 1], [float.NaN, float.NaN], [1, 0]);
        Check([3, 3, 1, 3], [1 / 3f, 1 / 3f, 0, 1 / 3f], [1, 0, 0, 0]);
        Check([-Infinity, 7, 6.5f], [0, 0.75f, 0.25f], [0, 1, 0]);
        Check([3e38f, -3e38f], [1, 0], [1, 0]);
        Check([42], [1], [1]);

        static void Check(float[] x, float[] sparse, float[] hard)
        {
            float[] y = new float[x.Length];
            Activations.Sparsemax<float>(x, x.Length, y);
            Assert.Equal(sparse, y);
            Activations.Hardmax<float>(x, x.Length, y);
            Assert.Equal(hard, y);
        }
    }

    [Fact]
    public void Gumbel_softmax_draws_classes_with_their_probabilities()
    {
        const int Draws = 40_000;
        double[] p = [0.1, 0.2, 0.3, 0.4];
        float[] x = [.. Enumerable.Repeat(p, Draws).SelectMany(r => r.Select(v => (float)Math.Log(v)))], soft = new float[x.Length], hard = new float[x.Length];
        Activations.GumbelSoftmax<float>(x, 4, soft, new Philox(5), 0.5f);
        Activations.GumbelSoftmax<float>(x, 4, hard, new Philox(5), 0.5f, isHard: true);
        for (int i = 0; i < 4; i++)
        {
            // Five standard deviations of a frequency.
            double frequency = Enumerable.Range(0, Draws).Average(row => (double)hard[(4 * row) + i]);
            Assert.Equal(p[i], frequency, 5 * Math.Sqrt(p[i] * (1 - p[i]) / Draws));
        }

        for (int row = 0; row < 1000; row++)
        {
            float[] shares = soft[(4 * row)..((4 * row) + 4)];
            Assert.Equal(Array.IndexOf(shares, shares.Max()), Array.IndexOf(hard, 1, 4 * row, 4) - (4 * row));
        }

        // On a tape: the same values, and the gradient of the soft shares for both.
        GradientTape<float> tape = new();
        Variable<float> v = tape.Constant(x.AsSpan(0, 400), [100, 4]), weights = tape.Constant(Rows.Random<float>(400, 7), [100, 4]);
        Variable<float> a = v.GumbelSoftmax(new Philox(5), 0.5), b = v.GumbelSoftmax(new Philox(5), 0.5, isHard: true);
        Assert.Equal(soft[..400], a.Value.ToArray());
        Assert.Equal(hard[..400], b.Value.ToArray());
        Assert.Equal(tape.Gradients((a * weights).Sum(), v)[0].Value.ToArray(), tape.Gradients((b * weights).Sum(), v)[0].Value.ToArray());
        Variable<double> none = new GradientTape<double>().Constant([], [3, 0]).GumbelSoftmax(new Philox(1));
        Assert.Equal([3, 0], none.Shape.ToArray());
    }

    [Fact]
    public void Where_keeps_the_gradient_of_what_was_not_taken_at_zero()
    {
        GradientTape<double> tape = new();
        Variable<double> x = tape.Constant([4, 9], [2]), y = tape.Constant([1, 2, 3], [3, 1]);
        bool[] condition = [true, false];
        Variable<double> z = x.Where(condition, [2], y);
        Assert.Equal([4, 1, 4, 2, 4, 3], z.Value.ToArray());
        Variable<double>[] g = tape.Gradients((z * tape.Constant([1, double.NaN, 3, double.NaN, 5, double.NaN], [3, 2])).Sum(), x, y);
        Assert.Equal([9, 0], g[0].Value.ToArray());
        Assert.All(g[1].Value.ToArray(), v => Assert.Equal(double.NaN, v));
        Assert.Equal([4, -1], x.Where(condition, -1).Value.ToArray());
        foreach (int n in (int[])[0, 1, 3, 4, 7, 8, 15, 16, 17, 33, 100])
        {
            bool[] c = [.. Enumerable.Range(0, n).Select(i => i * i % 3 == 1)];
            float[] a = Rows.Random<float>(n, 1), b = Rows.Random<float>(n, 2), to = new float[n + 1], left = new float[n], right = new float[n];
            to[n] = 77;
            Elementary.Where<float>(c, a, b, to);
            Assert.Equal([.. c.Select((t, i) => t ? a[i] : b[i]), 77], to);
            Elementary.WhereGradient<float>(c, a, left, right);
            Assert.Equal(c.Select((t, i) => t ? a[i] : 0), left);
            Assert.Equal(c.Select((t, i) => t ? 0 : a[i]), right);
            double[] wide = [.. a.Select(v => (double)v)], result = new double[n];
            Elementary.Where<double>(c, wide, result, result);
            Assert.Equal(c.Select((t, i) => t ? wide[i] : 0), result);
        }
    }

    [Fact]
    public void Axes_masks_and_temperatures_that_do_not_fit_are_refused()
    {
        float[] x = new float[12], y = new float[12];
        bool[] mask = new bool[12];
        Variable<float> v = new GradientTape<float>().Constant(x, [2, 6]);
        Refused<ArgumentOutOfRangeException>("axis", () => v.Softmax(2), "2", "[2, 6]");
        Refused<ArgumentOutOfRangeException>("axis", () => v.LogSoftmax(-3), "-3");
        Refused<ArgumentOutOfRangeException>("axis", () => v.Sparsemax(5), "5");
        Refused<ArgumentOutOfRangeException>("axes", () => v.LogSumExp(2), "2");
        Refused<ArgumentException>("logits", () => v.Sum().Hardmax(), "Hardmax", "scalar");
        Refused<ArgumentException>("logits", () => v.Reshape(12).CausalSoftmax(), "CausalSoftmax", "[12]");
        Refused<ArgumentException>("mask", () => v.MaskedSoftmax(mask, [3, 4]), "[3, 4]", "[2, 6]");
        Refused<ArgumentException>("condition", () => v.MaskedSoftmax(mask, [6]), "12", "6");
        Refused<ArgumentException>("condition", () => v.Where(new bool[5], v), "5", "12");
        foreach (float temperature in (float[])[0, -1, float.NaN, Infinity])
        {
            Refused<ArgumentOutOfRangeException>("temperature", () => Activations.Softmax<float>(x, 4, y, temperature));
            Refused<ArgumentOutOfRangeException>("temperature", () => Activations.LogSoftmaxGradient<float>(x, y, 4, y, temperature));
            Refused<ArgumentOutOfRangeException>("temperature", () => Activations.GumbelSoftmax(x, 4, y, new Philox(1), temperature));
            Refused<ArgumentOutOfRangeException>("temperature", () => v.Softmax(-1, temperature));
        }

        Refused<ArgumentOutOfRangeException>("temperature", () => v.Softmax(-1, 1e-60));
        Refused<ArgumentException>("mask", () => Activations.MaskedSoftmax<float>(x, new bool[8], 4, y), "2", "3");
        Refused<ArgumentException>("mask", () => Activations.MaskedSoftmax<float>(x, new bool[7], 4, y), "7", "4");
        Refused<ArgumentException>("mask", () => Activations.MaskedLogSoftmax<float>(x, Array.Empty<float>(), 4, y), "0", "3");
        Refused<ArgumentException>("logits", () => Activations.CausalSoftmax<float>(x, 2, 4, y), "3", "2");
        Refused<ArgumentOutOfRangeException>("keys", () => Activations.CausalSoftmax<float>(x, 2, 0, y), "0");
        Refused<ArgumentException>("destination", () => Activations.LogSumExp<float>(x, 4, new float[2]), "2", "3");
        Refused<ArgumentException>("destination", () => Activations.LogSumExp<float>(x, 4, x), "overlaps");
        Refused<ArgumentException>("output", () => Activations.LogSumExpGradient<float>(x, new float[2], new float[2], 4, y), "2", "3");
        Refused<ArgumentException>("upstream", () => Activations.SparsemaxGradient<float>(x, new float[11], 4, y), "11", "12");
        Refused<ArgumentNullException>("random", () => v.GumbelSoftmax(null!));
        Assert.All(y, value => Assert.Equal(0, value));
        Refused<NotSupportedException>(null, () => Activations.Sparsemax<Half>(new Half[4], 2, new Half[4]));
        Refused<NotSupportedException>(null, () => Elementary.Where<Half>(new bool[2], new Half[2], new Half[2], new Half[2]));

        static void Refused<TException>(string? parameter, Action call, params string[] words)
            where TException : Exception
        {
            TException e = Assert.ThrowsAny<TException>(call);
            if (parameter is not null) Assert.Equal(parameter, (e as ArgumentException)?.ParamName);
            Assert.All(words, word => Assert.Contains(word, e.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        float[] x = Rows.Random<float>(6000, 9), y = new float[x.Length], sums = new float[100];
        bool[] mask = [.. Enumerable.Range(0, 60).Select(i => i % 5 != 0)];
        Philox random = new(1);
        Allocation.IsNone(() =>
        {
            Activations.Softmin<float>(x, 60, y);
            Activations.Softmax<float>(x, 60, y, 2);
            Activations.MaskedSoftmax<float>(x, mask, 60, y);
            Activations.MaskedLogSoftmax<float>(x, mask, 60, y);
            Activations.MaskedLogSoftmaxGradient<float>(y, x, 60, y);
            Activations.CausalSoftmax<float>(x, 20, 60, y);
            Activations.LogSumExp<float>(x, 60, sums);
            Activations.Sparsemax<float>(x, 60, y);
            Activations.SparsemaxGradient<float>(y, x, 60, y);
            Activations.GumbelSoftmax(x, 60, y, random, 1, isHard: true);
        });
    }
}
