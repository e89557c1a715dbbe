using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

public class PhiloxTests
{
    /// <summary>Random123 1.14.0, tests/kat_vectors: "philox4x32 10", counter, key, result.</summary>
    public static TheoryData<uint[], uint[], uint[]> KnownAnswers { get; } = new()
    {
        {
            [0, 0, 0, 0],
            [0, 0],
            [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]
        },
        {
            [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
            [0xffffffff, 0xffffffff],
            [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
        },
        {
            [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
            [0xa4093822, 0x299f31d0],
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
        },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Published_vectors(uint[] counter, uint[] key, uint[] expected)
    {
        Assert.Equal(expected, Reference(counter, key));
        Assert.Equal(expected, Image<PhiloxKernel.Lanes128>(counter, key));
        if (Avx2.IsSupported) Assert.Equal(expected, Image<PhiloxKernel.Lanes256>(counter, key));
        if (Avx512F.IsSupported) Assert.Equal(expected, Image<PhiloxKernel.Lanes512>(counter, key));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 3)]
    [InlineData(-1, -1, 5)]
    [InlineData(long.MinValue, long.MaxValue, (1L << 34) - 7)] // the block's lower half overflows
    public void Words_are_those_of_the_definition(long seed, long stream, long position)
    {
        var random = new Philox(seed, stream) { Position = position };
        for (long p = position; p < position + 300; p++)
        {
            uint[] counter = [(uint)(p >> 2), (uint)(p >> 34), (uint)stream, (uint)(stream >> 32)];
            Assert.Equal(Reference(counter, [(uint)seed, (uint)(seed >> 32)])[p & 3], random.NextUInt32());
        }

        Assert.Equal(position + 300, random.Position);
    }

    [Fact]
    public void A_fill_cut_into_pieces_gives_the_same_bits() =>
        Gen.Select(Gen.Int[0, 700], Gen.Int[0, 700], Gen.Int[0, 9]).Sample((first, second, position) =>
        {
            Cut<float>(first, second, position);
            Cut<double>(first, second, position);
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Threads_do_not_change_the_bits(int threads)
    {
        int before = Compute.MaxDegreeOfParallelism;
        float[] whole = new float[150_001], pieces = new float[150_001];
        try
        {
            Compute.MaxDegreeOfParallelism = threads;
            new Philox(7).Normal<float>(whole);
        }
        finally
        {
            Compute.MaxDegreeOfParallelism = before;
        }

        var random = new Philox(7);
        for (int i = 0; i < pieces.Length; i += 1000) random.Normal(pieces.AsSpan(i, Math.Min(1000, pieces.Length - i)));
        Assert.Equal(Bits(pieces), Bits(whole));
    }

    /// <summary>Recorded with AVX-512; every instruction set and platform gives the same.</summary>
    [Fact]
    public void The_bits_are_the_same_everywhere()
    {
        float[] single = new float[1003];
        double[] wide = new double[1003];
        var random = new Philox(20, 26);
        random.Uniform<float>(single);
        random.Normal(wide, 1, 0.5);
        Assert.Equal("BE152D97C26FBAD62EE0A3BD258FDB3A", Hash<double>(wide) + Hash<float>(single));
        random.Normal<float>(single);
        random.Uniform(wide, -1, 2);
        Assert.Equal("5B8588F832B65A0E271308C2AC274F74", Hash<double>(wide) + Hash<float>(single));
    }

    [Fact]
    public void Uniform_is_the_upper_bits_of_the_words()
    {
        float[] single = new float[1000];
        double[] wide = new double[1000];
        var words = new Philox(3);
        new Philox(3).Uniform<float>(single);
        foreach (float value in single) Assert.Equal((words.NextUInt32() >> 8) * MathF.ScaleB(1, -24), value);
        words.Position = 0;
        new Philox(3).Uniform<double>(wide);
        foreach (double value in wide) Assert.Equal((words.NextUInt64() >> 11) * Math.ScaleB(1, -53), value);
    }

    [Fact]
    public void Uniform_stays_below_the_bound()
    {
        // One unit in the last place wide: u > ½ rounds up to the bound unless held back.
        float low = 1, high = MathF.BitIncrement(low);
        float[] values = new float[1000];
        new Philox(1).Uniform(values, low, high);
        Assert.All(values, v => Assert.Equal(low, v));
        new Philox(1).Uniform(values, -3f, -2f);
        Assert.All(values, v => Assert.InRange(v, -3f, MathF.BitDecrement(-2f)));
    }

    [Fact]
    public void Next_is_uniform_and_in_range()
    {
        var random = new Philox(5);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) counts[random.Next(7)]++;
        // Six standard deviations of a binomial count: √(70000 · 1/7 · 6/7) = 93.
        Assert.All(counts, c => Assert.InRange(c, 10_000 - 560, 10_000 + 560));
        Assert.Equal(0, random.Next(1));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(random.Next(int.MaxValue), 0, int.MaxValue - 1));
    }

    [Fact]
    public void Permutation_holds_every_index_and_all_orders_are_equally_likely()
    {
        int[] thousand = new int[1000];
        new Philox(1).Permutation(thousand);
        Assert.NotEqual(Enumerable.Range(0, 1000), thousand);
        Assert.Equal(Enumerable.Range(0, 1000), thousand.Order());

        var random = new Philox(6);
        var counts = new Dictionary<(int, int, int), int>();
        int[] order = new int[3];
        for (int i = 0; i < 60_000; i++)
        {
            random.Permutation(order);
            (int, int, int) key = (order[0], order[1], order[2]);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(6, counts.Count);
        // Six standard deviations: √(60000 · 1/6 · 5/6) = 91.
        Assert.All(counts.Values, c => Assert.InRange(c, 10_000 - 550, 10_000 + 550));
    }

    [Fact]
    public void Splits_streams_and_seeds_differ_and_positions_come_back()
    {
        var random = new Philox(9);
        Philox first = random.Split(), second = random.Split();
        uint[] starts =
        [
            first.NextUInt32(), second.NextUInt32(), new Philox(9).NextUInt32(), new Philox(10).NextUInt32(),
            new Philox(9, stream: 1).NextUInt32(), first.Split().NextUInt32(),
        ];
        Assert.Equal(starts.Length, starts.Distinct().Count());
        Assert.Equal(first.Seed, new Philox(9).Split().Seed);

        long place = random.Position;
        uint next = random.NextUInt32();
        random.Position = 0;
        random.NextUInt64();
        random.Position = place;
        Assert.Equal(next, random.NextUInt32());
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var random = new Philox(1);
        float[] values = new float[10_000];
        int[] order = new int[100];
        Allocation.IsNone(All);

        void All()
        {
            random.Uniform<float>(values);
            random.Uniform(values, -1, 1);
            random.Normal(values, 0, 1);
            random.Permutation(order);
        }
    }

    [Fact]
    public void Bad_arguments_leave_the_destination_and_the_position_alone()
    {
        var random = new Philox(1);
        float[] values = [42];
        Assert.Throws<ArgumentException>(() => random.Uniform(values, 1f, 1f));
        Assert.Throws<ArgumentException>(() => random.Uniform(values, 0f, float.NaN));
        Assert.Throws<ArgumentException>(() => random.Uniform(values, float.MinValue, float.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Normal(values, 0f, -1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Normal(values, float.NaN, 1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Normal(values, 0f, float.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Position = -1);
        Assert.Throws<NotSupportedException>(() => random.Normal<Half>(new Half[1]));
        Assert.Throws<NotSupportedException>(() => random.Uniform<Half>(new Half[1]));
        Assert.Equal(42, values[0]);
        Assert.Equal(0, random.Position);
    }

    /// <summary>The cipher as its paper states it.</summary>
    private static uint[] Reference(uint[] counter, uint[] key)
    {
        (uint c0, uint c1, uint c2, uint c3) = (counter[0], counter[1], counter[2], counter[3]);
        (uint k0, uint k1) = (key[0], key[1]);
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            unchecked
            {
                k0 += 0x9E3779B9;
                k1 += 0xBB67AE85;
            }
        }

        return [c0, c1, c2, c3];
    }

    private static uint[] Image<TLanes>(uint[] counter, uint[] key)
        where TLanes : struct, PhiloxKernel.ILanes<TLanes>
    {
        uint[] words = new uint[64];
        PhiloxKernel.Groups<TLanes>(
            ref words[0], 1, key[0] | ((ulong)key[1] << 32),
            counter[2] | ((ulong)counter[3] << 32), counter[0] | ((ulong)counter[1] << 32));
        return words[..4];
    }

    private static void Cut<T>(int first, int second, int position)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        T[] whole = new T[first + second], pieces = new T[first + second];
        Philox a = new(1) { Position = position }, b = new(1) { Position = position };
        a.Normal<T>(whole);
        b.Normal(pieces.AsSpan(0, first));
        b.Normal(pieces.AsSpan(first));
        Assert.Equal(whole, pieces);
        Assert.Equal(a.Position, b.Position);
        Assert.Equal(a.NextUInt64(), b.NextUInt64());
        Assert.DoesNotContain(whole, v => !T.IsFinite(v));
    }

    private static string Hash<T>(ReadOnlySpan<T> values)
        where T : unmanaged =>
        Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(values)))[..16];

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
