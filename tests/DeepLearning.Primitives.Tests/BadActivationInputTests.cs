using System.Numerics;
using System.Runtime.InteropServices;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>What every activation, elementary function and function of rows says about arguments it refuses.</summary>
public class BadActivationInputTests
{
    private static readonly float[] s_x = [1, 2, 3, 4, 5, 6];

    private static readonly bool[] s_mask = new bool[6];

    public static TheoryData<string> Functions => [.. MeasuredFunctions.All.Select(f => f.Name)];

    /// <summary>Calls with a number in the place of a parameter, the parameter, and numbers that it may not be.</summary>
    private static (Action<double> Call, string Parameter, double[] Refused)[] Parameters =>
    [
        (v => Activations.LeakyRelu(s_x, s_x, v), "negativeSlope", NotFinite),
        (v => Activations.LeakyReluGradient(s_x, s_x, s_x, v), "negativeSlope", NotFinite),
        (v => Activations.HardTanh(s_x, s_x, v, 1), "minimum", [double.NaN, 2]),
        (v => Activations.HardTanhGradient(s_x, s_x, s_x, -1, v), "m", [double.NaN, -2]),
        (v => Activations.Elu(s_x, s_x, v), "alpha", NotFinite),
        (v => Activations.EluGradient(s_x, s_x, s_x, v), "alpha", NotFinite),
        (v => Activations.Celu(s_x, s_x, v), "alpha", NotPositive),
        (v => Activations.CeluGradient(s_x, s_x, s_x, v), "alpha", NotPositive),
        (v => Activations.Silu(s_x, s_x, v), "beta", [0, .. NotFinite]),
        (v => Activations.SiluGradient(s_x, s_x, s_x, v), "beta", [0, .. NotFinite]),
        (v => Activations.Softplus(s_x, s_x, v), "beta", [0, .. NotFinite]),
        (v => Activations.SoftplusGradient(s_x, s_x, s_x, v), "beta", [0, .. NotFinite]),
        (v => Activations.Squareplus(s_x, s_x, v), "b", NotPositive),
        (v => Activations.SquareplusGradient(s_x, s_x, s_x, v), "b", NotPositive),
        (v => Activations.Softshrink(s_x, s_x, v), "lambda", [-1, .. NotFinite]),
        (v => Activations.SoftshrinkGradient(s_x, s_x, s_x, v), "lambda", [-1, .. NotFinite]),
        (v => Activations.Hardshrink(s_x, s_x, v), "lambda", [-1, .. NotFinite]),
        (v => Activations.HardshrinkGradient(s_x, s_x, s_x, v), "lambda", [-1, .. NotFinite]),
        (v => Activations.Threshold(s_x, s_x, v, 0), "threshold", NotFinite),
        (v => Activations.Threshold(s_x, s_x, 0, v), "value", NotFinite),
        (v => Activations.ThresholdGradient(s_x, s_x, s_x, v, 0), "threshold", NotFinite),
        (v => Activations.Softmax(s_x, 3, s_x, v), "temperature", NotPositive),
        (v => Activations.SoftmaxGradient(s_x, s_x, 3, s_x, v), "temperature", NotPositive),
        (v => Activations.LogSoftmax(s_x, 3, s_x, v), "temperature", NotPositive),
        (v => Activations.LogSoftmaxGradient(s_x, s_x, 3, s_x, v), "temperature", NotPositive),
        (v => Activations.GumbelSoftmax(s_x, 3, s_x, new Philox(1), v), "temperature", NotPositive),
        (v => Elementary.Clamp(s_x, s_x, v, 1), "m", [double.NaN, 2]),
        (v => Elementary.ClampGradient(s_x, s_x, s_x, v, 1), "m", [double.NaN, 2]),
        (v => On(6).Softmax(-1, v), "temperature", NotPositive),
        (v => On(6).LogSoftmax(-1, v), "temperature", NotPositive),
        (v => On(6).Softmin(-1, v), "temperature", NotPositive),
        (v => On(6).Silu(v), "beta", [0, .. NotFinite]),
        (v => On(6).Softplus(v), "beta", [0, .. NotFinite]),
        (v => On(6).Celu(v), "alpha", NotPositive),
        (v => On(6).LeakyRelu(v), "negativeSlope", NotFinite),
        (v => On(6).HardTanh(v, 1), "minimum", [double.NaN, 2]),
        (v => On(6).HardTanh(-1, v), "m", [double.NaN, -2]),
        (v => On(6).Elu(v), "alpha", NotFinite),
        (v => On(6).Squareplus(v), "b", NotPositive),
        (v => On(6).Softshrink(v), "lambda", [-1, .. NotFinite]),
        (v => On(6).Hardshrink(v), "lambda", [-1, .. NotFinite]),
        (v => On(6).Threshold(v, 0), "threshold", NotFinite),
        (v => On(6).Threshold(0, v), "value", NotFinite),
        (v => On(6).Clamp(v, 1), "m", [double.NaN, 2]),
        (v => On(6).GumbelSoftmax(new Philox(1), v), "temperature", NotPositive),
    ];

