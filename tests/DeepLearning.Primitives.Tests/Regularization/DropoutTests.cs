using Xunit;

namespace DeepLearning.Primitives.Tests;

public class DropoutTests
{
    [Fact]
    public void The_share_of_dropped_elements_is_the_rate_and_the_mean_stays()
    {
        const int Count = 1 << 20;
        float[] x = new float[Count], y = new float[Count];
        x.AsSpan().Fill(1);
        foreach (double rate in (double[])[0.1, 0.5, 0.9])
        {
            Regularization.Dropout(x, rate, new Philox(3), y);
            int dropped = y.Count(v => v == 0);
            // Five standard deviations of a binomial number.
            Assert.Equal(rate * Count, dropped, 5 * Math.Sqrt(rate * (1 - rate) * Count));
            Assert.All(y.Distinct(), v => Assert.True(v == 0 || v == (float)(1 / (1 - rate))));
        }

        // Alpha dropout keeps mean 0 and variance 1.
        Philox random = new(5);
        random.Normal<float>(x);
        Regularization.AlphaDropout(x, 0.3, random, y);
        double mean = y.Average(v => (double)v), variance = y.Average(v => (double)v * v) - (mean * mean);
        // Five standard errors of a million numbers of variance 1, and of their squares, whose variance is near 2.
        Assert.Equal(0, mean, 5e-3);
        Assert.Equal(1, variance, 1e-2);
    }

    [Fact]
    public void The_mask_is_the_same_for_float_and_double_parts_and_threads()
    {
        const int Count = 200_003;
        float[] ones = new float[Count];
        ones.AsSpan().Fill(1);
        double[] doubles = Array.ConvertAll(ones, v => (double)v), wide = new double[Count];
        float[] y = new float[Count], parts = new float[Count];
        Regularization.Dropout(ones, 0.37, new Philox(9, stream: 2) { Position = 5 }, y);
        Regularization.Dropout(doubles, 0.37, new Philox(9, stream: 2) { Position = 5 }, wide);
        Assert.Equal(y.Select(v => v == 0), wide.Select(v => v == 0));
        Philox random = new(9, stream: 2) { Position = 5 };
        foreach ((int start, int end) in new[] { (0, 1), (1, 1000), (1000, 1003), (1003, 140_000), (140_000, Count) })
            Regularization.Dropout(ones.AsSpan(start..end), 0.37, random, parts.AsSpan(start..end));
        Assert.Equal(y, parts);
        Assert.Equal(5 + Count, random.Position);
        foreach (int feature in (int[])[1, 7])
        {
            Rows.SameForAnyThreads(() =>
            {
                float[] result = new float[Count / feature * feature];
                Regularization.FeatureDropout(ones.AsSpan(0, result.Length), feature, 0.37, new Philox(1), result);
                return result;
            });
        }
    }

    [Fact]
    public void Features_are_dropped_as_a_whole()
    {
        float[] x = new float[3 * 5000], y = new float[x.Length];
        x.AsSpan().Fill(1);
        Philox random = new(4);
        Regularization.FeatureDropout(x, 3, 0.5, random, y);
        Assert.All(y.Chunk(3), feature => Assert.Single(feature.Distinct()));
        Assert.Equal(2500, y.Chunk(3).Count(f => f[0] == 0), 5 * Math.Sqrt(1250));
        Assert.Equal(5000, random.Position);
    }

    [Fact]
    public void Rates_at_their_ends_and_special_values()
    {
        float[] x = [float.NaN, float.PositiveInfinity, -0f, 1.5f], y = new float[4];
        Regularization.Dropout(x, 1, new Philox(1), y);
        Assert.All(y, v => Assert.Equal(0, v));
        Regularization.AlphaDropout(x, 1, new Philox(1), y);
        Assert.All(y, v => Assert.Equal(0, v));
        Regularization.Dropout(x, 0, new Philox(1), y);
        Assert.Equal(x, y);
        Assert.True(float.IsNegative(y[2]));
        Regularization.AlphaDropout(x, 0, new Philox(1), y);
        Assert.Equal(x, y);
        Regularization.Dropout<double>([], 0.5, new Philox(1), []);
    }

