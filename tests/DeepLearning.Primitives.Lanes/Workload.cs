using System.Numerics;
using System.Runtime.Intrinsics;
using DeepLearning.Primitives.Tests;
using Digits;

namespace DeepLearning.Primitives.Lanes;

/// <summary>
/// What every lane computes. A line is a name, the hash of a small part, and the hash of all of it, for which a quick lane
/// has no time: <c>-</c>.
/// </summary>
internal static class Workload
{
    private static readonly int[] s_small = [0, 1, 5, 17], s_large = [3, 40, 130];

    public static int Run(bool quick)
    {
        int width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        Console.Error.WriteLine($"{width} bits, {Compute.MaxDegreeOfParallelism} threads");
        Catalogue(quick);
        int failures = Spans.Run<float>(quick) + Spans.Run<double>(quick);
        Training(quick);
        if (!quick)
        {
            Large<float>();
            Large<double>();
        }

        return failures == 0 ? 0 : 1;
    }

    public static void Print(string name, string small, string all) => Console.WriteLine($"{name}: {small} {all}");

    /// <summary>Every row, with its gradients.</summary>
    private static void Catalogue(bool quick)
    {
        GradientTape<float> floats = new();
        GradientTape<double> doubles = new();
        foreach (IGrouping<string, Operator> rows in OperatorCatalogue.All.GroupBy(op => op.Name))
        {
            Hash hash = new();
            Evaluate(s_small);
            string small = hash.ToString();
            if (!quick) Evaluate(s_large);
            Print(rows.Key, small, quick ? "-" : hash.ToString());

            void Evaluate(int[] sizes)
            {
                foreach (Operator op in rows)
                {
                    foreach (int n in sizes)
                    {
                        Evaluate1(hash, floats, op, op.OnFloat, n);
                        Evaluate1(hash, doubles, op, op.OnDouble, n);
                    }
                }
            }
        }
    }

    private static void Evaluate1<T>(Hash hash, GradientTape<T> tape, Operator op, Func<Variable<T>[], Variable<T>> call, int n)
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

    /// <summary>The network of the digits sample on its data: an epoch, or some steps of one.</summary>
    private static void Training(bool quick)
    {
        const int Batch = 32;
        Philox random = new(seed: 1);
        (DigitData train, DigitData test) = DigitData.Load().Split(random);
        Linear<float> hidden = new(DigitData.Pixels, 128, random, initialization: Initialization.HeNormal), output = new(128, DigitData.Classes, random);
        Sgd<float> optimizer = new([.. hidden.Parameters, .. output.Parameters]) { LearningRate = 0.05f, Momentum = 0.9f, Nesterov = true };
        GradientTape<float> tape = new();
        string small = "";
        for (int first = 0, step = 1; first + Batch <= train.Count && (!quick || step <= 5); first += Batch, step++)
        {
            tape.Reset();
            Variable<float> scores = Scores(train.Images.AsSpan(first * DigitData.Pixels, Batch * DigitData.Pixels));
            tape.Backward(scores.CrossEntropy(train.Labels.AsSpan(first, Batch)) + (1e-4f * tape.Watch(hidden.Weight).L2Penalty()));
            optimizer.Step();
            if (step == 5) small = Weights();
        }

        tape.Reset();
        string all = Hash.Of<float>([.. output.Weight.Value, .. hidden.Weight.Value, .. quick ? [] : Scores(test.Images).Value]);
        Print("Digits", small, quick ? "-" : all);

        string Weights() => Hash.Of<float>([.. output.Weight.Value, .. hidden.Weight.Value]);

        Variable<float> Scores(ReadOnlySpan<float> images) =>
            output.Forward(hidden.Forward(tape.Constant(images, [images.Length / DigitData.Pixels, DigitData.Pixels])).Relu());
    }

    /// <summary>Sizes that are split over threads.</summary>
    private static void Large<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Count = 200_003;
        Philox random = new(seed: 7);
        T[] x = new T[Count], y = new T[Count];
        random.Normal<T>(x, T.Zero, T.CreateChecked(4));
        Line("Normal", x);
        Activations.Sigmoid<T>(x, y);
        Line("Sigmoid", y);
        Activations.Tanh<T>(x, y);
        Line("Tanh", y);
        Elementary.Exp<T>(x, y);
        Line("Exp", y);
        foreach (int rowLength in (int[])[10, 100, 1000, 20_000])
        {
            Activations.Softmax<T>(x.AsSpan(0, 200_000), rowLength, y);
            Line($"Softmax of {rowLength}", y);
            Activations.LogSoftmax<T>(x.AsSpan(0, 200_000), rowLength, y);
            Line($"LogSoftmax of {rowLength}", y);
        }

        GradientTape<T> tape = new();
        Variable<T> cube = tape.Constant(x.AsSpan(0, 200_000), [50, 200, 20]);
        Line("Reductions", [.. cube.Sum().Value, .. cube.Sum(1).Value, .. cube.Max(0).Value, .. cube.Mean(2).Value, .. cube.LogSumExp(1).Value]);
        int[] labels = [.. Enumerable.Range(0, 2000).Select(i => i * 7 % 100)];
        T loss = Losses.CrossEntropy<T>(x.AsSpan(0, 200_000), labels, y);
        Line("CrossEntropy", [loss, .. y]);
        Line("Penalties", [Penalties.L1<T>(x), Penalties.L2<T>(x)]);
        (int M, int K, int N) size = (131, 170, 142);
        foreach ((bool ta, bool tb) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)])
        {
            LinearAlgebra.MatMul<T>(x.AsSpan(0, size.M * size.K), x.AsSpan(1000, size.K * size.N), y.AsSpan(0, size.M * size.N), size.M, size.K, size.N, ta, tb);
            Line($"MatMul {(ta ? 'T' : 'N')}{(tb ? 'T' : 'N')}", y);
        }

        int[] lengths = [.. Enumerable.Range(0, 40).Select(i => i * 7 % 31)];
        Lstm<T> lstm = new(20, 70, random, new() { Bidirectional = true, ProjectionSize = 37, Peepholes = true });
        Gru<T> gru = new(20, 70, random, new() { Layers = 2 });
        tape.Reset();
        Variable<T> sequence = tape.Constant(x.AsSpan(0, 24_000), [30, 40, 20]);
        tape.Backward(lstm.Forward(sequence, lengths).Output.Sum() + gru.Forward(sequence, lengths).Output.Sum());
        Line("Lstm", lstm.Parameters[1].Gradient);
        Line("Gru", gru.Parameters[1].Gradient);

        static void Line(string name, ReadOnlySpan<T> values) => Print($"{name} of {typeof(T).Name}, large", "-", Hash.Of(values));
    }
}
