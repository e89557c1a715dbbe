namespace DeepLearning.Primitives;

/// <summary>The one setting of the library.</summary>
public static class Compute
{
    private static int s_maxDegreeOfParallelism = Environment.ProcessorCount;

    /// <summary>
    /// The most threads one call uses, the calling thread included; all cores by default. Results have the same bits
    /// whatever it is. Small inputs never leave the calling thread.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public static int MaxDegreeOfParallelism
    {
        get => s_maxDegreeOfParallelism;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            s_maxDegreeOfParallelism = value;
        }
    }
}
