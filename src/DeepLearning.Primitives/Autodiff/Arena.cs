namespace DeepLearning.Primitives;

/// <summary>Where a tensor's elements live: a piece of an arena or of a parameter's array.</summary>
internal readonly record struct Slab<T>(T[] Array, int Offset, int Length)
{
    public Span<T> Span => new(Array, Offset, Length);
}

/// <summary>
/// Memory handed out from the front and taken back all at once. Blocks are kept and never move, so that spans into
/// them stay valid and a loop of equal steps allocates nothing after the first.
/// </summary>
internal sealed class Arena<T>
    where T : unmanaged
{
    private const int FirstBlock = 1 << 12;

    private readonly List<Slab<T>> _blocks = [];
    private int _block;
    private int _used;

    /// <summary>Where the next piece begins; <see cref="Rewind"/> goes back there.</summary>
    public (int Block, int Used) Mark => (_block, _used);

    /// <summary>A piece with whatever was in it before.</summary>
    public Slab<T> Allocate(int length)
    {
        for (; _block < _blocks.Count; _block++, _used = 0)
        {
            Slab<T> block = _blocks[_block];
            if (length > block.Length - _used) continue;
            Slab<T> slab = new(block.Array, block.Offset + _used, length);
            // Pieces begin on multiples of 16 elements, and so on a cache line.
            _used = (int)Math.Min(((long)_used + length + 15) & ~15, block.Length);
            return slab;
        }

        // Doubling keeps the number of blocks, and so what is left unused at their ends, small.
        int size = _blocks.Count == 0 ? FirstBlock : (int)Math.Min(2L * _blocks[^1].Length, Array.MaxLength);
        T[] array = AlignedArray.Allocate<T>(Math.Max(size, length), out int first);
        _blocks.Add(new(array, first, array.Length - first));
        return Allocate(length);
    }

    public void Rewind((int Block, int Used) mark) => (_block, _used) = mark;

    public void Reset() => Rewind((0, 0));
}
