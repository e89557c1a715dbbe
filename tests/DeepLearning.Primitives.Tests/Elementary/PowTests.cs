using Xunit;
using Functions = DeepLearning.Primitives.Elementary;

namespace DeepLearning.Primitives.Tests;

/// <summary>What the table of the powers of floats, their ties and their several forms could get wrong.</summary>
public class PowTests
{
    /// <summary>The error before the last rounding is below 2⁻¹² ULP, so that nearly all results are the nearest floats.</summary>
    private const double FloatBound = 0.5 + (1 / 4096.0);

    /// <summary>Floats on both sides of the borders between the kernel's pieces, around 1 and at the ends of the type.</summary>
    private static float[] Bases
    {
        get
        {
            double[] borders = [123 / 128.0, .. Enumerable.Range(1, 7).Select(k => 1 + (k / 8.0) - (5 / 64.0)), 1, 0.5 + (1 / 64.0), 1.5];
            int[] exponents = [-149, -127, -126, -60, -2, -1, 0, 1, 2, 60, 126, 127];
            return
            [
                .. from border in borders
                   from n in exponents
                   from neighbour in Enumerable.Range(-3, 7)
                   let bits = BitConverter.SingleToInt32Bits((float)Math.ScaleB(border, n)) + neighbour
                   where bits is > 0 and < 0x7f800000
                   select BitConverter.Int32BitsToSingle(bits),
            ];
        }
    }

    [Fact]
    public void Powers_beside_the_pieces_borders_are_nearest()
    {
        float[] a = Bases, b = new float[a.Length], y = new float[a.Length];
        // The share of the exponent at which the power is 2^±125: the logarithm's error counts the more the larger it is.
        foreach (double share in new[] { -1, -0.73, -1e-3, 1e-6, 0.31, 0.5, 1 })
        {
            for (int i = 0; i < a.Length; i++) b[i] = a[i] == 1 ? 1e30f : (float)(share * 125 / Math.Log2(a[i]));
            Functions.Pow<float>(a, b, y);
            AssertNearest(a, b, y);
        }

        foreach (float exponent in new[] { 1.7f, -0.3f, 10.1f, 0 })
        {
            Array.Fill(b, exponent);
            Functions.Pow(a, y, exponent);
            AssertNearest(a, b, y);
        }
    }

    [Fact]
    public void Powers_to_huge_exponents_are_nearest()
    {
        // An exponent from 2⁴⁰ on is not ordinary; nor is any exponent beside one.
        float[] sizes = [1e6f, 1.09951156e12f, 1.0995116e12f, 1.0995117e12f, 1.1258999e15f, 4.5e15f, 1e20f, float.MaxValue, float.PositiveInfinity, float.NaN];
        float[] bases = [0, 1e-45f, 1e-38f, 0.3f, 0.99999994f, 1, 1.0000001f, 1.7f, 1e38f, float.MaxValue, float.PositiveInfinity, -1, -0.0f, -2, float.NegativeInfinity, float.NaN];
        float[] a = [.. from x in bases from size in sizes from sign in new[] { 1, -1 } select x];
        float[] b = [.. from x in bases from size in sizes from sign in new[] { 1, -1 } select sign * size], y = new float[a.Length];
        Functions.Pow<float>(a, b, y);
        AssertNearest(a, b, y);
    }

    [Fact]
    public void Powers_half_way_between_two_floats_are_rounded_to_even()
    {
        int count = 0;
        for (int n = 2; n <= 8; n++)
        {
            for (int x = 3; Math.Pow(x, n) < 1 << 25; x += 2)
            {
                // An odd number of 25 bits, exact as a double.
                double power = Enumerable.Repeat((double)x, n).Aggregate((p, q) => p * q);
                if (power < 1 << 24) continue;
                float[] a = [x, x, x * 4, x * 0.125f, -x, 1e-40f], b = [n, n, n, n, n, n], y = new float[a.Length];
                Functions.Pow<float>(a, b, y);
                float due = (float)power;
                Assert.Equal([due, due, (float)Math.ScaleB(due, 2 * n), (float)Math.ScaleB(due, -3 * n), n % 2 == 0 ? due : -due], y[..5]);
                count++;
            }
        }

        Assert.InRange(count, 800, 1000);
    }

    // Which of them runs depends on the numbers beside, the width of the vector and the loop; all give one result.
    [Fact]
    public void All_forms_have_the_same_bits()
    {
        Random random = new(12);
        float[] few = [.. Bases.Where((_, i) => i % 5 == 0)];
        foreach (float a in few)
        {
            foreach (float b in new[] { 1.7f, -2.3f, (float)(128 * random.NextDouble() / Math.Log2(a)) })
            {
                float[] y = new float[1];
                Functions.Pow<float>([a], [b], y);
                AssertForm<Simd128<float>>(a, b, y[0]);
                AssertForm<Simd256<float>>(a, b, y[0]);
                AssertForm<Simd512<float>>(a, b, y[0]);
                // Sixteen numbers, of which others are not ordinary.
                float[] many = new float[19];
                Functions.Pow<float>([.. Enumerable.Repeat(a, 18), -1], [.. Enumerable.Repeat(b, 18), 0.5f], many);
                Assert.All(many[..18], value => Assert.Equal(y[0], value));
                Functions.Pow<float>([.. Enumerable.Repeat(a, 19)], many, b);
                Assert.All(many, value => Assert.Equal(y[0], value));
            }
        }
    }

    [Theory]
    [InlineData(-1.0), InlineData(0.0), InlineData(0.5), InlineData(1.0), InlineData(1.5), InlineData(1.7), InlineData(2.0), InlineData(3.0), InlineData(4.0), InlineData(5.0)]
    public void Gradients_on_a_tape_and_of_spans_are_those_of_the_formula(double exponent)
    {
        float[] x = [0.3f, 1, 1.9f, 7, 0.1f, 2, 3, 4, 5], g = [1, 1, 1, 1, 1, 1, 1, 1, 1], spans = new float[x.Length];
        Functions.PowGradient<float>(x, g, spans, exponent);
        GradientTape<float> tape = new();
        Parameter<float> parameter = new("x", [x.Length]);
        x.CopyTo(parameter.Value);
        tape.Backward(tape.Watch(parameter).Pow(exponent).Sum());
        for (int i = 0; i < x.Length; i++)
        {
            double due = exponent * Math.Pow(x[i], exponent - 1);
            // A power within 1 ULP, and the rounding of its product.
            Assert.Equal(due, spans[i], 2e-7 * Math.Abs(due));
            Assert.Equal(spans[i], parameter.Gradient[i]);
        }
    }

    private static void AssertForm<TVector>(float a, float b, float due)
        where TVector : struct, ISimd<TVector, float>
    {
        float[] y = new float[TVector.Count];
        VectorMath.Pow<TVector, float>(TVector.Create(a), TVector.Create(b)).Store(ref y[0], 0);
        Assert.All(y, value => Assert.Equal(due, value));
        VectorMath.CalledPow<TVector, float>(TVector.Create(a), TVector.Create(b)).Store(ref y[0], 0);
        Assert.All(y, value => Assert.Equal(due, value));
    }

    private static void AssertNearest(float[] a, float[] b, float[] y)
    {
        for (int i = 0; i < a.Length; i++)
        {
            double ulps = MeasuredReferences.FloatUlps(y[i], Math.Pow(a[i], b[i]));
            Assert.True(ulps <= FloatBound, $"{a[i]:R} to the {b[i]:R} is {y[i]:R}, {ulps:F5} ULP off");
        }
    }
}
