using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives;

/// <summary>
/// Random numbers from the counter-based generator Philox4x32-10 (Salmon et al., <i>Parallel random numbers: as easy
/// as 1, 2, 3</i>, SC 2011).
/// </summary>
/// <remarks>
/// The stream is a sequence of 32-bit words; word p is a function of the seed, the stream's number and p alone. A
/// <see cref="float"/> is made from one word, a <see cref="double"/> from two, by IEEE operations only: the numbers
/// have the same bits on every processor, for every vector width and number of threads, and however a fill is cut
/// into smaller ones. Nothing is allocated after construction. One instance is to be used by one thread at a time;
/// give each thread a stream of its own.
/// </remarks>
/// <param name="seed">Any number; every seed has its own streams.</param>
/// <param name="stream">Which of the seed's 2⁶⁴ streams, each 2⁶³ words long; they share no counter.</param>
public sealed unsafe class Philox(long seed, long stream = 0)
{
    /// <summary>Elements that stay in the first-level cache between the words and the numbers made of them.</summary>
    private const int Chunk = 2048;

    /// <summary>Elements a thread takes at a time.</summary>
    private const int Grain = 1 << 15;

    // Words made ahead for the draws that take one at a time.
    private readonly uint[] _words = new uint[64];
    private long _wordsStart = long.MinValue;
    private long _position;

    /// <summary>The seed.</summary>
    public long Seed { get; } = seed;

    /// <summary>The stream's number.</summary>
    public long Stream { get; } = stream;

    /// <summary>
    /// The number of words drawn so far. Setting it moves to any place of the stream in constant time; with
    /// <see cref="Seed"/> and <see cref="Stream"/> it is the whole state.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>
    /// A generator whose numbers are independent of this one's, seeded by the next two words of this one. Calling it
    /// again gives another; the order of the calls decides which.
    /// </summary>
    public Philox Split() => new((long)NextUInt64());

    /// <summary>The next word.</summary>
    public uint NextUInt32()
    {
        long index = unchecked(_position - _wordsStart);
        if ((ulong)index >= (ulong)_words.Length)
        {
            _wordsStart = _position;
            PhiloxKernel.Fill(_words, Seed, Stream, _position);
            index = 0;
        }

        _position++;
        return _words[index];
    }

    /// <summary>The next two words, the first one in the lower half.</summary>
    public ulong NextUInt64() => NextUInt32() | ((ulong)NextUInt32() << 32);

    /// <summary>
    /// A number in [0, <paramref name="exclusiveMax"/>), each exactly as likely as the others. Takes one word, and another
    /// in the rare case that the word would favour some numbers (Lemire's method).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMax"/> is below 1.</exception>
    public int Next(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMax, 1);
        ulong product = (ulong)NextUInt32() * (uint)exclusiveMax;
        if ((uint)product < (uint)exclusiveMax)
        {
            uint unfair = (uint)((1UL << 32) % (uint)exclusiveMax);
            while ((uint)product < unfair) product = (ulong)NextUInt32() * (uint)exclusiveMax;
        }

