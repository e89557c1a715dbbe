using System.Numerics;
using System.Runtime.InteropServices;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>What the tests of reductions, softmax and losses share.</summary>
internal static class Rows
{
    /// <summary>Values between −4 and 4, the same on every run.</summary>
    public static T[] Random<T>(int length, int seed)
        where T : INumberBase<T>
    {
        Random random = new(seed);
        T[] values = new T[length];
        for (int i = 0; i < length; i++) values[i] = T.CreateChecked((random.NextDouble() * 8) - 4);
        return values;
    }

    /// <summary>The result has the same bits with 1, 2 and 7 threads.</summary>
    public static void SameForAnyThreads(Func<float[]> result)
    {
        int before = Compute.MaxDegreeOfParallelism;
        try
        {
            Compute.MaxDegreeOfParallelism = 1;
            float[] alone = result();
            foreach (int threads in new[] { 2, 7 })
            {
                Compute.MaxDegreeOfParallelism = threads;
                Assert.True(MemoryMarshal.AsBytes<float>(alone).SequenceEqual(MemoryMarshal.AsBytes<float>(result())));
            }
        }
        finally
        {
            Compute.MaxDegreeOfParallelism = before;
        }
    }
}
