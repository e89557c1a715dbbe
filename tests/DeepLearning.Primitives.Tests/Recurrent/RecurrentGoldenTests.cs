using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// LSTM, GRU and RNN against what libtorch computed: results and the gradients of everything, on the tape, recorded and on spans.
/// </summary>
public class RecurrentGoldenTests
{
    // Sums of up to 12 products below 1 and four bent steps, twice over going back, a rounding each on either side; gradients
    // reach 10.
    private const double Tolerance = 512 * 1.1102230246251565e-16;

    public static TheoryData<string> Names => [.. LibtorchVectors.Names("recurrent/")];

    [Theory]
    [MemberData(nameof(Names))]
    public void Recurrent_layers_agree_with_libtorch(string name)
    {
        LibtorchCase found = LibtorchVectors.Find(name);
        RecurrentKind kind = name.Split('/')[1] switch { "lstm" => RecurrentKind.Lstm, "gru" => RecurrentKind.Gru, _ => RecurrentKind.Rnn };
        int[] shape = found["x"].Lengths, states = found["h"].Lengths;
        RecurrentSetup setup = new(
            Layers: found.Tensors.ContainsKey("weight_ih_l1") ? 2 : 1, Bidirectional: found.Tensors.ContainsKey("weight_ih_l0_reverse"),
            Bias: found.Tensors.ContainsKey("bias_ih_l0"));
        RecurrentCase<double> layer = new(kind, shape[2], states[2], setup);
        // Names, order and layout are libtorch's.
        Assert.Equal(found.Tensors.Keys.Where(k => k.Contains("_l", StringComparison.Ordinal) && !k.StartsWith("gradient", StringComparison.Ordinal)), layer.Layer.Parameters.Select(p => p.Name));
        foreach (Parameter<double> parameter in layer.Layer.Parameters)
        {
            Assert.Equal(found[parameter.Name].Lengths, parameter.Shape.ToArray());
            found[parameter.Name].Doubles.CopyTo(parameter.Value);
        }

        Parameter<double> x = new("x", Shape.Create(shape), found["x"].Doubles), h = new("h", Shape.Create(states), found["h"].Doubles);
        Parameter<double> c = new("c", Shape.Create(states), kind == RecurrentKind.Lstm ? found["c"].Doubles : found["h"].Doubles);
        GradientTape<double> tape = new();
        Variable<double>[] results = layer.Forward(tape.Watch(x), null, tape.Watch(h), tape.Watch(c));
        Close("output", results[0].Value);
        Close("finalHidden", results[1].Value);
        if (kind == RecurrentKind.Lstm) Close("finalCell", results[2].Value);
        Variable<double> loss = (results[0] * tape.Constant(found["upstream"].Doubles, results[0].Shape)).Sum();
        foreach (Variable<double> result in results.Skip(1)) loss += result.Sum();
        Parameter<double>[] inputs = [x, h, .. kind == RecurrentKind.Lstm ? [c] : (Parameter<double>[])[], .. layer.Layer.Parameters];
        Variable<double>[] recorded = tape.Gradients(loss, [.. inputs.Select(tape.Watch)]);
        tape.Backward(loss);
        for (int i = 0; i < inputs.Length; i++)
        {
            Close("gradient." + inputs[i].Name, inputs[i].Gradient);
            Close("gradient." + inputs[i].Name, recorded[i].Value);
        }

        if (!setup.Bidirectional) AgreesOnSpans(kind, found, x, h, c, layer.Layer.Parameters);

        void Close(string tensor, ReadOnlySpan<double> actual) =>
            GoldenVectorTests.AssertClose($"{name}, {tensor}", found[tensor].Doubles, actual.ToArray(), Tolerance, Tolerance);
    }

    /// <summary>The span functions give the bits of the tape.</summary>
    private static void AgreesOnSpans(
        RecurrentKind kind, LibtorchCase found, Parameter<double> x, Parameter<double> h, Parameter<double> c, IReadOnlyList<Parameter<double>> parameters)
    {
        RecurrentShape shape = new(x.Shape[0], x.Shape[1], x.Shape[2], h.Shape[2]);
        RecurrentWeights<double> weights = new()
        {
            Input = parameters[0].Value,
            Hidden = parameters[1].Value,
            InputBias = parameters[2].Value,
            HiddenBias = parameters[3].Value,
        };
        double[] output = new double[found["output"].Doubles.Length], finalHidden = new double[h.Value.Length], finalCell = new double[h.Value.Length];
        double[] upstream = found["upstream"].Doubles, ones = [.. Enumerable.Repeat(1.0, h.Value.Length)];
        double[][] results = [.. ((Parameter<double>[])[x, h, c, .. parameters]).Select(p => new double[p.Value.Length])];
        RecurrentGradients<double> gradients = new()
        {
            Sequence = results[0],
            InitialHidden = results[1],
            InitialCell = kind == RecurrentKind.Lstm ? results[2] : [],
            Input = results[3],
            Hidden = results[4],
            InputBias = results[5],
            HiddenBias = results[6],
        };
        switch (kind)
        {
            case RecurrentKind.Lstm:
                double[] workspace = new double[Recurrent.LstmWorkspace<double>(shape)];
                Recurrent.LstmForward(shape, weights, x.Value, h.Value, c.Value, output, finalHidden, finalCell, workspace);
                Recurrent.LstmBackward(shape, weights, x.Value, upstream, ones, ones, gradients, workspace);
                break;
            case RecurrentKind.Gru:
                workspace = new double[Recurrent.GruWorkspace<double>(shape)];
                Recurrent.GruForward(shape, weights, x.Value, h.Value, output, finalHidden, workspace);
                Recurrent.GruBackward(shape, weights, x.Value, upstream, ones, gradients, workspace);
                break;
            default:
                workspace = new double[Recurrent.RnnWorkspace<double>(shape)];
                Recurrent.RnnForward(shape, weights, x.Value, h.Value, output, finalHidden, workspace);
                Recurrent.RnnBackward(shape, weights, x.Value, upstream, ones, gradients, workspace);
                break;
        }

        GoldenVectorTests.AssertClose("output", found["output"].Doubles, output, Tolerance, Tolerance);
        Parameter<double>[] inputs = [x, h, c, .. parameters];
        for (int i = 0; i < inputs.Length; i++)
            if (i != 2 || kind == RecurrentKind.Lstm) Assert.Equal(inputs[i].Gradient.ToArray(), results[i]);
    }
}
