using TorchSharp;
using static DeepLearning.Primitives.Peers.Operands;

namespace DeepLearning.Primitives.Peers;

/// <summary>Softmax, log-softmax and cross entropy: functions of whole rows.</summary>
internal static class SoftmaxRows
{
    private static readonly (int Rows, int Length)[] s_shapes = [(1000, 10), (1000, 100), (100, 1000), (10, 32_000)];

    public static IEnumerable<Table> Tables() =>
    [
        new("Softmax", "libtorch", s_shapes.SelectMany(s => Softmax(s.Rows, s.Length))),
        new("Cross entropy", "libtorch", CrossEntropy(128, 1000)),
    ];

    private static IEnumerable<Row> Softmax(int rows, int length)
    {
        float[] x = Floats(rows * length), y = new float[x.Length];
        torch.Tensor t = Tensor(x, rows, length);
        string shape = $"{rows}×{length}";
        yield return new($"softmax {shape}", 1.6, () => Activations.Softmax<float>(x, length, y), () => t.softmax(1).Dispose());
        yield return new($"log-softmax {shape}", 1.6, () => Activations.LogSoftmax<float>(x, length, y), () => t.log_softmax(1).Dispose());
    }

    private static IEnumerable<Row> CrossEntropy(int rows, int classes)
    {
        float[] logits = Floats(rows * classes), gradient = new float[logits.Length];
        int[] labels = Labels(rows, classes);
        torch.Tensor x = Tensor(logits, rows, classes).requires_grad_(), target = Tensor(labels);
        yield return new($"forward and backward {rows}×{classes}", 2.5, Ours, Theirs) { NeedsGradients = true };

        void Ours() => Losses.CrossEntropy<float>(logits, labels, gradient);

        void Theirs()
        {
            using torch.Tensor loss = torch.nn.functional.cross_entropy(x, target);
            torch.autograd.grad([loss], [x])[0].Dispose();
        }
    }
}
