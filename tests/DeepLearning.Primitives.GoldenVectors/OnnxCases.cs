using DeepLearning.Primitives.Peers;
using static TorchSharp.torch;

namespace DeepLearning.Primitives.GoldenVectors;

/// <summary>
/// ONNX Runtime's LSTM, GRU and RNN, in float32: weights W, R, B and P and results Y, Y_h and Y_c as ONNX lays them out; of half the
/// cases sequence_lens and initial states.
/// </summary>
internal static class OnnxCases
{
    private const int Time = 5, Batch = 4, Input = 3, Hidden = 5;

    // Without a 0: there ONNX Runtime drops the initial state, which this library carries.
    private static readonly int[] s_lengths = [3, 5, 1, 4];

    public static void Write(VectorFile file)
    {
        foreach (string direction in (string[])["forward", "reverse", "bidirectional"])
        {
            foreach (bool isRagged in (bool[])[false, true])
            {
                Write(file, "lstm", "LSTM", direction, isRagged);
                Write(file, "lstm_peepholes", "LSTM", direction, isRagged, hasPeepholes: true);
                Write(file, "gru_reset_before", "GRU", direction, isRagged);
                Write(file, "gru_reset_after", "GRU", direction, isRagged, resetsAfter: true);
                Write(file, "rnn", "RNN", direction, isRagged);
            }
        }
    }

    private static void Write(
        VectorFile file, string name, string kind, string direction, bool isRagged, bool hasPeepholes = false, bool resetsAfter = false)
    {
        int directions = direction == "bidirectional" ? 2 : 1, gates = kind switch { "LSTM" => 4, "GRU" => 3, _ => 1 };
        file.Case($"onnx/{name}/{direction}{(isRagged ? "/ragged" : "")}");
        float[] Numbers(string tensor, params long[] shape)
        {
            Tensor values = file.Uniform(1, shape).to(ScalarType.Float32);
            file.Write(tensor, values);
            return [.. values.data<float>()];
        }

        OnnxRecurrent model = new(kind, direction, Time, Batch, Input, Hidden)
        {
            W = Numbers("W", directions, gates * Hidden, Input),
            R = Numbers("R", directions, gates * Hidden, Hidden),
            B = Numbers("B", directions, 2 * gates * Hidden),
            P = hasPeepholes ? Numbers("P", directions, 3 * Hidden) : [],
            ResetsAfterProduct = resetsAfter,
            HasLengths = isRagged,
            HasInitialStates = isRagged,
        };
        float[] x = Numbers("X", Time, Batch, Input);
        float[] hidden = isRagged ? Numbers("initial_h", directions, Batch, Hidden) : [];
        float[] cell = isRagged && kind == "LSTM" ? Numbers("initial_c", directions, Batch, Hidden) : [];
        if (isRagged) file.Write("sequence_lens", tensor(Array.ConvertAll(s_lengths, l => (long)l)));
        using OnnxSession session = new(model, threads: 1, x, s_lengths, hidden, cell);
        session.Run();
        foreach (((string output, long[] shape), float[] values) in model.Outputs.Zip(session.Outputs))
            file.Write(output, tensor(values).reshape(shape));
    }
}
