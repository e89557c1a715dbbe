using System.Numerics;
using Xunit;
using Functions = DeepLearning.Primitives.Elementary;

namespace DeepLearning.Primitives.Tests;

/// <summary>What the catalogue and the accuracy list do not show: special values, ties, bounds, branches not taken.</summary>
public class ElementaryTests
{
    private static readonly double[] s_special =
    [
        0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 4.5, 1e300, -1e300, 1e-300, 4503599627370497, 9007199254740993, -9007199254740991, 1e17,
        double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
    ];

    [Fact]
    public void Powers_of_special_numbers_are_those_of_ieee_754()
    {
        double[] a = [.. s_special.SelectMany(x => s_special.Select(_ => x))], b = [.. s_special.SelectMany(_ => s_special)], y = new double[a.Length];
        Functions.Pow<double>(a, b, y);
        for (int i = 0; i < a.Length; i++)
        {
            double due = Math.Pow(a[i], b[i]);
            // The C library's pow errs by less than an ULP, and so does this one.
            bool isClose = Bits(due) == Bits(y[i]) || (double.IsFinite(due) && due != 0 && Math.Abs(due - y[i]) <= 2 * (Math.BitIncrement(Math.Abs(due)) - Math.Abs(due)));
            Assert.True(isClose, $"{a[i]:R} to the {b[i]:R} is {y[i]:R}, not {due:R}");
        }

        float[] singleA = [.. a.Select(v => (float)v)], singleB = [.. b.Select(v => (float)v)], single = new float[a.Length];
        Functions.Pow<float>(singleA, singleB, single);
        for (int i = 0; i < a.Length; i++)
            Assert.True(MeasuredReferences.FloatUlps(single[i], Math.Pow(singleA[i], singleB[i])) <= 1, $"{singleA[i]:R} to the {singleB[i]:R} is {single[i]:R}");
    }

