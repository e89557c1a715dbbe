using System.Runtime.InteropServices;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Memory between two pages that may not be touched: reading or writing one element before its start or beyond its end
/// ends the process. On systems without mmap, plain memory.
/// </summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int Page = 1 << 16, ReadWrite = 3, PrivateAnonymous = 0x22;
    private readonly byte* _start;

    public GuardedMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            _start = (byte*)NativeMemory.AlignedAlloc(3 * Page, Page);
            return;
        }

        _start = (byte*)Map(0, 3 * Page, 0, PrivateAnonymous, -1, 0);
        if (Protect((nint)_start + Page, Page, ReadWrite) != 0) throw new InvalidOperationException("mprotect failed.");
    }

    /// <summary>Elements that end where the memory ends.</summary>
    public Span<T> AtEnd<T>(int length)
        where T : unmanaged => new(_start + (2 * Page) - (length * sizeof(T)), length);

    /// <summary>Elements that start where the memory starts.</summary>
    public Span<T> AtStart<T>(int length)
        where T : unmanaged => new(_start + Page, length);

    public void Dispose()
    {
        if (OperatingSystem.IsLinux()) _ = Unmap((nint)_start, 3 * Page);
        else NativeMemory.AlignedFree(_start);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nint length);
}
