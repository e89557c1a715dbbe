namespace DeepLearning.Primitives;

/// <summary>How a rectangle of c is cut: the blocks, what is packed, and the room that takes.</summary>
internal readonly unsafe struct Plan<T, TVector>
    where T : unmanaged
    where TVector : struct, ISimd<TVector, T>
{
    /// <summary>
    /// Bytes of a packed column of b: tiles then spend far more time on k than on c. A narrow panel may be twice as deep and
    /// still leave room in a first-level cache.
    /// </summary>
    private static int DepthBytes => MatrixTile<T, TVector>.Columns == 2 * TVector.Count ? 2048 : 1024;

    /// <summary>Rows of a and columns of b gone through together: with c between them they stay in a second-level cache.</summary>
    private const int MostRows = 72, MostColumns = 512;

    /// <summary>
    /// Rows of a transposed a packed together for few columns, where packing weighs, and what part of the usual depth: of each
    /// step of k a long run, and few of them, which the processor reads faster from afar than many short ones that stand in the
    /// same few places of its caches.
    /// </summary>
    private const int MostPackedRows = 264, PackedDepth = 2, FewColumns = 256;

    public Plan(int rows, int k, int columns, bool transposeA, bool transposeB)
    {
        int most = MatrixTile<T, TVector>.MaxRows, vector = TVector.Count;
        Width = Math.Min(MatrixTile<T, TVector>.Columns, (int)(((long)columns + vector - 1) / vector * vector));
        // Packing b pays from the fifth tile that reads it. Rows of a are read side by side, in place; of a transposed a,
        // where each step of k is far from the last, a block is packed if more than one panel reads it.
        PackB = transposeB || rows > 4 * most;
        PackA = transposeA && rows > most && columns > Width;
        bool isLong = PackA && columns <= FewColumns;
        Depth = Even(k, DepthBytes / sizeof(T) / (isLong ? PackedDepth : 1), 1);
        High = Even(rows, isLong ? MostPackedRows : MostRows, most);
        Wide = Even(columns, MostColumns, Width);
        Tall = Even(Math.Min(High, rows), most, 1);
        PackAhead = PackB && rows > High;
        // A line more than a power of two between panels: they must not share the lines of a cache. Rows of a transposed a
        // are copied in whole vectors, up to one past the tile.
        TileBytes = Aligned(((Depth * Tall) + vector) * sizeof(T));
        PanelBytes = Aligned((nint)Depth * Width * sizeof(T)) + Scratch.Line;
        BytesA = PackA ? (High + Tall - 1) / Tall * TileBytes : 0;
        Bytes = (int)(BytesA + (PackAhead ? Wide / Width * PanelBytes : PanelBytes));
    }

    /// <summary>Columns of a panel.</summary>
    public readonly int Width;

    /// <summary>The most rows of a tile, of a block of rows, and the most columns of a block of columns.</summary>
    public readonly int Tall, High, Wide;

    /// <summary>The most of k in one block.</summary>
    public readonly int Depth;

    /// <summary>Whether tiles of a, and panels of b, are packed.</summary>
    public readonly bool PackA, PackB;

    /// <summary>
    /// Whether all panels of a block are packed before the first is used, for many blocks of rows; a single block of rows
    /// packs each just before its tiles, which then find it in a near cache.
    /// </summary>
    public readonly bool PackAhead;

    public readonly nint TileBytes, PanelBytes, BytesA;

    /// <summary>The size of all that is packed at a time.</summary>
    public readonly int Bytes;

    private static nint Aligned(nint bytes) => (bytes + Scratch.Line - 1) & -Scratch.Line;

    /// <summary>The length of pieces of at most <paramref name="most"/>, in whole units, as even as they come.</summary>
    private static int Even(int length, int most, int unit)
    {
        int pieces = (int)(((long)length + most - 1) / most), each = (int)(((long)length + pieces - 1) / pieces);
        return (int)(((long)each + unit - 1) / unit * unit);
    }
}
