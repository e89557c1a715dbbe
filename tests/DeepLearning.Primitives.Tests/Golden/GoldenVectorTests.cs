using System.Globalization;
using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Every function that libtorch also computes, against Golden/libtorch.txt: values, and gradients both ways.</summary>
public class GoldenVectorTests
{
    private static readonly string[] s_others = ["cross_entropy/", "loss/", "sgd/", "adam/", "adamw/", "recurrent/", "onnx/"];

    // The largest sum in the file has 67 terms, the longest chain of operations three. Either side rounds each term once,
    // and libtorch's elementary functions err by up to 2.2 ULP (SEMANTICS.md, section 9).
    private const double Roundings = 64;

    // Sums of terms, and maps whose own form in libtorch cancels: 1 + erf, x − tanh x, x·tanh of a logarithm.
    private static readonly string[] s_absolute = ["softmax", "log_softmax", "gelu", "tanhshrink", "mish"];

    public static TheoryData<string> Doubles => [.. Functions(single: false)];

    public static TheoryData<string> Singles => [.. Functions(single: true)];

    [Theory]
    [MemberData(nameof(Doubles))]
    public void Functions_agree_with_libtorch_in_double(string name) => Agrees<double>(name, Math.ScaleB(1, -53));

    [Theory]
    [MemberData(nameof(Singles))]
    public void Functions_agree_with_libtorch_in_float(string name) => Agrees<float>(name, Math.ScaleB(1, -24));

    [Fact]
    public void No_case_is_left_out()
    {
        int optimizers = LibtorchVectors.Names("sgd/").Count() + LibtorchVectors.Names("adam").Count();
        int here = Functions(single: false).Count() + Functions(single: true).Count();
        int apart = LibtorchVectors.Names("cross_entropy/").Count() + LibtorchVectors.Names("loss/").Count()
            + LibtorchVectors.Names("recurrent/").Count() + LibtorchVectors.Names("onnx/").Count();
        Assert.Equal(LibtorchVectors.Names("").Count(), here + apart + optimizers);
        Assert.True(here >= 100, $"{here} functions");
    }

