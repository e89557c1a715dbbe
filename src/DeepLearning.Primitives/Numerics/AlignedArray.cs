using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives;

/// <summary>
/// Arrays that stay where they are, with elements that begin at a cache line: no vector of them straddles two lines, which
/// would take two reads.
/// </summary>
internal static unsafe class AlignedArray
{
    private const int Line = 64;

    /// <summary>At least <paramref name="length"/> elements, holding anything, from <paramref name="first"/> on.</summary>
    public static T[] Allocate<T>(int length, out int first)
        where T : unmanaged
    {
        int size = (int)Math.Min((long)length + (Line / sizeof(T)) - 1, Array.MaxLength);
        T[] array = GC.AllocateUninitializedArray<T>(size, pinned: true);
        nint start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        first = Math.Min((int)((-start & (Line - 1)) / sizeof(T)), size - Math.Min(length, size));
        return array;
    }
}
