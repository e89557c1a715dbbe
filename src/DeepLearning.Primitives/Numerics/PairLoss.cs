using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>A loss of one prediction x and one target t, on vectors.</summary>
internal interface IPairLoss<T>
    where T : unmanaged
{
    /// <summary>True when some pairs are refused: see <see cref="IsOutside"/>.</summary>
    static virtual bool HasDomain => false;

    /// <summary>True for a loss with a shorter form for ordinary pairs, which gives them the same bits.</summary>
    static virtual bool HasOrdinaryForm => false;

    /// <summary>The mask of the pairs that are refused. NaN is not: it goes through.</summary>
    static virtual TVector IsOutside<TVector>(TVector x, TVector t)
        where TVector : struct, ISimd<TVector, T> => 0;

    /// <summary>True when every pair is ordinary.</summary>
    static virtual bool IsOrdinary<TVector>(TVector x, TVector t)
        where TVector : struct, ISimd<TVector, T> => false;

    /// <summary>The loss and its derivative in x; <paramref name="ordinary"/> is a constant of the caller.</summary>
    TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
        where TVector : struct, ISimd<TVector, T>;

    /// <summary>See <see cref="IStreamMap{T}.IsLong"/>.</summary>
    static virtual bool IsLong => false;

    /// <summary>True for a loss with a number of its own for each class: it has this value instead.</summary>
    static virtual bool IsPerClass => false;

    static virtual TVector ValueOfClass<TVector>(TVector x, TVector t, TVector number, out TVector derivative)
        where TVector : struct, ISimd<TVector, T> => derivative = 0;
}

/// <summary>
/// The one driver of elementwise losses: value and derivative in one pass, a block at a time, the sum of each block as
/// <see cref="Reduce"/> makes it and the sums of the blocks joined likewise, so that no bit depends on vectors or threads.
/// Arguments are checked by the callers.
/// </summary>
internal static unsafe class PairLoss
{
    /// <summary>Elements whose losses are summed at once: they stay in the first cache in between.</summary>
    private const int Block = 1024;

    /// <summary>Elements from which on the spans are unlikely to lie in the second cache.</summary>
    private const int FarFrom = 1 << 18;

    /// <summary>Elements from which on they are unlikely to lie in the third cache when they are needed.</summary>
    private const int VeryFarFrom = 1 << 19;

    /// <summary>Blocks up to which their sums stand on the stack.</summary>
    private const int Few = 256;

    /// <summary>The first pair of weight above 0 (every one, without weights) that the loss refuses; −1 if there is none.</summary>
    public static int FirstOutside<T, TLoss>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IPairLoss<T>
    {
        if (!TLoss.HasDomain || x.IsEmpty || AreInside<T, TLoss>(x, t)) return -1;
        int perWeight = weights.IsEmpty ? 1 : x.Length / weights.Length;
        for (int i = 0; i < x.Length; i++)
        {
            if (!weights.IsEmpty && weights[i / perWeight] == T.Zero) continue;
            Simd128<T> outside = TLoss.IsOutside(Simd128<T>.Create(x[i]), Simd128<T>.Create(t[i]));
            if (Simd128<T>.Select(outside, 1, 0).First > T.Zero) return i;
        }

        return -1;
    }

