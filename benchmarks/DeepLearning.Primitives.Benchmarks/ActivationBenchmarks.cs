using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace DeepLearning.Primitives.Benchmarks;

/// <summary>Maps of one float to one float, beside TensorPrimitives where it has the function.</summary>
[MemoryDiagnoser, GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory), CategoriesColumn]
public class ActivationBenchmarks
{
    private float[] _x = [];
    private float[] _y = [];

    [Params(128, 1 << 10, 1 << 16, 1 << 20)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        _x = new float[Length];
        _y = new float[Length];
        foreach (ref float x in _x.AsSpan()) x = 10 * random.NextSingle() - 5;
    }

    [Benchmark, BenchmarkCategory("sigmoid")]
    public void Sigmoid() => Activations.Sigmoid<float>(_x, _y);

    [Benchmark(Baseline = true), BenchmarkCategory("sigmoid")]
    public void TensorPrimitivesSigmoid() => TensorPrimitives.Sigmoid<float>(_x, _y);

    [Benchmark, BenchmarkCategory("tanh")]
    public void Tanh() => Activations.Tanh<float>(_x, _y);

    [Benchmark(Baseline = true), BenchmarkCategory("tanh")]
    public void TensorPrimitivesTanh() => TensorPrimitives.Tanh<float>(_x, _y);

    [Benchmark, BenchmarkCategory("exp")]
    public void Exp() => Elementary.Exp<float>(_x, _y);

    [Benchmark(Baseline = true), BenchmarkCategory("exp")]
    public void TensorPrimitivesExp() => TensorPrimitives.Exp<float>(_x, _y);
}
