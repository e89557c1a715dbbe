using System.Diagnostics;
using System.Runtime.InteropServices;
using DeepLearning.Primitives;

namespace CharacterGru;

/// <summary>Where a training stands; part is how much of the way is done.</summary>
internal readonly record struct Progress(double Seconds, double Part, long Characters, double TrainBits, double? HeldOutBits);

/// <summary>
/// Truncated back-propagation through time: the text is cut into as many strands as there are rows, each read from its beginning
/// to its
/// end in pieces, with the state carried from piece to piece.
/// </summary>
internal sealed class Trainer
{
    private const int Batch = 16, Time = 32, Strands = 64;
    private const float FastestRate = 4e-3f, SlowestRate = 2e-4f, LargestNorm = 1;

    private readonly Model _model;
    private readonly Book _book;
    private readonly Adam<float> _optimizer;
    private readonly GradientTape<float> _tape = new();
    private readonly GradientTape<float> _quiet = new(recording: false);
    private readonly CarriedState<float> _state;
    private readonly int[] _characters = new int[Time * Batch];
    private readonly int[] _next = new int[Time * Batch];

    // All that a checkpoint keeps beside the model, the optimizer and the carried state.
    private int _position;
    private int _step;
    private double _seconds;
    private double _bits;
    private bool _isFulfilled;

    public Trainer(Model model, Book book)
    {
        (_model, _book) = (model, book);
        _optimizer = new Adam<float>(model.Parameters) { Beta2 = 0.99f };
        _state = model.NewState(Batch);
    }

    /// <summary>How long to learn in all, from the first step on.</summary>
    public Plan Plan { get; set; }

    public int Step => _step;

    /// <summary>
    /// Learns until the plan is fulfilled, the held-out measurements included; reports several times a second, and with a held-out
    /// measurement every so often and at the end. One that was already fulfilled begins again, with what was learned.
    /// </summary>
    public IEnumerable<Progress> Train(CancellationToken stop, Action<int>? onStep = null)
    {
        if (_isFulfilled) (_step, _seconds, _isFulfilled) = (0, 0, false);
        var clock = Stopwatch.StartNew();
        double before = _seconds, reported = 0, measured = 0, measuring = 0.5;
        while (!stop.IsCancellationRequested)
        {
            double part = Plan.Part(_step, _seconds, 1.5 * measuring);
            if (_isFulfilled = part >= 1) break;
            // The rate falls along half a cosine; the first steps feel their way.
            double warm = Math.Min(1, (_step + 1) / 50.0);
            double rate = SlowestRate + ((FastestRate - SlowestRate) * 0.5 * (1 + Math.Cos(Math.PI * part)));
            _optimizer.LearningRate = (float)(rate * warm);
            double loss = Learn() / Math.Log(2);
            _bits = _step++ == 0 ? loss : _bits + (0.02 * (loss - _bits));
            onStep?.Invoke(_step);
            double now = clock.Elapsed.TotalSeconds;
            _seconds = before + now;
            if (now - reported < 0.2) continue;
            double? heldOut = null;
            if (now - measured > Math.Max(5, Plan.Seconds / 6))
            {
                heldOut = HeldOutBits();
                measured = clock.Elapsed.TotalSeconds;
                measuring = measured - now;
                _seconds = before + measured;
            }

            yield return Report(heldOut);
            reported = clock.Elapsed.TotalSeconds;
        }

        double last = HeldOutBits();
        _seconds = before + clock.Elapsed.TotalSeconds;
        yield return Report(last);

        Progress Report(double? heldOut) => new(_seconds, Plan.Part(_step, _seconds, 0), (long)_step * Time * Batch, _bits, heldOut);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Plan.Seconds);
        writer.Write(Plan.Steps ?? 0);
        writer.Write(_position);
        writer.Write(_step);
        writer.Write(_seconds);
        writer.Write(_bits);
        writer.Write(_isFulfilled);
        writer.Write(MemoryMarshal.AsBytes(_state.Hidden));
        writer.Write(MemoryMarshal.AsBytes(_state.Cell));
        writer.Flush();
        _optimizer.SaveState(writer.BaseStream);
    }

    public void Load(BinaryReader reader)
    {
        double seconds = reader.ReadDouble();
        Plan = new(seconds, reader.ReadInt32() is var steps and > 0 ? steps : null);
        (_position, _step, _seconds, _bits) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble());
        _isFulfilled = reader.ReadBoolean();
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(_state.Hidden));
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(_state.Cell));
        _optimizer.LoadState(reader.BaseStream);
    }

    /// <summary>Bits per character of the text that was not learned from, read in a few long strands.</summary>
    private double HeldOutBits()
    {
        int length = (_book.HeldOut.Length - 1) / Strands;
        CarriedState<float> state = _model.NewState(Strands);
        int[] characters = new int[Time * Strands], next = new int[Time * Strands];
        double nats = 0;
        for (int start = 0; start < length; start += Time)
        {
            int time = Math.Min(Time, length - start);
            _quiet.Reset();
            Cut(_book.HeldOut, length, start, time, Strands, characters, next);
            nats += _model.Loss(_quiet, characters.AsSpan(0, time * Strands), next.AsSpan(0, time * Strands), state, Strands).Item * time;
        }

        return nats / length / Math.Log(2);
    }

    private double Learn()
    {
        int length = (_book.Train.Length - 1) / Batch;
        if (_position + Time > length)
        {
            _position = 0;
            _state.Clear();
        }

        Cut(_book.Train, length, _position, Time, Batch, _characters, _next);
        _position += Time;
        _tape.Reset();
        Variable<float> loss = _model.Loss(_tape, _characters, _next, _state, Batch);
        _tape.Backward(loss);
        GradientClipping.ByGlobalNorm(_model.Parameters, LargestNorm);
        _optimizer.Step();
        return loss.Item;
    }

    private static void Cut(int[] text, int strand, int start, int time, int strands, int[] characters, int[] next)
    {
        for (int t = 0, i = 0; t < time; t++)
        {
            for (int row = 0; row < strands; row++, i++)
                (characters[i], next[i]) = (text[(row * strand) + start + t], text[(row * strand) + start + t + 1]);
        }
    }
}
