namespace DeepLearning.Primitives;

/// <summary>A thread's packing buffer: pinned, aligned to a cache line, kept for the next product.</summary>
internal static unsafe class Scratch
{
    /// <summary>Bytes of a cache line.</summary>
    public const int Line = 64;

    [ThreadStatic]
    private static byte[]? t_buffer;

    /// <summary>At least <paramref name="bytes"/> bytes of this thread's, holding anything, valid until its next call.</summary>
    public static byte* Get(int bytes)
    {
        byte[]? buffer = t_buffer;
        if (buffer is null || buffer.Length < bytes + Line)
        {
            // Powers of two, so that growing shapes do not allocate each time.
            int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(bytes + Line));
            t_buffer = buffer = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        }

        fixed (byte* start = buffer) return (byte*)(((nint)start + Line - 1) & -Line);
    }
}
