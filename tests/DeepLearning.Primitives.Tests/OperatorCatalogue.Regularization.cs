namespace DeepLearning.Primitives.Tests;

/// <content>Penalties on groups and matrices, and dropout.</content>
public static partial class OperatorCatalogue
{
    private const double Rate = 0.3;

    [ThreadStatic]
    private static Philox? t_random;

    private static IEnumerable<Operator> Regularizers() =>
    [
        Scalar("ElasticNetPenalty", x => x.ElasticNetPenalty(0.25f), x => x.ElasticNetPenalty(0.25), values => values.Sum(v => (0.25 * Math.Abs(v)) + (0.375 * v * v))),
        new("GroupLassoPenalty", x => x[0].GroupLassoPenalty(x[0].Shape[^1]), x => x[0].GroupLassoPenalty(x[0].Shape[^1]))
        {
            Shapes = n => [[3, n + 1]],
            Reference = (x, shapes) => [x[0].Chunk(shapes[0][1]).Sum(group => Math.Sqrt(group.Sum(v => v * v)))],
            Tolerance = 16,
        },
        new("OrthogonalityPenalty", x => x[0].OrthogonalityPenalty(), x => x[0].OrthogonalityPenalty())
        {
            Shapes = n => [[3, n]],
            Low = -1,
            High = 1,
            Reference = (x, shapes) => [References.Orthogonality(x[0], shapes[0][0], shapes[0][1])],
            // Sums of up to 130 terms, squared.
            Tolerance = 256,
        },
        Masked("Dropout", x => x.Dropout(Rate, Random()), x => x.Dropout(Rate, Random()), 1, (v, kept) => kept ? v / (1 - Rate) : 0),
        Masked("AlphaDropout", x => x.AlphaDropout(Rate, Random()), x => x.AlphaDropout(Rate, Random()), 1, References.AlphaDropout(Rate)),
        Masked("FeatureDropout", x => x.FeatureDropout(Rate, Random()), x => x.FeatureDropout(Rate, Random()), 3, (v, kept) => kept ? v / (1 - Rate) : 0) with
        {
            Shapes = n => [[2, n, 3]],
        },
    ];

    private static Operator Masked(
        string name,
        Func<Variable<float>, Variable<float>> onFloat,
        Func<Variable<double>, Variable<double>> onDouble,
        int featureLength,
        Func<double, bool, double> reference) =>
        new(name, x => onFloat(x[0]), x => onDouble(x[0]))
        {
            Shapes = n => [[n]],
            // The upper 24 bits of word i decide on feature i.
            Reference = (x, _) =>
            {
                Philox random = Random();
                bool[] kept = [.. x[0].Chunk(featureLength).Select(_ => Math.ScaleB(random.NextUInt32() >> 8, -24) >= Rate)];
                return [.. x[0].Select((v, i) => reference(v, kept[i / featureLength]))];
            },
        };

    /// <summary>The same stream from its start, each time; nothing is allocated after a thread's first.</summary>
    private static Philox Random()
    {
        Philox random = t_random ??= new(seed: 7);
        random.Position = 0;
        return random;
    }
}
