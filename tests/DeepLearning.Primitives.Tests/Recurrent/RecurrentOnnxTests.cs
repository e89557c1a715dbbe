using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// LSTM, GRU and RNN against what ONNX Runtime computed, with its weights converted by <see cref="RecurrentLayouts"/>: both ways of
/// <c>linear_before_reset</c>, all directions, whole and ragged batches with initial states, peepholes.
/// </summary>
public class RecurrentOnnxTests
{
    // ONNX Runtime works in float: a sum of nine terms below 1 is off by a few 6e-8, its rational tanh and sigmoid by as much, and
    // five steps carry that on: 3e-7 measured.
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Names => [.. LibtorchVectors.Names("onnx/")];

    [Theory]
    [MemberData(nameof(Names))]
    public void Recurrent_layers_agree_with_Onnx_Runtime(string name)
    {
        Agree<double>(name);
        Agree<float>(name);
    }

    private static void Agree<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LibtorchCase found = LibtorchVectors.Find(name);
        string kindName = name.Split('/')[1];
        RecurrentKind kind = kindName switch
        {
            "gru_reset_after" => RecurrentKind.Gru,
            "gru_reset_before" => RecurrentKind.GruResetBefore,
            "rnn" => RecurrentKind.Rnn,
            _ => RecurrentKind.Lstm,
        };
        int[] sequence = found["X"].Lengths, states = found["Y_h"].Lengths;
        (int time, int batch, int input, int directions, int hidden) = (sequence[0], sequence[1], sequence[2], states[0], states[2]);
        bool isReverse = name.Contains("/reverse", StringComparison.Ordinal), hasPeepholes = found.Tensors.ContainsKey("P");
        RecurrentCase<T> layer = new(kind, input, hidden, new(Bidirectional: directions == 2 || isReverse, Peepholes: hasPeepholes));
        // ONNX's reverse alone is the second direction of both; the first one's weights stay what they are.
        int ours = layer.Layer.Directions, firstOurs = isReverse ? 1 : 0;
        for (int direction = 0; direction < directions; direction++) Import(found, kind, layer.Layer, direction, direction + firstOurs, hidden);

        int[]? lengths = found.Tensors.TryGetValue("sequence_lens", out LibtorchTensor? given) ? given.Integers : null;
        GradientTape<T> tape = new(recording: false);
        Variable<T>[] results = layer.Forward(
            tape.Constant(Numbers<T>(found["X"]), Shape.Create(sequence)), lengths, State("initial_h"), kind == RecurrentKind.Lstm ? State("initial_c") : null);
        for (int direction = 0; direction < directions; direction++)
        {
            int place = direction + firstOurs;
            for (int t = 0; t < time; t++)
            {
                for (int row = 0; row < batch; row++)
                {
                    int theirs = ((t * directions) + direction) * batch + row;
                    Close("Y", theirs * hidden, results[0].Value.Slice((((t * batch) + row) * ours + place) * hidden, hidden));
                }
            }

            int length = batch * hidden;
            Close("Y_h", direction * length, results[1].Value.Slice(place * length, length));
            if (kind == RecurrentKind.Lstm) Close("Y_c", direction * length, results[2].Value.Slice(place * length, length));
        }

        Variable<T>? State(string tensor)
        {
            if (!found.Tensors.TryGetValue(tensor, out LibtorchTensor? state)) return null;
            T[] all = new T[ours * batch * hidden];
            Numbers<T>(state).CopyTo(all.AsSpan(firstOurs * batch * hidden));
            return tape.Constant(all, [ours, batch, hidden]);
        }

        void Close(string tensor, int start, ReadOnlySpan<T> actual) => GoldenVectorTests.AssertClose(
            $"{name}, {tensor}", found[tensor].Doubles[start..(start + hidden * (actual.Length / hidden))], GoldenVectorTests.Widen(actual), 0, Tolerance);
    }

    /// <summary>One direction's weights into ours, and back again: nothing is lost.</summary>
    private static void Import<T>(LibtorchCase found, RecurrentKind kind, RecurrentLayer<T> layer, int direction, int ours, int hidden)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RecurrentUnit unit = kind switch
        {
            RecurrentKind.Lstm => RecurrentUnit.Lstm,
            RecurrentKind.Gru => RecurrentUnit.Gru,
            RecurrentKind.GruResetBefore => RecurrentUnit.GruResetBefore,
            _ => RecurrentUnit.Rnn,
        };
        T[] w = Part("W"), r = Part("R"), b = Part("B");
        int input = layer.InputSize;
        string suffix = ours == 1 ? "_l0_reverse" : "_l0";
        Parameter<T> Weights(string weights) => layer.Parameters.Single(p => p.Name == weights + suffix);
        RecurrentLayouts.Import<T>(RecurrentLayout.Onnx, unit, input, hidden, w, r, b, new()
        {
            Input = Weights("weight_ih").Value,
            Hidden = Weights("weight_hh").Value,
            InputBias = Weights("bias_ih").Value,
            HiddenBias = Weights("bias_hh").Value,
        });
        T[] w2 = new T[w.Length], r2 = new T[r.Length], b2 = new T[b.Length];
        RecurrentLayouts.Export(RecurrentLayout.Onnx, unit, input, hidden, new()
        {
            Input = Weights("weight_ih").Value,
            Hidden = Weights("weight_hh").Value,
            InputBias = Weights("bias_ih").Value,
            HiddenBias = Weights("bias_hh").Value,
        }, w2, r2, b2);
        Assert.Equal(w, w2);
        Assert.Equal(r, r2);
        Assert.Equal(b, b2);
        if (!found.Tensors.ContainsKey("P")) return;
        T[] p = Part("P"), p2 = new T[p.Length];
        RecurrentLayouts.ImportPeepholes<T>(RecurrentLayout.Onnx, hidden, p, Weights("weight_ch").Value);
        RecurrentLayouts.ExportPeepholes<T>(RecurrentLayout.Onnx, hidden, Weights("weight_ch").Value, p2);
        Assert.Equal(p, p2);

        T[] Part(string tensor)
        {
            T[] all = Numbers<T>(found[tensor]);
            int length = all.Length / found[tensor].Lengths[0];
            return all[(direction * length)..((direction + 1) * length)];
        }
    }

    private static T[] Numbers<T>(LibtorchTensor tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(tensor.Doubles, T.CreateChecked);
}
