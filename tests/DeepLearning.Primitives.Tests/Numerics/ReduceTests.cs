using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

public class ReduceTests
{
    private static readonly int[] s_lengths = [.. Enumerable.Range(0, 131), 255, 256, 257, 1000, 1023, 1024, 1025, 5000, 70_001, 300_007];

    [Fact]
    public void Float_sums_match_a_double_loop() => SumsMatch<float>(1.1920929e-7);

    [Fact]
    public void Double_sums_match_a_double_loop() => SumsMatch<double>(2.220446049250313e-16);

    private static void SumsMatch<T>(double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (int length in s_lengths)
        {
            T[] x = Rows.Random<T>(length, 1), y = Rows.Random<T>(length, 2);
            (double sum, double magnitudes, double squares, double dot, double products) = (0, 0, 0, 0, 0);
            for (int i = 0; i < length; i++)
            {
                (double a, double b) = (double.CreateChecked(x[i]), double.CreateChecked(y[i]));
                (sum, magnitudes, squares) = (sum + a, magnitudes + Math.Abs(a), squares + (a * a));
                (dot, products) = (dot + (a * b), products + Math.Abs(a * b));
            }

            // 16 additions in a chain, 6 across chains and lanes, one for each doubling above a block: each rounds by ε/2
            // of at most the sum of the magnitudes. (The reference in double rounds too, once for each element.)
            double bound = (22 + Math.Log2(length + 1)) * epsilon / 2;
            if (typeof(T) == typeof(double)) bound += length * epsilon / 2;
            Assert.Equal(sum, double.CreateChecked(Reduce.Sum<T>(x)), bound * magnitudes);
            Assert.Equal(magnitudes, double.CreateChecked(Reduce.SumOfMagnitudes<T>(x)), bound * magnitudes);
            Assert.Equal(squares, double.CreateChecked(Reduce.SumOfSquares<T>(x)), bound * squares);
            Assert.Equal(dot, double.CreateChecked(Reduce.Dot<T>(x, y)), bound * products);
        }
    }

    [Fact]
    public void Max_is_the_largest_element_wherever_it_stands()
    {
        foreach (int length in s_lengths)
        {
            float[] x = Rows.Random<float>(length, 3);
            Assert.Equal(length == 0 ? float.NegativeInfinity : x.Max(), Reduce.Max<float>(x));
            for (int i = 0; i < length; i += Math.Max(1, length / 40))
            {
                (float kept, x[i]) = (x[i], 1e9f);
                Assert.Equal(1e9f, Reduce.Max<float>(x));
                x[i] = float.NaN;
                Assert.Equal(float.NaN, Reduce.Max<float>(x));
                x[i] = kept;
            }
        }

        Assert.False(double.IsNegative(Reduce.Max<double>([-0.0, 0.0, -0.0, -1])));
        Assert.Equal(float.NegativeInfinity, Reduce.Max<float>([float.NegativeInfinity, float.NegativeInfinity]));
    }

    [Fact]
    public void Sixteen_million_tenths_add_up()
    {
        float[] x = new float[1 << 24];
        x.AsSpan().Fill(0.1f);
        // Equal terms round the same way everywhere, the worst case: the 16 additions of a chain may lose 3 ULP.
        float exact = (float)(0.1f * (double)x.Length);
        Assert.InRange(Reduce.Sum<float>(x), exact - (4 * (float.BitIncrement(exact) - exact)), exact + (4 * (float.BitIncrement(exact) - exact)));
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        float[] x = Rows.Random<float>(3_000_017, 4), y = Rows.Random<float>(3_000_017, 5);
        foreach (int length in new[] { 131_071, 131_072, 131_073, 1_000_000, 3_000_017 })
        {
            Rows.SameForAnyThreads(() => (float[])
            [
                Reduce.Sum<float>(x.AsSpan(0, length)),
                Reduce.Dot<float>(x.AsSpan(0, length), y),
                Reduce.SumOfSquares<float>(x.AsSpan(0, length)),
                Reduce.Max<float>(x.AsSpan(0, length)),
            ]);
        }

        foreach ((int outer, int length, int inner) in new[] { (1, 1_000_000, 3), (300, 10_000, 1), (3, 1_000_000, 1), (7, 300, 1000), (1, 2500, 1200) })
        {
            Rows.SameForAnyThreads(() =>
            {
                float[] sums = new float[outer * inner];
                Reduce.SumAxis(x, outer, length, inner, sums);
                return sums;
            });
        }
    }