    [Fact]
    public void Gradients_go_through_the_same_mask()
    {
        Philox random = new(8);
        double[] x = Rows.Random<double>(500, 1), y = new double[500], upstream = Rows.Random<double>(500, 2), gradient = new double[500];
        Regularization.AlphaDropout(x, 0.4, random, y);
        random.Position = 0;
        Regularization.AlphaDropoutGradient(upstream, 0.4, random, gradient);
        double dropped = y.GroupBy(v => v).MaxBy(g => g.Count())!.Key;
        for (int i = 0; i < 500; i++) Assert.Equal(y[i] == dropped, gradient[i] == 0);

        // A tape draws anew for each step, and the mask of a step's backward pass is that of its forward pass.
        GradientTape<double> tape = new();
        Parameter<double> w = new("w", [500], x);
        bool[]? before = null;
        for (int step = 0; step < 3; step++)
        {
            tape.Reset();
            Variable<double> output = tape.Watch(w).Dropout(0.5, random);
            tape.Backward(output.Sum());
            bool[] mask = [.. output.Value.ToArray().Select(v => v != 0)];
            Assert.Equal(mask, w.Gradient.ToArray().Select(v => v == 2));
            Assert.NotEqual(before, mask);
            before = mask;
        }
    }

    [Fact]
    public void The_layer_drops_while_training()
    {
        Philox random = new(1);
        Dropout<float> layer = new(0.5, random);
        GradientTape<float> tape = new();
        Variable<float> x = tape.Constant([1, 2, 3, 4, 5, 6, 7, 8], [2, 4]);
        Assert.Contains(0, layer.Forward(x).Value.ToArray());
        Assert.Equal(8, random.Position);
        layer.IsTraining = false;
        Assert.Equal(x.Value.ToArray(), layer.Forward(x).Value.ToArray());
        Assert.Equal(8, random.Position);
        Assert.Empty(layer.Parameters);
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.Rate = 1.5);
        Assert.Equal(0.5, layer.Rate);
    }

    [Fact]
    public void Bad_input_throws_and_draws_nothing()
    {
        float[] x = new float[6];
        Philox random = new(1);
        GradientTape<float> tape = new();
        foreach (double rate in (double[])[-0.1, 1.1, double.NaN])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Regularization.Dropout(x, rate, random, x));
            Assert.Throws<ArgumentOutOfRangeException>(() => Regularization.AlphaDropout(x, rate, random, x));
            Assert.Throws<ArgumentOutOfRangeException>(() => tape.Constant(x, [6]).Dropout(rate, random));
            Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout<float>(rate, random));
        }

        Assert.Throws<ArgumentException>(() => Regularization.Dropout(x, 0.5, random, x.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => Regularization.FeatureDropout(x, 4, 0.5, random, x));
        Assert.Throws<ArgumentException>(() => tape.Constant(x, [6]).FeatureDropout(0.5, random));
        Assert.Throws<ArgumentNullException>(() => Regularization.Dropout(x, 0.5, null!, x));
        Assert.Throws<ArgumentNullException>(() => new Dropout<float>(0.5, null!));
        Assert.Throws<NotSupportedException>(() => Regularization.Dropout(new Half[1], 0.5, random, new Half[1]));
        Assert.Throws<NotSupportedException>(() => new Dropout<Half>(0.5, random));
        Assert.Equal(0, random.Position);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        float[] x = new float[3000];
        double[] y = new double[3000];
        Philox random = new(1);
        Allocation.IsNone(() =>
        {
            Regularization.Dropout(x, 0.5, random, x);
            Regularization.AlphaDropout(y, 0.5, random, y);
            Regularization.FeatureDropout(y, 30, 0.5, random, y);
        });
    }
}
