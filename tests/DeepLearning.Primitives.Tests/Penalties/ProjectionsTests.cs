using System.Numerics;
using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// A projection p of x lies in the set, and x − p makes no acute angle with any way from p into the set; for the simplex
/// and the L1 ball the multiplier is checked as well.
/// </summary>
public class ProjectionsTests
{
    private static readonly Gen<double[]> s_points = Gen.Select(Gen.Double[-3, 3].Array[1, 40], Fuzz.Among<double>(0, 0, 100, -1e4)).Select((x, shift) => (double[])[.. x.Select(v => v + shift)]);

    [Fact]
    public void Box() => s_points.Sample(x =>
    {
        double[] p = new double[x.Length];
        Projections.Box(x, -0.5, 2, p);
        Assert.Equal(x.Select(v => Math.Clamp(v, -0.5, 2)), p);
    });

    [Fact]
    public void Simplex() => Gen.Select(s_points, Gen.Double[0, 4]).Sample((x, sum) =>
    {
        Check<double>(2.220446049250313e-16);
        Check<float>(1.1920929e-7);

        void Check<T>(double epsilon)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] point = Array.ConvertAll(x, T.CreateChecked), p = new T[x.Length];
            T wanted = T.CreateChecked(sum);
            Projections.Simplex<T>(point, wanted, p);
            double[] from = Array.ConvertAll(point, double.CreateChecked), to = Array.ConvertAll(p, double.CreateChecked);
            // A rounding of each of up to 40 numbers beside the largest.
            double tolerance = 64 * epsilon * (8 + sum);
            Assert.Equal(double.CreateChecked(wanted), to.Sum(), tolerance);
            Assert.All(to, v => Assert.True(v >= 0));
            double level = Enumerable.Range(0, x.Length).Where(i => to[i] > 0).Select(i => from[i] - to[i]).DefaultIfEmpty(from.Max()).Max();
            // What x − p cancels at 1e4 is exact in neither.
            tolerance += 4 * epsilon * from.Max(Math.Abs);
            for (int i = 0; i < x.Length; i++)
            {
                if (to[i] > 0) Assert.Equal(level, from[i] - to[i], tolerance);
                else Assert.True(from[i] <= level + tolerance);
            }
        }
    });

    [Fact]
    public void L1_ball() => Gen.Select(s_points, Gen.Double[0, 50]).Sample((x, radius) =>
    {
        double[] p = new double[x.Length];
        Projections.L1Ball(x, radius, p);
        double norm = x.Sum(Math.Abs);
        if (norm <= radius * (1 - 1e-14))
        {
            Assert.Equal(x, p);
            return;
        }

        // Sums of up to 40 numbers up to 1e4.
        double tolerance = 1e-15 * 64 * (10 + norm);
        Assert.Equal(Math.Min(norm, radius), p.Sum(Math.Abs), tolerance);
        double threshold = Enumerable.Range(0, x.Length).Where(i => p[i] != 0).Select(i => Math.Abs(x[i]) - Math.Abs(p[i])).DefaultIfEmpty(x.Max(Math.Abs)).Max();
        for (int i = 0; i < x.Length; i++)
        {
            Assert.True(p[i] * x[i] >= 0);
            if (p[i] != 0) Assert.Equal(threshold, Math.Abs(x[i]) - Math.Abs(p[i]), tolerance);
            else Assert.True(Math.Abs(x[i]) <= threshold + tolerance);
        }
    });

    [Fact]
    public void L2_ball_and_norms_of_rows() => Gen.Select(s_points, Gen.Double[0, 4]).Sample((x, radius) =>
    {
        double[] p = new double[x.Length], unit = new double[x.Length];
        Projections.L2Ball(x, radius, p);
        double norm = Math.Sqrt(x.Sum(v => v * v));
        if (norm <= radius) Assert.Equal(x, p);
        else for (int i = 0; i < x.Length; i++) Assert.Equal(x[i] / norm * radius, p[i], 1e-14 * (1 + radius));
        Projections.UnitNorm(x, x.Length, unit);
        for (int i = 0; i < x.Length; i++) Assert.Equal(norm == 0 ? 0 : x[i] / norm, unit[i], 1e-14);

        // Row by row, in place.
        double[] rows = [.. x, .. x.Select(v => v / 1000)];
        Projections.MaxNorm(rows, x.Length, 1, rows);
        double[] first = new double[x.Length], second = new double[x.Length];
        Projections.L2Ball(x, 1, first);
        Projections.L2Ball([.. x.Select(v => v / 1000)], 1, second);
        Assert.Equal([.. first, .. second], rows);
    });

    [Fact]
    public void Special_values()
    {
        float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 1], p = new float[5];
        Projections.Box(x, 0, float.PositiveInfinity, p);
        Assert.Equal([float.NaN, float.PositiveInfinity, 0, -0f, 1], p);
        Projections.Simplex([float.NegativeInfinity, 0, 0, 0.5f, -1], 1, p);
        Assert.Equal([0, 1f / 6, 1f / 6, 2f / 3, 0], p, (a, b) => Math.Abs(a - b) < 1e-6);
        Projections.L1Ball([3f, -1, 0.5f, 0, 0], 0, p);
        Assert.All(p, v => Assert.Equal(0, v));
        Projections.UnitNorm([1e-45f, 0, 2e38f, 2e38f, 0, 0], 2, p = new float[6]);
        Assert.Equal([1, 0, 0.70710677f, 0.70710677f, 0, 0], p, (a, b) => Math.Abs(a - b) < 1e-6);
        foreach (Action<float[]> project in (Action<float[]>[])[v => Projections.Simplex(v, 1, v), v => Projections.L1Ball(v, 1, v), v => Projections.L2Ball(v, 1, v), v => Projections.UnitNorm(v, 2, v)])
        {
            float[] broken = [float.NaN, 1], infinite = [float.PositiveInfinity, 1];
            project(broken);
            project(infinite);
            Assert.All(broken.Concat(infinite), v => Assert.True(float.IsNaN(v)));
            project([]);
        }
    }

    [Fact]
    public void Bad_input_throws()
    {
        float[] x = new float[6];
        Assert.Throws<ArgumentException>(() => Projections.Box(x, 1, 0, x));
        Assert.Throws<ArgumentException>(() => Projections.Box(x, float.NaN, 0, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => Projections.L2Ball(x, -1, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => Projections.L1Ball(x, float.NaN, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => Projections.Simplex(x, -1, x));
        Assert.Throws<ArgumentException>(() => Projections.MaxNorm(x, 4, 1, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => Projections.UnitNorm(x, 0, x));
        Assert.Throws<ArgumentException>(() => Projections.Simplex(x, 1, new float[5]));
        Assert.Throws<ArgumentException>(() => Projections.L1Ball(x.AsSpan(0, 5), 1, x.AsSpan(1)));
    }
}
