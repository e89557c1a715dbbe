using TorchSharp;
using static DeepLearning.Primitives.Peers.Operands;

namespace DeepLearning.Primitives.Peers;

/// <summary>The matrix product C = A·B, A (m × k), B (k × n). libtorch writes to a given C (addmm_ with β = 0).</summary>
internal static class MatMulRows
{
    private static readonly (int M, int K, int N)[] s_shapes =
    [
        (64, 64, 64), (128, 128, 128), (256, 256, 256), (512, 512, 512), (1024, 1024, 1024),
        (32, 784, 128), (64, 512, 512), (1, 784, 128), (17, 33, 65),
    ];

    public static IEnumerable<Table> Tables() =>
    [
        new("MatMul", "libtorch", s_shapes.Select(s => Product(s.M, s.K, s.N, goal: 0.85))) { MeanGoal = 1.0 },
        new("MatMul, B transposed", "libtorch", s_shapes.Select(s => Product(s.M, s.K, s.N, transposeB: true))),
        new("MatMul, A transposed", "libtorch", s_shapes.Select(s => Product(s.M, s.K, s.N, transposeA: true))),
    ];

    private static Row Product(int m, int k, int n, bool transposeA = false, bool transposeB = false, double? goal = null)
    {
        float[] a = Floats(m * k, -1, 1), b = Floats(k * n, -1, 1), c = new float[m * n];
        torch.Tensor ta = transposeA ? Tensor(a, k, m).t() : Tensor(a, m, k);
        torch.Tensor tb = transposeB ? Tensor(b, n, k).t() : Tensor(b, k, n);
        torch.Tensor tc = torch.zeros(m, n);
        string work = $"{m}×{k}×{n}{(transposeA ? " TN" : transposeB ? " NT" : "")}";
        return new(
            work, goal, () => LinearAlgebra.MatMul<float>(a, b, c, m, k, n, transposeA, transposeB), () => tc.addmm_(ta, tb, 0, 1));
    }
}
