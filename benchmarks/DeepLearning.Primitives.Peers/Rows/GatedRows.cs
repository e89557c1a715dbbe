using TorchSharp;
using static DeepLearning.Primitives.Peers.Operands;

namespace DeepLearning.Primitives.Peers;

/// <summary>GLU, and the gated units that libtorch has to put together from their parts.</summary>
internal static class GatedRows
{
    private delegate void Gated(ReadOnlySpan<float> x, int rowLength, Span<float> destination);

    private delegate void GatedGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, int rowLength, Span<float> destination);

    private static readonly (int Rows, int Length)[] s_shapes = [(512, 128), (32, 2048), (512, 2048)];

    private static readonly (string Name, Gated Value, GatedGradient Gradient, Func<torch.Tensor, torch.Tensor> Theirs)[] s_functions =
    [
        ("glu", Activations.Glu, Activations.GluGradient, t => torch.nn.functional.glu(t, 1)),
        ("swiglu", Activations.SwiGlu, Activations.SwiGluGradient, t => Halves(t, torch.nn.functional.silu)),
        ("geglu", Activations.GeGlu, Activations.GeGluGradient, t => Halves(t, torch.nn.functional.gelu)),
    ];

    public static IEnumerable<Table> Tables() =>
    [
        new("Gated units, forward", "libtorch", s_functions.SelectMany(f => s_shapes.Select(s => Forward(f.Name, f.Value, f.Theirs, s.Rows, s.Length)))),
        new("Gated units, gradient", "libtorch", s_functions.SelectMany(f => s_shapes.Select(s => Backward(f.Name, f.Gradient, f.Theirs, s.Rows, s.Length)))),
    ];

    private static torch.Tensor Halves(torch.Tensor t, Func<torch.Tensor, bool, torch.Tensor> gate)
    {
        torch.Tensor[] halves = t.chunk(2, 1);
        return gate(halves[0], false) * halves[1];
    }

    private static Row Forward(string name, Gated ours, Func<torch.Tensor, torch.Tensor> theirs, int rows, int length)
    {
        float[] x = Floats(rows * length), y = new float[x.Length / 2];
        torch.Tensor t = Tensor(x, rows, length);
        return new($"{name} {rows}×{length}", 1.2, () => ours(x, length, y), Theirs);

        void Theirs()
        {
            using var scope = torch.NewDisposeScope();
            theirs(t);
        }
    }

    private static Row Backward(string name, GatedGradient ours, Func<torch.Tensor, torch.Tensor> theirs, int rows, int length)
    {
        float[] x = Floats(rows * length), g = Floats(x.Length / 2, 0.5f, 2), d = new float[x.Length];
        torch.Tensor t = Tensor(x, rows, length).requires_grad_(), upstream = Tensor(g, rows, length / 2), output = theirs(t);
        return new($"{name}′ {rows}×{length}", 1.2, () => ours(x, g, length, d), Theirs) { NeedsGradients = true };

        void Theirs() => torch.autograd.grad([output], [t], [upstream], retain_graph: true)[0].Dispose();
    }
}
