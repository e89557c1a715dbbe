using System.Runtime.InteropServices;

namespace DeepLearning.Primitives;

/// <summary>Short names for what kernels do with spans all the time.</summary>
internal static class SpanExtensions
{
    /// <summary>The first element's place, also of an empty span.</summary>
    public static ref T Reference<T>(this Span<T> span) => ref MemoryMarshal.GetReference(span);

    public static ref T Reference<T>(this ReadOnlySpan<T> span) => ref MemoryMarshal.GetReference(span);
}
