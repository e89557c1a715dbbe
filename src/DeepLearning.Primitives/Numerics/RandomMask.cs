using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives;

/// <summary>scale · x + offset where x is kept, and what stands in its place where it is dropped.</summary>
internal readonly record struct MaskTerms<T>(T Scale, T Offset, T Dropped)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The part that a gradient goes through. Adding −0 changes nothing, not even the sign of 0.</summary>
    public MaskTerms<T> Linear => new(Scale, T.NegativeZero, T.Zero);

    /// <summary>Dropout's.</summary>
    public static MaskTerms<T> Plain(double rate) => new(T.CreateChecked(1 / (1 - rate)), T.NegativeZero, T.Zero);

    /// <summary>Alpha dropout's.</summary>
    public static MaskTerms<T> Alpha(double rate)
    {
        const double Limit = -1.7580993408473766;
        if (rate == 1) return default;
        double a = 1 / Math.Sqrt((1 - rate) * (1 + (rate * Limit * Limit))), b = -a * rate * Limit;
        return new(T.CreateChecked(a), rate == 0 ? T.NegativeZero : T.CreateChecked(b), T.CreateChecked((a * Limit) + b));
    }
}

/// <summary>
/// A mask as a place in a random stream: nothing else need be kept for a gradient. Word i of it decides on element i.
/// </summary>
internal readonly unsafe record struct RandomMask(long Seed, long Stream, long Position, double Rate)
{
    /// <summary>Elements that stay in the first-level cache between the words and what is made of them.</summary>
    private const int Chunk = 1024;

    /// <summary>Elements a thread takes at a time.</summary>
    private const int Grain = 1 << 15;

    /// <summary>The upper bits of a word that decide: as many as a float holds, so that float and double decide alike.</summary>
    private const int DecidingBits = 24;

    /// <summary>The mask of the next elements. The caller moves the stream, once nothing can fail any more.</summary>
    public static RandomMask Take(Philox random, double rate, int elements)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (!(rate >= 0 && rate <= 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "The rate lies from 0 to 1.");
        // The position after them must exist.
        _ = checked(random.Position + elements);
        return new(random.Seed, random.Stream, random.Position, rate);
    }

    /// <summary>A word below this drops.</summary>
    private uint Limit => (uint)Math.Ceiling(Math.ScaleB(Rate, DecidingBits));

    /// <summary>Applies the mask, one word for each <paramref name="featureLength"/> elements.</summary>
    public void Apply<T>(ReadOnlySpan<T> x, int featureLength, MaskTerms<T> terms, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* from = x, to = destination)
        {
            var body = new Body<T>(this, from, to, featureLength, terms);
            int features = x.Length / featureLength;
            if (x.Length < 2 * Grain) body.Invoke(0, features);
            else Parallelism.For(features, Math.Max(1, Grain / featureLength), body);
        }
    }

    private readonly struct Body<T>(RandomMask mask, T* x, T* destination, int featureLength, MaskTerms<T> terms) : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Invoke(int start, int end)
        {
            Span<uint> words = stackalloc uint[Chunk];
            Span<T> uniform = stackalloc T[typeof(T) == typeof(float) || featureLength > 1 ? 0 : Chunk];
            for (; start < end; start += words.Length)
            {
                words = words[..Math.Min(words.Length, end - start)];
                PhiloxKernel.Fill(words, mask.Seed, mask.Stream, mask.Position + start);
                if (featureLength > 1) Features(start, words);
                else Elements(start, words, uniform);
            }
        }

        private void Elements(int start, Span<uint> words, Span<T> wide)
        {
            ReadOnlySpan<T> bits = MemoryMarshal.Cast<uint, T>(words);
            if (typeof(T) == typeof(double))
            {
                Span<ulong> doubles = MemoryMarshal.Cast<T, ulong>(wide);
                for (int i = 0; i < words.Length; i++) doubles[i] = (ulong)words[i] << 32;
                bits = wide[..words.Length];
            }

            T limit = T.CreateChecked(Math.ScaleB((double)mask.Limit, -DecidingBits));
            Elementwise.Map(
                new ReadOnlySpan<T>(x + start, words.Length), bits, new Span<T>(destination + start, words.Length), new Keep<T>(limit, terms));
        }

        private void Features(int start, ReadOnlySpan<uint> words)
        {
            for (int i = 0; i < words.Length; i++)
            {
                nint at = (nint)(start + i) * featureLength;
                var to = new Span<T>(destination + at, featureLength);
                if (words[i] >> (32 - DecidingBits) < mask.Limit) to.Fill(terms.Dropped);
                else Elementwise.Map(new ReadOnlySpan<T>(x + at, featureLength), to, new Affine<T>(terms));
            }
        }
    }

    private readonly struct Keep<T>(T limit, MaskTerms<T> terms) : IMap2<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector dropped = default(Philox.UniformMap<T>).Invoke(b) < TVector.Create(limit);
            return TVector.Select(dropped, TVector.Create(terms.Dropped), new Affine<T>(terms).Invoke(a));
        }
    }

    private readonly struct Affine<T>(MaskTerms<T> terms) : IMap1<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> =>
            TVector.FusedMultiplyAdd(a, TVector.Create(terms.Scale), TVector.Create(terms.Offset));
    }
}
