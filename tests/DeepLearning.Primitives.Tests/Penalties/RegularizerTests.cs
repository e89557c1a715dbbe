using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Elastic net, group lasso and orthogonality: values and gradients by double loops, proximal steps by what makes them the minimum.</summary>
public class RegularizerTests
{
    [Fact]
    public void Penalties_and_gradients_match_double_loops()
    {
        foreach (int length in (int[])[0, 6, 12, 30, 126, 600])
        {
            Match<float>(length, 1.1920929e-7);
            Match<double>(length, 2.220446049250313e-16);
        }
    }

    private static void Match<T>(int length, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] w = Rows.Random<T>(length, 1), gradient = new T[length + 2];
        double[] x = Array.ConvertAll(w, double.CreateChecked);
        // Up to 600 roundings in sums of positive terms, and of a row's products in a dot product that may cancel.
        double bound = 600 * epsilon;
        T ratio = T.CreateChecked(0.25), strength = T.CreateChecked(0.5);
        Close(x.Sum(v => (0.25 * Math.Abs(v)) + (0.375 * v * v)), Penalties.ElasticNet<T>(w, ratio));
        Close(x.Sum(Math.Abs), Penalties.ElasticNet<T>(w, T.One));
        Close(x.Sum(v => v * v) / 2, Penalties.ElasticNet<T>(w, T.Zero));
        Penalties.ElasticNetGradient(w, ratio, strength, gradient);
        Check(i => 0.5 * ((0.25 * Math.Sign(x[i])) + (0.75 * x[i])));
        foreach (int size in (int[])[1, 2, 3, 6])
        {
            double[] norms = [.. x.Chunk(size).Select(g => Math.Sqrt(g.Sum(v => v * v)))];
            Close(norms.Sum(), Penalties.GroupLasso<T>(w, size));
            Penalties.GroupLassoGradient(w, size, strength, gradient);
            Check(i => 0.5 * x[i] / norms[i / size]);
            int rows = length / size;
            double expected = References.Orthogonality(x, rows, size);
            Close(expected, Penalties.Orthogonality<T>(w, size));
            Penalties.OrthogonalityGradient(w, size, strength, gradient);
            // Central differences of a polynomial of fourth degree: exact up to h² and cancellation.
            for (int i = 0; i < length; i += 7)
            {
                double h = 1e-4, before = x[i];
                x[i] = before + h;
                double above = References.Orthogonality(x, rows, size);
                x[i] = before - h;
                double difference = (above - References.Orthogonality(x, rows, size)) / (2 * h);
                x[i] = before;
                Assert.Equal(0.5 * difference, double.CreateChecked(gradient[i]), (1e-5 * (1 + Math.Abs(difference))) + (bound * expected));
            }
        }

        void Close(double expected, T actual) => Assert.Equal(expected, double.CreateChecked(actual), bound * expected);

