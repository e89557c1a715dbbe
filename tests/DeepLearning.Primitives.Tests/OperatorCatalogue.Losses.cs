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
    ];
}