    [Fact]
    public void Axis_reductions_match_a_double_loop()
    {
        foreach (int outer in new[] { 0, 1, 2, 3 })
        {
            foreach (int length in new[] { 0, 1, 2, 15, 16, 17, 33, 64, 100, 259 })
            {
                foreach (int inner in (int[])[.. Enumerable.Range(0, 21), 31, 32, 33, 63, 64, 65, 100, 130, 200])
                {
                    AxisMatches<float>(outer, length, inner, 1.1920929e-7);
                    AxisMatches<double>(outer, length, inner, 2.220446049250313e-16);
                }
            }
        }
    }

    private static void AxisMatches<T>(int outer, int length, int inner, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = Rows.Random<T>(outer * length * inner, 6);
        T guard = T.CreateChecked(77);
        T[] sums = new T[(outer * inner) + 5], largest = new T[(outer * inner) + 5];
        sums.AsSpan().Fill(guard);
        largest.AsSpan().Fill(guard);
        Reduce.SumAxis<T>(x, outer, length, inner, sums);
        Reduce.MaxAxis<T>(x, outer, length, inner, largest);
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                (double sum, double magnitudes, double max) = (0, 0, double.NegativeInfinity);
                for (int l = 0; l < length; l++)
                {
                    double v = double.CreateChecked(x[(((o * length) + l) * inner) + i]);
                    (sum, magnitudes, max) = (sum + v, magnitudes + Math.Abs(v), Math.Max(max, v));
                }

                // As above; a double reference rounds at each of its own additions.
                double bound = (22 + (typeof(T) == typeof(double) ? length : 0)) * epsilon / 2 * magnitudes;
                Assert.Equal(sum, double.CreateChecked(sums[(o * inner) + i]), bound);
                Assert.Equal(max, double.CreateChecked(largest[(o * inner) + i]));
            }
        }

        Assert.All(sums[(outer * inner)..], v => Assert.Equal(guard, v));
        Assert.All(largest[(outer * inner)..], v => Assert.Equal(guard, v));
    }

    [Fact]
    public void A_row_has_the_bits_it_has_alone_and_a_column_those_of_any_width()
    {
        float[] x = Rows.Random<float>(300 * 77, 7), all = new float[300], columns = new float[77];
        Reduce.SumAxis<float>(x, 300, 77, 1, all);
        for (int row = 0; row < 300; row++) Assert.Equal(Reduce.Sum<float>(x.AsSpan(row * 77, 77)), all[row]);
        Reduce.SumAxis<float>(x, 1, 300, 77, columns);
        foreach (int width in new[] { 2, 3, 4, 5, 9, 16, 17, 40 })
        {
            float[] some = new float[300 * width], sums = new float[width];
            for (int i = 0; i < some.Length; i++) some[i] = x[(i / width * 77) + (i % width)];
            Reduce.SumAxis<float>(some, 1, 300, width, sums);
            Assert.Equal(columns[..width], sums);
        }
    }

    [Fact]
    public void Columns_keep_NaN_to_themselves()
    {
        float[] x = new float[50 * 20], largest = new float[20];
        x[(31 * 20) + 7] = float.NaN;
        x[(49 * 20) + 19] = float.NaN;
        Reduce.MaxAxis<float>(x, 1, 50, 20, largest);
        for (int i = 0; i < 20; i++) Assert.Equal(i is 7 or 19 ? float.NaN : 0, largest[i]);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        float[] x = Rows.Random<float>(400_000, 8), sums = new float[1000];
        Allocation.IsNone(() =>
        {
            sums[0] = Reduce.Sum<float>(x) + Reduce.Dot<float>(x, x) + Reduce.Max<float>(x.AsSpan(0, 100));
            Reduce.SumAxis<float>(x, 1, 400, 1000, sums);
            Reduce.SumAxis<float>(x, 400, 1000, 1, sums);
        });
    }
}
