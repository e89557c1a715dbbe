using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>What holds for every elementwise loss: <see cref="LossCase"/> lists them.</summary>
public class ElementwiseLossTests
{
    private static readonly int[] s_lengths = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 130, 1023, 1024, 1025, 3000];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, LossCase.All.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_are_those_of_a_loop(int index)
    {
        LossCase loss = LossCase.All[index];
        foreach (int n in s_lengths)
        {
            foreach (Reduction reduction in Enum.GetValues<Reduction>())
            {
                foreach (int perWeight in n > 0 && n % 3 == 0 ? (int[])[0, 1, 3] : [0, 1])
                {
                    // Some ten roundings of numbers up to a hundred, and for sums the depth of their tree.
                    Matches(loss, loss.Float, n, reduction, perWeight, 32 * 5.96e-8);
                    Matches(loss, loss.Double, n, reduction, perWeight, 64 * 1.11e-16 * Math.Max(1, n / 64));
                }
            }
        }
    }

    private static void Matches<T>(LossCase loss, SpanLoss<T> call, int n, Reduction reduction, int perWeight, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (double[] x, double[] t) = Sample(loss, n);
        double[] w = perWeight == 0 ? [] : [.. Enumerable.Range(0, n / perWeight).Select(i => i % 4 * 0.75)];
        double[] each = [.. x.Select((v, i) => WeightAt(i) == 0 ? 0 : WeightAt(i) * loss.Reference(v, t[i]))];
        double divisor = reduction == Reduction.Mean ? Enumerable.Range(0, n).Sum(WeightAt) / loss.ElementsPerRow : 1;
        T[] xs = Array.ConvertAll(x, T.CreateChecked), ts = Array.ConvertAll(t, T.CreateChecked), ws = Array.ConvertAll(w, T.CreateChecked);
        // What has weight 0 may hold anything.
        for (int i = 0; i < n; i++)
            if (WeightAt(i) == 0) (xs[i], ts[i]) = (T.NaN, i % 8 == 0 ? T.PositiveInfinity : T.NaN);
        T[] gradient = [.. Enumerable.Repeat(T.CreateChecked(77), n + 3)], losses = [.. gradient];

        T actual = call(xs, ts, reduction, gradient, ws, losses);
        double expected = divisor == 0 && reduction == Reduction.Mean ? double.NaN : each.Sum() / divisor;
        Assert.Equal(expected, double.CreateChecked(actual), tolerance * Math.Max(1, each.Sum(Math.Abs) / Math.Abs(divisor == 0 ? 1 : divisor)));
        for (int i = 0; i < n; i++)
            Assert.Equal(each[i], double.CreateChecked(losses[i]), tolerance * Math.Max(4, 4 * Math.Abs(each[i])));
        Assert.All(gradient[n..].Concat(losses[n..]), v => Assert.Equal(T.CreateChecked(77), v));

        if (reduction == Reduction.None && n > 0) Assert.Throws<ArgumentException>("losses", () => { call(xs, ts, reduction, default, ws, default); });
        else Assert.Equal(actual, call(xs, ts, reduction, default, ws, default));
        T[] inPlace = [.. xs], targets = [.. ts];
        Assert.Equal(actual, call(inPlace, targets, reduction, inPlace, ws, targets));
        Assert.Equal(gradient[..n], inPlace);
        Assert.Equal(losses[..n], targets);

        double WeightAt(int i) => perWeight == 0 ? 1 : w[i / perWeight];
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_those_of_central_differences(int index)
    {
        LossCase loss = LossCase.All[index];
        (double[] x, double[] t) = Sample(loss, 40);
        double[] gradient = new double[40], weights = [.. Enumerable.Range(0, 20).Select(i => i % 5 * 0.5)];
        loss.Double(x, t, Reduction.Sum, gradient, weights, default);
        for (int i = 0; i < 40; i++)
        {
            const double H = 1e-6;
            double slope = (loss.Reference(x[i] + H, t[i]) - loss.Reference(x[i] - H, t[i])) / (2 * H);
            // h²·f‴ and ε·f/h, with f and f‴ up to some hundreds.
            Assert.Equal(slope * weights[i / 2], gradient[i], 1e-6 * Math.Max(1, Math.Abs(slope)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void On_a_tape_all_inputs_have_gradients_to_second_order(int index)
    {
        LossCase loss = LossCase.All[index];
        (double[] x, double[] t) = Sample(loss, 6);
        Parameter<double> predictions = new("x", [2, 3], x), targets = new("t", [2, 3], t);
        // A tape checks targets at ±h as well, where −1 and 1 alone are allowed.
        bool checksTargets = !double.IsNaN(loss.T.Low);
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            foreach (double[] weights in (double[][])[[], [2, 0.5], [1, 0, 2, 0.5, 3, 1]])
            {
                GradientCheckOptions second = new() { Order = 2 };
                if (checksTargets) GradientCheck.Verify(v => loss.Tape(v[0], v[1], reduction, weights), second, predictions, targets);
                else GradientCheck.Verify(v => loss.Tape(v[0], v[0].Tape.Constant(t, [2, 3]), reduction, weights), second, predictions);

                GradientTape<double> tape = new();
                double[] gradient = new double[6], losses = new double[6];
                Variable<double> onTape = loss.Tape(tape.Watch(predictions), tape.Constant(t, [2, 3]), reduction, weights);
                double value = loss.Double(x, t, reduction, gradient, weights, losses);
                if (reduction == Reduction.None) Assert.Equal(losses, onTape.Value.ToArray());
                else Assert.Equal(value, onTape.Item);
                tape.Backward(onTape.Sum());
                Assert.Equal(gradient, predictions.Gradient.ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Masked_elements_may_hold_anything_on_a_tape_too(int index)
    {
        LossCase loss = LossCase.All[index];
        (double[] x, double[] t) = Sample(loss, 6);
        double[] weights = [1, 0, 0.5, 0, 1, 2];
        Parameter<double> clean = new("x", [6], x), dirty = new("x", [6], x);
        (dirty.Value[1], dirty.Value[3]) = (double.NaN, double.PositiveInfinity);
        double[] dirtyTargets = [.. t];
        (dirtyTargets[1], dirtyTargets[3]) = (double.NegativeInfinity, double.NaN);
        Assert.Equal(SecondOrder(clean, t), SecondOrder(dirty, dirtyTargets));

        double[] SecondOrder(Parameter<double> parameter, double[] targets)
        {
            GradientTape<double> tape = new();
            Variable<double> variable = tape.Watch(parameter);
            Variable<double> value = loss.Tape(variable, tape.Constant(targets, [6]), Reduction.Mean, weights);
            tape.Backward(value);
            double[] first = parameter.Gradient.ToArray();
            Variable<double> gradient = tape.Gradients(value, variable)[0];
            tape.Backward((gradient * gradient).Sum());
            Assert.Equal(0, first[1]);
            Assert.Equal(0, parameter.Gradient[3]);
            return [value.Item, .. first, .. gradient.Value, .. parameter.Gradient];
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Threads_and_neighbours_change_no_bit(int index)
    {
        LossCase loss = LossCase.All[index];
        const int N = 70_000;
        (double[] x, double[] t) = Sample(loss, N);
        float[] xs = Array.ConvertAll(x, v => (float)v), ts = Array.ConvertAll(t, v => (float)v);
        float[] weights = [.. Enumerable.Range(0, N / 10).Select(i => 1 + (i % 3f))], losses = new float[N];
        Rows.SameForAnyThreads(() =>
        {
            float[] results = new float[N + 1];
            results[^1] = loss.Float(xs, ts, Reduction.Sum, results, weights, losses);
            return results;
        });
        float[] part = new float[33];
        foreach (int start in (int[])[1, 13, 1000])
        {
            loss.Float(xs.AsSpan(start, 33), ts.AsSpan(start, 33), Reduction.None, default, default, part);
            for (int i = 0; i < 33; i++) Assert.Equal(weights[(start + i) / 10] * part[i], losses[start + i]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_is_allocated_and_NaN_shows(int index)
    {
        LossCase loss = LossCase.All[index];
        (double[] x, double[] t) = Sample(loss, 300);
        float[] xs = Repeat(x), ts = Repeat(t), gradient = new float[xs.Length];
        Allocation.IsNone(() => loss.Float(xs, ts, Reduction.Mean, gradient, default, default));
        foreach (int at in (int[])[0, 17, 1029])
        {
            float kept = xs[at];
            xs[at] = float.NaN;
            Assert.Equal(float.NaN, loss.Float(xs.AsSpan(0, 1030), ts.AsSpan(0, 1030), Reduction.Mean, gradient, default, default));
            // The divergence's gradient does not depend on the prediction.
            if (!loss.Name.StartsWith("Kullback", StringComparison.Ordinal)) Assert.Equal(float.NaN, gradient[at]);
            xs[at] = kept;
            (kept, ts[at]) = (ts[at], float.NaN);
            Assert.Equal(float.NaN, loss.Float(xs.AsSpan(0, 1030), ts.AsSpan(0, 1030), Reduction.Mean, gradient, default, default));
            ts[at] = kept;
        }
    }

    /// <summary>So many that their blocks' sums do not fit on the stack.</summary>
    private static float[] Repeat(double[] values) => [.. Enumerable.Repeat(Array.ConvertAll(values, v => (float)v), 1000).SelectMany(v => v)];

    /// <summary>Pairs that look random, none alike, none at a kink.</summary>
    private static (double[] X, double[] T) Sample(LossCase loss, int n)
    {
        double[] x = new double[n], t = new double[n];
        for (int i = 0; i < n; i++)
        {
            double u = (0.5 + ((i + 1) * 0.6180339887498949)) % 1, v = (0.25 + ((i + 1) * 0.7548776662466927)) % 1;
            x[i] = (float)(loss.X.Low + ((loss.X.High - loss.X.Low) * u));
            t[i] = double.IsNaN(loss.T.Low) ? (i % 3 == 0 ? -1 : 1) : (float)(loss.T.Low + ((loss.T.High - loss.T.Low) * v));
        }

        return (x, t);
    }
}
