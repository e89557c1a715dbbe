using Xunit;

namespace DeepLearning.Primitives.Tests;

public class LinearTests
{
    [Theory]
    [InlineData(new int[] { 4 }, true)]
    [InlineData(new int[] { 1, 4 }, false)]
    [InlineData(new int[] { 5, 4 }, true)]
    [InlineData(new int[] { 0, 4 }, true)]
    [InlineData(new int[] { 2, 3, 4 }, true)]
    [InlineData(new int[] { 2, 1, 3, 4 }, false)]
    public void Output_and_gradients_are_those_of_plain_loops(int[] shape, bool bias)
    {
        const int In = 4, Out = 3;
        Linear<double> layer = new(In, Out, new Philox(1), bias);
        int rows = shape[..^1].Aggregate(1, (a, b) => a * b);
        Parameter<double> x = new("x", Shape.Create(shape), Rows.Random<double>(rows * In, 2));
        double[] upstream = Rows.Random<double>(rows * Out, 3), w = layer.Weight.Value.ToArray();
        double[] y = new double[rows * Out], dx = new double[rows * In], dw = new double[Out * In], db = new double[Out];
        for (int r = 0; r < rows; r++)
        {
            for (int o = 0; o < Out; o++)
            {
                double g = upstream[(r * Out) + o];
                y[(r * Out) + o] = bias ? layer.Bias!.Value[o] : 0;
                db[o] += g;
                for (int i = 0; i < In; i++)
                {
                    y[(r * Out) + o] += x.Value[(r * In) + i] * w[(o * In) + i];
                    dx[(r * In) + i] += g * w[(o * In) + i];
                    dw[(o * In) + i] += g * x.Value[(r * In) + i];
                }
            }
        }

        GradientTape<double> tape = new();
        Variable<double> output = layer.Forward(tape.Watch(x));
        Assert.Equal([.. shape[..^1], Out], output.Shape.ToArray());
        tape.Backward((output * tape.Constant(upstream, output.Shape)).Sum());
        // At most six products of size 16 in a sum: some ten roundings of 2⁻⁵³ · 100.
        Close(y, output.Value);
        Close(dx, x.Gradient);
        Close(dw, layer.Weight.Gradient);
        if (bias) Close(db, layer.Bias!.Gradient);

        static void Close(double[] expected, ReadOnlySpan<double> actual)
        {
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-13);
        }
    }

    [Fact]
    public void Parameters_are_those_of_PyTorch()
    {
        Linear<float> layer = new(5, 3, new Philox(1));
        Assert.Equal(["weight [3, 5]", "bias [3]"], layer.Parameters.Select(p => p.ToString()));
        Assert.Same(layer.Weight, layer.Parameters[0]);
        Assert.Same(layer.Bias, layer.Parameters[1]);
        Linear<float> plain = new(5, 3, new Philox(1), bias: false);
        Assert.Null(plain.Bias);
        Assert.Single(plain.Parameters);
    }

    [Fact]
    public void The_same_seed_gives_the_same_layer()
    {
        Linear<float> a = new(50, 30, new Philox(7)), b = new(50, 30, new Philox(7)), c = new(50, 30, new Philox(8));
        Assert.Equal(a.Weight.Value.ToArray(), b.Weight.Value.ToArray());
        Assert.Equal(a.Bias!.Value.ToArray(), b.Bias!.Value.ToArray());
        Assert.NotEqual(a.Weight.Value.ToArray(), c.Weight.Value.ToArray());
    }

    [Theory]
    [InlineData(Initialization.Default, 1.0 / 3 / 200, 0.0707106781)]
    [InlineData(Initialization.HeUniform, 2.0 / 200, 0.1732050808)]
    [InlineData(Initialization.HeNormal, 2.0 / 200, double.PositiveInfinity)]
    [InlineData(Initialization.GlorotUniform, 2.0 / 300, 0.1414213562)]
    [InlineData(Initialization.GlorotNormal, 2.0 / 300, double.PositiveInfinity)]
    public void Weights_have_the_variance_and_the_bound_of_their_initialization(Initialization initialization, double variance, double bound)
    {
        Linear<double> layer = new(200, 100, new Philox(3), initialization: initialization);
        double[] w = layer.Weight.Value.ToArray();
        // 20,000 numbers: the mean is off by 0.7 % of a deviation, the variance by 1 % of itself; five times that is certain.
        Assert.Equal(0, w.Average(), 0.035 * Math.Sqrt(variance));
        Assert.Equal(variance, w.Select(v => v * v).Average(), 0.05 * variance);
        Assert.All(w, v => Assert.InRange(Math.Abs(v), 0, bound));
        if (double.IsFinite(bound)) Assert.InRange(w.Max(Math.Abs), 0.99 * bound, bound);
        Assert.Equal(initialization != Initialization.Default, layer.Bias!.Value.ToArray().All(v => v == 0));
        Assert.All(layer.Bias.Value.ToArray(), v => Assert.InRange(Math.Abs(v), 0, Math.Sqrt(1.0 / 200)));
    }

    [Fact]
    public void A_layer_used_twice_collects_both_gradients()
    {
        Linear<double> layer = new(3, 3, new Philox(1));
        Parameter<double> x = new("x", [2, 3], Rows.Random<double>(6, 1));
        GradientCheck.Verify(v => layer.Forward(layer.Forward(v[0]).Tanh()), x, layer.Weight, layer.Bias!);
    }
}
