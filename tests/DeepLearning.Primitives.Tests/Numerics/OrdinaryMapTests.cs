using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Functions with a shorter form for ordinary inputs give every element the bits it has alone, whatever stands around it.</summary>
public class OrdinaryMapTests
{
    private delegate void SpanMap<T>(ReadOnlySpan<T> x, Span<T> y);

    private static readonly double[] s_rare =
        [0, -0.0, -1, -3, 70, -70, 1e30, -1e30, 5000, 1e-40, 1e-30, double.PositiveInfinity, double.NegativeInfinity, double.NaN];

    // Around the ends of vectors, pairs, detours and pages, with a head and a tail or without.
    private static readonly int[] s_lengths = [1, 3, 15, 31, 32, 33, 63, 64, 65, 100, 255, 256, 257, 511, 700, 1000, 1024, 9001];

    [Fact]
    public void Rare_inputs_change_nothing_about_their_neighbours_of_float() => AssertEachAsAlone<float>();

    [Fact]
    public void Rare_inputs_change_nothing_about_their_neighbours_of_double() => AssertEachAsAlone<double>();

    [Fact]
    public void Threads_share_long_spans_in_place_and_change_no_bit()
    {
        // Two slices of 32,768 and what is left: less than a vector, less than a pair, more.
        foreach (int rest in (int[])[0, 1, 5, 17, 31, 33])
        {
            float[] x = Draw<float>(new Random(rest), 65_536 + rest, 40);
            Rows.SameForAnyThreads(() =>
            {
                float[] y = [.. x];
                Primitives.Elementary.Sin<float>(y, y);
                return y;
            });
        }
    }

    [Fact]
    public void Roots_are_rounded_correctly_from_every_estimate()
    {
        // An estimate is off by 2⁻¹⁴ at most. The floats from 1 to 4 stand for all: others differ by a power of 4.
        float[] errors = [0, 1f / (1 << 14), -1f / (1 << 14)];
        for (float x = 1; x < 4; x = MathF.BitIncrement(x))
        {
            float estimate = 1 / MathF.Sqrt(x), due = MathF.Sqrt(x);
            foreach (float error in errors)
            {
                float root = VectorMath.RootFrom<Simd128<float>, float>(Simd128<float>.Create(estimate + (estimate * error)), Simd128<float>.Create(x)).First;
                if (root != due) Assert.Fail($"√{x:R} is {due:R}, not {root:R}");
            }
        }
    }

    private static void AssertEachAsAlone<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (string Name, SpanMap<T> Map)[] functions =
        [
            ("sigmoid", Activations.Sigmoid), ("sin", Primitives.Elementary.Sin), ("cos", Primitives.Elementary.Cos), ("log", Primitives.Elementary.Log),
            ("log1p", Primitives.Elementary.Log1P), ("expm1", Primitives.Elementary.ExpM1), ("rsqrt", Primitives.Elementary.Rsqrt),
            ("sqrt", Primitives.Elementary.Sqrt),
            ("sin′", (x, y) => Primitives.Elementary.SinGradient(x, Ones<T>(x.Length), y)),
            ("cos′", (x, y) => Primitives.Elementary.CosGradient(x, Ones<T>(x.Length), y)),
            ("Poisson", (x, y) => Losses.PoissonNegativeLogLikelihood(x, Ones<T>(x.Length), losses: y)),
            ("Poisson′", (x, y) => Losses.PoissonNegativeLogLikelihood(x, Ones<T>(x.Length), new() { Reduction = Reduction.Sum }, gradient: y)),
        ];
        Random random = new(5);
        foreach ((string name, SpanMap<T> map) in functions)
        {
            foreach (int length in s_lengths)
            {
                foreach (int rare in (int[])[0, 1, length / 50, length / 2])
                    AssertEachAsAlone(name, map, Draw<T>(random, length, rare), random.Next(5));
            }
        }
    }

    private static void AssertEachAsAlone<T>(string name, SpanMap<T> map, T[] x, int offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] y = new T[x.Length + offset], inPlace = [.. new T[offset], .. x], one = new T[1];
        map(x, y.AsSpan(offset));
        map(inPlace.AsSpan(offset), inPlace.AsSpan(offset));
        for (int i = 0; i < x.Length; i++)
        {
            map([x[i]], one);
            if (!one[0].Equals(y[offset + i]) || T.IsNegative(one[0]) != T.IsNegative(y[offset + i]))
                Assert.Fail($"{name} of {x[i]} at {i} of {x.Length} is {y[offset + i]}, alone {one[0]}");
            if (!one[0].Equals(inPlace[offset + i])) Assert.Fail($"{name} in place of {x[i]} at {i} of {x.Length} is {inPlace[offset + i]}, alone {one[0]}");
        }
    }

    private static T[] Draw<T>(Random random, int length, int rare)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = new T[length];
        for (int i = 0; i < length; i++) x[i] = T.CreateTruncating(0.1 + (4 * random.NextDouble()));
        for (int i = 0; i < rare; i++) x[random.Next(length)] = T.CreateTruncating(s_rare[random.Next(s_rare.Length)]);
        return x;
    }

    private static T[] Ones<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] ones = new T[length];
        ones.AsSpan().Fill(T.One);
        return ones;
    }
}
