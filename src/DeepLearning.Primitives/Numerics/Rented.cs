using System.Buffers;

namespace DeepLearning.Primitives;

/// <summary>Memory of the shared pool, holding anything, for the length of a <c>using</c>. Nothing is rented for no length.</summary>
internal readonly ref struct Rented<T>(int length) : IDisposable
    where T : unmanaged
{
    private readonly T[]? _array = length == 0 ? null : ArrayPool<T>.Shared.Rent(length);
    private readonly int _length = length;

    public Span<T> Span => _array.AsSpan(0, _length);

    public void Dispose()
    {
        if (_array is not null) ArrayPool<T>.Shared.Return(_array);
    }
}
