using System.Diagnostics;

namespace DeepLearning.Primitives.Peers;

/// <summary>
/// Times two actions side by side: warmed up past the JIT's tiers, in batches long enough for the clock, taking turns
/// so that both meet the same machine, and keeping each side's fastest batch, which noise cannot shorten.
/// </summary>
internal sealed class Timing(TimeSpan perRow, bool manyThreads)
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(30);

    // One thread: turns of a single short batch. Many threads: libtorch's workers spin for some milliseconds after a
    // call, ONNX Runtime's for 50, and would take the other side's cores, so that turns are longer and begin with a rest.
    private readonly TimeSpan _batch = TimeSpan.FromMicroseconds(manyThreads ? 500 : 30);
    private readonly TimeSpan _turn = TimeSpan.FromMilliseconds(manyThreads ? 30 : 0);
    private readonly TimeSpan _rest = TimeSpan.FromMilliseconds(manyThreads ? 60 : 0);

    /// <summary>Nanoseconds of one call of each.</summary>
    public (double Ours, double Theirs) Measure(Action ours, Action theirs)
    {
        WarmUp(ours, theirs);
        (int ourBatch, int theirBatch) = (CallsPerBatch(ours), CallsPerBatch(theirs));
        (double ourBest, double theirBest) = (double.MaxValue, double.MaxValue);
        var clock = Stopwatch.StartNew();
        for (int round = 0; round < 3 || clock.Elapsed < perRow; round++)
        {
            ourBest = Math.Min(ourBest, Turn(ours, ourBatch));
            theirBest = Math.Min(theirBest, Turn(theirs, theirBatch));
        }

        return (ourBest, theirBest);
    }

    private double Turn(Action action, int batch)
    {
        if (_rest > TimeSpan.Zero) Thread.Sleep(_rest);
        double best = double.MaxValue;
        var clock = Stopwatch.StartNew();
        do best = Math.Min(best, Batch(action, batch) / batch);
        while (clock.Elapsed < _turn);
        return best;
    }

    /// <summary>Nanoseconds of so many calls in a row.</summary>
    private static double Batch(Action action, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++) action();
        return (Stopwatch.GetTimestamp() - start) * (1e9 / Stopwatch.Frequency);
    }

    /// <summary>A method is compiled again after 30 calls and once more after another 30, each time 100 ms later.</summary>
    private static void WarmUp(params ReadOnlySpan<Action> actions)
    {
        for (int tier = 0; tier < 3; tier++)
        {
            foreach (Action action in actions) RunForAWhile(action);
            Thread.Sleep(120);
        }
    }

    private static void RunForAWhile(Action action)
    {
        var clock = Stopwatch.StartNew();
        for (int calls = 0; clock.Elapsed < s_warmUp || (calls < 32 && clock.Elapsed < 6 * s_warmUp); calls++) action();
    }

    /// <summary>The number of calls that fill a batch.</summary>
    private int CallsPerBatch(Action action)
    {
        int calls = 1;
        while (Enumerable.Range(0, 5).Min(_ => Batch(action, calls)) < _batch.TotalNanoseconds) calls *= 2;
        return calls;
    }
}
