using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>A piece of work over a range of indices.</summary>
internal interface IParallelBody
{
    void Invoke(int start, int end);
}

/// <summary>
/// Splits ranges over the thread pool. The pieces depend on the length alone, whoever runs them; nothing is allocated
/// after a thread's first parallel call; a call inside a parallel body runs on its own thread.
/// </summary>
internal static unsafe class Parallelism
{
    [ThreadStatic]
    private static Job? t_job;

    [ThreadStatic]
    private static bool t_inside;

    /// <summary>False when a parallel call would run on this thread alone.</summary>
    public static bool IsWorthwhile => Compute.MaxDegreeOfParallelism > 1 && !t_inside;

    /// <summary>
    /// Runs <paramref name="body"/> over [0, <paramref name="length"/>) in pieces of <paramref name="grain"/> indices.
    /// The body must not throw.
    /// </summary>
    public static void For<TBody>(int length, int grain, TBody body)
        where TBody : struct, IParallelBody, allows ref struct
    {
        int pieces = (int)(((long)length + grain - 1) / grain);
        if (pieces <= 1 || !IsWorthwhile)
        {
            for (int start = 0; start < length; start += Math.Min(grain, length - start))
                body.Invoke(start, start + Math.Min(grain, length - start));
            return;
        }

        t_inside = true;
        (t_job ??= new Job()).Run(&InvokePiece<TBody>, Unsafe.AsPointer(ref body), length, grain, pieces);
        t_inside = false;
    }

    // The body stays on its caller's stack until all threads are done with it, and so may hold spans.
    private static void InvokePiece<TBody>(void* body, int start, int end)
        where TBody : struct, IParallelBody, allows ref struct => Unsafe.AsRef<TBody>(body).Invoke(start, end);

    /// <summary>
    /// One thread's parallel call, reused for all its calls. Pool threads join while it is open; the caller works too
    /// and waits only for those that joined, so that a busy pool never delays it.
    /// </summary>
    private sealed class Job : IThreadPoolWorkItem
    {
        // Seats left in the high half, threads at work in the low half: joining takes both in one step.
        private long _seatsAndWorkers;
        private delegate*<void*, int, int, void> _invoke;
        private void* _body;
        private int _length;
        private int _grain;
        private int _pieces;
        private int _nextPiece;
        private int _queued;

        public void Run(delegate*<void*, int, int, void> invoke, void* body, int length, int grain, int pieces)
        {
            _invoke = invoke;
            _body = body;
            (_length, _grain, _pieces, _nextPiece) = (length, grain, pieces, 0);
            int helpers = Math.Min(Compute.MaxDegreeOfParallelism, pieces) - 1;
            Volatile.Write(ref _seatsAndWorkers, (long)helpers << 32);
            // Entries of an earlier call that the pool has not reached yet serve this one.
            while (Volatile.Read(ref _queued) < helpers)
            {
                Interlocked.Increment(ref _queued);
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            Work();
            Interlocked.And(ref _seatsAndWorkers, 0xFFFF_FFFF);
            SpinWait spinner = default;
            while (Volatile.Read(ref _seatsAndWorkers) != 0) spinner.SpinOnce(sleep1Threshold: -1);
        }

        public void Execute()
        {
            Interlocked.Decrement(ref _queued);
            long seen = Volatile.Read(ref _seatsAndWorkers);
            while (seen >> 32 != 0)
            {
                long before = Interlocked.CompareExchange(ref _seatsAndWorkers, seen - (1L << 32) + 1, seen);
                if (before == seen)
                {
                    t_inside = true;
                    Work();
                    t_inside = false;
                    Interlocked.Decrement(ref _seatsAndWorkers);
                    return;
                }

                seen = before;
            }
        }

        private void Work()
        {
            int piece;
            while ((piece = Interlocked.Increment(ref _nextPiece) - 1) < _pieces)
            {
                int start = piece * _grain;
                _invoke(_body, start, Math.Min(_length, start + _grain));
            }
        }
    }
}