        return (int)(product >> 32);
    }

    /// <summary>Fills with 0 … length − 1 in random order, every order equally likely.</summary>
    /// <param name="destination">Where the permutation goes.</param>
    public void Permutation(Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = i;
        Shuffle(destination);
    }

    /// <summary>Puts the items in random order, every order equally likely (Fisher–Yates).</summary>
    /// <param name="items">The items, reordered in place.</param>
    /// <typeparam name="TItem">Any type.</typeparam>
    public void Shuffle<TItem>(Span<TItem> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>
    /// Fills with numbers uniform on [0, 1): multiples of 2⁻²⁴ (float) or 2⁻⁵³ (double), all equally likely.
    /// </summary>
    /// <param name="destination">Where the numbers go.</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public void Uniform<T>(Span<T> destination)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Fill(destination, new UniformMap<T>());
    }

    /// <summary>Fills with numbers uniform on [<paramref name="low"/>, <paramref name="high"/>): low + (high − low)·u.</summary>
    /// <param name="destination">Where the numbers go.</param>
    /// <param name="low">The least number.</param>
    /// <param name="high">The bound, never reached.</param>
    /// <exception cref="ArgumentException">Not <c>low &lt; high</c>, or <c>high − low</c> is not finite.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public void Uniform<T>(Span<T> destination, T low, T high)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        if (!(low < high) || !T.IsFinite(high - low))
            throw new ArgumentException($"The interval [{low}, {high}) must have a positive, finite length.", nameof(high));
        Fill(destination, new UniformBetweenMap<T>(low, high - low, T.BitDecrement(high)));
    }

    /// <summary>Fills with numbers of the standard normal distribution.</summary>
    /// <param name="destination">Where the numbers go.</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public void Normal<T>(Span<T> destination)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => Normal(destination, T.Zero, T.One);

    /// <summary>
    /// Fills with numbers of the normal distribution, mean + standardDeviation · Φ⁻¹(u): the inverse of the distribution
    /// function at u = (k + ½)·2⁻³² (float) or (k + ½)·2⁻⁶⁴ (double), so that the numbers reach 6.3 or 9.1 deviations from the mean.
    /// </summary>
    /// <param name="destination">Where the numbers go.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="standardDeviation">The standard deviation, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A parameter is not finite, or <paramref name="standardDeviation"/> is negative.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public void Normal<T>(Span<T> destination, T mean, T standardDeviation)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        if (!T.IsFinite(mean)) throw new ArgumentOutOfRangeException(nameof(mean), mean, "The mean must be finite.");
        if (!T.IsFinite(standardDeviation) || standardDeviation < T.Zero)
        {
            throw new ArgumentOutOfRangeException(
                nameof(standardDeviation), standardDeviation, "The standard deviation must be finite and not negative.");
        }

        Fill(destination, new NormalMap<T>(mean, standardDeviation));
    }

    /// <summary>Writes the next words into the destination's own memory and turns each element's bits into a number.</summary>
    private void Fill<T, TMap>(Span<T> destination, TMap map)
        where T : unmanaged
        where TMap : struct, IMap1<T>
    {
        fixed (T* start = destination)
        {
            var body = new FillBody<T, TMap>(start, map, Seed, Stream, _position);
            if (destination.Length < 2 * Grain) body.Invoke(0, destination.Length);
            else Parallelism.For(destination.Length, Grain, body);
        }

        _position += (long)destination.Length * (sizeof(T) / sizeof(uint));
    }

    private readonly struct FillBody<T, TMap>(T* destination, TMap map, long seed, long stream, long position) : IParallelBody
        where T : unmanaged
        where TMap : struct, IMap1<T>
    {
        public void Invoke(int start, int end)
        {
            while (start < end)
            {
                var chunk = new Span<T>(destination + start, Math.Min(Chunk, end - start));
                PhiloxKernel.Fill(
                    MemoryMarshal.Cast<T, uint>(chunk), seed, stream, position + ((long)start * (sizeof(T) / sizeof(uint))));
                Elementwise.Map(chunk, chunk, map);
                start += chunk.Length;
            }
        }
    }

    /// <summary>The element's upper 24 (float) or 53 (double) bits as a fraction.</summary>
    internal readonly struct UniformMap<T> : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector bits)
            where TVector : struct, ISimd<TVector, T>
        {
            // All bits but the lowest become the fraction of a number in [1, 2). The lowest makes the 1 that is then
            // subtracted smaller by one unit in the last place, which is just what that bit is worth.
            TVector one = 1;
            int unused = typeof(T) == typeof(float) ? 8 : 11;
            TVector lowest = TVector.ShiftRightBits(bits, unused) & TVector.CreateBits(1);
            return (TVector.ShiftRightBits(bits, unused + 1) | one) - TVector.SubtractBits(one, lowest);
        }
    }

    private readonly struct UniformBetweenMap<T>(T low, T range, T largest) : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector bits)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector u = default(UniformMap<T>).Invoke(bits);
            // The sum can round up to the bound.
            return TVector.Min(TVector.FusedMultiplyAdd(u, TVector.Create(range), TVector.Create(low)), TVector.Create(largest));
        }
    }

    private readonly struct NormalMap<T>(T mean, T standardDeviation) : IMap1<T>
        where T : unmanaged
    {
        public static bool IsLong => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector bits)
            where TVector : struct, ISimd<TVector, T> =>
            TVector.FusedMultiplyAdd(
                InverseNormal<T>.FromBits(bits), TVector.Create(standardDeviation), TVector.Create(mean));
    }
}
