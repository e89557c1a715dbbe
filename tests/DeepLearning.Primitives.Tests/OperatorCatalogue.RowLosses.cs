using System.Numerics;

namespace DeepLearning.Primitives.Tests;

/// <content>Losses of rows.</content>
public static partial class OperatorCatalogue
{
    private static readonly CtcOptions s_lenientCtc = new() { ZeroInfinity = true };

    private static IEnumerable<Operator> RowLosses() =>
    [
        Labelled("NegativeLogLikelihood", x => x[0].NegativeLogLikelihood(Cached(x[0].Shape)), x => x[0].NegativeLogLikelihood(Cached(x[0].Shape)), (row, label) => -row[label]),
        Labelled("FocalLoss", x => x[0].FocalLoss(Cached(x[0].Shape)), x => x[0].FocalLoss(Cached(x[0].Shape)), (row, label) => References.Softmax(row)[label] is var p ? -Math.Log(p) * (1 - p) * (1 - p) : 0),
        Labelled("MultiClassHinge", x => x[0].MultiClassHinge(Cached(x[0].Shape)), x => x[0].MultiClassHinge(Cached(x[0].Shape)), (row, label) => row.Where((_, j) => j != label).Sum(v => Math.Max(0, 1 - row[label] + v)) / row.Length),
        RowsOf("SoftCrossEntropy", 2, x => x[0].SoftCrossEntropy(x[1]), x => x[0].SoftCrossEntropy(x[1]), rows => -rows[1].Zip(References.Softmax(rows[0]), (t, p) => t * Math.Log(p)).Sum()),
        RowsOf("Dice", 2, x => x[0].Dice(x[1]), x => x[0].Dice(x[1]), rows => 1 - (((2 * Dot(rows[0], rows[1])) + 1e-7) / (rows[0].Sum() + rows[1].Sum() + 1e-7))),
        RowsOf("Tversky", 2, x => x[0].Tversky(x[1]), x => x[0].Tversky(x[1]), rows => 1 - (((2 * Dot(rows[0], rows[1])) + 2e-7) / (rows[0].Sum() + rows[1].Sum() + 2e-7))),
        RowsOf("TripletMargin", 3, x => x[0].TripletMargin(x[1], x[2]), x => x[0].TripletMargin(x[1], x[2]), rows => Math.Max(0, Distance(rows[0], rows[1]) - Distance(rows[0], rows[2]) + 1)),
        RowsOf("CosineEmbedding", 2, x => x[0].CosineEmbedding(x[1], s_likeAndUnlikeSingle), x => x[0].CosineEmbedding(x[1], s_likeAndUnlike), rows => Cosine(rows[0], rows[1])) with
        {
            Reference = (x, s) =>
            [
                References.RowsOf(x, s).Select((rows, i) => i == 1 ? Cosine(rows[0], rows[1]) : 1 - Cosine(rows[0], rows[1])).Average(),
            ],
        },
        RowsOf("InfoNce", 2, x => x[0].InfoNce(x[1]), x => x[0].InfoNce(x[1]), _ => 0) with
        {
            Reference = (x, s) =>
            [
                References.RowsOf(x, s).Select((own, i) => -Math.Log(References.Softmax([.. References.RowsOf(x, s).Select(other => 10 * Cosine(own[0], other[1]))])[i])).Average(),
            ],
        },
        RowsOf("SoftF1", 2, x => x[0].SoftF1(x[1]), x => x[0].SoftF1(x[1]), _ => 0) with
        {
            Reference = (x, s) =>
            [
                Enumerable.Range(0, s[0][1]).Select(c => References.RowsOf(x, s).Sum(r => r[0][c] * r[1][c]) * 2 / References.RowsOf(x, s).Sum(r => r[0][c] + r[1][c])).Select(f => 1 - f).Average(),
            ],
        },
        Pairs("MarginRanking", x => x[0].MarginRanking(x[1], Sign(x[1])), x => x[0].MarginRanking(x[1], Sign(x[1])), (a, b) => Math.Max(0, (b - a) * Math.Sign(b - 0.5))),
        Pairs("GaussianNegativeLogLikelihood", x => x[0].GaussianNegativeLogLikelihood(0.5 * x[1], x[1]), x => x[0].GaussianNegativeLogLikelihood(0.5 * x[1], x[1]), (x, v) => (Math.Log(v) + ((x - (v / 2)) * (x - (v / 2)) / v)) / 2),
        new("ConnectionistTemporalClassification", x => Ctc(x[0].LogSoftmax()), x => Ctc(x[0].LogSoftmax()))
        {
            Shapes = n => [[n, 2, 3]],
            Reference = (x, s) => [References.Ctc(x[0], s[0][0], [[1, 2], [2]])],
            // Each step adds a rounding or two of a logarithm, up to 130 of them.
            Tolerance = 256,
        },
    ];

    // Classes for three rows, cached: what a row's lambda allocates would count as the library's.
    private static readonly Dictionary<int, int[]> s_labels = [];

    private static readonly double[] s_likeAndUnlike = [1, -1, 1];

    private static readonly float[] s_likeAndUnlikeSingle = [1, -1, 1];

    private static readonly int[] s_ctcLabels = [1, 2, 2], s_ctcLengths = [2, 1];

    private static int[] Cached(Shape logits)
    {
        lock (s_labels) return s_labels.TryGetValue(logits[1], out int[]? labels) ? labels : s_labels[logits[1]] = Labels(logits);
    }

    private static Variable<T> Ctc<T>(Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] steps = [x.Shape[0], x.Shape[0]];
        return x.ConnectionistTemporalClassification(s_ctcLabels, steps, s_ctcLengths, s_lenientCtc);
    }

    /// <summary>The mean over three rows with class indices.</summary>
    private static Operator Labelled(
        string name,
        Func<Variable<float>[], Variable<float>> onFloat,
        Func<Variable<double>[], Variable<double>> onDouble,
        Func<double[], int, double> reference) =>
        new(name, onFloat, onDouble)
        {
            Shapes = n => [[3, n + 1]],
            Reference = (x, s) => [x[0].Chunk(s[0][1]).Select((row, i) => reference(row, Labels(s[0])[i])).Average()],
            Tolerance = 64,
        };

    /// <summary>The mean over three corresponding rows of inputs in (0, 1).</summary>
    private static Operator RowsOf(
        string name,
        int inputs,
        Func<Variable<float>[], Variable<float>> onFloat,
        Func<Variable<double>[], Variable<double>> onDouble,
        Func<double[][], double> reference) =>
        new(name, onFloat, onDouble)
        {
            Shapes = n => [.. Enumerable.Repeat(Shape.Create([3, n + 1]), inputs)],
            Low = 0.04,
            High = 0.98,
            Reference = (x, s) => [References.RowsOf(x, s).Select(reference).Average()],
            // Sums of up to 131 terms.
            Tolerance = 256,
        };

    private static double Dot(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Sum();

    private static double Cosine(double[] a, double[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (p, q) => (p - q + 1e-6) * (p - q + 1e-6)).Sum());
}
