using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Over another axis than the last: to the bit what the same elements give laid out as rows.</summary>
public class SoftmaxColumnsTests
{
    private const int Outer = 5;

    public static TheoryData<int, int> Shapes
    {
        get
        {
            TheoryData<int, int> shapes = [];
            foreach (int length in (int[])[.. Enumerable.Range(1, 34), 63, 64, 65, 80, 100, 255, 256, 257, 300, 511, 512, 519, 520, 527, 528, 529, 1000, 1040, 1551, 1600])
                foreach (int inner in (int[])[1, 2, 3, 4, 5, 8, 13, 16, 17, 70])
                    if (length <= 34 || inner is 3 or 8 or 17) shapes.Add(length, inner);
            // The strips of several columns at a time, sums of several levels, and threads.
            foreach ((int length, int inner) in ((int, int)[])[(1, 1300), (2, 700), (10, 1000), (16, 530), (40_000, 2), (140_001, 3), (9000, 18), (200, 100)]) shapes.Add(length, inner);
            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Columns_have_the_bits_of_rows(int length, int inner)
    {
        Compare<float>(length, inner, 1, 1);
        Compare<double>(length, inner, 1, 1);
        Compare<float>(length, inner, 1, 0.7f);
        // Differences that leave the short way of the exponential.
        Compare<float>(length, inner, 60, 1);
        Compare<double>(length, inner, 500, 1);
    }

    private static void Compare<T>(int length, int inner, double scale, double temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int outer = length * inner > 20_000 ? 2 : Outer, columns = outer * inner;
        T divisor = T.CreateTruncating(temperature);
        T[] x = Rows.Random<T>(columns * length, 1), g = Rows.Random<T>(x.Length, 2), y = new T[x.Length + 1], rows = AsRows(x, length, inner), due = new T[x.Length];
        for (int i = 0; i < x.Length; i++) x[i] *= T.CreateChecked(scale);
        Poison(x, length, inner);
        PoisonUpstream(g, x, length, inner);
        rows = AsRows(x, length, inner);
        T guard = y[^1] = T.CreateChecked(77);

        foreach (SoftmaxForm form in (SoftmaxForm[])[SoftmaxForm.Probabilities, SoftmaxForm.Logarithms])
        {
            SoftmaxKernel.Run(rows, length, due, form, divisor);
            SoftmaxColumns.Run(x, length, inner, y.AsSpan(0, x.Length), form, divisor);
            Same(due, AsRows(y[..^1], length, inner));
            T[] inPlace = [.. x];
            SoftmaxColumns.Run<T>(inPlace, length, inner, inPlace, form, divisor);
            Same<T>(y.AsSpan(0, x.Length), inPlace);

            T[] output = y[..^1];
            SoftmaxGradientForm[] gradients = form == SoftmaxForm.Probabilities
                ? [SoftmaxGradientForm.Probabilities, SoftmaxGradientForm.MaskedProbabilities]
                : [SoftmaxGradientForm.Logarithms, SoftmaxGradientForm.MaskedLogarithms];
            foreach (SoftmaxGradientForm gradient in gradients)
            {
                SoftmaxGradientKernel.Run(AsRows(output, length, inner), AsRows(g, length, inner), length, due, gradient, divisor);
                SoftmaxColumns.Gradient(output, g, length, inner, y.AsSpan(0, x.Length), gradient, divisor);
                Same(due, AsRows(y[..^1], length, inner));
                inPlace = [.. output];
                SoftmaxColumns.Gradient<T>(inPlace, g, length, inner, inPlace, gradient, divisor);
                Same<T>(y.AsSpan(0, x.Length), inPlace);
                inPlace = [.. g];
                SoftmaxColumns.Gradient<T>(output, inPlace, length, inner, inPlace, gradient, divisor);
                Same<T>(y.AsSpan(0, x.Length), inPlace);
            }
        }

        Assert.Equal(guard, y[^1]);
        T[] sums = new T[columns + 1], dueSums = new T[columns];
        sums[^1] = guard;
        SoftmaxKernel.Run(rows, length, dueSums, SoftmaxForm.LogOfSum, T.One);
        SoftmaxColumns.Run(x, length, inner, sums.AsSpan(0, columns), SoftmaxForm.LogOfSum, T.One);
        Same<T>(dueSums, sums.AsSpan(0, columns));
        Assert.Equal(guard, sums[^1]);
    }

    /// <summary>Some columns of the second outer index hold what no sum likes.</summary>
    private static void Poison<T>(T[] x, int length, int inner)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < length; i++) x[((length + i) * inner) + (inner / 2)] = T.NegativeInfinity;
        x[((length + (length / 2)) * inner) + (inner / 3)] = T.NaN;
        x[((length + (length - 1)) * inner) + (inner / 4)] = T.PositiveInfinity;
        x[((length + (length / 3)) * inner) + (inner - 1)] = T.NegativeInfinity;
    }