    internal static void AssertClose(string what, double[] expected, double[] actual, double relative, double absolute)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(expected[i] - actual[i]);
            Assert.True(
                expected[i].Equals(actual[i]) || error <= absolute + (relative * Math.Abs(expected[i])),
                $"{what}, element {i}: {actual[i]:R}, libtorch {expected[i]:R}, error {error:E2}");
        }
    }

    private static IEnumerable<string> Functions(bool single) =>
        LibtorchVectors.Names("").Where(n => n.EndsWith("/f32", StringComparison.Ordinal) == single && !s_others.Any(n.StartsWith));

    private static void Agrees<T>(string name, double unit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LibtorchCase found = LibtorchVectors.Find(name);
        Parameter<T>[] inputs =
        [
            .. found.Tensors.Where(t => found.Tensors.ContainsKey("gradient." + t.Key))
                .Select(t => new Parameter<T>(t.Key, Shape.Create(t.Value.Lengths), Array.ConvertAll(t.Value.Doubles, T.CreateChecked))),
        ];
        GradientTape<T> tape = new();
        Variable<T>[] watched = [.. inputs.Select(tape.Watch)];
        Variable<T> output = Call(name.Split('/'), watched);
        LibtorchTensor expected = found["output"];
        Assert.Equal(expected.Lengths, output.Shape.ToArray());
        // Maps keep their relative accuracy down to the smallest value; sums of terms of either sign cannot.
        bool isMap = inputs.Length == 1 && output.Shape == inputs[0].Shape && !s_absolute.Any(name.StartsWith);
        AssertClose(name, expected.Doubles, Widen<T>(output.Value), Roundings * unit, isMap ? 0 : Roundings * unit);

        Variable<T> loss = output;
        if (found.Tensors.TryGetValue("upstream", out LibtorchTensor? upstream))
            loss = (output * tape.Constant(Array.ConvertAll(upstream.Doubles, T.CreateChecked), output.Shape)).Sum();
        Variable<T>[] recorded = tape.Gradients(loss, watched);
        tape.Backward(loss);
        for (int i = 0; i < inputs.Length; i++)
        {
            // 1 − y and 1 − y² of sigmoid and tanh are exact to a rounding of 1, not of themselves: the error is absolute.
            // e^(−x²) multiplies the rounding of x², at most 17² before the result vanishes, beside the 64.
            double bound = (name.StartsWith("erf", StringComparison.Ordinal) ? 512 : Roundings) * unit;
            double[] gradient = found["gradient." + inputs[i].Name].Doubles;
            AssertClose($"{name}, gradient of {inputs[i].Name}", gradient, Widen<T>(inputs[i].Gradient), bound, bound);
            AssertClose($"{name}, recorded gradient of {inputs[i].Name}", gradient, Widen(recorded[i].Value), bound, bound);
        }
    }

    internal static double[] Widen<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(values.ToArray(), double.CreateChecked);

    private static Variable<T> Call<T>(string[] name, Variable<T>[] x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => name[0] switch
        {
            "sigmoid" => x[0].Sigmoid(),
            "relu" => x[0].Relu(),
            "tanh" => x[0].Tanh(),
            "log_sigmoid" => x[0].LogSigmoid(),
            "hard_sigmoid" => x[0].HardSigmoid(),
            "hard_tanh" when name.Contains("bounds") => x[0].HardTanh(-0.75, 2.25),
            "hard_tanh" => x[0].HardTanh(),
            "tanhshrink" => x[0].Tanhshrink(),
            "leaky_relu" => x[0].LeakyRelu(0.125),
            "relu6" => x[0].Relu6(),
            "elu" => x[0].Elu(name.Contains("alpha") ? 1.75 : 1),
            "selu" => x[0].Selu(),
            "celu" => x[0].Celu(name.Contains("alpha") ? 1.75 : 1),
            "gelu" => x[0].Gelu(),
            "silu" => x[0].Silu(),
            "hard_swish" => x[0].HardSwish(),
            "mish" => x[0].Mish(),
            "softplus" => x[0].Softplus(name.Contains("beta") ? 1.75 : 1),
            "softsign" => x[0].Softsign(),
            "softshrink" => x[0].Softshrink(),
            "hardshrink" => x[0].Hardshrink(),
            "threshold" => x[0].Threshold(0.25, -2),
            "glu" => x[0].Glu(int.Parse(name[1], CultureInfo.InvariantCulture)),
            "prelu" => x[0].PRelu(x[1]),
            "exp" => x[0].Exp(),
            "expm1" => x[0].ExpM1(),
            "erf" => x[0].Erf(),
            "erfc" => x[0].Erfc(),
            "log" => x[0].Log(),
            "log1p" => x[0].Log1P(),
            "sqrt" => x[0].Sqrt(),
            "rsqrt" => x[0].Rsqrt(),
            "sin" => x[0].Sin(),
            "cos" => x[0].Cos(),
            "clamp" => x[0].Clamp(-1, 2),
            "pow" => x[0].Pow(3),
            "softmax_axis" => x[0].Softmax(1),
            "log_softmax_axis" => x[0].LogSoftmax(0),
            "softmin" => x[0].Softmin(1),
            "logsumexp" => x[0].LogSumExp(1),
            "softmax" => x[0].Softmax(),
            "log_softmax" => x[0].LogSoftmax(),
            "penalty" when name[1] == "l1" => x[0].L1Penalty(),
            "penalty" when name[1] == "l2" => x[0].L2Penalty(),
            "penalty" when name[1] == "l2_norm" => x[0].L2Penalty().Sqrt(),
            "add" => x[0] + x[1],
            "subtract" => x[0] - x[1],
            "multiply" => x[0] * x[1],
            "divide" => x[0] / x[1],
            "max" when name[1] == "ties" => x[0].Max(1),
            "max" when name[1] == "ties_all" => x[0].Max(),
            "sum" => x[0].Sum(Axes(name[1]), keepDimensions: name[^1] == "keep"),
            "mean" => x[0].Mean(Axes(name[1])),
            "max" => x[0].Max(Axes(name[1])),
            "matmul" => x[0].MatMul(x[1]),
            "linear" => x[0].MatMul(x[1], transposeB: true) + x[2],
            _ => throw new KeyNotFoundException($"No function for the case '{string.Join('/', name)}'."),
        };

    private static int[] Axes(string text) => Array.ConvertAll(text.Split('_'), a => int.Parse(a, CultureInfo.InvariantCulture));
}
