namespace DeepLearning.Primitives.Tests;

/// <content>Functions of rows.</content>
public static partial class OperatorCatalogue
{
    private static IEnumerable<Operator> SoftmaxFamily() =>
    [
        Rows("Softmax", x => x.Softmax(), x => x.Softmax(), References.Softmax),
        Rows("LogSoftmax", x => x.LogSoftmax(), x => x.LogSoftmax(), row => [.. References.Softmax(row).Select(p => Math.Log(p))]),
    ];
}
