using TorchSharp;
using static DeepLearning.Primitives.Peers.Operands;

namespace DeepLearning.Primitives.Peers;

/// <summary>Counting, ranking and masks.</summary>
internal static class MetricsRows
{
    private const int Samples = 10_000_000, Classes = 100;

    public static IEnumerable<Table> Tables() =>
    [
        new("Metrics, 10M samples", "libtorch", Metrics()),
        new("Dropout, 1k and 1M floats", "libtorch", new[] { 1 << 10, 1 << 20 }.SelectMany(Dropout)),
    ];

    private static IEnumerable<Row> Metrics()
    {
        int[] actual = Labels(Samples, Classes), predicted = Labels(Samples, Classes), binary = Labels(Samples, 2);
        float[] scores = Floats(Samples);
        torch.Tensor a = Tensor(actual), p = Tensor(predicted), s = Tensor(scores, Samples);
        var matrix = new ConfusionMatrix(Classes);
        yield return new($"confusion matrix of {Classes} classes", 1, () => matrix.Add(actual, predicted), Bincount);
        // What libtorch has of it is the sort.
        yield return new("ROC AUC, theirs the sort alone", 1, () => Primitives.Metrics.RocAuc<float>(binary, scores), Sort);

        void Bincount()
        {
            using torch.Tensor rows = a * Classes, cells = rows + p;
            cells.bincount(weights: null, minlength: Classes * Classes).Dispose();
        }

        void Sort()
        {
            (torch.Tensor values, torch.Tensor indices) = s.sort();
            values.Dispose();
            indices.Dispose();
        }
    }

    private static IEnumerable<Row> Dropout(int n)
    {
        float[] x = Floats(n), y = new float[n];
        torch.Tensor t = Tensor(x, n);
        var random = new Philox(1);
        yield return new(
            $"dropout {Name(n)}", 2, () => Regularization.Dropout(x, 0.5, random, y), () => torch.nn.functional.dropout(t, 0.5).Dispose());
    }
}
