using System.Runtime.Intrinsics;
using static DeepLearning.Primitives.Peers.Operands;

namespace DeepLearning.Primitives.Peers;

/// <summary>LSTM and GRU against ONNX Runtime's, whose weights are packed once, when its session begins.</summary>
internal static class OnnxRecurrentRows
{
    // ONNX Runtime cannot be told to do without AVX-512.
    public static IEnumerable<Table> Tables() => !Vector512.IsHardwareAccelerated ? [] :
        from threads in Environment.ProcessorCount < 2 ? (int[])[1] : [1, 2]
        select new Table(
            $"Recurrent, forward, {(threads == 1 ? "one thread" : "two threads")}",
            "ONNX Runtime",
            [
                .. from work in (RecurrentRows.Work[])[RecurrentRows.Small, RecurrentRows.Large, RecurrentRows.Single]
                   from ragged in work.Batch == 1 ? (bool[])[false] : [false, true]
                   from unit in Enum.GetValues<RecurrentUnit>()
                   where unit != RecurrentUnit.Rnn
                   select New(work, unit, ragged, threads),
            ])
        {
            Threads = threads,
        };

    private static Row New(RecurrentRows.Work work, RecurrentUnit unit, bool isRagged, int threads)
    {
        float[] x = Floats(work.Time * work.Batch * work.Input, -1, 1);
        int[]? lengths = isRagged ? work.Lengths : null;
        var parameter = new Parameter<float>("x", [work.Time, work.Batch, work.Input], x);
        var tape = new GradientTape<float>(recording: false);
        Lstm<float>? lstm = unit == RecurrentUnit.Lstm ? new(work.Input, work.Hidden, new Philox(1)) : null;
        Gru<float> gru = new(work.Input, work.Hidden, new Philox(1), new() { ResetBefore = unit == RecurrentUnit.GruResetBefore });
        RecurrentLayer<float> layer = (RecurrentLayer<float>?)lstm ?? gru;
        Lazy<OnnxSession> theirs = new(() => new(Convert(work, unit, layer, isRagged), threads, x, lengths));
        string name = unit switch { RecurrentUnit.Lstm => "LSTM", RecurrentUnit.Gru => "GRU", _ => "GRU, reset before" };
        return new($"{name} {work}{(isRagged ? ", ragged" : "")}", 1.0, Ours, () => theirs.Value.Run());

        void Ours()
        {
            tape.Reset();
            Variable<float> sequence = tape.Watch(parameter);
            if (lstm is null) gru.Forward(sequence, lengths);
            else lstm.Forward(sequence, lengths);
        }
    }

    /// <summary>Our weights as theirs.</summary>
    private static OnnxRecurrent Convert(RecurrentRows.Work work, RecurrentUnit unit, RecurrentLayer<float> layer, bool isRagged)
    {
        IReadOnlyList<Parameter<float>> parameters = layer.Parameters;
        RecurrentWeights<float> weights = new()
        {
            Input = parameters[0].Value,
            Hidden = parameters[1].Value,
            InputBias = parameters[2].Value,
            HiddenBias = parameters[3].Value,
        };
        float[] w = new float[weights.Input.Length], r = new float[weights.Hidden.Length];
        float[] b = new float[RecurrentLayouts.BiasLength(RecurrentLayout.Onnx, unit, work.Hidden)];
        RecurrentLayouts.Export(RecurrentLayout.Onnx, unit, work.Input, work.Hidden, weights, w, r, b);
        return new(unit == RecurrentUnit.Lstm ? "LSTM" : "GRU", "forward", work.Time, work.Batch, work.Input, work.Hidden)
        {
            W = w,
            R = r,
            B = b,
            ResetsAfterProduct = unit == RecurrentUnit.Gru,
            HasLengths = isRagged,
        };
    }
}
