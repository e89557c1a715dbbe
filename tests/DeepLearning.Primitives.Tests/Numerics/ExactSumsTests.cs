using System.Numerics;
using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

public class ExactSumsTests
{
    // From subnormal to huge, some of which cancel again: no ordinary sum of them is right.
    private static readonly Gen<double[]> s_values = Gen.Select(
        Gen.Select(Gen.Double[-1, 1], Gen.Int[-1074, 960]).Select((m, e) => Math.ScaleB(m, e)).Array[0, 20], Gen.Int[0, 20]).Select(
        (values, cancelled) => (double[])[.. values, .. values.Where((_, i) => i != cancelled && i % 3 != 1).Select(v => -v)]);

    [Fact]
    public void The_sum_is_the_true_one_rounded_once() => s_values.Sample(values =>
    {
        ExactSums sums = new(2);
        foreach (double value in values) sums.Add(1, value);
        Assert.Equal(Reference(values), sums[1]);
        Assert.Equal(0, sums[0]);
    });

    [Fact]
    public void Order_and_parts_change_no_bit() => Gen.Select(s_values, Gen.Int[0, 40]).Sample((values, cut) =>
    {
        ExactSums first = new(1), second = new(1), whole = new(1);
        for (int i = 0; i < values.Length; i++) (i < cut ? first : second).Add(0, values[i]);
        foreach (double value in values.Reverse()) whole.Add(0, value);
        second.Merge(first);
        Assert.Equal(whole[0], second[0]);
        second.Merge(second);
        Assert.Equal(2 * whole[0], second[0]);
    });

    [Fact]
    public void Halfway_cases_look_at_what_is_left_below()
    {
        double half = Math.ScaleB(1, -53), tiny = Math.ScaleB(1, -200);
        foreach ((double[] values, double expected) in new (double[], double)[]
        {
            ([1, half], 1), ([1, half, tiny], 1 + (2 * half)), ([1, half, -tiny], 1), ([1, 3 * half], 1 + (4 * half)),
            ([1e300, 1, -1e300], 1), ([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 1), ([], 0),
        })
        {
            ExactSums sums = new(1);
            foreach (double value in values) sums.Add(0, value);
            Assert.Equal(expected, sums[0]);
        }
    }

    [Fact]
    public void Products_and_the_second_half_of_a_sum()
    {
        ExactSums sums = new(1);
        sums.AddProduct(0, 1 + 1e-10, 1 + 1e-10);
        sums.Add(0, -1);
        Assert.Equal(Reference([1 + 1e-10, -1], squareFirst: true), sums[0]);
        (double high, double low) = sums.Twofold(0);
        Assert.True(Math.Abs(low) <= Math.ScaleB(Math.Abs(high), -53));
        sums.Add(0, double.PositiveInfinity);
        sums.Add(0, 1);
        Assert.Equal(double.PositiveInfinity, sums[0]);
    }

    /// <summary>The sum as an integer multiple of 2⁻²¹⁴⁸, rounded by the conversion of a decimal string.</summary>
    private static double Reference(double[] values, bool squareFirst = false)
    {
        BigInteger sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            BigInteger scaled = Scaled(values[i]);
            sum += squareFirst && i == 0 ? scaled * scaled : scaled << 1074;
        }

        if (sum.IsZero) return 0;
        // The upper 128 bits with a sticky bit: more than a double needs to round right, and exact in decimal.
        BigInteger magnitude = BigInteger.Abs(sum);
        int drop = (int)Math.Max(0, (long)magnitude.GetBitLength() - 128);
        BigInteger top = magnitude >> drop;
        if (top << drop != magnitude) top |= 1;
        // Below the normal range the last bit is that of 2⁻¹⁰⁷⁴; such sums are exact, all terms being multiples of it.
        double rounded = Math.ScaleB(double.Parse(top.ToString(), System.Globalization.CultureInfo.InvariantCulture), drop - 2148);
        return sum.Sign * rounded;
    }

    private static BigInteger Scaled(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        int exponent = (int)(bits >> 52);
        BigInteger mantissa = exponent == 0 ? bits : (bits & ((1L << 52) - 1)) | (1L << 52);
        return Math.Sign(value) * (mantissa << Math.Max(0, exponent - 1));
    }
}
