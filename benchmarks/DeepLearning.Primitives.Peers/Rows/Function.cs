using TorchSharp;
using static DeepLearning.Primitives.Peers.Operands;

namespace DeepLearning.Primitives.Peers;

internal delegate void Map(ReadOnlySpan<float> x, Span<float> destination);

internal delegate void GradientMap(ReadOnlySpan<float> from, ReadOnlySpan<float> upstream, Span<float> destination);

/// <summary>
/// A function of one number, its gradient, and libtorch's; timed on numbers from <paramref name="Low"/> to 5. The goal is
/// that for 1k to 1M elements; at 128 it is 6.
/// </summary>
internal sealed record Function(
    string Name, double Goal, Map Value, GradientMap? Gradient, Func<torch.Tensor, torch.Tensor> Theirs, float Low = -5)
{
    private static readonly int[] s_sizes = [128, 1 << 10, 1 << 16, 1 << 20];

    public static IEnumerable<Table> Tables(string title, Function[] functions) =>
    [
        new($"{title}, forward", "libtorch", functions.SelectMany(f => s_sizes.Select(f.Forward))),
        new($"{title}, gradient", "libtorch", functions.Where(f => f.Gradient is not null).SelectMany(f => s_sizes.Select(f.Backward))),
    ];

    private double GoalAt(int n) => n == 128 ? 6 : Goal;

    private Row Forward(int n)
    {
        float[] x = Floats(n, Low), y = new float[n];
        torch.Tensor t = Tensor(x, n);
        return new($"{Name} {Operands.Name(n)}", GoalAt(n), () => Value(x, y), () => Theirs(t).Dispose());
    }

    // libtorch's backward kernels cannot be called alone from TorchSharp: this is its whole backward pass of one function.
    private Row Backward(int n)
    {
        float[] x = Floats(n, Low), g = Floats(n, 0.5f, 2), y = new float[n];
        torch.Tensor t = Tensor(x, n).requires_grad_(), upstream = Tensor(g, n);
        torch.Tensor? output = null;
        return new($"{Name}′ {Operands.Name(n)}", GoalAt(n), () => Gradient!(x, g, y), Backward) { NeedsGradients = true };

        void Backward()
        {
            using var scope = torch.NewDisposeScope();
            output ??= Theirs(t).DetachFromDisposeScope();
            torch.autograd.grad([output], [t], [upstream], retain_graph: true);
        }
    }
}
