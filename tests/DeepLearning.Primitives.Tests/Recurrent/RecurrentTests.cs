using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Recurrent layers against naive loops and central differences.</summary>
public class RecurrentTests
{
    private static readonly RecurrentSetup[] s_setups =
    [
        new(),
        new(Layers: 3),
        new(Bidirectional: true),
        new(Layers: 2, Bidirectional: true, BatchMajor: true),
        new(Bias: false),
        new(BatchMajor: true, Recompute: true),
    ];

    private static readonly RecurrentSetup[] s_lstmSetups =
    [
        new(Projection: 3),
        new(Peepholes: true),
        new(Clip: 0.2),
        new(Layers: 2, Bidirectional: true, Projection: 2, Peepholes: true, Clip: 0.3, Recompute: true),
    ];

    public static TheoryData<RecurrentKind, RecurrentSetup> Cases
    {
        get
        {
            TheoryData<RecurrentKind, RecurrentSetup> cases = [];
            foreach (RecurrentKind kind in Enum.GetValues<RecurrentKind>())
                foreach (RecurrentSetup setup in s_setups) cases.Add(kind, setup);
            foreach (RecurrentSetup setup in s_lstmSetups) cases.Add(RecurrentKind.Lstm, setup);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_are_those_of_the_formulas(RecurrentKind kind, RecurrentSetup setup)
    {
        foreach ((int time, int batch, int input, int hidden) in ((int, int, int, int)[])[(5, 4, 3, 5), (1, 1, 1, 4), (7, 1, 6, 37), (3, 30, 2, 19), (0, 2, 3, 4), (4, 0, 3, 4)])
        {
            if (setup.Projection >= hidden) continue;
            Agree<double>(kind, setup, time, batch, input, hidden, 1e-13);
            // Sums of up to 50 products below 1 in float, through up to seven steps that bend them.
            Agree<float>(kind, setup, time, batch, input, hidden, 2e-5);
        }
    }

    private static void Agree<T>(RecurrentKind kind, RecurrentSetup setup, int time, int batch, int input, int hidden, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RecurrentCase<T> layer = new(kind, input, hidden, setup);
        GradientTape<T> tape = new();
        int state = layer.Layer.StateSize;
        foreach (int[]? lengths in (int[]?[])[null, [.. Enumerable.Range(0, batch).Select(i => i * 3 % (time + 1))]])
        {
            tape.Reset();
            T[] x = Numbers<T>(time * batch * input, 1), h = Numbers<T>(layer.Places * batch * state, 2), c = Numbers<T>(layer.Places * batch * hidden, 3);
            Shape shape = setup.BatchMajor ? [batch, time, input] : [time, batch, input];
            Variable<T>[] results = layer.Forward(
                tape.Constant(x, shape), lengths, tape.Constant(h, [layer.Places, batch, state]), tape.Constant(c, [layer.Places, batch, hidden]));
            double[] timeMajor = setup.BatchMajor ? References.Transpose(Widen<T>(x), shape, [1, 0, 2]) : Widen<T>(x);
            (double[] output, double[] finalHidden, double[] finalCell) = layer.Reference().Run(
                timeMajor, time, batch, lengths ?? [.. Enumerable.Repeat(time, batch)], Widen<T>(h), Widen<T>(c));
            int width = layer.Layer.Directions * state;
            if (setup.BatchMajor) output = References.Transpose(output, [time, batch, width], [1, 0, 2]);
            GoldenVectorTests.AssertClose("output", output, Widen(results[0].Value), 0, tolerance);
            GoldenVectorTests.AssertClose("final state", finalHidden, Widen(results[1].Value), 0, tolerance);
            if (kind == RecurrentKind.Lstm) GoldenVectorTests.AssertClose("final cell", finalCell, Widen(results[2].Value), 0, tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_those_of_central_differences(RecurrentKind kind, RecurrentSetup setup)
    {
        const int Time = 3, Batch = 3, Input = 2, Hidden = 4;
        RecurrentCase<double> layer = new(kind, Input, Hidden, setup with { RecurrentDropout = setup.Layers == 3 ? 0.4 : 0, Dropout = setup.Layers == 3 ? 0.3 : 0 });
        int state = layer.Layer.StateSize;
        Parameter<double> x = new("x", setup.BatchMajor ? [Batch, Time, Input] : [Time, Batch, Input], Numbers<double>(Time * Batch * Input, 1));
        Parameter<double> h = new("h", [layer.Places, Batch, state], Numbers<double>(layer.Places * Batch * state, 2));
        Parameter<double> c = new("c", [layer.Places, Batch, Hidden], Numbers<double>(layer.Places * Batch * Hidden, 3));
        foreach (int[]? lengths in (int[]?[])[null, [2, 0, 3]])
        {
            // The second order is slow where there are many parameters; one layer stands for all.
            GradientCheckOptions options = new() { Order = setup.Layers == 1 && lengths is not null ? 2 : 1 };
            GradientCheck.Verify(
                inputs => Weighted(layer.Forward(inputs[0], lengths, inputs[1], inputs[2], new Philox(5))), options, [x, h, c, .. layer.Layer.Parameters]);
        }
    }

    /// <summary>One number from all results, none of which is a constant factor of another.</summary>
    internal static Variable<T> Weighted<T>(Variable<T>[] results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T> sum = results[0].Tape.Constant(T.Zero);
        for (int i = 0; i < results.Length; i++)
        {
            Variable<T> weights = sum.Tape.Constant(Numbers<T>(results[i].Shape.ElementCount, 7 + i), results[i].Shape);
            sum += (results[i] * weights).Sum();
        }

        return sum;
    }

    internal static T[] Numbers<T>(int count, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        float[] numbers = new float[count];
        new Philox(seed).Uniform(numbers, -1f, 1f);
        return Array.ConvertAll(numbers, T.CreateChecked);
    }

    internal static double[] Widen<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => GoldenVectorTests.Widen(values);
}
