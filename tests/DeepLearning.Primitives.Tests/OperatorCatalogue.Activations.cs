namespace DeepLearning.Primitives.Tests;

/// <content>Activations, element by element.</content>
public static partial class OperatorCatalogue
{
    private static IEnumerable<Operator> ActivationFunctions() =>
    [
        Unary("Sigmoid", x => x.Sigmoid(), x => x.Sigmoid(), v => 1 / (1 + Math.Exp(-v)), -20, 20),
        Unary("Tanh", x => x.Tanh(), x => x.Tanh(), Math.Tanh, -5, 5),
        Unary("Relu", x => x.Relu(), x => x.Relu(), v => Math.Max(v, 0), -3, 3),
    ];
}