        void Check(Func<int, double> expected)
        {
            for (int i = 0; i < length; i++) Assert.Equal(expected(i), double.CreateChecked(gradient[i]), 8 * epsilon * Math.Abs(expected(i)));
            Assert.Equal(T.Zero, gradient[^1]);
        }
    }

    [Fact]
    public void Proximal_steps_meet_their_optimality_conditions()
    {
        Proximal<float>(1.1920929e-7);
        Proximal<double>(2.220446049250313e-16);
    }

    private static void Proximal<T>(double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] w = Rows.Random<T>(600, 5), step = new T[600];
        foreach (double threshold in (double[])[0, 0.5, 2, 5])
        {
            // w − v is a subgradient of the threshold times the penalty at v; a few roundings of numbers up to 4.
            foreach (double ratio in (double[])[0, 0.25, 1])
            {
                Penalties.ElasticNetThreshold(w, T.CreateChecked(threshold), T.CreateChecked(ratio), step);
                for (int i = 0; i < w.Length; i++)
                {
                    double v = double.CreateChecked(step[i]), rest = double.CreateChecked(w[i]) - v - (threshold * (1 - ratio) * v);
                    if (v == 0) Assert.True(Math.Abs(rest) <= threshold * ratio);
                    else Assert.Equal(threshold * ratio * Math.Sign(v), rest, 16 * epsilon);
                }
            }

            foreach (int size in (int[])[1, 4, 6])
            {
                Penalties.BlockSoftThreshold(w, size, T.CreateChecked(threshold), step);
                for (int at = 0; at < w.Length; at += size)
                {
                    double[] own = [.. w[at..(at + size)].Select(double.CreateChecked)], v = [.. step[at..(at + size)].Select(double.CreateChecked)];
                    double norm = Math.Sqrt(v.Sum(x => x * x));
                    if (norm == 0) Assert.True(Math.Sqrt(own.Sum(x => x * x)) <= threshold * (1 + (8 * epsilon)));
                    // The direction of a short v is known less well than that of w.
                    else for (int i = 0; i < size; i++) Assert.Equal(threshold * v[i] / norm, own[i] - v[i], 64 * epsilon);
                }

                if (threshold == 5) Assert.Contains(step, v => v == T.Zero);
            }
        }

        // In one of one element the block is the element.
        T[] soft = new T[600];
        Penalties.SoftThreshold(w, T.One, soft);
        Penalties.BlockSoftThreshold(w, 1, T.One, step);
        for (int i = 0; i < w.Length; i++) Assert.Equal(double.CreateChecked(soft[i]), double.CreateChecked(step[i]), 8 * epsilon);
    }

    [Fact]
    public void Special_values()
    {
        float[] groups = [0, 0, 3e30f, -4e30f, 3e-30f, 4e-30f, 1e-45f, 0, float.NaN, 1, float.PositiveInfinity, 1], step = new float[12];
        Assert.Equal(5e30f, Penalties.GroupLasso<float>(groups.AsSpan(0, 4), 2), 1e24f);
        Assert.Equal(5e-30f, Penalties.GroupLasso<float>(groups.AsSpan(4, 2), 2), 1e-36f);
        Penalties.GroupLassoGradient(groups, 2, 1, step);
        Assert.Equal([0, 0, 0.6f, -0.8f, 0.6f, 0.8f, 1, 0], step[..8], (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.True(float.IsNaN(step[8]) && float.IsNaN(step[10]));
        Penalties.BlockSoftThreshold(groups, 2, 1e-3f, step);
        Assert.Equal([0, 0, 3e30f, -4e30f, 0, 0, 0, 0], step[..8]);
        Assert.DoesNotContain(step, v => v == 0 && float.IsNegative(v));
        Assert.True(float.IsNaN(step[8]));
        Assert.Equal(float.PositiveInfinity, step[10]);
        Assert.Equal(float.PositiveInfinity, Penalties.ElasticNet<float>([float.PositiveInfinity], 1));
        Assert.Equal(float.NaN, Penalties.ElasticNet<float>([float.NaN], 0.5f));
        Penalties.ElasticNetThreshold([float.NaN, float.NegativeInfinity, -0f], 1, 0.5f, step);
        Assert.Equal([float.NaN, float.NegativeInfinity, 0], step[..3]);
    }

    [Fact]
    public void The_destination_may_be_the_weights_and_nothing_is_allocated()
    {
        float[] w = Rows.Random<float>(120, 3), apart = new float[120], same = [.. w];
        Penalties.BlockSoftThreshold(w, 4, 1, apart);
        Penalties.BlockSoftThreshold(same, 4, 1, same);
        Assert.Equal(apart, same);
        Allocation.IsNone(() =>
        {
            Penalties.OrthogonalityGradient(w, 10, 1, apart);
            Penalties.Orthogonality<float>(w, 10);
            Penalties.GroupLassoGradient(w, 10, 1, apart);
            Penalties.ElasticNetThreshold(w, 1, 0.5f, apart);
        });
        float[] large = Rows.Random<float>(300_000, 3);
        Rows.SameForAnyThreads(() =>
        {
            float[] result = new float[large.Length];
            Penalties.BlockSoftThreshold(large, 30, 1, result);
            return result;
        });
    }

    [Fact]
    public void Bad_input_throws()
    {
        float[] w = new float[10];
        Assert.Throws<ArgumentOutOfRangeException>(() => Penalties.ElasticNet<float>(w, 1.5f));
        Assert.Throws<ArgumentOutOfRangeException>(() => Penalties.ElasticNetGradient(w, float.NaN, 1, w));
        Assert.Throws<ArgumentOutOfRangeException>(() => Penalties.ElasticNetThreshold(w, -1, 0.5f, w));
        Assert.Throws<ArgumentOutOfRangeException>(() => Penalties.ElasticNetThreshold(w, float.PositiveInfinity, 0.5f, w));
        Assert.Throws<ArgumentException>(() => Penalties.GroupLasso<float>(w, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Penalties.GroupLasso<float>(w, 0));
        Assert.Throws<ArgumentException>(() => Penalties.GroupLassoGradient(w, 5, 1, new float[9]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Penalties.BlockSoftThreshold(w, 5, -1, w));
        Assert.Throws<ArgumentException>(() => Penalties.OrthogonalityGradient(w, 5, 1, w));
        Assert.Throws<ArgumentException>(() => Penalties.Orthogonality<float>(w, 4));
        GradientTape<float> tape = new();
        Assert.Throws<ArgumentException>(() => tape.Constant(w, [10]).OrthogonalityPenalty());
        Assert.Throws<ArgumentException>(() => tape.Constant(w, [10]).GroupLassoPenalty(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Constant(w, [10]).ElasticNetPenalty(-1));
        Half[] halves = new Half[2];
        Assert.Throws<NotSupportedException>(() => Penalties.ElasticNet<Half>(halves, Half.One));
        Assert.Throws<NotSupportedException>(() => Penalties.GroupLasso<Half>(halves, 1));
        Assert.Throws<NotSupportedException>(() => Penalties.Orthogonality<Half>(halves, 1));
        Assert.Throws<NotSupportedException>(() => Projections.Box(halves, Half.Zero, Half.One, halves));
    }

    [Fact]
    public void A_group_of_zeros_has_no_gradient_of_any_order()
    {
        GradientTape<double> tape = new();
        Variable<double> w = tape.Constant([0, 0, 3, 4], [2, 2]);
        Variable<double> first = tape.Gradients(w.GroupLassoPenalty(2), w)[0];
        Assert.Equal([0, 0, 0.6, 0.8], first.Value.ToArray());
        double[] second = tape.Gradients((first * tape.Constant([1, 2, 3, 4], [2, 2])).Sum(), w)[0].Value.ToArray();
        Assert.Equal([0, 0], second[..2]);
        Assert.All(second, v => Assert.True(double.IsFinite(v)));
    }
}
