using TorchSharp;
using static DeepLearning.Primitives.Peers.Operands;

namespace DeepLearning.Primitives.Peers;

/// <summary>Softmax over other axes than the last, on a tape that records nothing, and the functions made like softmax.</summary>
internal static class SoftmaxFamilyRows
{
    private static readonly (int[] Shape, int Axis)[] s_axes =
        [([16, 4096], 0), ([256, 256], 0), ([4096, 16], 0), ([16, 64, 64], 1), ([64, 256, 4], 1), ([4, 16, 1024], 1)];

    private static readonly (int Rows, int Length)[] s_rows = [(4096, 16), (512, 128), (64, 1024), (16, 4096)];

    public static IEnumerable<Table> Tables() =>
    [
        new("Softmax over axis 0 or 1, 64k floats", "libtorch", s_axes.SelectMany(s => Axis(s.Shape, s.Axis))),
        new("Log-sum-exp and softmin, 64k floats", "libtorch", s_rows.SelectMany(s => Family(s.Rows, s.Length))),
        new("Softmax of logits of which half are −∞, 64k floats", "libtorch", s_rows.Select(s => Masked(s.Rows, s.Length))),
    ];

    private static IEnumerable<Row> Axis(int[] shape, int axis)
    {
        var x = new Parameter<float>("x", Shape.Create(shape));
        Floats(x.Value.Length).CopyTo(x.Value);
        var quiet = new GradientTape<float>(recording: false);
        var tape = new GradientTape<float>();
        torch.Tensor t = Tensor(x.Value.ToArray(), [.. shape.Select(n => (long)n)]), u = t.clone().requires_grad_();
        string name = $"axis {axis} of {string.Join('×', shape)}";
        yield return new($"softmax, {name}", 2, () => Quiet().Softmax(axis), () => t.softmax(axis).Dispose());
        yield return new($"log-softmax, {name}", 2, () => Quiet().LogSoftmax(axis), () => t.log_softmax(axis).Dispose());
        yield return new($"softmax both ways, {name}", 2, Both, TheirBoth) { NeedsGradients = true };

        Variable<float> Quiet()
        {
            quiet.Reset();
            return quiet.Watch(x);
        }

        void Both()
        {
            tape.Reset();
            Variable<float> y = tape.Watch(x).Softmax(axis);
            tape.Backward((y * y).Sum());
        }

        void TheirBoth()
        {
            using var scope = torch.NewDisposeScope();
            torch.Tensor y = u.softmax(axis);
            torch.autograd.grad([(y * y).sum()], [u]);
        }
    }

    private static IEnumerable<Row> Family(int rows, int length)
    {
        float[] x = Floats(rows * length), y = new float[x.Length], sums = new float[rows], g = Floats(rows, 0.5f, 2), d = new float[x.Length];
        torch.Tensor t = Tensor(x, rows, length), u = t.clone().requires_grad_(), upstream = Tensor(g, rows), theirs = u.logsumexp(1);
        string shape = $"{rows}×{length}";
        yield return new($"log-sum-exp {shape}", 1.5, () => Activations.LogSumExp<float>(x, length, sums), () => t.logsumexp(1).Dispose());
        yield return new(
            $"log-sum-exp gradient {shape}", 1.5, () => Activations.LogSumExpGradient<float>(x, sums, g, length, d),
            () => torch.autograd.grad([theirs], [u], [upstream], retain_graph: true)[0].Dispose())
        { NeedsGradients = true };
        yield return new($"softmin {shape}", 2, () => Activations.Softmin<float>(x, length, y), () => torch.nn.functional.softmin(t, 1).Dispose());
    }

    private static Row Masked(int rows, int length)
    {
        float[] x = Floats(rows * length), y = new float[x.Length];
        for (int i = 1; i < x.Length; i += 2) x[i] = float.NegativeInfinity;
        torch.Tensor t = Tensor(x, rows, length);
        return new($"softmax {rows}×{length}", 2, () => Activations.Softmax<float>(x, length, y), () => t.softmax(1).Dispose());
    }
}
