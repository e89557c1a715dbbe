using Xunit;

namespace DeepLearning.Primitives.Tests;

public class ParallelismTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1000, 1)]
    [InlineData(1001, 10)]
    [InlineData(100_000, 77)]
    public void Every_index_is_visited_once(int length, int grain)
    {
        int[] visits = new int[length];
        for (int repeat = 0; repeat < 50; repeat++) Parallelism.For(length, grain, new Count(visits));
        Assert.All(visits, v => Assert.Equal(50, v));
    }

    private readonly struct Count(int[] visits) : IParallelBody
    {
        public void Invoke(int start, int end)
        {
            for (int i = start; i < end; i++) Interlocked.Increment(ref visits[i]);
        }
    }
}