    /// <summary>
    /// Σ w·loss. Writes w·derivative·scale to <paramref name="gradient"/> and w·loss to <paramref name="losses"/> unless
    /// they are empty. A weight serves one element, or the same number of neighbours each; none are all 1. What has weight
    /// 0 counts nowhere, whatever it holds. The numbers of the classes, if the loss has any, serve the elements in turn.
    /// </summary>
    public static T Run<T, TLoss>(
        ReadOnlySpan<T> x,
        ReadOnlySpan<T> t,
        ReadOnlySpan<T> weights,
        ReadOnlySpan<T> perClass,
        Span<T> gradient,
        Span<T> losses,
        T scale,
        TLoss loss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IPairLoss<T>
    {
        if (x.IsEmpty) return T.Zero;
        int blocks = ((x.Length - 1) / Block) + 1, perWeight = weights.IsEmpty ? 1 : x.Length / weights.Length;
        // A processor that fetches by itself stops when nothing is read, here for as long as a block's sum takes.
        bool areFar = x.Length >= FarFrom && !Processor.FetchesByItself;
        bool fetchesNext = x.Length >= VeryFarFrom && Processor.FetchesByItself && !TLoss.IsLong && !gradient.IsEmpty;
        using Rented<T> rented = new(blocks > Few ? blocks : 0);
        Span<T> sums = blocks > Few ? rented.Span : stackalloc T[blocks];
        fixed (T* px = x, pt = t, pw = weights, pc = perClass, pg = gradient, pl = losses, ps = sums)
        {
            Parallelism.For(
                x.Length,
                Elementwise.Grain,
                new Blocks<T, TLoss>(loss, px, pt, pw, perWeight, pc, perClass.Length, pg, pl, ps, scale, areFar, fetchesNext));
        }

        return Reduce.Sum<T>(sums);
    }

    private static bool AreInside<T, TLoss>(ReadOnlySpan<T> x, ReadOnlySpan<T> t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IPairLoss<T>
    {
        fixed (T* px = x, pt = t)
        {
            if (Vector512.IsHardwareAccelerated && x.Length >= Simd512<T>.Count)
                return AreInside<T, TLoss, Simd512<T>>(px, pt, x.Length);
            if (Vector256.IsHardwareAccelerated && x.Length >= Simd256<T>.Count)
                return AreInside<T, TLoss, Simd256<T>>(px, pt, x.Length);
            return x.Length >= Simd128<T>.Count && AreInside<T, TLoss, Simd128<T>>(px, pt, x.Length);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool AreInside<T, TLoss, TVector>(T* x, T* t, int length)
        where T : unmanaged
        where TLoss : struct, IPairLoss<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        int last = length - TVector.Count;
        TVector outside = TLoss.IsOutside(TVector.Load(ref x[last], 0), TVector.Load(ref t[last], 0));
        for (int i = 0; i < last; i += TVector.Count)
            outside |= TLoss.IsOutside(TVector.Load(ref x[i], 0), TVector.Load(ref t[i], 0));
        return TVector.AllLessOrEqual(TVector.Select(outside, 1, 0), 0);
    }

    private static bool AreOrdinary<T, TLoss>(T* x, T* t, int length)
        where T : unmanaged
        where TLoss : struct, IPairLoss<T>
    {
        if (!TLoss.HasOrdinaryForm) return false;
        if (Vector512.IsHardwareAccelerated && length >= Simd512<T>.Count) return AreOrdinary<T, TLoss, Simd512<T>>(x, t, length);
        if (Vector256.IsHardwareAccelerated && length >= Simd256<T>.Count) return AreOrdinary<T, TLoss, Simd256<T>>(x, t, length);
        return length >= Simd128<T>.Count && AreOrdinary<T, TLoss, Simd128<T>>(x, t, length);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool AreOrdinary<T, TLoss, TVector>(T* x, T* t, int length)
        where T : unmanaged
        where TLoss : struct, IPairLoss<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        int last = length - TVector.Count;
        for (int i = 0; i < last; i += TVector.Count)
            if (!TLoss.IsOrdinary(TVector.Load(ref x[i], 0), TVector.Load(ref t[i], 0))) return false;
        return TLoss.IsOrdinary(TVector.Load(ref x[last], 0), TVector.Load(ref t[last], 0));
    }

    private readonly struct Blocks<T, TLoss>(
        TLoss loss, T* x, T* t, T* weights, int perWeight, T* perClass, int classes, T* gradient, T* losses, T* sums, T scale, bool areFar, bool fetchesNext)
        : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IPairLoss<T>
    {
        [SkipLocalsInit]
        public void Invoke(int start, int end)
        {
            T* buffer = stackalloc T[Block], expanded = stackalloc T[weights == null ? 1 : Block];
            for (; start < end; start += Block)
            {
                int length = Math.Min(Block, end - start);
                // A loss may stand where its target does, but not before the target was read, as the numbers of the classes do.
                Span<T> to = new(losses == null || TLoss.IsPerClass ? buffer : losses + start, length);
                if (TLoss.IsPerClass) Repeat(start % classes, to);
                Map(start, length, to);
                if (weights != null)
                {
                    ReadOnlySpan<T> w = perWeight == 1 ? new(weights + start, length) : Expand(start, new(expanded, length));
                    Elementwise.Map<T, TimesWeight<T>>(to, w, to, default);
                    Span<T> slopes = gradient == null ? [] : new(gradient + start, length);
                    Elementwise.Map<T, TimesWeight<T>>(slopes, w[..slopes.Length], slopes, default);
                }

                if (fetchesNext && end - start >= 2 * Block) Elementwise.FetchAll(x + start + Block, t + start + Block, Block);
                sums[start / Block] = Reduce.Sum<T>(to);
                if (TLoss.IsPerClass && losses != null) to.CopyTo(new(losses + start, length));
            }
        }

        private void Map(int start, int length, Span<T> to)
        {
            bool ordinary = AreOrdinary<T, TLoss>(x + start, t + start, length);
            if (gradient == null && ordinary) Map<Yes, No>(start, length, to);
            else if (gradient == null) Map<No, No>(start, length, to);
            else if (ordinary) Map<Yes, Yes>(start, length, to);
            else Map<No, Yes>(start, length, to);
        }

        private void Map<TOrdinary, TSloped>(int start, int length, Span<T> to)
            where TOrdinary : struct, IFlag
            where TSloped : struct, IFlag
        {
            Span<T> from = new(x + start, length), slopes = TSloped.IsSet ? new(gradient + start, length) : from;
            ReadOnlySpan<T> targets = new(t + start, length);
            Elementwise.Update(slopes, to, from, targets, new ValueAndSlope<T, TLoss, TOrdinary, TSloped>(loss, scale), areFar);
        }

        /// <summary>The numbers of the classes in turn, from one of them on.</summary>
        private void Repeat(int first, Span<T> to)
        {
            int filled = Math.Min(classes, to.Length);
            for (int i = 0; i < filled; i++) to[i] = perClass[first + i < classes ? first + i : first + i - classes];
            for (; filled < to.Length; filled *= 2) to[..Math.Min(filled, to.Length - filled)].CopyTo(to[filled..]);
        }

        private ReadOnlySpan<T> Expand(int start, Span<T> to)
        {
            for (int i = 0; i < to.Length;)
            {
                int index = (start + i) / perWeight, count = Math.Min(to.Length - i, ((index + 1) * perWeight) - start - i);
                to.Slice(i, count).Fill(weights[index]);
                i += count;
            }

            return to;
        }
    }

    /// <summary>
    /// a: the derivative times the scale, b: the loss, of c: the prediction, and d: the target. The numbers of the classes come
    /// in b.
    /// </summary>
    private readonly struct ValueAndSlope<T, TLoss, TOrdinary, TSloped>(TLoss loss, T scale) : IStreamMap<T>
        where T : unmanaged
        where TLoss : struct, IPairLoss<T>
        where TOrdinary : struct, IFlag
        where TSloped : struct, IFlag
    {
        // The loops ask them so often that the JIT would call them.
        public static int Reads
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => TLoss.IsPerClass ? 0b1110 : 0b1100;
        }

        public static int Writes
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => TSloped.IsSet ? 0b0011 : 0b0010;
        }

        public static bool IsLong => TLoss.IsLong;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector slope;
            b = TLoss.IsPerClass ? TLoss.ValueOfClass(c, d, b, out slope) : loss.Value(c, d, TOrdinary.IsSet, out slope);
            if (TSloped.IsSet) a = slope * TVector.Create(scale);
        }
    }
}

/// <summary>a·weight; 0 where the weight is 0, whatever a is.</summary>
internal readonly struct TimesWeight<T> : IMap2<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> => TVector.Select(TVector.Equal(b, 0), 0, a * b);
}

/// <summary>A setting that the JIT knows, so that code for the other setting costs nothing.</summary>
internal interface IFlag
{
    static abstract bool IsSet { get; }
}

internal readonly struct Yes : IFlag
{
    public static bool IsSet => true;
}

internal readonly struct No : IFlag
{
    public static bool IsSet => false;
}
