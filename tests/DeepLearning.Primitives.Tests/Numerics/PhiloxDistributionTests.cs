using Xunit;

namespace DeepLearning.Primitives.Tests;

public class PhiloxDistributionTests
{
    [Fact]
    public void Uniform_and_normal_fit_their_distributions()
    {
        double[] values = new double[100_000];
        float[] single = new float[values.Length];
        var random = new Philox(2024);
        random.Uniform<double>(values);
        KolmogorovSmirnov(values, x => x);
        random.Uniform<float>(single);
        KolmogorovSmirnov([.. single], x => x);
        random.Normal<double>(values);
        KolmogorovSmirnov(values, x => 1 - UpperTail(x));
        Moments(values, 0, 1);
        random.Normal(single, 5f, 2f);
        KolmogorovSmirnov([.. single], x => 1 - UpperTail((x - 5) / 2));
        Moments([.. single], 5, 2);
    }

    /// <summary>Quantiles to 17 digits, by mpmath.</summary>
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.4, 0.25334710313579974)]
    [InlineData(0.25, 0.67448975019608174)]
    [InlineData(0.1, 1.2815515655446004)]
    [InlineData(0.075, 1.4395314709384559)]
    [InlineData(0.05, 1.6448536269514727)]
    [InlineData(0.025, 1.9599639845400542)]
    [InlineData(0.001, 3.0902323061678135)]
    [InlineData(1e-6, 4.753424308822899)]
    [InlineData(1e-9, 5.9978070150076869)]
    [InlineData(1e-12, 7.0344838253011319)]
    [InlineData(1e-19, 9.0132711531266743)]
    public void Quantiles(double tail, double expected)
    {
        Simd128<double> wide = InverseNormal<double>.FromTail<Simd128<double>>(tail, 0.5 - tail);
        double[] result = new double[2];
        wide.Store(ref result[0], 0);
        // Sixteen digits of AS 241 and a few roundings, and the input's own rounding carried through.
        Assert.Equal(expected, result[0], 1e-15 * Math.Max(1, expected));
        if (tail < Math.ScaleB(1, -33)) return;
        Simd128<float> narrow = InverseNormal<float>.FromTail<Simd128<float>>(tail, 0.5 - tail);
        float[] singles = new float[4];
        narrow.Store(ref singles[0], 0);
        // 1e-7 of the method and a few roundings of 6e-8.
        Assert.Equal(expected, singles[0], 4e-7 * Math.Max(1, expected));
    }

    [Fact]
    public void Normal_is_symmetric_and_finite_at_the_extremes()
    {
        Assert.Equal(6.3, NormalOf<float>(0), 0.1);
        Assert.Equal(-6.3, NormalOf<float>(0x8000_0000), 0.1);
        Assert.Equal(9.1, NormalOf<double>(0), 0.1);
        Assert.Equal(0, NormalOf<float>(0x7FFF_FFFF), 1e-9);
        Assert.Equal(0, NormalOf<double>(0x7FFF_FFFF_FFFF_FFFF), 1e-18);
    }

    private static double NormalOf<T>(ulong bits)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        T[] values = new T[16 / (typeof(T) == typeof(float) ? 4 : 8)];
        Simd128<T> result = InverseNormal<T>.FromBits(Simd128<T>.CreateBits((long)bits));
        result.Store(ref values[0], 0);
        return double.CreateChecked(values[0]);
    }

    private static void KolmogorovSmirnov(double[] values, Func<double, double> distribution)
    {
        double[] sorted = [.. values.Order()];
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double p = distribution(sorted[i]);
            distance = Math.Max(distance, Math.Max(p - ((double)i / sorted.Length), ((i + 1.0) / sorted.Length) - p));
        }

        // P(√n·D > 1.95) = 0.001 for numbers that do follow the distribution; the seed is fixed.
        Assert.True(distance * Math.Sqrt(sorted.Length) < 1.95, $"√n·D = {distance * Math.Sqrt(sorted.Length)}");
    }

    private static void Moments(double[] values, double mean, double deviation)
    {
        double[] z = [.. values.Select(v => (v - mean) / deviation)];
        double n = Math.Sqrt(z.Length);
        // Four standard errors of the first four moments of a normal variable: 1, √2, √15, √96, each over √n.
        Assert.Equal(0, z.Average(), 4 / n);
        Assert.Equal(1, z.Average(v => v * v), 4 * Math.Sqrt(2) / n);
        Assert.Equal(0, z.Average(v => v * v * v), 4 * Math.Sqrt(15) / n);
        Assert.Equal(3, z.Average(v => v * v * v * v), 4 * Math.Sqrt(96) / n);
    }

    /// <summary>½·erfc(x/√2): its Maclaurin series near 0, its continued fraction beyond.</summary>
    private static double UpperTail(double x)
    {
        if (x < 0) return 1 - UpperTail(-x);
        double density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
        if (x < 3)
        {
            double term = x, sum = x;
            for (int k = 1; Math.Abs(term) > 1e-17 * sum; k++) sum += term *= x * x / ((2 * k) + 1);
            return 0.5 - (density * sum);
        }

        double fraction = x;
        for (int k = 100; k > 0; k--) fraction = x + (k / fraction);
        return density / fraction;
    }
}
