using System.Diagnostics;
using System.Numerics.Tensors;
using DeepLearning.Primitives;

namespace CharacterGru;

/// <summary>Where a training stands.</summary>
internal readonly record struct Progress(double Seconds, long Characters, double TrainBits, double? HeldOutBits);

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
    private int _position;

    public Trainer(Model model, Book book)
    {
        (_model, _book) = (model, book);
        _optimizer = new Adam<float>(model.Parameters) { Beta2 = 0.99f };
        _state = model.NewState(Batch);
    }

    /// <summary>
    /// Learns for so many seconds, the held-out measurements included, or so many steps; reports several times a second, and
    /// with a held-out
    /// measurement every so often and at the end.
    /// </summary>
    public IEnumerable<Progress> Train(double seconds, int mostSteps, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        double bits = 0, reported = 0, measured = 0, measuring = 0.5;
        long characters = 0;
        for (int step = 0; step < mostSteps && clock.Elapsed.TotalSeconds < seconds - (1.5 * measuring) && !stop.IsCancellationRequested; step++)
        {
            // The rate falls along half a cosine; the first steps feel their way.
            double part = Math.Clamp(clock.Elapsed.TotalSeconds / (seconds - measuring), 0, 1), warm = Math.Min(1, (step + 1) / 50.0);
            double rate = SlowestRate + ((FastestRate - SlowestRate) * 0.5 * (1 + Math.Cos(Math.PI * part)));
            _optimizer.LearningRate = (float)(rate * warm);
            double loss = Step() / Math.Log(2);
            characters += Time * Batch;
            bits = step == 0 ? loss : bits + (0.02 * (loss - bits));
            double now = clock.Elapsed.TotalSeconds;
            if (now - reported < 0.2) continue;
            double? heldOut = null;
            if (now - measured > Math.Max(5, seconds / 6))
            {
                heldOut = HeldOutBits();
                measured = clock.Elapsed.TotalSeconds;
                measuring = measured - now;
            }

            yield return new(now, characters, bits, heldOut);
            reported = clock.Elapsed.TotalSeconds;
        }

        double last = HeldOutBits();
        yield return new(clock.Elapsed.TotalSeconds, characters, bits, last);
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

    private double Step()
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
        ClipGradients();
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

    /// <summary>All gradients together no longer than the largest norm.</summary>
    private void ClipGradients()
    {
        double squares = 0;
        foreach (Parameter<float> parameter in _model.Parameters) squares += Penalties.L2<float>(parameter.Gradient);
        float scale = LargestNorm / (float)Math.Sqrt(squares);
        if (scale >= 1) return;
        foreach (Parameter<float> parameter in _model.Parameters) TensorPrimitives.Multiply(parameter.Gradient, scale, parameter.Gradient);
    }
}
