using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <summary>Philox4x32-10: a keyed bijection of 128-bit counters, ten rounds of multiplying and mixing.</summary>
/// <remarks>
/// A counter (c0, c1, c2, c3) stands in two pairs of 64-bit lanes that use their lower halves: x = (c0, c2) and
/// y = (c1, c3). A round is then one lane-wise product, one swap of neighbours and one mix, whatever the vector's width.
/// </remarks>
internal static unsafe class PhiloxKernel
{
    private const ulong Multiplier0 = 0xD251_1F53, Multiplier1 = 0xCD9E_8D57;
    private const ulong Weyl0 = 0x9E37_79B9, Weyl1 = 0xBB67_AE85;

    /// <summary>Vectors at work side by side, to hide the products' latency.</summary>
    private const int Unroll = 4;

    /// <summary>
    /// Fills with the words from <paramref name="position"/> on. Word p is word p mod 4 of the image of the counter
    /// (p / 4, stream), both as 64-bit numbers, lower half first; the seed is the key.
    /// </summary>
    public static void Fill(Span<uint> destination, long seed, long stream, long position)
    {
        ref uint start = ref destination.Reference();
        if (Avx512F.IsSupported) Fill<Lanes512>(ref start, destination.Length, (ulong)seed, (ulong)stream, position);
        else if (Avx2.IsSupported) Fill<Lanes256>(ref start, destination.Length, (ulong)seed, (ulong)stream, position);
        else Fill<Lanes128>(ref start, destination.Length, (ulong)seed, (ulong)stream, position);
    }

    private static void Fill<TLanes>(ref uint destination, int count, ulong key, ulong stream, long position)
        where TLanes : struct, ILanes<TLanes>
    {
        int group = Unroll * 4 * TLanes.Blocks;
        uint* buffer = stackalloc uint[Unroll * 4 * Lanes512.Blocks];
        while (count > 0)
        {
            int offset = (int)(position & 3), done;
            if (offset == 0 && count >= group)
            {
                done = count / group * group;
                Groups<TLanes>(ref destination, done / group, key, stream, (ulong)position >> 2);
            }
            else
            {
                Groups<TLanes>(ref *buffer, 1, key, stream, (ulong)position >> 2);
                done = Math.Min(count, group - offset);
                for (int i = 0; i < done; i++) Unsafe.Add(ref destination, i) = buffer[offset + i];
            }

            destination = ref Unsafe.Add(ref destination, done);
            position += done;
            count -= done;
        }
    }

