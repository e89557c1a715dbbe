using System.Collections;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// The lengths of a tensor's dimensions, outermost first; elements are contiguous and row-major. Up to
/// <see cref="MaxRank"/> dimensions; a length may be 0; the shape of a scalar is <c>[]</c>.
/// </summary>
/// <example><code>Shape shape = [64, 784];</code></example>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    /// <summary>The most dimensions a shape has.</summary>
    public const int MaxRank = 8;

    private readonly Lengths _lengths;
    private readonly int _rank;
    // Less one, so that the default is the shape of a scalar.
    private readonly int _elementCountLessOne;

    private Shape(ReadOnlySpan<int> lengths)
    {
        if (lengths.Length > MaxRank)
            throw new ArgumentException($"A shape has at most {MaxRank} dimensions, not {lengths.Length}.", nameof(lengths));
        long count = 1;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 0) throw new ArgumentException($"Dimension {i} has the negative length {lengths[i]}.", nameof(lengths));
            _lengths[i] = lengths[i];
            count *= lengths[i];
            // A zero further on may not hide an overflow: strides are products too.
            if (count > Array.MaxLength)
                throw new ArgumentException($"[{string.Join(", ", lengths.ToArray())}] has more than {Array.MaxLength} elements.", nameof(lengths));
        }

        _rank = lengths.Length;
        _elementCountLessOne = (int)count - 1;
    }

    /// <summary>The number of dimensions.</summary>
    public int Rank => _rank;

    /// <summary>The product of the lengths; 1 for a scalar.</summary>
    public int ElementCount => _elementCountLessOne + 1;

    int IReadOnlyCollection<int>.Count => _rank;

    /// <summary>The length of a dimension.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public int this[int dimension]
    {
        get
        {
            if ((uint)dimension >= (uint)_rank)
                throw new ArgumentOutOfRangeException(nameof(dimension), dimension, $"{this} has {_rank} dimensions.");
            return _lengths[dimension];
        }
    }

    /// <summary>The length of a dimension counted from the end: <c>shape[^1]</c> is the innermost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public int this[Index dimension] => this[dimension.GetOffset(_rank)];

    /// <summary>A shape of these lengths.</summary>
    /// <exception cref="ArgumentException">A negative length, more than 8 of them, or too many elements for one array.</exception>
    public static Shape Create(ReadOnlySpan<int> lengths) => new(lengths);

    /// <summary>True when the shapes have the same lengths.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>True when the shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Shape other) => Equals(in other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int length in AsSpan(in this)) hash.Add(length);
        return hash.ToHashCode();
    }

    /// <summary>The lengths in brackets, as <c>[64, 784]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", AsSpan(in this).ToArray())}]";

    /// <summary>Enumerates the lengths, outermost first.</summary>
    public IEnumerator<int> GetEnumerator()
    {
        for (int i = 0; i < _rank; i++) yield return _lengths[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool Equals(in Shape other) =>
        _rank == other._rank && _elementCountLessOne == other._elementCountLessOne
        && (_rank == 0 || AsSpan(in this).SequenceEqual(AsSpan(in other)));

    internal static ReadOnlySpan<int> AsSpan(in Shape shape) => ((ReadOnlySpan<int>)shape._lengths)[..shape._rank];

    /// <summary>The dimension that <paramref name="axis"/> names: counted from the end when negative.</summary>
    internal int Axis(int axis, string name)
    {
        if (axis < -_rank || axis >= _rank)
            throw new ArgumentOutOfRangeException(name, axis, $"{this} has {_rank} dimensions.");
        return axis < 0 ? axis + _rank : axis;
    }

    /// <summary>The shape that both broadcast to, as NumPy does: aligned at the end, a length of 1 stretches.</summary>
    internal static bool TryBroadcast(in Shape left, in Shape right, out Shape result)
    {
        int rank = Math.Max(left._rank, right._rank);
        Span<int> lengths = stackalloc int[MaxRank];
        for (int i = 1; i <= rank; i++)
        {
            int a = i <= left._rank ? left._lengths[left._rank - i] : 1, b = i <= right._rank ? right._lengths[right._rank - i] : 1;
            if (a != b && a != 1 && b != 1)
            {
                result = default;
                return false;
            }

            lengths[rank - i] = a == 1 ? b : a;
        }

        result = new Shape(lengths[..rank]);
        return true;
    }

    /// <summary>The product of the lengths from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    internal int Product(int start, int end)
    {
        int product = 1;
        for (int i = start; i < end; i++) product *= _lengths[i];
        return product;
    }

    /// <summary>The first <paramref name="count"/> dimensions followed by <paramref name="lengths"/>.</summary>
    internal Shape Prefix(int count, params ReadOnlySpan<int> lengths)
    {
        Span<int> all = stackalloc int[MaxRank];
        AsSpan(in this)[..count].CopyTo(all);
        lengths.CopyTo(all[count..]);
        return new Shape(all[..(count + lengths.Length)]);
    }

    [InlineArray(MaxRank)]
    private struct Lengths
    {
        private int _first;
    }
}
