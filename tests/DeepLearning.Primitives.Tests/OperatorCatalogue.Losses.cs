namespace DeepLearning.Primitives.Tests;

/// <content>Objective functions and penalties.</content>
public static partial class OperatorCatalogue
{
    private static IEnumerable<Operator> LossesAndPenalties() =>
    [
        Scalar("L1Penalty", x => x.L1Penalty(), x => x.L1Penalty(), values => values.Sum(Math.Abs)),
        Scalar("L2Penalty", x => x.L2Penalty(), x => x.L2Penalty(), values => values.Sum(v => v * v)),
        new("CrossEntropy", x => x[0].CrossEntropy(Labels(x[0].Shape)), x => x[0].CrossEntropy(Labels(x[0].Shape)))
        {
            Shapes = n => [[3, n + 1]],
            Reference = (x, shapes) => [References.CrossEntropy(x[0], Labels(shapes[0]))],
            Tolerance = 64,
        },
        Pairs("MeanSquaredError", x => x[0].MeanSquaredError(x[1]), x => x[0].MeanSquaredError(x[1]), (x, t) => (x - t) * (x - t)),
        Pairs("MeanAbsoluteError", x => x[0].MeanAbsoluteError(x[1]), x => x[0].MeanAbsoluteError(x[1]), (x, t) => Math.Abs(x - t)),
        Pairs("Huber", x => x[0].Huber(x[1]), x => x[0].Huber(x[1]), (x, t) => (x - t) * (x - t) / 2),
        Pairs("SmoothL1", x => x[0].SmoothL1(x[1]), x => x[0].SmoothL1(x[1]), (x, t) => (x - t) * (x - t) / 2),
        Pairs("LogCosh", x => x[0].LogCosh(x[1]), x => x[0].LogCosh(x[1]), (x, t) => Math.Log(Math.Cosh(x - t))),
        Pairs("Quantile", x => x[0].Quantile(x[1]), x => x[0].Quantile(x[1]), (x, t) => Math.Abs(x - t) / 2),
        Pairs("Hinge", x => x[0].Hinge(Sign(x[1])), x => x[0].Hinge(Sign(x[1])), (x, t) => Math.Max(0, 1 - (x * Math.Sign(t - 0.5)))),
        Pairs("SquaredHinge", x => x[0].SquaredHinge(Sign(x[1])), x => x[0].SquaredHinge(Sign(x[1])), (x, t) => Math.Pow(Math.Max(0, 1 - (x * Math.Sign(t - 0.5))), 2)),
        Pairs("BinaryCrossEntropy", x => x[0].BinaryCrossEntropy(x[1]), x => x[0].BinaryCrossEntropy(x[1]), (x, t) => -(t * Math.Log(x)) - ((1 - t) * Math.Log(1 - x))),
        Pairs("BinaryCrossEntropyWithLogits", x => (8 * (x[0] - 0.5)).BinaryCrossEntropyWithLogits(x[1]), x => (8 * (x[0] - 0.5)).BinaryCrossEntropyWithLogits(x[1]), LogisticCost),
        Pairs("BinaryCrossEntropyWithLogits", x => (8 * (x[0] - 0.5)).BinaryCrossEntropyWithLogits(x[1], s_perClass), x => (8 * (x[0] - 0.5)).BinaryCrossEntropyWithLogits(x[1], s_perClass), LogisticCost) with
        {
            Shapes = n => [[n, 3], [n, 3]],
            // One weight of the positives for each class.
            Reference = (x, _) => [x[0].Zip(x[1], (v, t) => (LogisticCost(v, t), Positive: t * References.Log1P(Math.Exp(-8 * (v - 0.5))))).Select((c, i) => c.Item1 + ((s_perClass.PositiveWeights.Span[i % 3] - 1) * c.Positive)).DefaultIfEmpty(double.NaN).Average()],
        },
        Pairs("BinaryFocalLoss", x => (8 * (x[0] - 0.5)).BinaryFocalLoss(x[1]), x => (8 * (x[0] - 0.5)).BinaryFocalLoss(x[1]), (x, t) => LogisticCost(x, t) * Math.Pow(1 - Right(x, t), 2)),
        Pairs("PoissonNegativeLogLikelihood", x => x[0].PoissonNegativeLogLikelihood(x[1]), x => x[0].PoissonNegativeLogLikelihood(x[1]), (x, t) => Math.Exp(x) - (t * x)),
        Pairs("KullbackLeibler", x => x[0].KullbackLeibler(x[1]), x => x[0].KullbackLeibler(x[1]), (x, t) => t * (Math.Log(t) - x)),
        Pairs("JensenShannon", x => x[0].JensenShannon(x[1]), x => x[0].JensenShannon(x[1]), (x, t) => ((x * Math.Log(2 * x / (x + t))) + (t * Math.Log(2 * t / (x + t)))) / 2),
    ];

    private static readonly BinaryCrossEntropyOptions s_perClass = new() { PositiveWeights = (double[])[0.5, 1, 4] };

    /// <summary>A mean over pairs of numbers in (0, 1).</summary>
    private static Operator Pairs(
        string name,
        Func<Variable<float>[], Variable<float>> onFloat,
        Func<Variable<double>[], Variable<double>> onDouble,
        Func<double, double, double> reference) =>
        new(name, onFloat, onDouble)
        {
            Shapes = n => [[n], [n]],
            Low = 0.04,
            High = 0.98,
            Reference = (x, _) => [x[0].Zip(x[1], reference).DefaultIfEmpty(double.NaN).Average()],
            // Some ten roundings of logarithms and logits up to 4 in size.
            Tolerance = 64,
        };

    /// <summary>−1 below ½ and 1 above, as a constant.</summary>
    private static Variable<T> Sign<T>(Variable<T> x)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Variable<T> centered = x.Detach() - 0.5;
        return centered / centered.Abs();
    }

    private static double LogisticCost(double x, double t) => References.Log1P(Math.Exp(8 * (x - 0.5))) - (t * 8 * (x - 0.5));

    private static double Right(double x, double t) => 1 / (1 + Math.Exp(-8 * (x - 0.5))) is var p ? (p * t) + ((1 - p) * (1 - t)) : 0;
}
