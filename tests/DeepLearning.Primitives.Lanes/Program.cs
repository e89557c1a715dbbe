using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using DeepLearning.Primitives;
using DeepLearning.Primitives.Tests;

// Prints one hash for each operation of the catalogue and for each workload large enough for several threads. The tests
// run this program with instruction sets switched off and with other numbers of threads, and compare what it prints.
if (args is ["--threads", string threads]) Compute.MaxDegreeOfParallelism = int.Parse(threads, CultureInfo.InvariantCulture);

GradientTape<float> floats = new();
GradientTape<double> doubles = new();
foreach (IGrouping<string, Operator> rows in OperatorCatalogue.All.GroupBy(op => op.Name))
{
    Hash hash = new();
    foreach (Operator op in rows)
    {
        foreach (int n in (int[])[0, 1, 3, 5, 17, 40, 130])
        {
            Evaluate(hash, floats, op, op.OnFloat, n);
            Evaluate(hash, doubles, op, op.OnDouble, n);
        }
    }

    hash.Print(rows.Key);
}

Large<float>("float");
Large<double>("double");

static void Evaluate<T>(Hash hash, GradientTape<T> tape, Operator op, Func<Variable<T>[], Variable<T>> call, int n)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    tape.Reset();
    Shape[] shapes = op.Shapes(n);
    Parameter<T>[] parameters = [.. op.Sample(n).Select((x, i) => new Parameter<T>($"x{i}", shapes[i], Array.ConvertAll(x, T.CreateChecked)))];
    Variable<T> result = call([.. parameters.Select(tape.Watch)]);
    hash.Add(result.Value);
    if (!op.IsDifferentiable) return;
    tape.Backward((result * result).Sum());
    foreach (Parameter<T> parameter in parameters) hash.Add<T>(parameter.Gradient);
}

static void Large<T>(string type)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    const int Count = 200_003;
    Philox random = new(seed: 7);
    T[] x = new T[Count], y = new T[Count];
    random.Normal<T>(x, T.Zero, T.CreateChecked(4));
    Print("Normal", x);
    Activations.Sigmoid<T>(x, y);
    Print("Sigmoid", y);
    Activations.Tanh<T>(x, y);
    Print("Tanh", y);
    Elementary.Exp<T>(x, y);
    Print("Exp", y);
    Activations.Softmax<T>(x.AsSpan(0, 200_000), 1000, y);
    Print("Softmax", y);
    Activations.LogSoftmax<T>(x.AsSpan(0, 200_000), 10, y);
    Print("LogSoftmax", y);
    int[] labels = [.. Enumerable.Range(0, 2000).Select(i => i * 7 % 100)];
    T loss = Losses.CrossEntropy<T>(x.AsSpan(0, 200_000), labels, y);
    Print("CrossEntropy", [loss, .. y]);
    Print("Penalties", [Penalties.L1<T>(x), Penalties.L2<T>(x)]);
    (int M, int K, int N) size = (131, 170, 142);
    foreach ((bool ta, bool tb) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)])
    {
        LinearAlgebra.MatMul<T>(x.AsSpan(0, size.M * size.K), x.AsSpan(1000, size.K * size.N), y.AsSpan(0, size.M * size.N), size.M, size.K, size.N, ta, tb);
        Print($"MatMul {(ta ? 'T' : 'N')}{(tb ? 'T' : 'N')}", y);
    }

    int[] lengths = [.. Enumerable.Range(0, 13).Select(i => i * 5 % 8)];
    Lstm<T> lstm = new(5, 37, random, new() { Bidirectional = true, ProjectionSize = 21, Peepholes = true });
    Gru<T> gru = new(5, 37, random, new() { Layers = 2 });
    GradientTape<T> recurrent = new();
    Variable<T> sequence = recurrent.Constant(x.AsSpan(0, 455), [7, 13, 5]);
    recurrent.Backward(lstm.Forward(sequence, lengths).Output.Sum() + gru.Forward(sequence, lengths).Output.Sum());
    Print("Lstm", lstm.Parameters[1].Gradient);
    Print("Gru", gru.Parameters[1].Gradient);

    Linear<T> hidden = new(20, 70, random, initialization: Initialization.HeNormal), output = new(70, 10, random);
    Adam<T> adam = new([.. hidden.Parameters, .. output.Parameters]) { LearningRate = T.CreateChecked(0.01) };
    GradientTape<T> tape = new();
    for (int step = 0; step < 5; step++)
    {
        tape.Reset();
        Variable<T> logits = output.Forward(hidden.Forward(tape.Constant(x.AsSpan(step * 2000, 2000), [100, 20])).Relu());
        tape.Backward(logits.CrossEntropy(labels.AsSpan(0, 100).ToArray().Select(l => l % 10).ToArray()) + (0.01 * tape.Watch(hidden.Weight).L2Penalty()));
        adam.Step();
    }

    Print("Training", hidden.Weight.Value);
    void Print(string name, ReadOnlySpan<T> values)
    {
        Hash hash = new();
        hash.Add(values);
        hash.Print($"{name} of {type}, large");
    }
}

/// <summary>FNV-1a over the bits; every NaN counts as the same.</summary>
internal sealed class Hash
{
    private ulong _state = 14695981039346656037;

    public void Add<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (T value in values)
        {
            T one = T.IsNaN(value) ? T.NaN : value;
            foreach (byte b in MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in one))) _state = (_state ^ b) * 1099511628211;
        }
    }

    public void Print(string name) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {_state:x16}"));
}