    /// <summary>The images of the counters from <paramref name="block"/> on.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Groups<TLanes>(ref uint destination, int groups, ulong key, ulong stream, ulong block)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes multiplier = TLanes.Create(Multiplier0, Multiplier1), step = TLanes.Create((ulong)TLanes.Blocks, 0);
        TLanes weyl = TLanes.Create(Weyl0, Weyl1), firstKey = TLanes.Create((uint)key, key >> 32);
        TLanes counter = TLanes.Counters(block, stream);
        nuint size = (nuint)(4 * TLanes.Blocks), at = 0;
        for (int group = 0; group < groups; group++)
        {
            TLanes a = counter, b = a + step, c = b + step, d = c + step;
            counter = d + step;
            TLanes ya = a.Upper, yb = b.Upper, yc = c.Upper, yd = d.Upper;
            TLanes roundKey = firstKey;
            for (int round = 0; round < 10; round++)
            {
                TLanes pa = (a * multiplier).Swapped, pb = (b * multiplier).Swapped;
                TLanes pc = (c * multiplier).Swapped, pd = (d * multiplier).Swapped;
                a = pa.Upper ^ ya ^ roundKey;
                b = pb.Upper ^ yb ^ roundKey;
                c = pc.Upper ^ yc ^ roundKey;
                d = pd.Upper ^ yd ^ roundKey;
                (ya, yb, yc, yd) = (pa, pb, pc, pd);
                roundKey += weyl;
            }

            TLanes.Store(a, ya, ref destination, at);
            TLanes.Store(b, yb, ref destination, at + size);
            TLanes.Store(c, yc, ref destination, at + (2 * size));
            TLanes.Store(d, yd, ref destination, at + (3 * size));
            at += Unroll * size;
        }
    }

    /// <summary>64-bit lanes in pairs, a pair for each counter.</summary>
    internal interface ILanes<TSelf>
        where TSelf : struct, ILanes<TSelf>
    {
        /// <summary>Pairs of lanes.</summary>
        static abstract int Blocks { get; }

        static abstract TSelf Create(ulong even, ulong odd);

        /// <summary>block, stream, block + 1, stream, …</summary>
        static abstract TSelf Counters(ulong block, ulong stream);

        static abstract TSelf operator +(TSelf left, TSelf right);

        static abstract TSelf operator ^(TSelf left, TSelf right);

        /// <summary>The 64-bit products of the lower halves.</summary>
        static abstract TSelf operator *(TSelf left, TSelf right);

        /// <summary>The upper halves, moved down.</summary>
        TSelf Upper { get; }

        /// <summary>Each lane in its neighbour's place.</summary>
        TSelf Swapped { get; }

        /// <summary>Stores the lower halves of x and y alternately.</summary>
        static abstract void Store(TSelf x, TSelf y, ref uint destination, nuint offset);
    }

    internal readonly struct Lanes512(Vector512<ulong> lanes) : ILanes<Lanes512>
    {
        private readonly Vector512<ulong> _lanes = lanes;

        public static int Blocks => 4;

        public Lanes512 Upper
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => new(_lanes >>> 32);
        }

        public Lanes512 Swapped
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => new(Vector512.Shuffle(_lanes, Vector512.Create(1UL, 0, 3, 2, 5, 4, 7, 6)));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes512 Create(ulong even, ulong odd) =>
            new(Vector512.Create(even, odd, even, odd, even, odd, even, odd));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes512 Counters(ulong block, ulong stream) =>
            new(Vector512.Create(block, stream, block + 1, stream, block + 2, stream, block + 3, stream));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes512 operator +(Lanes512 left, Lanes512 right) => new(left._lanes + right._lanes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes512 operator ^(Lanes512 left, Lanes512 right) => new(left._lanes ^ right._lanes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes512 operator *(Lanes512 left, Lanes512 right) =>
            new(Avx512F.Multiply(left._lanes.AsUInt32(), right._lanes.AsUInt32()));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Lanes512 x, Lanes512 y, ref uint destination, nuint offset) =>
            ((x._lanes & Vector512.Create(0xFFFF_FFFFUL)) | (y._lanes << 32)).AsUInt32().StoreUnsafe(ref destination, offset);
    }

    internal readonly struct Lanes256(Vector256<ulong> lanes) : ILanes<Lanes256>
    {
        private readonly Vector256<ulong> _lanes = lanes;

        public static int Blocks => 2;

        public Lanes256 Upper
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => new(_lanes >>> 32);
        }

        public Lanes256 Swapped
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => new(Vector256.Shuffle(_lanes, Vector256.Create(1UL, 0, 3, 2)));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes256 Create(ulong even, ulong odd) =>
            new(Vector256.Create(even, odd, even, odd));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes256 Counters(ulong block, ulong stream) =>
            new(Vector256.Create(block, stream, block + 1, stream));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes256 operator +(Lanes256 left, Lanes256 right) => new(left._lanes + right._lanes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes256 operator ^(Lanes256 left, Lanes256 right) => new(left._lanes ^ right._lanes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes256 operator *(Lanes256 left, Lanes256 right) =>
            new(Avx2.Multiply(left._lanes.AsUInt32(), right._lanes.AsUInt32()));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Lanes256 x, Lanes256 y, ref uint destination, nuint offset) =>
            ((x._lanes & Vector256.Create(0xFFFF_FFFFUL)) | (y._lanes << 32)).AsUInt32().StoreUnsafe(ref destination, offset);
    }

    internal readonly struct Lanes128(Vector128<ulong> lanes) : ILanes<Lanes128>
    {
        private readonly Vector128<ulong> _lanes = lanes;

        public static int Blocks => 1;

        public Lanes128 Upper
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => new(_lanes >>> 32);
        }

        public Lanes128 Swapped
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => new(Vector128.Shuffle(_lanes, Vector128.Create(1UL, 0)));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes128 Create(ulong even, ulong odd) =>
            new(Vector128.Create(even, odd));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes128 Counters(ulong block, ulong stream) =>
            new(Vector128.Create(block, stream));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes128 operator +(Lanes128 left, Lanes128 right) => new(left._lanes + right._lanes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes128 operator ^(Lanes128 left, Lanes128 right) => new(left._lanes ^ right._lanes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes128 operator *(Lanes128 left, Lanes128 right) =>
            new(Product(left._lanes, right._lanes));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Lanes128 x, Lanes128 y, ref uint destination, nuint offset) =>
            ((x._lanes & Vector128.Create(0xFFFF_FFFFUL)) | (y._lanes << 32)).AsUInt32().StoreUnsafe(ref destination, offset);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<ulong> Product(Vector128<ulong> left, Vector128<ulong> right)
        {
            if (Sse2.IsSupported) return Sse2.Multiply(left.AsUInt32(), right.AsUInt32());
            if (AdvSimd.IsSupported)
                return AdvSimd.MultiplyWideningLower(AdvSimd.ExtractNarrowingLower(left), AdvSimd.ExtractNarrowingLower(right));
            return Vector128.Create((ulong)(uint)left[0] * (uint)right[0], (ulong)(uint)left[1] * (uint)right[1]);
        }
    }
}
