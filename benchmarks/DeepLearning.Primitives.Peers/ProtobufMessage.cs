using System.Text;

namespace DeepLearning.Primitives.Peers;

/// <summary>A Protocol Buffers message, field by field: just what an ONNX model takes.</summary>
internal sealed class ProtobufMessage
{
    private const int VariableLength = 0, LengthFirst = 2;

    private readonly List<byte> _bytes = [];

    public ProtobufMessage Add(int field, long value)
    {
        Number((ulong)field << 3 | VariableLength);
        Number((ulong)value);
        return this;
    }

    public ProtobufMessage Add(int field, ReadOnlySpan<byte> value)
    {
        Number((ulong)field << 3 | LengthFirst);
        Number((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public ProtobufMessage Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Add(int field, ProtobufMessage value) => Add(field, value.ToArray());

    public byte[] ToArray() => [.. _bytes];

    /// <summary>Seven bits a byte, the lowest first; the eighth says that more follow.</summary>
    private void Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.Add((byte)(value | 0x80));
        _bytes.Add((byte)value);
    }
}
