using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

public class PenaltiesTests
{
    private static readonly float[] s_special =
        [0f, -0f, 1f, -2.5f, float.Epsilon, -float.Epsilon, float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN];

    [Fact]
    public void Penalties_match_a_double_loop()
    {
        for (int length = 0; length <= 130; length++)
        {
            PenaltiesMatch<float>(length, 1.1920929e-7);
            PenaltiesMatch<double>(length, 2.220446049250313e-16);
        }
    }

    private static void PenaltiesMatch<T>(int length, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] w = Rows.Random<T>(length, 1);
        // All terms are positive: at most the roundings of one chain, 22 here, and those of the reference.
        double bound = (22 + length) * epsilon / 2;
        double l1 = w.Sum(v => Math.Abs(double.CreateChecked(v))), l2 = w.Sum(v => double.CreateChecked(v * v));
        Assert.Equal(l1, double.CreateChecked(Penalties.L1<T>(w)), bound * l1);
        Assert.Equal(l2, double.CreateChecked(Penalties.L2<T>(w)), bound * l2);

        T strength = T.CreateChecked(0.3), two = T.One + T.One, guard = T.CreateChecked(77);
        CheckMap(w, guard, destination => Penalties.L1Gradient(w, strength, destination), v => strength * T.CreateChecked(T.Sign(v)));
        CheckMap(w, guard, destination => Penalties.L2Gradient(w, strength, destination), v => two * strength * v);
        CheckMap(w, guard, destination => Penalties.SoftThreshold(w, strength, destination),
            v => T.CreateChecked(T.Sign(v)) * T.Max(T.Abs(v) - strength, T.Zero));
    }

    /// <summary>The map into a longer destination; every operation rounds once, so that the bits must agree.</summary>
    private static void CheckMap<T>(T[] w, T guard, Action<T[]> map, Func<T, T> expected)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] longer = new T[w.Length + 3];
        longer.AsSpan().Fill(guard);
        map(longer);
        for (int i = 0; i < longer.Length; i++) Assert.Equal(i < w.Length ? expected(w[i]) : guard, longer[i]);
    }

    [Fact]
    public void Special_values()
    {
        float[] gradient = new float[s_special.Length], shrunk = new float[s_special.Length];
        Penalties.L1Gradient(s_special, 2f, gradient);
        Assert.Equal([0, 0, 2, -2, 2, -2, 2, 2, -2, float.NaN], gradient);
        Penalties.SoftThreshold(s_special, 1.5f, shrunk);
        Assert.Equal([0, 0, 0, -1, 0, 0, float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN], shrunk);
        Assert.DoesNotContain(shrunk.Concat(gradient), v => v == 0 && float.IsNegative(v));
        Assert.Equal(float.NaN, Penalties.L1<float>(s_special));
        Assert.Equal(float.NaN, Penalties.L2<float>(s_special));
        Assert.Equal(float.PositiveInfinity, Penalties.L1<float>(s_special.AsSpan(..^1)));
        Penalties.SoftThreshold(s_special, float.PositiveInfinity, shrunk);
        Assert.All(shrunk[..^1], v => Assert.Equal(0, v));
    }

    [Fact]
    public void The_destination_may_be_the_weights()
    {
        float[] w = Rows.Random<float>(100, 2), apart = new float[100], same;
        Penalties.SoftThreshold(w, 0.5f, apart);
        Penalties.SoftThreshold(same = [.. w], 0.5f, same);
        Assert.Equal(apart, same);
        Penalties.L1Gradient(w, 0.5f, apart);
        Penalties.L1Gradient(same = [.. w], 0.5f, same);
        Assert.Equal(apart, same);
        Penalties.L2Gradient(w, 0.5f, apart);
        Penalties.L2Gradient(same = [.. w], 0.5f, same);
        Assert.Equal(apart, same);
    }

    [Fact]
    public void Bad_input_throws()
    {
        float[] w = new float[10];
        foreach (float threshold in new[] { -0.1f, float.NaN, float.NegativeInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => Penalties.SoftThreshold(w, threshold, w));
        Assert.Throws<ArgumentException>(() => Penalties.SoftThreshold(w, 1, w.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => Penalties.L1Gradient(w.AsSpan(0, 9), 1, w.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => Penalties.L2Gradient(w, 1, new float[9]));
        Assert.Throws<NotSupportedException>(() => Penalties.L1<Half>(new Half[3]));
        Assert.Throws<NotSupportedException>(() => Penalties.L2<Half>(new Half[3]));
    }
}
