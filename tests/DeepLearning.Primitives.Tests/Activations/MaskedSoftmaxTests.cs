using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Masks, axes and temperatures together, on a tape: values and gradients of naive loops.</summary>
public class MaskedSoftmaxTests
{
    private static readonly int[] s_lengths = [3, 4, 6];

    public static TheoryData<int, double, bool> Combinations
    {
        get
        {
            TheoryData<int, double, bool> combinations = [];
            foreach (int axis in (int[])[0, 1, 2, -2])
                foreach (double temperature in (double[])[1, 0.5, 3]) combinations.Add(axis, temperature, axis % 2 == 0);
            return combinations;
        }
    }

    /// <summary>A mask of whole rows and of single elements; what it hides holds NaN and infinities, and NaN arrives there.</summary>
    [Theory]
    [MemberData(nameof(Combinations))]
    public void What_a_mask_hides_has_no_value_and_no_gradient(int axis, double temperature, bool broadcasts)
    {
        Check<double>(axis, temperature, broadcasts, 1e-14);
        // Exponentials of up to 8 / 0.5 below the maximum: the logits' roundings, 16 ε, and a few more.
        Check<float>(axis, temperature, broadcasts, 1e-5);
    }

    private static void Check<T>(int axis, double temperature, bool broadcasts, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int at = axis < 0 ? axis + 3 : axis, length = s_lengths[at];
        Shape shape = Shape.Create(s_lengths), maskShape = broadcasts ? [4, 6] : shape;
        // Every fifth position is hidden, and whatever stands beside position 1 of the other axes.
        bool[] mask = [.. Enumerable.Range(0, maskShape.ElementCount).Select(i => i % 5 != 2 && (at == 2 ? i / 6 % 4 != 1 : i % 6 != 1))];
        bool[] shown = [.. Enumerable.Range(0, shape.ElementCount).Select(i => mask[i % mask.Length])];
        T[] x = Rows.Random<T>(shape.ElementCount, 1), g = Rows.Random<T>(x.Length, 2);
        T[] hidden = [.. x.Select((v, i) => shown[i] ? v : i % 3 == 0 ? T.NaN : i % 3 == 1 ? T.PositiveInfinity : T.NegativeInfinity)];
        double[] wide = Array.ConvertAll(x, double.CreateChecked), upstream = Array.ConvertAll(g, double.CreateChecked);
        double[] soft = new double[x.Length], log = new double[x.Length], softGradient = new double[x.Length], logGradient = new double[x.Length];
        foreach (int[] row in RowsOf(shape, at))
        {
            int[] seen = [.. row.Where(i => shown[i])];
            foreach (int i in row) log[i] = double.NegativeInfinity;
            if (seen.Length == 0) continue;
            double max = seen.Max(i => wide[i]), sum = seen.Sum(i => Math.Exp((wide[i] - max) / temperature));
            foreach (int i in seen) (soft[i], log[i]) = (Math.Exp((wide[i] - max) / temperature) / sum, ((wide[i] - max) / temperature) - Math.Log(sum));
            double dot = seen.Sum(i => upstream[i] * soft[i]), all = seen.Sum(i => upstream[i]);
            foreach (int i in seen) softGradient[i] = soft[i] * (upstream[i] - dot) / temperature;
            foreach (int i in seen) logGradient[i] = (upstream[i] - (soft[i] * all)) / temperature;
        }

        Assert.Contains(0, softGradient);
        bool isOne = temperature == 1;
        T[] bias = [.. mask.Select(m => m ? T.Zero : T.NegativeInfinity)], plain = [.. g], input = hidden;
        for (int i = 0; i < g.Length; i++) if (!shown[i]) g[i] = T.NaN;
        Verify(x => (isOne ? x : x / temperature).MaskedSoftmax(mask, maskShape, axis), soft, softGradient, false);
        Verify(x => (isOne ? x : x / temperature).MaskedLogSoftmax(mask, maskShape, axis), log, logGradient, true);
        // To what is added hidden elements are numbers.
        input = x;
        Verify(x => (isOne ? x : x / temperature).MaskedSoftmax(x.Tape.Constant(bias, maskShape), axis), soft, softGradient, false);
        Verify(x => (isOne ? x : x / temperature).MaskedLogSoftmax(x.Tape.Constant(bias, maskShape), axis), log, logGradient, false);
        (input, g) = (hidden, plain);
        // The same said with the function's own temperature.
        Verify(x => x.Where(mask, maskShape, x.Tape.Constant(T.NegativeInfinity)).Softmax(axis, temperature), soft, softGradient, false);

        void Verify(Func<Variable<T>, Variable<T>> function, double[] value, double[] gradient, bool isLog)
        {
            Parameter<T> parameter = new("x", shape, input);
            GradientTape<T> tape = new();
            Variable<T> watched = tape.Watch(parameter), result = function(watched);
            GoldenVectorTests.AssertClose("value", value, GoldenVectorTests.Widen(result.Value), tolerance, tolerance);
            // Logarithms are −∞ where they are hidden: only what is taken enters the loss.
            Variable<T> weighted = result * tape.Constant(g, shape);
            Variable<T> loss = (isLog ? weighted.Where(mask, maskShape, tape.Constant(T.Zero)) : weighted).Sum();
            tape.Backward(loss);
            GoldenVectorTests.AssertClose("fused gradient", gradient, GoldenVectorTests.Widen(parameter.Gradient), tolerance, 4 * tolerance);
            Variable<T> recorded = tape.Gradients(loss, watched)[0];
            GoldenVectorTests.AssertClose("recorded gradient", gradient, GoldenVectorTests.Widen(recorded.Value), tolerance, 4 * tolerance);
            // And no NaN in the gradient of the gradient.
            Assert.All(GoldenVectorTests.Widen(tape.Gradients((recorded * recorded).Sum(), watched)[0].Value), v => Assert.True(double.IsFinite(v)));
        }
    }

