namespace DeepLearning.Primitives;

/// <summary>Copies of a tensor with its dimensions in another order.</summary>
internal static class Permutation
{
    /// <summary>A square of elements that two caches of lines hold at once.</summary>
    private const int Tile = 16;

    /// <summary>
    /// Writes the destination in row-major order: dimension i has <c>lengths[i]</c> elements that lie
    /// <c>strides[i]</c> apart in <paramref name="source"/>.
    /// </summary>
    public static void Copy<T>(ReadOnlySpan<T> source, ReadOnlySpan<int> lengths, ReadOnlySpan<int> strides, Span<T> destination)
    {
        if (destination.IsEmpty) return;
        if (lengths.Length == 0)
        {
            destination[0] = source[0];
            return;
        }

        if (lengths.Length > 2)
        {
            int part = destination.Length / lengths[0];
            for (int i = 0; i < lengths[0]; i++)
                Copy(source[(i * strides[0])..], lengths[1..], strides[1..], destination.Slice(i * part, part));
            return;
        }

        int rows = lengths.Length == 2 ? lengths[0] : 1, columns = lengths[^1];
        int rowStride = lengths.Length == 2 ? strides[0] : 0, columnStride = strides[^1];
        if (columnStride == 1)
        {
            for (int i = 0; i < rows; i++) source.Slice(i * rowStride, columns).CopyTo(destination.Slice(i * columns, columns));
            return;
        }

        for (int top = 0; top < rows; top += Tile)
        {
            for (int left = 0; left < columns; left += Tile)
            {
                int bottom = Math.Min(rows, top + Tile), right = Math.Min(columns, left + Tile);
                for (int i = top; i < bottom; i++)
                    for (int j = left; j < right; j++) destination[(i * columns) + j] = source[(i * rowStride) + (j * columnStride)];
            }
        }
    }
}