    /// <summary>Calls along an axis of a vector of shape [2, 6].</summary>
    private static Action<int>[] Axes =>
    [
        axis => On(2, 6).Softmax(axis), axis => On(2, 6).LogSoftmax(axis), axis => On(2, 6).Softmin(axis), axis => On(2, 6).Sparsemax(axis),
        axis => On(2, 6).Hardmax(axis), axis => On(2, 6).LogSumExp(axis), axis => On(2, 6).Glu(axis), axis => On(2, 6).SwiGlu(axis),
        axis => On(2, 6).GeGlu(axis), axis => On(2, 6).ReGlu(axis), axis => On(2, 6).PRelu(On(6), axis),
        axis => On(2, 6).MaskedSoftmax(new bool[12], [2, 6], axis), axis => On(2, 6).MaskedLogSoftmax(new bool[12], [2, 6], axis),
        axis => On(2, 6).GumbelSoftmax(new Philox(1), axis: axis), axis => On(2, 6).Max(axis),
    ];

    private static double[] NotFinite => [double.NaN, double.PositiveInfinity, double.NegativeInfinity];

    private static double[] NotPositive => [0, -1, .. NotFinite];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Functions_of_one_number_name_what_is_wrong(string name)
    {
        MeasuredFunction function = MeasuredFunctions.All.Single(f => f.Name == name);
        Check(function.Float);
        Check(function.Double);

        static void Check<T>(MeasuredFunctions.Map<T> map)
            where T : unmanaged, INumberBase<T>
        {
            T[] memory = [.. Enumerable.Range(1, 9).Select(T.CreateChecked)], before = [.. memory];
            Says(() => map(memory, new T[8]), "destination", "9", "8");
            Says(() => map(memory.AsSpan(0, 6), memory.AsSpan(1)), "destination", "overlaps");
            Says(() => map(memory.AsSpan(2, 6), memory.AsSpan(0, 6)), "destination", "overlaps");
            Assert.Equal(before, memory);
            map([], []);
        }
    }

    [Fact]
    public void Parameters_out_of_range_are_named_and_nothing_is_written()
    {
        float[] before = [.. s_x];
        foreach ((Action<double> call, string parameter, double[] refused) in Parameters)
        {
            foreach (double value in refused)
            {
                ArgumentException e = Assert.ThrowsAny<ArgumentException>(() => call(value));
                Assert.True(e.ParamName!.StartsWith(parameter, StringComparison.Ordinal), $"{value} for {parameter}: {e.Message}");
            }
        }

        Assert.Equal(before, s_x);
    }

