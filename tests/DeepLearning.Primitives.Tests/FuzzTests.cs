using System.Numerics;
using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// The span functions on windows of one array: every call either is valid and writes its destination alone, or throws an
/// <see cref="ArgumentException"/> and writes nothing.
/// </summary>
public class FuzzTests
{
    private delegate void Map<T>(ReadOnlySpan<T> x, Span<T> destination);

    private delegate void Map2<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> upstream, Span<T> destination);

    private static Map<T>[] Maps<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        Activations.Sigmoid, Activations.Tanh, Activations.Relu, Elementary.Exp, Elementary.ExpM1, Elementary.Log,
        Elementary.Log1P, Elementary.Sqrt, Elementary.Abs, Elementary.Erf, Elementary.Erfc,
        Activations.Gelu, Activations.Mish, Activations.HardSwish, (x, d) => Activations.Silu(x, d), (x, d) => Activations.Elu(x, d, 1.5),
        (x, d) => Penalties.L1Gradient(x, T.One, d), (x, d) => Penalties.L2Gradient(x, T.One, d),
    ];

    private static Map2<T>[] Gradients<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        Activations.SigmoidGradient, Activations.TanhGradient, Activations.ReluGradient, Elementary.ExpGradient,
        Elementary.ExpM1Gradient, Elementary.LogGradient, Elementary.Log1PGradient, Elementary.SqrtGradient,
        Elementary.AbsGradient, Elementary.ErfGradient, Elementary.ErfcGradient, Activations.GeluGradient, Activations.MishGradient,
        Activations.HardSwishGradient, (x, g, d) => Activations.SiluGradient(x, g, d), (x, g, d) => Activations.EluGradient(x, g, d, 1.5),
    ];

    [Fact]
    public void Maps_write_their_destination_or_throw()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Map<T>[] maps = Maps<T>();
            Fuzz.Run(Gen.Select(Gen.Int[0, maps.Length - 1], Window.Any, Window.Any), 1500, c =>
            {
                (int map, Window x, Window to) = c;
                T[] apart = new T[x.Length];
                maps[map](x.In(Start<T>()), apart);
                Writes(to.Takes(x), to.Cut(x.Length), apart, memory => maps[map](x.In(memory), to.In(memory)));
            });
        }
    }

    [Fact]
    public void Gradients_write_their_destination_or_throw()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Map2<T>[] maps = Gradients<T>();
            Gen<(int, Window, Window, Window)> cases = Gen.Select(Gen.Int[0, maps.Length - 1], Window.Any, Window.Any, Window.Any, Gen.Bool)
                .Select((map, x, g, to, same) => (map, x, same ? g.Cut(Math.Min(x.Length, Window.Memory - g.Start)) : g, to));
            Fuzz.Run(cases, 1500, c =>
            {
                (int map, Window x, Window g, Window to) = c;
                bool isValid = x.Length == g.Length && to.Takes(x) && to.Takes(g);
                T[] apart = new T[x.Length];
                if (isValid) maps[map](x.In(Start<T>()), g.In(Start<T>()), apart);
                Writes(isValid, to.Cut(x.Length), apart, memory => maps[map](x.In(memory), g.In(memory), to.In(memory)));
            });
        }
    }

    [Fact]
    public void Row_functions_write_whole_rows_or_throw()
    {
        Gen<int> rowLengths = Gen.OneOf(Gen.Int[1, 12], Fuzz.Among(int.MinValue, -1, 0, 40, int.MaxValue));
        Gen<(Window, Window, Window, int, bool, bool)> cases =
            Gen.Select(Window.Any, Window.Any, Window.Any, rowLengths, Gen.Bool, Gen.Bool);
        Fuzz.Run(cases, 2000, c =>
        {
            (Window x, Window g, Window to, int rowLength, bool log, bool whole) = c;
            if (whole && rowLength is > 0 and < 40) x = x.Cut(x.Length / rowLength * rowLength);
            bool isRows = rowLength > 0 && x.Length % rowLength == 0;
            float[] apart = new float[x.Length];
            if (isRows) Forward(Start<float>(), apart);
            Writes<float>(isRows && to.Takes(x), to.Cut(x.Length), apart, memory => Forward(memory, to.In(memory)));

            g = g.Cut(whole ? Math.Min(x.Length, Window.Memory - g.Start) : g.Length);
            bool isValid = isRows && g.Length == x.Length && to.Takes(x) && to.Takes(g);
            if (isValid) Backward(Start<float>(), apart);
            Writes<float>(isValid, to.Cut(x.Length), apart, memory => Backward(memory, to.In(memory)));

            void Forward(float[] memory, Span<float> destination)
            {
                if (log) Activations.LogSoftmax(x.In(memory), rowLength, destination);
                else Activations.Softmax(x.In(memory), rowLength, destination);
            }

            void Backward(float[] memory, Span<float> destination)
            {
                if (log) Activations.LogSoftmaxGradient(x.In(memory), g.In(memory), rowLength, destination);
                else Activations.SoftmaxGradient(x.In(memory), g.In(memory), rowLength, destination);
            }
        });
    }

    [Fact]
    public void Soft_threshold_takes_thresholds_from_0_on()
    {
        Gen<double> thresholds = Gen.OneOf(Gen.Double[-1, 3], Fuzz.Among(0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, -double.Epsilon));
        Fuzz.Run(Gen.Select(Window.Any, Window.Any, thresholds), 1000, c =>
        {
            (Window x, Window to, double threshold) = c;
            double[] apart = [.. x.In(Start<double>()).ToArray().Select(w => Math.Abs(w) <= threshold ? 0 : w - (Math.Sign(w) * threshold))];
            Writes(threshold >= 0 && to.Takes(x), to.Cut(x.Length), apart, memory => Penalties.SoftThreshold(x.In(memory), threshold, to.In(memory)));
        });
    }

    [Fact]
    public void Matrix_products_are_those_of_plain_loops_or_throw()
    {
        Gen<int> sizes = Gen.OneOf(Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[0, 5], Fuzz.Among(-1, int.MinValue, 46341, 65536, int.MaxValue));
        Gen<Window> windows = Window.OfLength(Gen.Int[0, 30]);
        Fuzz.Run(Gen.Select(Gen.Select(sizes, sizes, sizes), Gen.Select(windows, windows, windows), Gen.Int[0, 15], Gen.Bool), 3000, c =>
        {
            ((int m, int k, int n), (Window a, Window b, Window to), int flags, bool exact) = c;
            (bool transposeA, bool transposeB, bool accumulate) = ((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0);
            if (exact)
            {
                // Lengths that fit, where there is room for them, and often apart.
                (a, b, to) = (Fit(a, (long)m * k), Fit(b, (long)k * n), Fit(to, (long)m * n));
                if ((flags & 8) != 0) to = to with { Start = Window.Memory - to.Length };
            }

            bool isValid = m >= 0 && k >= 0 && n >= 0 && a.Length == (long)m * k && b.Length == (long)k * n && to.Length == (long)m * n
                && !to.Overlaps(a) && !to.Overlaps(b);
            double[] memory = Start<double>(), before = [.. memory];
            Type[] due = isValid ? [] : [typeof(ArgumentException)];
            if (!Fuzz.Judge(memory, () => LinearAlgebra.MatMul(a.In(memory), b.In(memory), to.In(memory), m, k, n, transposeA, transposeB, accumulate), due))
                return;
            Fuzz.AssertSame(before, memory, to.Start, to.Length);
            for (int i = 0; i < to.Length; i++)
            {
                (int row, int column) = Math.DivRem(i, n);
                double sum = accumulate ? before[to.Start + i] : 0;
                for (int p = 0; p < k; p++)
                    sum += before[a.Start + (transposeA ? (p * m) + row : (row * k) + p)] * before[b.Start + (transposeB ? (column * k) + p : (p * n) + column)];
                // At most six terms below 16: six roundings of 2⁻⁵³ · 100 on either side.
                Assert.Equal(sum, memory[to.Start + i], 1e-12);
            }
        });

        static Window Fit(Window window, long length) => length is >= 0 and <= 30 ? window.Cut((int)length) : window;
    }

    /// <summary>The memory that every case starts from; special values among ordinary ones.</summary>
    internal static T[] Start<T>()
        where T : unmanaged, INumberBase<T> => Rows.Random<T>(Window.Memory, 9);

    /// <summary>A valid call writes what it wrote apart, and nothing else; another throws and writes nothing.</summary>
    internal static void Writes<T>(bool isValid, Window to, T[] expected, Action<T[]> call, T[]? start = null)
        where T : unmanaged, INumberBase<T>
    {
        T[] memory = [.. start ?? Start<T>()], before = [.. memory];
        Type[] due = isValid ? [] : [typeof(ArgumentException)];
        if (!Fuzz.Judge(memory, () => call(memory), due)) return;
        Fuzz.AssertSame(before, memory, to.Start, to.Length);
        Assert.True(
            Fuzz.Bytes<T>(expected).SequenceEqual(Fuzz.Bytes<T>(to.In(memory))),
            $"{string.Join(' ', to.In(memory).ToArray())} where {string.Join(' ', expected)} was due.");
    }
}
