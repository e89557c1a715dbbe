using System.Buffers.Binary;
using System.IO.Compression;
using DeepLearning.Primitives;

namespace Digits;

/// <summary>Images of digits, a row of <see cref="Pixels"/> brightnesses in [0, 1] each, and what they show.</summary>
internal sealed record DigitData(float[] Images, int[] Labels)
{
    public const int Side = 8, Pixels = Side * Side, Classes = 10;

    public int Count => Labels.Length;

    public ReadOnlySpan<float> Image(int index) => Images.AsSpan(index * Pixels, Pixels);

    /// <summary>The 1,797 embedded digits.</summary>
    public static DigitData Load()
    {
        byte[] images = ReadIdx("digits8x8-images-idx3-ubyte.gz", dimensions: 3, Pixels);
        byte[] labels = ReadIdx("digits8x8-labels-idx1-ubyte.gz", dimensions: 1, 1);
        return new([.. images.Select(level => level / 16f)], [.. labels.Select(label => (int)label)]);
    }

    /// <summary>
    /// The file is ordered by writer, so the images are shuffled before they are split: four fifths to learn from, one fifth
    /// to be tested on.
    /// </summary>
    public (DigitData Train, DigitData Test) Split(Philox random)
    {
        int[] order = new int[Count];
        random.Permutation(order);
        int train = Count * 4 / 5;
        return (Take(order.AsSpan(0, train)), Take(order.AsSpan(train)));
    }

    /// <summary>The images of the given rows, in their order.</summary>
    public DigitData Take(ReadOnlySpan<int> rows)
    {
        var taken = new DigitData(new float[rows.Length * Pixels], new int[rows.Length]);
        CopyTo(rows, taken.Images, taken.Labels);
        return taken;
    }

    /// <summary>Copies the given rows into buffers that a training loop reuses.</summary>
    public void CopyTo(ReadOnlySpan<int> rows, Span<float> images, Span<int> labels)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            Image(rows[i]).CopyTo(images[(i * Pixels)..]);
            labels[i] = Labels[rows[i]];
        }
    }

    /// <summary>IDX: 0, 0, the element type (8 is a byte), the number of dimensions, their big-endian lengths, the elements.</summary>
    private static byte[] ReadIdx(string name, int dimensions, int itemSize)
    {
        using Stream file = typeof(DigitData).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidDataException($"The resource {name} is missing.");
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var memory = new MemoryStream();
        unzipped.CopyTo(memory);
        ReadOnlySpan<byte> bytes = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        int header = 4 + (4 * dimensions);
        if (bytes.Length < header || BinaryPrimitives.ReadInt32BigEndian(bytes) != 0x0800 + dimensions)
            throw new InvalidDataException($"{name} is not an IDX file of bytes in {dimensions} dimensions.");
        int items = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        if (bytes.Length != header + (items * itemSize))
            throw new InvalidDataException($"{name} has {bytes.Length - header} elements, its header says {items} × {itemSize}.");
        return bytes[header..].ToArray();
    }
}
