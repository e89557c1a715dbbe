using System.Numerics;

namespace DeepLearning.Primitives;

/// <content>Peepholes, of which this library has [3, hidden] for i, f and o.</content>
public static partial class RecurrentLayouts
{
    /// <summary>Writes the peepholes of an LSTM in another layout: ONNX's P for i, o and f, oneDNN's for i, f and o.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="hiddenSize">The number of units.</param>
    /// <param name="peepholes">3 · <paramref name="hiddenSize"/> elements.</param>
    /// <param name="destination">As many, apart from those.</param>
    /// <exception cref="ArgumentException">A span has another length, or they overlap.</exception>
    /// <exception cref="NotSupportedException">The layout has no peepholes.</exception>
    public static void ExportPeepholes<T>(RecurrentLayout layout, int hiddenSize, ReadOnlySpan<T> peepholes, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ReorderPeepholes(layout, hiddenSize, peepholes, destination);

    /// <summary>Reads the peepholes of an LSTM from another layout.</summary>
    /// <inheritdoc cref="ExportPeepholes"/>
    public static void ImportPeepholes<T>(RecurrentLayout layout, int hiddenSize, ReadOnlySpan<T> peepholes, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ReorderPeepholes(layout, hiddenSize, peepholes, destination);

    /// <summary>The same both ways: at most two change places.</summary>
    private static void ReorderPeepholes<T>(RecurrentLayout layout, int hiddenSize, ReadOnlySpan<T> peepholes, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenSize, 1);
        ReadOnlySpan<int> order = layout switch
        {
            RecurrentLayout.Onnx => [0, 2, 1],
            RecurrentLayout.OneDnn => [0, 1, 2],
            _ => throw new NotSupportedException($"{layout} has no peepholes."),
        };
        int length = checked(order.Length * hiddenSize);
        Guard.Length(peepholes.Length, length, "the unit", nameof(peepholes));
        Guard.Length(destination.Length, length, "the unit", nameof(destination));
        Guard.Apart(peepholes, destination);
        for (int gate = 0; gate < order.Length; gate++)
            peepholes.Slice(order[gate] * hiddenSize, hiddenSize).CopyTo(destination[(gate * hiddenSize)..]);
    }
}
