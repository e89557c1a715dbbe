using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>What the calling thread allocates.</summary>
internal static class Allocation
{
    /// <summary>
    /// The least number of bytes that <paramref name="action"/> allocates. The runtime fills and enlarges tables of its own
    /// (of casts, of generic calls), on whichever thread comes by, a few times in a process: so the least of several calls
    /// is what the action itself takes. <paramref name="prepare"/> runs before each call, unmeasured.
    /// </summary>
    public static long Of(Action action, Action? prepare = null)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 5 && least > 0; i++)
        {
            prepare?.Invoke();
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>After <paramref name="warmUps"/> calls, <paramref name="action"/> allocates nothing.</summary>
    public static void IsNone(Action action, int warmUps = 1)
    {
        for (int i = 0; i < warmUps; i++) action();
        Assert.Equal(0, Of(action));
    }
}
