using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Every option with every other, two layers over a ragged batch: values of the naive loops, gradients of the step-by-step
/// operations, and the same bits whether gates are kept or computed again.
/// </summary>
public class RecurrentCombinationTests
{
    private const int Time = 4, Input = 2, Layers = 2;

    public static TheoryData<RecurrentKind> Kinds => [.. Enum.GetValues<RecurrentKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void All_options_go_together(RecurrentKind kind)
    {
        foreach (RecurrentSetup setup in Setups(kind))
        {
            Check<double>(kind, setup, [2, 0, 4], 3, 1e-13);
            // Sums of some twenty products below 2 in float, through eight steps and back: errors of some 1e-7 a step. So many rows go
            // step by step, fewer all steps at once.
            Check<float>(kind, setup, [2, 0, 4, 1, 4, 3, 0, 2, 4], 9, 2e-5);
        }
    }

    /// <summary>What no single option shows, to the second order.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_with_all_options_are_those_of_central_differences(RecurrentKind kind)
    {
        RecurrentSetup setup = Setups(kind).Last() with { Layers = 1, Recompute = true };
        RecurrentCase<double> layer = New<double>(kind, setup, 2);
        Parameter<double> x = new("x", setup.BatchMajor ? [2, 3, Input] : [3, 2, Input], RecurrentTests.Numbers<double>(3 * 2 * Input, 1));
        GradientCheck.Verify(
            inputs => RecurrentTests.Weighted(layer.Forward(inputs[0], [3, 2], random: new Philox(5))), new GradientCheckOptions { Order = 2 },
            [x, .. layer.Layer.Parameters]);
    }

    /// <summary>The last one has all options.</summary>
    private static IEnumerable<RecurrentSetup> Setups(RecurrentKind kind)
    {
        int options = kind == RecurrentKind.Lstm ? 9 : 6;
        for (int bits = 0; bits < 1 << options; bits++)
        {
            bool Has(int option) => (bits >> option & 1) != 0;
            yield return new(
                Layers, BatchMajor: Has(0), Bidirectional: Has(1), Bias: Has(2), Learned: Has(3), Dropout: Has(4) ? 0.3 : 0,
                RecurrentDropout: Has(5) ? 0.4 : 0, Projection: Has(6) ? 1 : 0, Peepholes: Has(7), Clip: Has(8) ? 0.2 : double.PositiveInfinity);
        }
    }

    private static void Check<T>(RecurrentKind kind, RecurrentSetup setup, int[] lengths, int hidden, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int batch = lengths.Length;
        RecurrentCase<T> kept = New<T>(kind, setup, hidden), again = New<T>(kind, setup with { Recompute = true }, hidden);
        int state = kept.Layer.StateSize, directions = kept.Layer.Directions;
        Shape shape = setup.BatchMajor ? [batch, Time, Input] : [Time, batch, Input];
        Parameter<T> x = Numbers("x", shape, 1), h = Numbers("h", [kept.Places, batch, state], 2), c = Numbers("c", [kept.Places, batch, hidden], 3);
        if (setup.Learned)
        {
            Repeat(kept.Layer.Parameters.Single(p => p.Name == "initial_hidden"), h);
            if (kind == RecurrentKind.Lstm) Repeat(kept.Layer.Parameters.Single(p => p.Name == "initial_cell"), c);
        }

        GradientTape<T> tape = new();
        (T[][] values, T[][] fused) = Run(kept, out Variable<T> loss);
        Parameter<T>[] inputs = Inputs(kept);
        Variable<T>[] recorded = tape.Gradients(loss, [.. inputs.Select(tape.Watch)]);
        for (int i = 0; i < inputs.Length; i++)
            Close("gradient of " + inputs[i].Name, RecurrentTests.Widen(recorded[i].Value), fused[i]);
        (T[][] sameValues, T[][] sameGradients) = Run(again, out _);
        Assert.Equal(values, sameValues);
        Assert.Equal(fused, sameGradients);

        // The masks in the order in which they are drawn.
        Philox random = new(9);
        double[][] masks = new double[Layers][], between = new double[Layers][];
        for (int layer = 0; layer < Layers; layer++)
        {
            masks[layer] = Drawn(directions * batch * state, setup.RecurrentDropout);
            between[layer] = Drawn(layer == Layers - 1 ? 0 : Time * batch * directions * state, setup.Dropout);
            if (setup.BatchMajor && layer < Layers - 1) between[layer] = Turned(between[layer], directions * state);
        }

        double[] sequence = RecurrentTests.Widen<T>(x.Value);
        (double[] output, double[] finalHidden, double[] finalCell) = kept.Reference().Run(
            setup.BatchMajor ? Turned(sequence, Input) : sequence, Time, batch, lengths,
            RecurrentTests.Widen<T>(h.Value), RecurrentTests.Widen<T>(c.Value), masks, between);
        if (setup.BatchMajor) output = References.Transpose(output, [Time, batch, directions * state], [1, 0, 2]);
        Close("output", output, values[0]);
        Close("final state", finalHidden, values[1]);
        if (kind == RecurrentKind.Lstm) Close("final cell", finalCell, values[2]);

        Parameter<T>[] Inputs(RecurrentCase<T> layer) => setup.Learned ? [x, .. layer.Layer.Parameters]
            : kind == RecurrentKind.Lstm ? [x, h, c, .. layer.Layer.Parameters] : [x, h, .. layer.Layer.Parameters];

        (T[][] Values, T[][] Gradients) Run(RecurrentCase<T> layer, out Variable<T> sum)
        {
            Variable<T>[] results = setup.Learned ? layer.Forward(tape.Watch(x), lengths, random: new Philox(9))
                : layer.Forward(tape.Watch(x), lengths, tape.Watch(h), tape.Watch(c), new Philox(9));
            sum = RecurrentTests.Weighted(results);
            tape.Backward(sum);
            return ([.. results.Select(r => r.Value.ToArray())], [.. Inputs(layer).Select(p => p.Gradient.ToArray())]);
        }

        double[] Drawn(int length, double p) =>
            p == 0 ? [.. Enumerable.Repeat(1.0, length)] : RecurrentTests.Widen<T>(RecurrentFeatureTests.Mask<T>(length, p, random));

        void Close(string what, double[] expected, T[] actual) =>
            GoldenVectorTests.AssertClose($"{kind}, {setup}: {what}", expected, RecurrentTests.Widen<T>(actual), tolerance, tolerance);

        double[] Turned(double[] batchMajor, int width) => References.Transpose(batchMajor, [batch, Time, width], [1, 0, 2]);

        static Parameter<T> Numbers(string name, Shape shape, int seed) => new(name, shape, RecurrentTests.Numbers<T>(shape.ElementCount, seed));

        void Repeat(Parameter<T> initial, Parameter<T> rows)
        {
            int width = initial.Shape[1];
            for (int i = 0; i < rows.Value.Length; i += width) initial.Value.Slice(i / width / batch * width, width).CopyTo(rows.Value[i..]);
        }
    }

    /// <summary>A layer whose initial states, if they are learned, are not zeros.</summary>
    private static RecurrentCase<T> New<T>(RecurrentKind kind, RecurrentSetup setup, int hidden)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RecurrentCase<T> layer = new(kind, Input, hidden, setup);
        foreach (Parameter<T> initial in layer.Layer.Parameters.Where(p => p.Name.StartsWith("initial", StringComparison.Ordinal)))
            RecurrentTests.Numbers<T>(initial.Value.Length, 4).CopyTo(initial.Value);
        return layer;
    }
}
