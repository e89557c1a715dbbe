using TorchSharp;
using TorchSharp.Modules;
using static DeepLearning.Primitives.Peers.Operands;

namespace DeepLearning.Primitives.Peers;

/// <summary>
/// LSTM and GRU over whole sequences, forward, and forward and backward to all weights and the sequence, on either tape.
/// </summary>
internal static class RecurrentRows
{
    internal sealed record Work(int Time, int Batch, int Input, int Hidden)
    {
        /// <summary>1 … T evenly, in no order.</summary>
        public int[] Lengths => [.. Enumerable.Range(0, Batch).Select(i => 1 + i * 7 % Batch * (Time - 1) / (Batch - 1))];

        public override string ToString() => $"T{Time} B{Batch} I{Input} H{Hidden}";
    }

    internal static Work Small => new(32, 32, 64, 128);

    internal static Work Large => new(64, 64, 128, 256);

    internal static Work Single => new(100, 1, 28, 128);

    public static IEnumerable<Table> Tables()
    {
        foreach (int? threads in Environment.ProcessorCount < 2 ? (int?[])[null] : [null, 2])
        {
            string suffix = threads is null ? "" : ", two threads";
            yield return new(
                "Recurrent, forward" + suffix,
                "libtorch",
                [Lstm(Small, 1.0), Lstm(Large, 1.0), Gru(Small, 1.4), Gru(Large, 1.4), Lstm(Single, 1.3), Gru(Single, 4)])
            { Threads = threads };
            yield return new(
                "Recurrent, forward and backward" + suffix,
                "libtorch",
                [
                    Lstm(Small, 1.1, backward: true), Lstm(Large, 1.1, backward: true), Gru(Small, 1.25, backward: true),
                    Gru(Large, 1.25, backward: true), Lstm(Single, 1.5, backward: true), Gru(Single, 8, backward: true),
                ])
            { Threads = threads };
            yield return new(
                "Recurrent, ragged (mean half the maximum)" + suffix,
                "libtorch, packed",
                [
                    Lstm(Small, 2, ragged: true), Gru(Small, 2, ragged: true), Lstm(Large, 2, ragged: true), Gru(Large, 2, ragged: true),
                    Lstm(Small, 2, backward: true, ragged: true), Gru(Small, 2, backward: true, ragged: true),
                    Lstm(Large, 2, backward: true, ragged: true), Gru(Large, 2, backward: true, ragged: true),
                ])
            { Threads = threads };
        }

        yield return new("Recurrent, one step B1 I64 H64 (streaming)", "libtorch's cell", [LstmStep(64, 64, 5), GruStep(64, 64, 5)]);
    }

    private static Row LstmStep(int input, int hidden, double goal)
    {
        RecurrentStepper<float> ours = new Lstm<float>(input, hidden, new Philox(1)).NewStepper();
        LSTMCell theirs = torch.nn.LSTMCell(input, hidden);
        float[] x = Floats(input, -1, 1), output = new float[hidden];
        torch.Tensor tx = Tensor(x, 1, input), h = torch.zeros(1, hidden), c = torch.zeros(1, hidden);
        return new("LSTM step", goal, () => ours.Step(x, output), Theirs);

        void Theirs()
        {
            using var scope = torch.NewDisposeScope();
            theirs.call(tx, (h, c));
        }
    }

    private static Row GruStep(int input, int hidden, double goal)
    {
        RecurrentStepper<float> ours = new Gru<float>(input, hidden, new Philox(1)).NewStepper();
        GRUCell theirs = torch.nn.GRUCell(input, hidden);
        float[] x = Floats(input, -1, 1), output = new float[hidden];
        torch.Tensor tx = Tensor(x, 1, input), h = torch.zeros(1, hidden);
        return new("GRU step", goal, () => ours.Step(x, output), Theirs);

        void Theirs()
        {
            using var scope = torch.NewDisposeScope();
            theirs.call(tx, h);
        }
    }

    private static Row Lstm(Work work, double goal, bool backward = false, bool ragged = false)
    {
        var ours = new Lstm<float>(work.Input, work.Hidden, new Philox(1));
        LSTM theirs = torch.nn.LSTM(work.Input, work.Hidden);
        return New($"LSTM {work}", work, goal, backward, ragged, (x, l) => ours.Forward(x, l).Output, Theirs, theirs.parameters());

        torch.Tensor Theirs(torch.Tensor x, torch.nn.utils.rnn.PackedSequence? packed) =>
            packed is null ? theirs.call(x).Item1 : theirs.call(packed).Item1.data;
    }

    private static Row Gru(Work work, double goal, bool backward = false, bool ragged = false)
    {
        var ours = new Gru<float>(work.Input, work.Hidden, new Philox(1));
        GRU theirs = torch.nn.GRU(work.Input, work.Hidden);
        return New($"GRU {work}", work, goal, backward, ragged, (x, l) => ours.Forward(x, l).Output, Theirs, theirs.parameters());

        torch.Tensor Theirs(torch.Tensor x, torch.nn.utils.rnn.PackedSequence? packed) =>
            packed is null ? theirs.call(x).Item1 : theirs.call(packed).Item1.data;
    }

    private static Row New(
        string name,
        Work work,
        double goal,
        bool backward,
        bool ragged,
        Func<Variable<float>, int[]?, Variable<float>> ours,
        Func<torch.Tensor, torch.nn.utils.rnn.PackedSequence?, torch.Tensor> theirs,
        IEnumerable<TorchSharp.Modules.Parameter> weights)
    {
        float[] sequence = Floats(work.Time * work.Batch * work.Input, -1, 1);
        int[]? lengths = ragged ? work.Lengths : null;
        var parameter = new Parameter<float>("x", [work.Time, work.Batch, work.Input], sequence);
        var tape = new GradientTape<float>(recording: backward);
        torch.Tensor x = Tensor(sequence, work.Time, work.Batch, work.Input).requires_grad_(backward);
        torch.Tensor? torchLengths = lengths is null ? null : torch.tensor(Array.ConvertAll(lengths, l => (long)l));
        torch.Tensor[] inputs = [x, .. weights];
        return new(name, goal, Ours, Theirs) { NeedsGradients = backward };

        void Ours()
        {
            tape.Reset();
            Variable<float> output = ours(tape.Watch(parameter), lengths);
            if (backward) tape.Backward(output.Sum());
        }

        void Theirs()
        {
            using var scope = torch.NewDisposeScope();
            using torch.nn.utils.rnn.PackedSequence? packed = torchLengths is null
                ? null : torch.nn.utils.rnn.pack_padded_sequence(x, torchLengths, enforce_sorted: false);
            torch.Tensor output = theirs(x, packed);
            if (backward) torch.autograd.grad([output.sum()], inputs);
        }
    }
}