    public static TheoryData<int> RowLengths => [.. Enumerable.Range(1, 20), 31, 32, 33, 63, 64, 65, 100, 300, 1300];

    /// <summary>
    /// Rows of every kind: plain, NaN of a causal output and its upstream nothing (of both signs), hidden elements where no
    /// numbers arrive; against naive loops.
    /// </summary>
    [Theory]
    [MemberData(nameof(RowLengths))]
    public void Spans_pass_nothing_where_nothing_arrives(int rowLength)
    {
        foreach (bool isLog in (bool[])[false, true])
        {
            foreach (bool isMasked in (bool[])[false, true])
            {
                // Sums of up to 1,300 terms of at most 4.
                CheckSpans<double>(rowLength, isLog, isMasked, 1e-12);
                CheckSpans<float>(rowLength, isLog, isMasked, 1e-3);
            }
        }
    }

    private static void CheckSpans<T>(int rowLength, bool isLog, bool isMasked, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Count = 37;
        T hidden = isLog ? T.NegativeInfinity : T.Zero;
        T[] x = Rows.Random<T>(Count * rowLength, 1), g = Rows.Random<T>(x.Length, 2), y = new T[x.Length];
        bool[] mask = [.. Enumerable.Range(0, x.Length).Select(i => i % 3 != 1)];
        if (isLog) Activations.MaskedLogSoftmax<T>(x, mask, rowLength, y);
        else Activations.MaskedSoftmax<T>(x, mask, rowLength, y);
        double[] due = new double[x.Length];
        for (int row = 0; row < Count; row++)
        {
            int[] all = [.. Enumerable.Range(row * rowLength, rowLength)], seen = [.. all.Where(i => mask[i])];
            if (row % 4 == 1) foreach (int i in all) (y[i], g[i]) = (mask[i] ? T.NaN : hidden, i % 2 == 0 ? T.Zero : -T.Zero);
            if (row % 4 != 0 && isMasked) foreach (int i in all.Except(seen)) g[i] = row % 8 < 4 ? T.NaN : T.PositiveInfinity;
            if (row % 4 == 1) continue;
            // A row without weight has no gradient; else all of an unmasked one counts.
            int[] counts = isMasked || seen.Length == 0 ? seen : all;
            double dot = counts.Sum(i => double.CreateChecked(g[i]) * Share(i)), sum = counts.Sum(i => double.CreateChecked(g[i]));
            foreach (int i in counts) due[i] = isLog ? double.CreateChecked(g[i]) - (Share(i) * sum) : Share(i) * (double.CreateChecked(g[i]) - dot);
        }

        T[] gradient = new T[x.Length], inOutput = [.. y], inUpstream = [.. g];
        Run(y, g, gradient);
        Run(inOutput, g, inOutput);
        Run(y, inUpstream, inUpstream);
        GoldenVectorTests.AssertClose("gradient", due, GoldenVectorTests.Widen<T>(gradient), tolerance, tolerance);
        Assert.Equal(gradient, inOutput);
        Assert.Equal(gradient, inUpstream);

        double Share(int i) => isLog ? Math.Exp(double.CreateChecked(y[i])) : double.CreateChecked(y[i]);

        void Run(T[] output, T[] upstream, T[] destination)
        {
            if (isLog && isMasked) Activations.MaskedLogSoftmaxGradient<T>(output, upstream, rowLength, destination);
            else if (isLog) Activations.LogSoftmaxGradient<T>(output, upstream, rowLength, destination);
            else if (isMasked) Activations.MaskedSoftmaxGradient<T>(output, upstream, rowLength, destination);
            else Activations.SoftmaxGradient<T>(output, upstream, rowLength, destination);
        }
    }

