using TorchSharp;
using static DeepLearning.Primitives.Peers.Operands;

namespace DeepLearning.Primitives.Peers;

/// <summary>Softmax, log-softmax and cross entropy: functions of whole rows.</summary>
internal static class SoftmaxRows
{
    private static readonly (int Rows, int Length)[] s_shapes = [(1000, 10), (1000, 100), (100, 1000), (10, 32_000)];

    private static readonly (int Rows, int Length)[] s_rows =
        [(4096, 16), (2730, 24), (2048, 32), (1024, 64), (655, 100), (512, 128), (256, 256), (128, 512), (64, 1024), (16, 4096)];

    public static IEnumerable<Table> Tables() =>
    [
        new("Softmax", "libtorch", s_shapes.SelectMany(s => Softmax(s.Rows, s.Length, 1.6))),
        new("Softmax, 64k floats in rows of 16 to 4,096", "libtorch", s_rows.SelectMany(s => Softmax(s.Rows, s.Length, 2))),
        new("Softmax backward, 64k floats in rows of 16 to 4,096", "libtorch", s_rows.SelectMany(s => Backward(s.Rows, s.Length))),
        new("Cross entropy", "libtorch", CrossEntropy(128, 1000)),
    ];

    private static IEnumerable<Row> Softmax(int rows, int length, double goal)
    {
        float[] x = Floats(rows * length), y = new float[x.Length];
        torch.Tensor t = Tensor(x, rows, length);
        string shape = $"{rows}×{length}";
        yield return new($"softmax {shape}", goal, () => Activations.Softmax<float>(x, length, y), () => t.softmax(1).Dispose());
        yield return new($"log-softmax {shape}", goal, () => Activations.LogSoftmax<float>(x, length, y), () => t.log_softmax(1).Dispose());
    }

    /// <summary>libtorch's backward kernels, called as its own backward pass calls them.</summary>
    private static IEnumerable<Row> Backward(int rows, int length)
    {
        float[] x = Floats(rows * length), g = Floats(x.Length, -1, 1), y = new float[x.Length], log = new float[x.Length], d = new float[x.Length];
        Activations.Softmax<float>(x, length, y);
        Activations.LogSoftmax<float>(x, length, log);
        torch.Tensor t = Tensor(x, rows, length).requires_grad_(), u = Tensor(g, rows, length), ty = t.softmax(1), tlog = t.log_softmax(1);
        string shape = $"{rows}×{length}";
        yield return new(
            $"softmax gradient {shape}", 2, () => Activations.SoftmaxGradient<float>(y, g, length, d), () => Gradient(ty))
        { NeedsGradients = true };
        yield return new(
            $"log-softmax gradient {shape}", 2, () => Activations.LogSoftmaxGradient<float>(log, g, length, d), () => Gradient(tlog))
        { NeedsGradients = true };

        void Gradient(torch.Tensor output) => torch.autograd.grad([output], [t], [u], retain_graph: true)[0].Dispose();
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
