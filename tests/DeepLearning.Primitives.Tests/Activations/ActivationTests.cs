using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Limits, kinks and parameters, as SEMANTICS decides them: published values, not the library's own.</summary>
public class ActivationTests
{
    private const double Infinity = double.PositiveInfinity;

    /// <summary>Function, its limits at −∞ and ∞, and those of its derivative.</summary>
    public static TheoryData<string, double, double, double, double> Limits => new()
    {
        { "Sigmoid", 0, 1, double.NaN, double.NaN },
        { "LogSigmoid", -Infinity, 0, 1, 0 },
        { "HardSigmoid", 0, 1, 0, 0 },
        { "Tanh", -1, 1, double.NaN, double.NaN },
        { "HardTanh", -1, 1, 0, 0 },
        { "Tanhshrink", -Infinity, Infinity, 1, 1 },
        { "Relu", 0, Infinity, 0, 1 },
        { "LeakyRelu", -Infinity, Infinity, 0.01, 1 },
        { "Relu6", 0, 6, 0, 0 },
        { "SquaredRelu", 0, Infinity, 0, Infinity },
        { "Elu", -1, Infinity, 0, 1 },
        { "Elu(1.7)", -1.7f, Infinity, 0, 1 },
        { "Selu", -1.7580993408473768, Infinity, 0, 1.0507009873554805 },
        { "Celu", -1, Infinity, 0, 1 },
        { "Celu(1.7)", -1.7f, Infinity, 0, 1 },
        { "Gelu", 0, Infinity, 0, 1 },
        { "GeluTanh", 0, Infinity, 0, 1 },
        { "Silu", 0, Infinity, 0, 1 },
        { "Silu(1.7)", 0, Infinity, 0, 1 },
        { "HardSwish", 0, Infinity, 0, 1 },
        { "Mish", 0, Infinity, 0, 1 },
        { "Softplus", 0, Infinity, 0, 1 },
        { "Softplus(1.7)", 0, Infinity, 0, 1 },
        { "Squareplus", 0, Infinity, 0, 1 },
        { "Softsign", -1, 1, 0, 0 },
        { "Softshrink", -Infinity, Infinity, 1, 1 },
        { "Hardshrink", -Infinity, Infinity, 1, 1 },
        { "Threshold", -2, Infinity, 0, 1 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void Infinities_give_the_limits_and_nan_stays(string name, double left, double right, double leftSlope, double rightSlope)
    {
        AssertValues(name, [-Infinity, Infinity, double.NaN], [left, right, double.NaN]);
        // Sigmoid's and tanh's derivatives take the output, which the rows of 0 and 1 in MeasuredFunctions cover.
        if (!double.IsNaN(leftSlope)) AssertValues($"{name}′", [-Infinity, Infinity, double.NaN], [leftSlope, rightSlope, double.NaN]);
    }

    /// <summary>Where a derivative jumps: PyTorch's side.</summary>
    [Theory]
    [InlineData("Relu′", 0, 0)]
    [InlineData("LeakyRelu′", 0, 0.01)]
    [InlineData("Relu6′", 0, 0)]
    [InlineData("Relu6′", 6, 0)]
    [InlineData("SquaredRelu′", 0, 0)]
    [InlineData("HardTanh′", -1, 1)]
    [InlineData("HardTanh′", 1, 1)]
    [InlineData("HardSigmoid′", -3, 0)]
    [InlineData("HardSigmoid′", 3, 0)]
    [InlineData("HardSwish′", -3, 0)]
    [InlineData("HardSwish′", 3, 1)]
    [InlineData("Elu′", 0, 1)]
    [InlineData("Elu(1.7)′", 0, 1.7f)]
    [InlineData("Selu′", 0, 1.7580993408473768)]
    [InlineData("Celu(1.7)′", 0, 1)]
    [InlineData("Softshrink′", 0.5, 0)]
    [InlineData("Softshrink′", -0.5, 0)]
    [InlineData("Hardshrink′", 0.5, 0)]
    [InlineData("Hardshrink′", -0.5, 0)]
    [InlineData("Threshold′", 1, 0)]
    public void Kinks_take_the_side_of_PyTorch(string name, double x, double expected) => AssertValues(name, [x], [expected]);

    /// <summary>Values at which functions change their form.</summary>
    [Theory]
    [InlineData("Softshrink", 0.5, 0)]
    [InlineData("Softshrink", -0.75, -0.25)]
    [InlineData("Hardshrink", -0.5, 0)]
    [InlineData("Hardshrink", -0.75, -0.75)]
    [InlineData("Threshold", 1, -2)]
    [InlineData("Threshold", 1.5, 1.5)]
    [InlineData("Relu6", 6, 6)]
    [InlineData("HardSwish", -3, 0)]
    [InlineData("HardSwish", 3, 3)]
    [InlineData("Softplus", 0, 0.6931471805599453)]
    [InlineData("LogSigmoid", 0, -0.6931471805599453)]
    [InlineData("Squareplus", 0, 1)]
    [InlineData("Gelu", 1, 0.8413447460685429)]
    [InlineData("GeluTanh", 1, 0.8411919906082768)]
    [InlineData("Silu", 1, 0.7310585786300049)]
    [InlineData("Mish", 1, 0.8650983882673103)]
    [InlineData("Softsign", -1, -0.5)]
    public void Values_are_those_published(string name, double x, double expected) => AssertValues(name, [x], [expected]);

    [Fact]
    public void Tails_reach_the_smallest_subnormal_float()
    {
        // The true values end a little below these arguments.
        Assert.InRange(Value("Silu", -108), -1e-44f, -float.Epsilon);
        Assert.InRange(Value("Gelu", -14), -1e-42f, -float.Epsilon);
        Assert.InRange(Value("Softplus", -103), float.Epsilon, 1e-44f);
        Assert.InRange(Value("LogSigmoid", 103), -1e-44f, -float.Epsilon);
        Assert.InRange(Value("Mish", -108), -1e-44f, -float.Epsilon);
        Assert.InRange(Value("GeluTanh", -10.6f), -1e-42f, -float.Epsilon);

        static float Value(string name, float x)
        {
            float[] y = new float[1];
            MeasuredFunctions.All.Single(f => f.Name == name).Float([x], y);
            return y[0];
        }
    }

    [Fact]
    public void A_slope_of_0_takes_its_limit_at_minus_infinity()
    {
        float[] y = new float[2], x = [float.NegativeInfinity, float.NaN];
        Activations.LeakyRelu(x, y, 0);
        Assert.Equal([0, float.NaN], y);
        Activations.PRelu<float>(x, [0f], 1, y);
        Assert.Equal([0, float.NaN], y);
    }

    [Fact]
    public void A_negative_beta_of_softplus_is_that_of_its_mirror_image()
    {
        double[] x = [-3, -0.5, 0, 2], y = new double[4], mirrored = new double[4];
        Activations.Softplus(x, y, -2);
        Activations.Softplus([3, 0.5, 0, -2], mirrored, 2);
        Assert.Equal(mirrored.Select(v => -v), y);
    }

    [Fact]
    public void PRelu_has_a_slope_for_each_channel()
    {
        // Two examples of three channels of two elements.
        double[] x = [-1, 2, -3, 4, -5, 6, -7, -8, 9, -10, 11, -12], slope = [0.5, 2, 10], y = new double[12], g = new double[12];
        Activations.PRelu<double>(x, slope, 2, y);
        Assert.Equal([-0.5, 2, -6, 4, -50, 6, -3.5, -4, 9, -20, 11, -120], y);
        Activations.PReluGradient<double>(x, slope, [1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3], 2, g);
        Assert.Equal([0.5, 1, 2, 1, 10, 1, 1.5, 1.5, 3, 6, 3, 30], g);

        GradientTape<double> tape = new();
        Parameter<double> learned = new("slope", [3], slope);
        tape.Backward(tape.Constant(x, [2, 3, 2]).PRelu(tape.Watch(learned)).Sum());
        Assert.Equal([-16, -13, -17], learned.Gradient.ToArray());
    }

    [Fact]
    public void The_second_half_is_the_gate()
    {
        float[] y = new float[2], x = [2, 3, 0, float.PositiveInfinity], gradient = new float[4];
        Activations.Glu<float>(x, 4, y);
        Assert.Equal([1, 3], y);
        Activations.GluGradient<float>(x, [1, 1], 4, gradient);
        Assert.Equal([0.5f, 1, 0.5f, 0], gradient);
        Activations.ReGlu<float>([2, 3, -1, 5], 4, y);
        Assert.Equal([0, 15], y);
        // Rows of two: each pair by itself.
        Activations.ReGlu<float>([2, 3, -1, 5], 2, y);
        Assert.Equal([6, -5], y);
    }

    [Fact]
    public void Gates_without_elements()
    {
        Func<Variable<double>, int, Variable<double>>[] gates = [(x, a) => x.Glu(a), (x, a) => x.SwiGlu(a), (x, a) => x.GeGlu(a), (x, a) => x.ReGlu(a)];
        (int[] Lengths, int Axis, int[] Due)[] cases = [([0], 0, [0]), ([2, 0, 3], 1, [2, 0, 3]), ([4, 0], 0, [2, 0]), ([0, 6], -1, [0, 3]), ([2, 0, 4], 2, [2, 0, 2])];
        foreach (Func<Variable<double>, int, Variable<double>> gate in gates)
        {
            foreach ((int[] lengths, int axis, int[] due) in cases)
            {
                GradientTape<double> tape = new();
                Parameter<double> x = new("x", Shape.Create(lengths));
                Variable<double> watched = tape.Watch(x), y = gate(watched, axis), loss = y.Sum();
                Assert.Equal(due, y.Shape.ToArray());
                tape.Backward(loss);
                Variable<double> first = tape.Gradients(loss, watched)[0];
                Assert.Equal(lengths, first.Shape.ToArray());
                Assert.Equal(lengths, tape.Gradients(first.Sum(), watched)[0].Shape.ToArray());
            }
        }

        Activations.Glu<float>([], 4, []);
        Activations.GluGradient<float>([], [], 2, []);
    }

    /// <summary>Shapes that the catalogue lacks: no dimension at all, one slope of a higher rank, axes from the end, nothing.</summary>
    [Fact]
    public void One_slope_is_for_all_whatever_its_shape()
    {
        GradientTape<double> tape = new();
        Parameter<double> slope = new("slope", [1, 1], [0.5]);
        foreach (int[] lengths in (int[][])[[], [3], [2, 3], [2, 1, 3], [0, 3]])
        {
            tape.Reset();
            Shape shape = Shape.Create(lengths);
            double[] values = [.. Enumerable.Range(0, shape.ElementCount).Select(i => i - 2.5)];
            Parameter<double> x = new("x", shape, values);
            Variable<double> y = tape.Watch(x).PRelu(tape.Watch(slope));
            Assert.Equal(lengths, y.Shape.ToArray());
            Assert.Equal(values.Select(v => v > 0 ? v : v / 2), y.Value.ToArray());
            tape.Backward(y.Sum());
            Assert.Equal(values.Select(v => v > 0 ? 1 : 0.5), x.Gradient.ToArray());
            Assert.Equal(values.Sum(v => Math.Min(v, 0)), slope.Gradient[0]);
        }

        // Channels along every axis, counted from either end.
        double[] numbers = [.. Enumerable.Range(0, 24).Select(i => (i * 7 % 24) - 12.5)];
        for (int axis = 0; axis < 3; axis++)
        {
            int count = axis + 2, inner = axis switch { 0 => 12, 1 => 4, _ => 1 };
            Parameter<double> slopes = new("slopes", [count], [.. Enumerable.Range(1, count).Select(i => i / 8.0)]);
            foreach (int named in (int[])[axis, axis - 3])
            {
                tape.Reset();
                Variable<double> y = tape.Constant(numbers, [2, 3, 4]).PRelu(tape.Watch(slopes), named);
                Assert.Equal(numbers.Select((v, i) => v > 0 ? v : slopes.Value[i / inner % count] * v), y.Value.ToArray());
                tape.Backward(y.Sum());
                for (int channel = 0; channel < count; channel++)
                    Assert.Equal(numbers.Where((_, i) => i / inner % count == channel).Sum(v => Math.Min(v, 0)), slopes.Gradient[channel]);
            }
        }
    }

    private static void AssertValues(string name, double[] x, double[] expected)
    {
        MeasuredFunction function = MeasuredFunctions.All.Single(f => f.Name == name);
        double[] y = new double[x.Length];
        float[] single = new float[x.Length];
        function.Double(x, y);
        function.Float([.. x.Select(v => (float)v)], single);
        for (int i = 0; i < x.Length; i++)
        {
            // The bounds of the functions, 4 ULP; limits and kinks are exact in both, since then the difference is one of NaN or infinity.
            Assert.True(expected[i].Equals(y[i]) || Math.Abs(expected[i] - y[i]) <= Math.ScaleB(Math.Abs(expected[i]), -51), $"{name}({x[i]}) = {y[i]:R}, not {expected[i]:R}");
            Assert.True(((float)expected[i]).Equals(single[i]) || Math.Abs(expected[i] - single[i]) <= Math.ScaleB(Math.Abs(expected[i]), -22), $"{name}({x[i]}f) = {single[i]:R}, not {expected[i]:R}");
        }
    }
}