    [Fact]
    public void Powers_that_are_numbers_are_exact()
    {
        for (int x = -40; x <= 40; x++)
        {
            for (int n = 0; n <= 12; n++)
            {
                BigInteger exact = BigInteger.Pow(x, n);
                if (BigInteger.Abs(exact) > 1L << 53) continue;
                double[] y = [x];
                Functions.Pow(y, y, n);
                Assert.Equal((double)exact, y[0]);
                float[] single = [x];
                Functions.Pow(single, single, n);
                Assert.Equal((float)exact, single[0]);
            }
        }

        double[] roots = [.. Enumerable.Range(0, 1000).Select(i => (double)i * i)], halves = new double[1000];
        Functions.Pow(roots, halves, 0.5);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (double)i), halves);
        double[] two = [2];
        for (int n = -1074; n <= 1023; n++)
        {
            double[] y = new double[1];
            Functions.Pow(two, y, n);
            Assert.Equal(Math.ScaleB(1, n), y[0]);
        }
    }

    [Fact]
    public void Powers_of_floats_are_within_an_ulp()
    {
        float[] a = new float[200_000], b = new float[a.Length], y = new float[a.Length];
        Random random = new(4);
        for (int i = 0; i < a.Length; i++)
        {
            a[i] = MathF.Pow(2, (random.NextSingle() * 40) - 20);
            b[i] = (random.NextSingle() * 300 - 150) / MathF.Max(1, MathF.Abs(MathF.Log2(a[i])));
        }

        Functions.Pow<float>(a, b, y);
        for (int i = 0; i < a.Length; i++)
        {
            double ulps = MeasuredReferences.FloatUlps(y[i], Math.Pow(a[i], b[i]));
            Assert.True(ulps <= 1, $"{a[i]:R} to the {b[i]:R} is {y[i]:R}, {ulps} ULP off");
        }
    }

    [Fact]
    public void Sine_and_cosine_of_huge_floats_are_within_an_ulp()
    {
        // The floats whose distance from a multiple of π/2 is the least (Muller, Elementary Functions, section 11), and others.
        float[] x = [16367173 * MathF.Pow(2, 72), 1.6e38f, float.MaxValue, 1 << 30, (1 << 30) + 128f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 3e9f, 0.1f, -0.0f, -1e20f, 5e15f];
        float[] sine = new float[x.Length], cosine = new float[x.Length];
        Functions.Sin<float>(x, sine);
        Functions.Cos<float>(x, cosine);
        for (int i = 0; i < x.Length; i++)
        {
            Assert.True(MeasuredReferences.FloatUlps(sine[i], Math.Sin(x[i])) <= 1, $"sin {x[i]:R} = {sine[i]:R}");
            Assert.True(MeasuredReferences.FloatUlps(cosine[i], Math.Cos(x[i])) <= 1, $"cos {x[i]:R} = {cosine[i]:R}");
        }

        Assert.True(float.IsNegative(sine[10]));
    }

    [Fact]
    public void Maximum_and_minimum_keep_nan_and_share_ties()
    {
        float[] a = [1, 2, 3, float.NaN, 1, -0.0f, 0, float.PositiveInfinity], b = [2, 1, 3, 1, float.NaN, 0, -0.0f, float.PositiveInfinity];
        float[] y = new float[8], g = [8, 8, 8, 8, 8, 8, 8, 8], d = new float[8];
        Functions.Maximum<float>(a, b, y);
        Assert.Equal([2, 2, 3, float.NaN, float.NaN, 0, 0, float.PositiveInfinity], y);
        Assert.False(float.IsNegative(y[5]) || float.IsNegative(y[6]));
        Functions.MaximumGradient<float>(a, b, g, d);
        Assert.Equal([0, 8, 4, float.NaN, float.NaN, 4, 4, float.NaN], [.. d[..7], float.NaN]);
        Functions.Minimum<float>(a, b, y);
        Assert.Equal([1, 1, 3, float.NaN, float.NaN, 0, 0, float.PositiveInfinity], y);
        Assert.True(float.IsNegative(y[5]) && float.IsNegative(y[6]));
        Functions.MinimumGradient<float>(a, b, g, d);
        Assert.Equal([8, 0, 4, float.NaN, float.NaN, 4, 4], d[..7]);
        Functions.MinimumGradient<float>(b, a, g, g);
        Assert.Equal([0, 8, 4, float.NaN, float.NaN, 4, 4], g[..7]);
        GradientTape<float> tape = new();
        Variable<float> x = tape.Constant(a, [8]), z = tape.Constant(b, [8]);
        Variable<float>[] gradients = tape.Gradients((x.Maximum(z) * 8).Sum(), x, z);
        Assert.Equal([0, 8, 4, float.NaN, float.NaN, 4, 4], gradients[0].Value[..7].ToArray());
        Assert.Equal([8, 0, 4, float.NaN, float.NaN, 4, 4], gradients[1].Value[..7].ToArray());
    }

    [Fact]
    public void Clamp_has_the_gradient_one_at_its_bounds()
    {
        double[] x = [-3, -1, 0, 2, 5, double.NaN, double.PositiveInfinity], y = new double[7], g = [1, 1, 1, 1, 1, 1, 1];
        Functions.Clamp(x, y, -1, 2);
        Assert.Equal([-1, -1, 0, 2, 2, double.NaN, 2], y);
        Functions.ClampGradient(x, g, g, -1, 2);
        Assert.Equal([0, 1, 1, 1, 0, double.NaN, 0], g);
        Functions.Clamp(x, y, double.NegativeInfinity, 0);
        Assert.Equal([-3, -1, 0, 0, 0, double.NaN, 0], y);
        Assert.Equal("max", Assert.Throws<ArgumentOutOfRangeException>(() => Functions.Clamp(x, x, 2, -1)).ParamName);
        Assert.Equal("max", Assert.Throws<ArgumentOutOfRangeException>(() => new GradientTape<float>().Constant(1).Clamp(double.NaN, 1)).ParamName);
    }

    [Fact]
    public void What_was_not_taken_puts_no_nan_into_a_gradient()
    {
        double[] values = [-1, 0, 4];
        bool[] isPositive = [false, false, true];
        Func<Variable<double>, Variable<double>>[] functions =
        [
            x => x.Log(), x => x.Sqrt(), x => x.Rsqrt(), x => 1 / x, x => x.Pow(-2), x => x.Pow(0.5), x => (1000 / x).Exp() * x, x => x / (x * x), x => x.Log() * x.Sqrt(),
        ];
        foreach (Func<Variable<double>, Variable<double>> function in functions)
        {
            Parameter<double> w = new("w", [3], values);
            GradientTape<double> tape = new();
            Variable<double> x = tape.Watch(w), loss = function(x).Where(isPositive, 0).Sum();
            tape.Backward(loss);
            Assert.Equal([0, 0], w.Gradient[..2].ToArray());
            Assert.True(double.IsFinite(w.Gradient[2]) && w.Gradient[2] != 0);
            Variable<double> first = tape.Gradients(loss, x)[0];
            Assert.Equal(w.Gradient.ToArray(), first.Value.ToArray());
            Variable<double> second = tape.Gradients(first.Sum(), x)[0];
            Assert.Equal([0, 0], second.Value[..2].ToArray());
            Assert.True(double.IsFinite(second.Value[2]));
        }
    }

    /// <summary>On spans as on a tape: where no gradient arrives none goes back, whatever the inputs.</summary>
    [Fact]
    public void Nothing_comes_of_nothing_in_gradients_of_several_inputs()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            foreach (int pairs in (int[])[1, 3, 8, 40, 20_000])
            {
                T[] a = [.. Enumerable.Range(0, 2 * pairs).Select(i => T.CreateChecked(s_special[i * 7 % s_special.Length]))];
                T[] b = [.. Enumerable.Range(0, 2 * pairs).Select(i => T.CreateChecked(s_special[i * 11 % s_special.Length]))];
                T[] none = new T[2 * pairs], to = new T[2 * pairs], half = new T[pairs];
                Action[] gradients =
                [
                    () => Functions.MaximumGradient<T>(a, b, none, to), () => Functions.MinimumGradient<T>(a, b, none, to),
                    () => Functions.PowGradient<T>(a, b, none, to), () => Functions.PowExponentGradient<T>(a, b, none, to),
                    () => Functions.PowGradient<T>(a, none, to, -2), () => Activations.PReluGradient<T>(a, [T.CreateChecked(0.5)], none, 1, to),
                    () => Activations.GluGradient<T>(a, half, 2 * pairs, to), () => Activations.SwiGluGradient<T>(a, half, 2, to),
                    () => Activations.GeGluGradient<T>(a, half, 2 * pairs, to), () => Activations.ReGluGradient<T>(a, half, 2 * pairs, to),
                    () => Activations.LogSumExpGradient<T>(a, new T[2], new T[2], pairs, to),
                ];
                foreach (Action gradient in gradients)
                {
                    Array.Fill(to, T.NaN);
                    gradient();
                    Assert.Equal(-1, to.AsSpan().IndexOfAnyExcept(T.Zero));
                }
            }
        }
    }

    [Fact]
    public void Arithmetic_and_the_gradients_of_powers()
    {
        float[] a = [1, 2, 3, 0], b = [4, 0.5f, -2, 2], y = new float[5], g = [1, 1, 1, 1];
        y[4] = 77;
        Functions.Add<float>(a, b, y);
        Assert.Equal([5, 2.5f, 1, 2, 77], y);
        Functions.Subtract<float>(a, b, y);
        Assert.Equal([-3, 1.5f, 5, -2, 77], y);
        Functions.Multiply<float>(a, b, y);
        Assert.Equal([4, 1, -6, 0, 77], y);
        Functions.Divide<float>(a, b, y);
        Assert.Equal([0.25f, 4, -1.5f, 0, 77], y);
        Functions.Negate<float>(a, y);
        Assert.Equal([-1, -2, -3, -0.0f, 77], y);
        Functions.PowGradient<float>(a, b, g, y);
        Assert.Equal([4, 0.5f / MathF.Sqrt(2), -2 / 27f, 0, 77], y, (p, q) => Math.Abs(p - q) < 1e-6);
        Functions.PowExponentGradient<float>(a, b, g, y);
        Assert.Equal([0, MathF.Sqrt(2) * MathF.Log(2), MathF.Log(3) / 9, 0, 77], y, (p, q) => Math.Abs(p - q) < 1e-6);
        Functions.PowGradient([0, 5f], [1f, 1f], y, 0);
        Assert.Equal([0, 0], y[..2]);
        Assert.Equal("right", Assert.Throws<ArgumentException>(() => Functions.Add<float>(a, new float[3], y)).ParamName);
        Assert.Equal("upstream", Assert.Throws<ArgumentException>(() => Functions.MaximumGradient<float>(a, b, new float[3], y)).ParamName);
        Assert.Throws<NotSupportedException>(() => Functions.Sin<Half>(new Half[1], new Half[1]));
        Allocation.IsNone(() =>
        {
            Functions.Pow<float>(a, b, a);
            Functions.Sin<float>(a, b);
            Functions.Maximum<float>(a, b, a);
        });
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value);
}