    [Fact]
    public void An_axis_out_of_range_names_itself_and_the_shape()
    {
        foreach (Action<int> call in Axes)
        {
            foreach (int axis in (int[])[2, -3, int.MaxValue, int.MinValue])
                Assert.Contains($"{axis}", Assert.ThrowsAny<ArgumentException>(() => call(axis)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Masks_and_gated_rows_of_other_shapes_are_refused()
    {
        Says(() => Activations.MaskedSoftmax(s_x, s_mask.AsSpan(0, 5), 3, s_x), "mask", "5");
        Says(() => Activations.MaskedLogSoftmax(s_x, s_mask.AsSpan(0, 5), 3, s_x), "mask", "5");
        Says(() => Activations.MaskedSoftmax(s_x, s_x.AsSpan(0, 5), 3, s_x), "mask", "5");
        Says(() => Activations.CausalSoftmax(s_x, 4, 3, s_x), "logits", "2 rows");
        Says(() => Activations.CausalSoftmax(s_x, 2, 0, s_x), "keys", "0");
        Says(() => Elementary.Where(s_mask.AsSpan(0, 5), s_x, s_x, s_x), "whenTrue", "5", "6");
        Assert.ThrowsAny<ArgumentException>(() => On(2, 6).MaskedSoftmax(s_mask.AsSpan(0, 5), [5]));
        Assert.ThrowsAny<ArgumentException>(() => On(2, 3).Glu());
        Assert.ThrowsAny<ArgumentException>(() => On(3, 2).SwiGlu(0));
    }

    [Fact]
    public void Gates_slopes_and_choices_that_do_not_fit_are_refused()
    {
        float[] before = [.. s_x], two = new float[2], three = new float[3], six = new float[6];
        Says(() => Activations.Glu(s_x, 3, six), "rowLength", "3", "odd");
        Says(() => Activations.Glu(s_x, 4, six), "x", "6", "4");
        Says(() => Activations.SwiGlu(s_x, 0, six), "rowLength");
        Says(() => Activations.GeGlu(s_x, 6, two), "destination", "2", "6");
        Says(() => Activations.ReGlu(s_x, 6, s_x), "destination", "overlaps");
        Says(() => Activations.GluGradient(s_x, two, 6, six), "upstream", "2", "3");
        Says(() => Activations.SwiGluGradient(s_x, three, 5, six), "input", "5");
        Says(() => Activations.GeGluGradient(s_x, three, 6, s_x), "destination", "overlaps");
        Says(() => Activations.ReGluGradient(s_x, s_x.AsSpan(0, 3), 6, s_x.AsSpan(1)), "destination");
        Says(() => Activations.PRelu<float>(s_x, [], 1, six), "slope", "empty");
        Says(() => Activations.PRelu(s_x, two, 2, six), "x", "6", "2");
        Says(() => Activations.PRelu(s_x, two, int.MaxValue, six), "x", "6");
        Says(() => Activations.PRelu(s_x, two, 0, six), "channelLength");
        Says(() => Activations.PRelu(s_x, s_x.AsSpan(0, 2), 1, s_x), "destination", "slope");
        Says(() => Activations.PReluGradient(s_x, two, three, 1, six), "upstream", "3", "6");
        Says(() => Activations.PReluGradient(s_x, two, six, 1, six), "destination", "upstream");
        Says(() => On(2, 6).PRelu(On(5)), "slope", "[5]", "6");
        Says(() => On(2, 6).PRelu(On(2, 6)), "slope", "[2, 6]");
        Says(() => On(2, 6).PRelu(On(0)), "slope", "[0]");
        Says(() => Elementary.WhereGradient(s_mask, six, s_x, s_x), "whenFalse", "overlaps");
        Says(() => Elementary.WhereGradient(s_mask, s_x, s_x, six), "whenTrue", "overlaps");
        Says(() => Elementary.WhereGradient(s_mask, s_x, six, s_x), "whenFalse", "overlaps");
        Says(() => Elementary.WhereGradient<float>(s_mask, six, s_x.AsSpan(1), []), "whenTrue", "5", "6");
        Says(() => Elementary.WhereGradient(s_mask, three, six, s_x), "upstream", "3", "6");
        Assert.Equal(before, s_x);
    }

    [Fact]
    public void Element_types_other_than_float_and_double_are_refused_by_all()
    {
        Refused<Half>();
        Refused<NFloat>();
    }

    private static void Refused<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = new T[4];
        bool[] mask = new bool[4];
        var random = new Philox(1);
        Action[] calls =
        [
            () => Activations.CausalLogSoftmax<T>(x, 2, 2, x), () => Activations.CausalSoftmax<T>(x, 2, 2, x),
            () => Activations.Celu<T>(x, x), () => Activations.CeluGradient<T>(x, x, x), () => Activations.Elu<T>(x, x),
            () => Activations.EluGradient<T>(x, x, x), () => Activations.GeGlu<T>(x, 2, x),
            () => Activations.GeGluGradient<T>(x, x, 2, x), () => Activations.Gelu<T>(x, x),
            () => Activations.GeluGradient<T>(x, x, x), () => Activations.GeluTanh<T>(x, x),
            () => Activations.GeluTanhGradient<T>(x, x, x), () => Activations.Glu<T>(x, 2, x),
            () => Activations.GluGradient<T>(x, x, 2, x), () => Activations.GumbelSoftmax<T>(x, 2, x, random, 1),
            () => Activations.HardSigmoid<T>(x, x), () => Activations.HardSigmoidGradient<T>(x, x, x),
            () => Activations.HardSwish<T>(x, x), () => Activations.HardSwishGradient<T>(x, x, x),
            () => Activations.HardTanh<T>(x, x), () => Activations.HardTanhGradient<T>(x, x, x),
            () => Activations.Hardmax<T>(x, 2, x), () => Activations.Hardshrink<T>(x, x),
            () => Activations.HardshrinkGradient<T>(x, x, x), () => Activations.LeakyRelu<T>(x, x),
            () => Activations.LeakyReluGradient<T>(x, x, x), () => Activations.LogSigmoid<T>(x, x),
            () => Activations.LogSigmoidGradient<T>(x, x, x), () => Activations.LogSoftmax<T>(x, 2, x),
            () => Activations.LogSoftmax<T>(x, 2, x, 1), () => Activations.LogSoftmaxGradient<T>(x, x, 2, x),
            () => Activations.LogSoftmaxGradient<T>(x, x, 2, x, 1), () => Activations.LogSumExp<T>(x, 2, x),
            () => Activations.LogSumExpGradient<T>(x, x, x, 2, x), () => Activations.MaskedLogSoftmax<T>(x, x, 2, x),
            () => Activations.MaskedLogSoftmax<T>(x, mask, 2, x), () => Activations.MaskedLogSoftmaxGradient<T>(x, x, 2, x),
            () => Activations.MaskedSoftmax<T>(x, x, 2, x), () => Activations.MaskedSoftmax<T>(x, mask, 2, x),
            () => Activations.MaskedSoftmaxGradient<T>(x, x, 2, x), () => Activations.Mish<T>(x, x),
            () => Activations.MishGradient<T>(x, x, x), () => Activations.PRelu<T>(x, x, 2, x),
            () => Activations.PReluGradient<T>(x, x, x, 2, x), () => Activations.ReGlu<T>(x, 2, x),
            () => Activations.ReGluGradient<T>(x, x, 2, x), () => Activations.Relu6<T>(x, x),
            () => Activations.Relu6Gradient<T>(x, x, x), () => Activations.Relu<T>(x, x),
            () => Activations.ReluGradient<T>(x, x, x), () => Activations.Selu<T>(x, x),
            () => Activations.SeluGradient<T>(x, x, x), () => Activations.Sigmoid<T>(x, x),
            () => Activations.SigmoidGradient<T>(x, x, x), () => Activations.Silu<T>(x, x),
            () => Activations.SiluGradient<T>(x, x, x), () => Activations.Softmax<T>(x, 2, x),
            () => Activations.Softmax<T>(x, 2, x, 1), () => Activations.SoftmaxGradient<T>(x, x, 2, x),
            () => Activations.SoftmaxGradient<T>(x, x, 2, x, 1), () => Activations.Softmin<T>(x, 2, x),
            () => Activations.SoftminGradient<T>(x, x, 2, x), () => Activations.Softplus<T>(x, x),
            () => Activations.SoftplusGradient<T>(x, x, x), () => Activations.Softshrink<T>(x, x),
            () => Activations.SoftshrinkGradient<T>(x, x, x), () => Activations.Softsign<T>(x, x),
            () => Activations.SoftsignGradient<T>(x, x, x), () => Activations.Sparsemax<T>(x, 2, x),
            () => Activations.SparsemaxGradient<T>(x, x, 2, x), () => Activations.SquaredRelu<T>(x, x),
            () => Activations.SquaredReluGradient<T>(x, x, x), () => Activations.Squareplus<T>(x, x),
            () => Activations.SquareplusGradient<T>(x, x, x), () => Activations.SwiGlu<T>(x, 2, x),
            () => Activations.SwiGluGradient<T>(x, x, 2, x), () => Activations.Tanh<T>(x, x),
            () => Activations.TanhGradient<T>(x, x, x), () => Activations.Tanhshrink<T>(x, x),
            () => Activations.TanhshrinkGradient<T>(x, x, x), () => Activations.Threshold<T>(x, x, 1, 1),
            () => Activations.ThresholdGradient<T>(x, x, x, 1, 1), () => Elementary.Abs<T>(x, x),
            () => Elementary.AbsGradient<T>(x, x, x), () => Elementary.Add<T>(x, x, x), () => Elementary.Clamp<T>(x, x, 1, 1),
            () => Elementary.ClampGradient<T>(x, x, x, 1, 1), () => Elementary.Cos<T>(x, x),
            () => Elementary.CosGradient<T>(x, x, x), () => Elementary.Divide<T>(x, x, x), () => Elementary.Erf<T>(x, x),
            () => Elementary.ErfGradient<T>(x, x, x), () => Elementary.Erfc<T>(x, x), () => Elementary.ErfcGradient<T>(x, x, x),
            () => Elementary.Exp<T>(x, x), () => Elementary.ExpGradient<T>(x, x, x), () => Elementary.ExpM1<T>(x, x),
            () => Elementary.ExpM1Gradient<T>(x, x, x), () => Elementary.Log1P<T>(x, x),
            () => Elementary.Log1PGradient<T>(x, x, x), () => Elementary.Log<T>(x, x), () => Elementary.LogGradient<T>(x, x, x),
            () => Elementary.Maximum<T>(x, x, x), () => Elementary.MaximumGradient<T>(x, x, x, x),
            () => Elementary.Minimum<T>(x, x, x), () => Elementary.MinimumGradient<T>(x, x, x, x),
            () => Elementary.Multiply<T>(x, x, x), () => Elementary.Negate<T>(x, x), () => Elementary.Pow<T>(x, x, x),
            () => Elementary.Pow<T>(x, x, 1), () => Elementary.PowExponentGradient<T>(x, x, x, x),
            () => Elementary.PowGradient<T>(x, x, x, x), () => Elementary.PowGradient<T>(x, x, x, 1),
            () => Elementary.Rsqrt<T>(x, x), () => Elementary.RsqrtGradient<T>(x, x, x), () => Elementary.Sign<T>(x, x),
            () => Elementary.SignGradient<T>(x, x, x), () => Elementary.Sin<T>(x, x), () => Elementary.SinGradient<T>(x, x, x),
            () => Elementary.Sqrt<T>(x, x), () => Elementary.SqrtGradient<T>(x, x, x), () => Elementary.Subtract<T>(x, x, x),
            () => Elementary.Where<T>(mask, x, x, x), () => Elementary.WhereGradient<T>(mask, x, x, x),
        ];
        foreach (Action call in calls)
            Assert.Contains(typeof(T).Name, Assert.Throws<NotSupportedException>(call).Message, StringComparison.Ordinal);
    }

    private static Variable<float> On(params int[] lengths)
    {
        Shape shape = Shape.Create(lengths);
        return new GradientTape<float>().Constant(new float[shape.ElementCount], shape);
    }

    private static void Says(Action action, string parameter, params string[] words)
    {
        ArgumentException e = Assert.ThrowsAny<ArgumentException>(action);
        Assert.Equal(parameter, e.ParamName);
        Assert.All(words, word => Assert.Contains(word, e.Message, StringComparison.Ordinal));
    }
}