    /// <summary>Boolean, added and causal masks, over an axis, at a temperature: to the second order, rows without anything among them.</summary>
    [Fact]
    public void Gradients_under_masks_are_those_of_central_differences()
    {
        bool[] mask = [.. Enumerable.Range(0, 12).Select(i => i % 4 != 1 && i / 4 != 1)];
        Func<Variable<double>, Variable<double>, Variable<double>>[] functions =
        [
            (x, _) => (x / 0.5).MaskedSoftmax(mask, [3, 4], 0),
            (x, _) => (x / 3).MaskedSoftmax(mask, [3, 4], 1),
            (x, _) => (x / 3).MaskedLogSoftmax(mask, [3, 4], 1).Where(mask, [3, 4], x.Tape.Constant(0)),
            (x, bias) => (x / 0.5).MaskedSoftmax(bias, 1),
            (x, bias) => x.MaskedLogSoftmax(bias, 0),
            (x, bias) => (x + bias).Softmin(0, 0.7),
            (x, _) => (x / 0.7).CausalSoftmax(-1),
            (x, _) => (x.CausalSoftmax(1) + 1e-3).Log(),
        ];
        Parameter<double> x = new("x", [2, 3, 4], Rows.Random<double>(24, 1)), bias = new("bias", [3, 1], Rows.Random<double>(3, 2));
        foreach (Func<Variable<double>, Variable<double>, Variable<double>> function in functions)
        {
            double[] weights = Rows.Random<double>(24, 3);
            GradientCheck.Verify(
                inputs => (function(inputs[0], inputs[1]) * inputs[0].Tape.Constant(weights, [2, 3, 4])).Sum() + inputs[1].Sum(),
                new GradientCheckOptions { Order = 2 }, x, bias);
        }
    }

    [Fact]
    public void A_causal_row_that_sees_nothing_has_no_gradient()
    {
        Parameter<double> x = new("x", [3, 4], Rows.Random<double>(12, 1));
        x.Value[0] = double.NaN;
        GradientTape<double> tape = new();
        Variable<double> watched = tape.Watch(x), soft = watched.CausalSoftmax(-1);
        // Row 0 sees nothing, row 1 its first key, which is then certain.
        Assert.Equal([0, 0, 0, 0, 1, 0, 0, 0], soft.Value[..8].ToArray());
        Variable<double> loss = (soft * soft).Sum();
        tape.Backward(loss);
        Assert.Equal(new double[8], x.Gradient[..8].ToArray());
        Assert.Equal(x.Gradient.ToArray(), tape.Gradients(loss, watched)[0].Value.ToArray());
        Variable<double> log = watched.CausalLogSoftmax(-1);
        Assert.Equal([.. Enumerable.Repeat(double.NegativeInfinity, 4), 0], log.Value[..5].ToArray());
        tape.Backward(log.Sum());
        Assert.Equal(new double[8], x.Gradient[..8].ToArray());
    }

    [Fact]
    public void Gumbel_softmax_goes_over_any_axis()
    {
        GradientTape<float> tape = new();
        Variable<float> x = tape.Constant(Rows.Random<float>(72, 1), [3, 4, 6]);
        for (int axis = -3; axis < 3; axis++)
        {
            Variable<float> soft = x.GumbelSoftmax(new Philox(4), 0.7, axis: axis), hard = x.GumbelSoftmax(new Philox(4), 0.7, isHard: true, axis: axis);
            Assert.Equal(soft.Value.ToArray(), x.GumbelSoftmax(new Philox(4), 0.7, axis: axis).Value.ToArray());
            foreach (int[] row in RowsOf(x.Shape, axis < 0 ? axis + 3 : axis))
            {
                // Six shares, each rounded a few times.
                Assert.Equal(1, row.Sum(i => (double)soft.Value[i]), 1e-6);
                int largest = row.MaxBy(i => soft.Value[i]);
                Assert.All(row, i => Assert.Equal(i == largest ? 1 : 0, hard.Value[i]));
            }
        }

        foreach (int axis in (int[])[3, -4]) Assert.Throws<ArgumentOutOfRangeException>(() => x.GumbelSoftmax(new Philox(4), axis: axis));
        foreach (double temperature in (double[])[0, -1, double.NaN]) Assert.Throws<ArgumentOutOfRangeException>(() => x.GumbelSoftmax(new Philox(4), temperature));
    }

    /// <summary>The indices of the elements of each row along an axis.</summary>
    private static IEnumerable<int[]> RowsOf(Shape shape, int axis)
    {
        int inner = 1;
        for (int i = axis + 1; i < shape.Rank; i++) inner *= shape[i];
        for (int i = 0; i < shape.ElementCount; i++)
            if (i / inner % shape[axis] == 0) yield return [.. Enumerable.Range(0, shape[axis]).Select(k => i + (k * inner))];
    }
}
