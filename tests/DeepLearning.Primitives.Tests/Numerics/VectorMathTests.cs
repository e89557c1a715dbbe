using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

public class VectorMathTests
{
    private static readonly Dictionary<string, (double X, double Nearest, double Beyond)[]> s_golden = GoldenValues.Read();

    public static TheoryData<string> Functions => [.. MeasuredFunctions.All.Select(f => f.Name)];

    public static TheoryData<string> GoldenFunctions => [.. MeasuredFunctions.All.Select(f => f.Name).Where(s_golden.ContainsKey)];

    [Theory]
    [MemberData(nameof(GoldenFunctions))]
    public void Double_results_keep_their_bound(string name)
    {
        var function = Find(name);
        var golden = s_golden[name];
        double[] y = new double[golden.Length];
        function.Double(golden.Select(p => p.X).ToArray(), y);
        for (int i = 0; i < y.Length; i++)
        {
            double ulps = function.DoubleUlps(golden[i], y[i]);
            Assert.True(ulps <= function.DoubleBound, $"{name}({golden[i].X:R}) = {y[i]:R}, {ulps:F3} ULP from {golden[i].Nearest:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_19997th_float_result_keeps_its_bound(string name)
    {
        // The accuracy runner goes over all of them.
        var function = Find(name);
        const uint Stride = 19997;
        float[] x = new float[(int)(uint.MaxValue / Stride)];
        for (uint i = 0; i < x.Length; i++) x[i] = BitConverter.UInt32BitsToSingle(i * Stride);
        AssertBound(function, x);
    }

    // Where exponentials saturate or become 0, each kernel at limits of its own.
    [Theory]
    [MemberData(nameof(Functions))]
    public void Floats_beside_the_kernels_limits_keep_their_bound(string name)
    {
        double[] limits = [1.5, 10.06, 14.7, 16.271, 20, 40, 65, 87, 89, 103.97, 104, 128, 132.39];
        float[] x = [.. limits.SelectMany(limit => Enumerable.Range(-3, 7).SelectMany(i => Both(BitConverter.SingleToUInt32Bits((float)limit) + (uint)i)))];
        AssertBound(Find(name), x);

        static float[] Both(uint bits) => [BitConverter.UInt32BitsToSingle(bits), -BitConverter.UInt32BitsToSingle(bits)];
    }

    // Which of them runs depends on the numbers beside and on the width of the vector; all give one result.
    [Fact]
    public void All_forms_of_exp_have_the_same_bits()
    {
        for (double x = -760; x <= 720; x += 1 / 256.0)
        {
            AssertForms<Simd128<double>, double>(x);
            AssertForms<Simd256<double>, double>(x);
            AssertForms<Simd512<double>, double>(x);
            float single = (float)(x / 7);
            AssertForms<Simd128<float>, float>(single);
            AssertForms<Simd256<float>, float>(single);
            AssertForms<Simd512<float>, float>(single);
        }

        foreach (float x in (float[])[float.NegativeInfinity, float.PositiveInfinity, float.NaN, -0f, -1e-40f, 1e30f, -1e30f])
        {
            AssertForms<Simd256<float>, float>(x);
            AssertForms<Simd512<double>, double>(x);
        }

        static void AssertForms<TVector, T>(T x)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TVector : struct, ISimd<TVector, T>
        {
            TVector vector = TVector.Create(x);
            T y = First(VectorMath.Exp<TVector, T>(vector));
            Assert.Equal(y, First(VectorMath.SteadyExp<TVector, T>(vector)));
            if (x <= T.Zero || T.IsNaN(x)) Assert.Equal(y, First(VectorMath.ExpOfNotPositive<TVector, T>(vector)));

            static T First(TVector vector)
            {
                T[] elements = new T[TVector.Count];
                vector.Store(ref elements[0], 0);
                return elements[0];
            }
        }
    }

    private static void AssertBound(MeasuredFunction function, float[] x)
    {
        float[] y = new float[x.Length];
        function.Float(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            double ulps = function.FloatUlps(x[i], y[i], function.Reference(x[i])).First;
            // No message for the many that are right.
            if (!(ulps <= function.FloatBound)) Assert.Fail($"{function.Name}({x[i]:R}) = {y[i]:R}, {ulps:F3} ULP off");
        }
    }

    [Theory]
    [MemberData(nameof(GoldenFunctions))]
    public void References_are_exact_beside_a_float(string name)
    {
        var function = Find(name);
        // References are made for floats: every fourth golden point, unless no float comes near the result.
        var points = s_golden[name].Where(p => (float)p.X == p.X && Math.Abs(p.Nearest) < 1e39).ToArray();
        Assert.True(points.Length > 50);
        foreach ((double x, double nearest, _) in points)
        {
            // A thousandth of a float's ULP is at least 2⁻³⁴ of a normal value and 2⁻¹⁵⁹ anywhere.
            double scale = Math.Max(Math.Abs(nearest), function.LargestTerm is null ? 0 : function.LargestTerm(x).First);
            double bound = Math.Max(Math.ScaleB(scale, -34), Math.ScaleB(1, -159));
            double reference = function.Reference(x).First;
            Assert.True(Math.Abs(reference - nearest) <= bound, $"{name}({x:R}) = {reference:R}, not {nearest:R}");
        }
    }

    private static MeasuredFunction Find(string name) => MeasuredFunctions.All.Single(f => f.Name == name);

    [Theory]
    [InlineData("Exp", 1, 1, double.PositiveInfinity, 0)]
    [InlineData("ExpM1", 0, -0.0, double.PositiveInfinity, -1)]
    [InlineData("Log", double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity, double.NaN)]
    [InlineData("Log1P", 0, -0.0, double.PositiveInfinity, double.NaN)]
    [InlineData("Sigmoid", 0.5, 0.5, 1, 0)]
    [InlineData("Tanh", 0, -0.0, 1, -1)]
    [InlineData("Erf", 0, -0.0, 1, -1)]
    [InlineData("Erfc", 1, 1, 0, 2)]
    [InlineData("Sin", 0, -0.0, double.NaN, double.NaN)]
    [InlineData("Cos", 1, 1, double.NaN, double.NaN)]
    [InlineData("Rsqrt", double.PositiveInfinity, double.NegativeInfinity, 0, double.NaN)]
    [InlineData("Sign", 0, -0.0, 1, -1)]
    [InlineData("Pow(3)", 0, -0.0, double.PositiveInfinity, double.NegativeInfinity)]
    public void Zeros_infinities_and_nan_give_the_limits(string name, double zero, double minusZero, double infinity, double minusInfinity)
    {
        var function = Find(name);
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
        var function = Find(name);
        double[] y = new double[1];
        function.Double([x], y);
        float[] single = new float[1];
        function.Float([(float)x], single);
        Assert.True(double.IsNaN(y[0]) && float.IsNaN(single[0]));
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value);
}