    /// <summary>
    /// Every second column of the second outer index gets nothing back, and another one what sums to nothing; the hidden
    /// elements of the third get no numbers.
    /// </summary>
    private static void PoisonUpstream<T>(T[] g, T[] x, int length, int inner)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < length * inner; i++)
            if (i % inner % 2 == 0) g[(length * inner) + i] = i % 3 == 0 ? -T.Zero : T.Zero;
        x[0] = T.NaN;
        for (int i = 0; i < length; i++) g[i * inner] = i == 0 && length > 1 ? T.One : i == 1 ? -T.One : T.Zero;
        if (g.Length < 3 * length * inner) return;
        for (int i = 2 * length * inner; i < 3 * length * inner; i++)
            if (i % 5 == 0) (x[i], g[i]) = (T.NegativeInfinity, i % 2 == 0 ? T.NaN : T.PositiveInfinity);
    }

    private static T[] AsRows<T>(T[] x, int length, int inner)
    {
        T[] rows = new T[x.Length];
        Permutation.Copy(x, [x.Length / length / inner, inner, length], [length * inner, 1, inner], rows);
        return rows;
    }

    /// <summary>The same bits, but for those of a NaN.</summary>
    private static void Same<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (T.IsNaN(expected[i]) && T.IsNaN(actual[i])) continue;
            if (!expected[i].Equals(actual[i]) || T.IsNegative(expected[i]) != T.IsNegative(actual[i]))
                Assert.Fail($"Element {i} is {actual[i]:R} and not {expected[i]:R}.");
        }
    }

    [Fact]
    public void On_a_tape_every_axis_is_the_permuted_last_one()
    {
        int[] lengths = [3, 18, 5, 4];
        float[] x = Rows.Random<float>(3 * 18 * 5 * 4, 3), w = Rows.Random<float>(x.Length, 4);
        for (int axis = 0; axis < 4; axis++)
        {
            foreach (Func<Variable<float>, int, Variable<float>> softmax in (Func<Variable<float>, int, Variable<float>>[])
                [(v, a) => v.Softmax(a), (v, a) => v.LogSoftmax(a), (v, a) => v.Softmax(a, 3), (v, a) => v.LogSoftmax(a, 3), (v, a) => v.Softmin(a), (v, a) => v.LogSumExp([a], true)])
            {
                GradientTape<float> tape = new();
                Variable<float> a = tape.Constant(x, Shape.Create(lengths)), weights = tape.Constant(w, Shape.Create(lengths)), y = softmax(a, axis);
                Variable<float> last = softmax(a.Exchange(axis), -1).Exchange(axis);
                Assert.Equal(last.Value.ToArray(), y.Value.ToArray());
                Variable<float> loss = (y * weights).Sum();
                Assert.Equal(tape.Gradients((last * weights).Sum(), a)[0].Value.ToArray(), tape.Gradients(loss, a)[0].Value.ToArray());
            }
        }
    }

    [Fact]
    public void Axes_without_elements()
    {
        GradientTape<double> tape = new();
        foreach (int[] lengths in (int[][])[[0, 3], [3, 0], [2, 0, 5], [0], [2, 3, 0]])
        {
            Variable<double> x = tape.Constant([], Shape.Create(lengths));
            for (int axis = 0; axis < lengths.Length; axis++)
            {
                Assert.Equal(lengths, x.Softmax(axis).Shape.ToArray());
                Assert.Empty(tape.Gradients(x.LogSoftmax(axis).Sum(), x)[0].Value.ToArray());
                Assert.All(x.LogSumExp(axis).Value.ToArray(), v => Assert.Equal(double.NegativeInfinity, v));
            }
        }

        Assert.Equal(3, tape.Constant([], [0, 3]).LogSumExp(0).Value.Length);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        float[] x = Rows.Random<float>(400_000, 7), g = Rows.Random<float>(400_000, 8);
        foreach ((int length, int inner) in ((int, int)[])[(10, 400), (100, 16), (1000, 100), (40, 5), (20_000, 4), (200_000, 2)])
        {
            Rows.SameForAnyThreads(() =>
            {
                float[] results = new float[3 * x.Length];
                Span<float> y = results.AsSpan(0, x.Length), gradient = results.AsSpan(x.Length, x.Length), sums = results.AsSpan(2 * x.Length);
                SoftmaxColumns.Run(x, length, inner, y, SoftmaxForm.Probabilities, 1);
                SoftmaxColumns.Gradient<float>(y, g, length, inner, gradient, SoftmaxGradientForm.Probabilities, 1);
                SoftmaxColumns.Run(x, length, inner, sums[..(x.Length / length)], SoftmaxForm.LogOfSum, 1);
                return results;
            });
        }
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        float[] x = Rows.Random<float>(200_000, 9), y = new float[x.Length];
        (int, int)[] shapes = [(10, 400), (1000, 100), (40, 5), (20_000, 2)];
        Allocation.IsNone(() =>
        {
            foreach ((int length, int inner) in shapes)
            {
                SoftmaxColumns.Run(x, length, inner, y, SoftmaxForm.Logarithms, 1);
                SoftmaxColumns.Gradient(y, x, length, inner, y, SoftmaxGradientForm.Logarithms, 1);
            }
        });
    }
}
