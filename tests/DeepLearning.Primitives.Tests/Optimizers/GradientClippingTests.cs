using Xunit;

namespace DeepLearning.Primitives.Tests;

public class GradientClippingTests
{
    [Fact]
    public void By_value()
    {
        Parameter<float> w = With("w", [-3, -1, 0.5f, 2, float.NaN, float.PositiveInfinity]);
        GradientClipping.ByValue([w], 1f);
        Assert.Equal([-1, -1, 0.5f, 1, float.NaN, 1], w.Gradient.ToArray());
    }

    [Fact]
    public void By_the_norm_of_each()
    {
        Parameter<double> a = With("a", [3.0, 4]), b = With("b", [0.3, 0.4]);
        GradientClipping.ByNorm([a, b], 2.5);
        Assert.Equal([1.5, 2], a.Gradient.ToArray());
        Assert.Equal([0.3, 0.4], b.Gradient.ToArray());
    }

    [Fact]
    public void By_the_norm_of_all()
    {
        Parameter<double> a = With("a", [3.0]), b = With("b", [0.0, 4]);
        Assert.Equal(5, GradientClipping.ByGlobalNorm([a, b], 5.0));
        // A norm equal to the maximum is left alone, to the bit.
        Assert.Equal([3, 0, 4], (double[])[.. a.Gradient, .. b.Gradient]);
        Assert.Equal(5, GradientClipping.ByGlobalNorm([a, b], 2.5));
        Assert.Equal([1.5, 0, 2], (double[])[.. a.Gradient, .. b.Gradient]);
        Assert.Equal(2.5, GradientClipping.ByGlobalNorm([a, b], 10.0));
        Assert.Equal(2.5, GradientClipping.ByGlobalNorm([a, b], 0.0));
        Assert.All((double[])[.. a.Gradient, .. b.Gradient], v => Assert.Equal(0, v));
        Assert.Equal(0, GradientClipping.ByGlobalNorm<double>([], 1));
    }

    [Fact]
    public void Norms_whose_squares_overflow_or_vanish()
    {
        Parameter<float> large = With("w", [3e30f, 4e30f]), small = With("w", [3e-30f, 4e-30f]);
        Assert.Equal(5e30f, GradientClipping.ByGlobalNorm([large], 1f), 1e24f);
        Assert.Equal([0.6f, 0.8f], large.Gradient.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(5e-30f, GradientClipping.ByGlobalNorm([small], 1e-30f), 1e-36f);
        Assert.Equal(6e-31f, small.Gradient[0], 1e-36f);
        Parameter<double> tiny = With("w", [3e-320, 4e-320]);
        GradientClipping.ByNorm([tiny], 1.0);
        Assert.Equal([3e-320, 4e-320], tiny.Gradient.ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_norm_that_is_not_finite_throws_unless_told_otherwise(float broken)
    {
        Parameter<float> good = With("good", [3f, 4]), bad = With("bad", [1f, broken]);
        Action[] calls =
        [
            () => GradientClipping.ByGlobalNorm([good, bad], 1f), () => GradientClipping.ByNorm([good, bad], 1f),
            () => GradientClipping.Adaptive([good, bad], 0.01f, 1e-3f),
        ];
        foreach (Action call in calls)
            Assert.Contains("bad", Assert.Throws<InvalidOperationException>(call).Message, StringComparison.Ordinal);
        Assert.False(float.IsFinite(GradientClipping.ByGlobalNorm([good, bad], 1f, throwIfNotFinite: false)));
        Assert.Equal([3, 4], good.Gradient.ToArray());
        GradientClipping.ByNorm([good, bad], 1f, throwIfNotFinite: false);
        Assert.Equal([0.6f, 0.8f], good.Gradient.ToArray());
        Assert.Equal([1, broken], bad.Gradient.ToArray());
    }

    [Fact]
    public void Adaptive_by_units()
    {
        // Rows of norm 5 and 0, and a bias as a whole.
        Parameter<double> w = new("w", [2, 2], [3, 4, 0, 0]), bias = new("b", [2], [0.6, 0.8]);
        w.SetGradient([6, 8, 0.3, 0.4]);
        bias.SetGradient([3, 4]);
        GradientClipping.Adaptive([w, bias], 0.1, 1e-3);
        Assert.Equal([0.3, 0.4, 6e-5, 8e-5], w.Gradient.ToArray(), (a, b) => Math.Abs(a - b) < 1e-16);
        Assert.Equal([0.06, 0.08], bias.Gradient.ToArray(), (a, b) => Math.Abs(a - b) < 1e-16);
        // Below its bound a unit keeps its bits.
        w.SetGradient([0.1, 0.1, 0, 0]);
        GradientClipping.Adaptive([w, bias], 1, 1e-3);
        Assert.Equal([0.1, 0.1, 0, 0], w.Gradient.ToArray());
    }

    [Fact]
    public void Parameters_that_were_not_watched_take_no_part()
    {
        Parameter<float> watched = new("a", [1], [3]), idle = new("b", [1], [1]);
        GradientTape<float> tape = new();
        Sgd<float> optimizer = new(watched, idle);
        tape.Backward((tape.Watch(watched) + tape.Watch(idle)).Sum() * 100);
        optimizer.Step();
        tape.Reset();
        Variable<float> w = tape.Watch(watched);
        tape.Backward(w * w);
        float expected = 2 * watched.Value[0];
        Assert.Equal(Math.Abs(expected), GradientClipping.ByGlobalNorm(optimizer.Parameters, 1f), 1e-6f);
        Assert.Equal(Math.Sign(expected), watched.Gradient[0]);
        Assert.Equal(100, idle.Gradient[0]);
        float before = idle.Value[0];
        optimizer.Step();
        Assert.Equal(before, idle.Value[0]);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        Parameter<float>[] parameters = [With("a", new float[100]), With("b", [1f, 2])];
        Allocation.IsNone(() =>
        {
            GradientClipping.ByGlobalNorm(parameters, 1f);
            GradientClipping.ByNorm(parameters, 1f);
            GradientClipping.ByValue(parameters, 1f);
            GradientClipping.Adaptive(parameters, 1f, 1e-3f);
        });
    }

    [Fact]
    public void Bad_input_throws()
    {
        Parameter<float> w = With("w", [3f, 4]);
        foreach (float max in (float[])[-1, float.NaN])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByValue([w], max));
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByNorm([w], max));
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByGlobalNorm([w], max));
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.Adaptive([w], max, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.Adaptive([w], 1, max));
        }

        Assert.Throws<ArgumentNullException>(() => GradientClipping.ByGlobalNorm<float>(null!, 1));
        Assert.Throws<ArgumentNullException>(() => GradientClipping.ByValue([w, null!], 1));
        Assert.Equal([3, 4], w.Gradient.ToArray());
    }

    private static Parameter<T> With<T>(string name, T[] gradient)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Parameter<T> parameter = new(name, [gradient.Length]);
        parameter.SetGradient(gradient);
        return parameter;
    }
}
