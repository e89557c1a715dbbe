using static DeepLearning.Primitives.Peers.Operands;

namespace DeepLearning.Primitives.Peers;

/// <summary>Ours with two threads against ours with one.</summary>
internal static class ThreadRows
{
    public static IEnumerable<Table> Tables() =>
        Environment.ProcessorCount < 2 ? [] : [new("Two threads", "one thread", [Tanh(1 << 22), MatMul(1024)])];

    private static Row Tanh(int n)
    {
        float[] x = Floats(n), y = new float[n];
        return Compare($"tanh {Name(n)}", () => Activations.Tanh<float>(x, y));
    }

    private static Row MatMul(int n)
    {
        float[] a = Floats(n * n, -1, 1), b = Floats(n * n, -1, 1), c = new float[n * n];
        return Compare($"MatMul {n}×{n}×{n}", () => LinearAlgebra.MatMul<float>(a, b, c, n, n, n));
    }

    private static Row Compare(string work, Action action) => new(work, 1.7, () => With(2, action), () => With(1, action));

    private static void With(int threads, Action action)
    {
        int before = Compute.MaxDegreeOfParallelism;
        Compute.MaxDegreeOfParallelism = threads;
        action();
        Compute.MaxDegreeOfParallelism = before;
    }
}
