using System.Numerics;

namespace DeepLearning.Primitives.Tests;

/// <content>Functions of rows.</content>
public static partial class OperatorCatalogue
{
    /// <summary>Hides every third element.</summary>
    private static readonly bool[] s_mask = [.. Enumerable.Range(0, 1000).Select(i => i % 3 != 1)];

    [ThreadStatic]
    private static Philox? t_noise;

    private static IEnumerable<Operator> SoftmaxFamily() =>
    [
        Rows("Softmax", x => x.Softmax(), x => x.Softmax(), References.Softmax),
        Rows("LogSoftmax", x => x.LogSoftmax(), x => x.LogSoftmax(), LogSoftmax),
        Rows("Softmin", x => x.Softmin(), x => x.Softmin(), row => References.Softmax([.. row.Select(v => -v)])),
        // Dividing by ½ doubles what the logits' roundings do.
        Rows("Softmax", x => x.Softmax(-1, 0.5), x => x.Softmax(-1, 0.5), row => References.Softmax([.. row.Select(v => v / 0.5)])) with { Tolerance = 128 },
        Rows("LogSoftmax", x => x.LogSoftmax(-1, 3), x => x.LogSoftmax(-1, 3), row => LogSoftmax([.. row.Select(v => v / 3)])),
        Rows("Sparsemax", x => x.Sparsemax(), x => x.Sparsemax(), References.Sparsemax),
        .. AlongAxes("Softmax", (x, axis) => x.Softmax(axis), (x, axis) => x.Softmax(axis), References.Softmax),
        .. AlongAxes("LogSoftmax", (x, axis) => x.LogSoftmax(axis), (x, axis) => x.LogSoftmax(axis), LogSoftmax),
        .. AlongAxes("Softmin", (x, axis) => x.Softmin(axis, 2), (x, axis) => x.Softmin(axis, 2), row => References.Softmax([.. row.Select(v => v / -2)])),
        .. AlongAxes("Sparsemax", (x, axis) => x.Sparsemax(axis), (x, axis) => x.Sparsemax(axis), References.Sparsemax),
        .. AlongAxes("Hardmax", (x, axis) => x.Hardmax(axis), (x, axis) => x.Hardmax(axis), Hardmax).Select(op => op with { IsDifferentiable = false }),
        .. Axes("LogSumExp", (x, axes) => x.LogSumExp(axes), (x, axes) => x.LogSumExp(axes), values => Math.Log(values.Sum(Math.Exp))),
        Masked("MaskedSoftmax", x => Masked(x, false), x => Masked(x, false), References.Softmax),
        Masked("MaskedLogSoftmax", x => Masked(x, true), x => Masked(x, true), LogSoftmax),
        new("MaskedSoftmax", x => x[0].MaskedSoftmax(x[1], -1), x => x[0].MaskedSoftmax(x[1], -1))
        {
            Shapes = n => [[2, 3, n + 1], [n + 1]],
            Reference = (x, s) => [.. x[0].Chunk(s[1][0]).SelectMany(row => References.Softmax([.. row.Zip(x[1], (a, b) => a + b)]))],
            Tolerance = 64,
        },
        new("MaskedLogSoftmax", x => x[0].MaskedLogSoftmax(x[1], -1), x => x[0].MaskedLogSoftmax(x[1], -1))
        {
            Shapes = n => [[2, n + 1], [1]],
            Reference = (x, s) => [.. x[0].Chunk(s[0][1]).SelectMany(LogSoftmax)],
            Tolerance = 64,
        },
        Causal("CausalSoftmax", 0, x => x.CausalSoftmax(), x => x.CausalSoftmax(), References.Softmax),
        Causal("CausalSoftmax", 2, x => x.CausalSoftmax(2), x => x.CausalSoftmax(2), References.Softmax),
        Causal("CausalLogSoftmax", 1, x => SeenOnly(x.CausalLogSoftmax(1), 1), x => SeenOnly(x.CausalLogSoftmax(1), 1), LogSoftmax),
        // The noise of floats is not that of doubles; what they have in common is the sum. GumbelSoftmaxTests see the rest.
        Rows("GumbelSoftmax", x => Gumbel(x), x => Gumbel(x), _ => [1]),
    ];

    private static double[] LogSoftmax(double[] row) => [.. References.Softmax(row).Select(p => Math.Log(p))];

    private static double[] Hardmax(double[] row) => [.. row.Select((_, i) => i == Array.IndexOf(row, row.Max()) ? 1.0 : 0)];

    private static IEnumerable<Operator> AlongAxes(
        string name,
        Func<Variable<float>, int, Variable<float>> onFloat,
        Func<Variable<double>, int, Variable<double>> onDouble,
        Func<double[], double[]> reference) =>
        ((int[])[0, 1, -2]).Select(axis => new Operator(name, x => onFloat(x[0], axis), x => onDouble(x[0], axis))
        {
            Shapes = n => [[2, n + 1, 3]],
            Reference = (x, shapes) => References.AlongAxis(x[0], shapes[0], axis, reference),
            Tolerance = 64,
        });

    private static Operator Masked(
        string name, Func<Variable<float>, Variable<float>> onFloat, Func<Variable<double>, Variable<double>> onDouble, Func<double[], double[]> reference) =>
        new(name, x => onFloat(x[0]), x => onDouble(x[0]))
        {
            Shapes = n => [[2, n + 1]],
            Reference = (x, s) => [.. x[0].Chunk(s[0][1]).SelectMany(row => References.Hidden(row, i => s_mask[i], reference))],
            Tolerance = 64,
        };

    /// <summary>One mask for all rows; 0 instead of −∞ at what it hides, since the theories sum.</summary>
    private static Variable<T> Masked<T>(Variable<T> x, bool log)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<bool> mask = s_mask.AsSpan(0, x.Shape[^1]);
        Shape shape = [mask.Length];
        return log ? x.MaskedLogSoftmax(mask, shape).Where(mask, shape, x.Tape.Constant(T.Zero)) : x.MaskedSoftmax(mask, shape);
    }

    private static Operator Causal(
        string name, int offset, Func<Variable<float>, Variable<float>> onFloat, Func<Variable<double>, Variable<double>> onDouble, Func<double[], double[]> reference) =>
        new(name, x => onFloat(x[0]), x => onDouble(x[0]))
        {
            Shapes = n => [[2, 3, n + 1]],
            Reference = (x, s) => [.. x[0].Chunk(s[0][2]).SelectMany((row, i) => References.Hidden(row, k => k <= (i % 3) + offset, reference))],
            Tolerance = 64,
        };

    private static Variable<T> SeenOnly<T>(Variable<T> y, int offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape shape = [3, y.Shape[^1]];
        Span<bool> isSeen = stackalloc bool[shape.ElementCount];
        for (int i = 0; i < isSeen.Length; i++) isSeen[i] = i % shape[1] <= (i / shape[1]) + offset;
        return y.Where(isSeen, shape, y.Tape.Constant(T.Zero));
    }

    private static Variable<T> Gumbel<T>(Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Philox random = t_noise ??= new(3);
        random.Position = 0;
        return x.GumbelSoftmax(random, 2).Sum(-1);
    }
}
