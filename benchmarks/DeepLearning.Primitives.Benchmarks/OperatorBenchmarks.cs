using BenchmarkDotNet.Attributes;
using DeepLearning.Primitives.Tests;

namespace DeepLearning.Primitives.Benchmarks;

/// <summary>Every operation of the catalogue on a tape, forward alone and with its gradient, which allocate nothing.</summary>
[MemoryDiagnoser]
public class OperatorBenchmarks
{
    private readonly GradientTape<float> _quiet = new(recording: false);
    private readonly GradientTape<float> _tape = new();
    private Parameter<float>[] _inputs = [];
    private Variable<float>[] _variables = [];

    public static IEnumerable<Entry> Entries => OperatorCatalogue.All.Where(o => o.IsDifferentiable).Select(o => new Entry(o));

    [ParamsSource(nameof(Entries))]
    public Entry Operation { get; set; } = null!;

    [Params(128, 1 << 14)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Sample()
    {
        double[][] samples = Operation.Operator.Sample(Size);
        Shape[] shapes = Operation.Operator.Shapes(Size);
        _inputs = [.. samples.Select((s, i) => new Parameter<float>($"{i}", shapes[i], Array.ConvertAll(s, v => (float)v)))];
        _variables = new Variable<float>[_inputs.Length];
    }

    [Benchmark]
    public void Forward()
    {
        _quiet.Reset();
        for (int i = 0; i < _inputs.Length; i++) _variables[i] = _quiet.Constant(_inputs[i].Value, _inputs[i].Shape);
        Operation.Operator.OnFloat(_variables);
    }

    [Benchmark]
    public void ForwardAndBackward()
    {
        _tape.Reset();
        for (int i = 0; i < _inputs.Length; i++) _variables[i] = _tape.Watch(_inputs[i]);
        _tape.Backward(Operation.Operator.OnFloat(_variables).Sum());
    }

    /// <summary>An operation with a name that tells the catalogue's rows apart.</summary>
    public sealed record Entry(Operator Operator)
    {
        public override string ToString() => $"{Operator.Name} {string.Join(" ", Operator.Shapes(128).Select(s => s.ToString()))}";
    }
}
