using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>Where a kernel of rows finds its logits: in the input itself, or made of it.</summary>
internal unsafe interface IRowSource<T>
    where T : unmanaged
{
    /// <summary>The logits of these elements of the input: the elements themselves, or what is now in <paramref name="scratch"/>.</summary>
    T* Logits(T* x, int count, T* scratch);

    /// <summary>
    /// True where the logits are −x, which a kernel need not make: −x − (−shift) is shift − x. Only of probabilities, of which
    /// it needs the differences alone.
    /// </summary>
    static virtual bool AreNegated => false;
}

/// <summary>x</summary>
internal readonly unsafe struct Rows<T> : IRowSource<T>
    where T : unmanaged
{
    public T* Logits(T* x, int count, T* scratch) => x;
}

/// <summary>−x</summary>
internal readonly unsafe struct NegatedRows<T> : IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool AreNegated => true;

    public T* Logits(T* x, int count, T* scratch)
    {
        UnaryFunction.Value(new ReadOnlySpan<T>(x, count), new Span<T>(scratch, count), default(Negate<T>));
        return scratch;
    }
}

/// <summary>x + mask, the mask repeated over the input, whose first element is <paramref name="start"/>.</summary>
internal readonly unsafe struct BiasedRows<T>(T* start, T* mask, int maskLength) : IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T* Logits(T* x, int count, T* scratch)
    {
        for (int i = 0, length; i < count; i += length)
        {
            int at = (int)((x + i - start) % maskLength);
            length = Math.Min(count - i, maskLength - at);
            Elementwise.Map<T, Add<T>>(
                new ReadOnlySpan<T>(x + i, length), new ReadOnlySpan<T>(mask + at, length), new Span<T>(scratch + i, length), default);
        }

        return scratch;
    }
}

/// <summary>x where the mask is true, −∞ elsewhere; the mask is repeated over the input.</summary>
internal readonly unsafe struct MaskedRows<T>(T* start, bool* mask, int maskLength) : IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T* Logits(T* x, int count, T* scratch)
    {
        for (int i = 0, length; i < count; i += length)
        {
            int at = (int)((x + i - start) % maskLength);
            length = Math.Min(count - i, maskLength - at);
            Masking.Select(
                new ReadOnlySpan<bool>(mask + at, length), new ReadOnlySpan<T>(x + i, length), T.NegativeInfinity, new Span<T>(scratch + i, length));
        }

        return scratch;
    }
}
