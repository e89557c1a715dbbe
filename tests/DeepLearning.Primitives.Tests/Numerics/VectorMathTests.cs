using Xunit;

namespace DeepLearning.Primitives.Tests;

public class VectorMathTests
{
    public static TheoryData<int> Functions => [.. Enumerable.Range(0, ElementaryMaps.All.Length)];

    private static readonly Dictionary<string, (double X, double Nearest, double Beyond)[]> s_golden = GoldenValues.Read();

    [Theory]
    [MemberData(nameof(Functions))]
    public void Double_results_are_within_two_ulp(int index)
    {
        var function = ElementaryMaps.All[index];
        var golden = s_golden[function.Name];
        double[] y = new double[golden.Length];
        function.Double(golden.Select(p => p.X).ToArray(), y);
        for (int i = 0; i < y.Length; i++)
        {
            (double x, double nearest, double beyond) = golden[i];
            double ulps = GoldenValues.Ulps(y[i], nearest, beyond);
            Assert.True(ulps <= ElementaryMaps.DoubleBound, $"{function.Name}({x:R}) = {y[i]:R}, {ulps:F3} ULP from {nearest:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_9973rd_float_result_keeps_its_bound(int index)
    {
        // The accuracy runner goes over all of them.
        var function = ElementaryMaps.All[index];
        const uint Stride = 9973;
        float[] x = new float[(int)(uint.MaxValue / Stride)], y = new float[x.Length];
        for (uint i = 0; i < x.Length; i++) x[i] = BitConverter.UInt32BitsToSingle(i * Stride);
        function.Float(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            double ulps = ElementaryReferences.FloatUlps(y[i], function.Reference(x[i]));
            Assert.True(ulps <= function.FloatBound, $"{function.Name}({x[i]:R}) = {y[i]:R}, {ulps:F3} ULP off");
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void References_are_exact_beside_a_float(int index)
    {
        var function = ElementaryMaps.All[index];
        // References are made for floats: every fourth golden point.
        var points = s_golden[function.Name].Where(p => (float)p.X == p.X).ToArray();
        Assert.True(points.Length > 150);
        foreach ((double x, double nearest, _) in points)
        {
            // A thousandth of a float's ULP is at least 2⁻³⁴ of a normal value and 2⁻¹⁵⁹ anywhere.
            double bound = Math.Max(Math.ScaleB(Math.Abs(nearest), -34), Math.ScaleB(1, -159));
            Assert.True(Math.Abs(function.Reference(x) - nearest) <= bound, $"{function.Name}({x:R})");
        }
    }

    [Theory]
    [InlineData("Exp", 1, 1, double.PositiveInfinity, 0)]
    [InlineData("ExpM1", 0, -0.0, double.PositiveInfinity, -1)]
    [InlineData("Log", double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity, double.NaN)]
    [InlineData("Log1P", 0, -0.0, double.PositiveInfinity, double.NaN)]
    [InlineData("Sigmoid", 0.5, 0.5, 1, 0)]
    [InlineData("Tanh", 0, -0.0, 1, -1)]
    [InlineData("Erf", 0, -0.0, 1, -1)]
    [InlineData("Erfc", 1, 1, 0, 2)]
    public void Zeros_infinities_and_nan_give_the_limits(string name, double zero, double minusZero, double infinity, double minusInfinity)
    {
        var function = ElementaryMaps.All.Single(f => f.Name == name);
        double[] x = [0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.NaN], y = new double[5];
        double[] expected = [zero, minusZero, infinity, minusInfinity, double.NaN];
        function.Double(x, y);
        // Bits, since −0 == 0.
        Assert.Equal(expected.Select(Bits), y.Select(Bits));
        float[] single = new float[5];
        function.Float(x.Select(v => (float)v).ToArray(), single);
        Assert.Equal(expected.Select(Bits), single.Select(v => Bits(v)));
    }

    [Theory]
    [InlineData("Log", -1e-45)]
    [InlineData("Log", -1)]
    [InlineData("Log1P", -1.5)]
    [InlineData("Log1P", -3e38)]
    public void Outside_the_domain_is_nan(string name, double x)
    {
        var function = ElementaryMaps.All.Single(f => f.Name == name);
        double[] y = new double[1];
        function.Double([x], y);
        float[] single = new float[1];
        function.Float([(float)x], single);
        Assert.True(double.IsNaN(y[0]) && float.IsNaN(single[0]));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void An_element_has_the_same_bits_wherever_it_stands(int index)
    {
        var function = ElementaryMaps.All[index];
        // Ordinary arguments among those that send the whole vector the long way.
        double[] seeds = [0.3, -1.7, 2.5, 88.5, -95, 1e-40, 0, -0.999, 15.9, 17, -0.2, 26.5, double.NaN, 1.2, -745, 3e38, 7, 0.46, -0.0, 1e300];
        CheckPositions(function.Double, seeds);
        CheckPositions(function.Float, [.. seeds.Select(v => (float)v)]);
    }

    private static void CheckPositions<T>(ElementaryMaps.Map<T> map, T[] seeds)
        where T : unmanaged
    {
        T[] alone = new T[seeds.Length], many = new T[80], x = new T[80];
        for (int i = 0; i < seeds.Length; i++) map(seeds.AsSpan(i, 1), alone.AsSpan(i));
        for (int i = 0; i < x.Length; i++) x[i] = seeds[i * 7 % seeds.Length];
        for (int length = 1; length <= 70; length++)
        {
            for (int offset = 0; offset < 10; offset++)
            {
                map(x.AsSpan(offset, length), many);
                for (int i = 0; i < length; i++) Assert.Equal(alone[(offset + i) * 7 % seeds.Length], many[i]);
            }
        }
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value);
}
