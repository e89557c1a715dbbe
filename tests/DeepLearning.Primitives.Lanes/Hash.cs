using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives.Lanes;

/// <summary>FNV-1a over the bits; every NaN counts as the same.</summary>
internal sealed class Hash
{
    private ulong _state = 14695981039346656037;

    public void Add<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (T value in values)
        {
            T one = T.IsNaN(value) ? T.NaN : value;
            foreach (byte b in MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in one))) _state = (_state ^ b) * 1099511628211;
        }
    }

    public static string Of<T>(params ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        hash.Add(values);
        return hash.ToString();
    }

    public override string ToString() => _state.ToString("x16", CultureInfo.InvariantCulture);
}
