namespace DeepLearning.Primitives;

/// <summary>How a rectangle of c is cut: the blocks, what is packed, and the room that takes.</summary>
internal readonly unsafe struct Plan<T, TVector>
    where T : unmanaged
    where TVector : struct, ISimd<TVector, T>
{
    /// <summary>Bytes of a packed column of b: a panel of 32 floats then fills two thirds of a first-level cache.</summary>
    public const int DepthBytes = 1024;

    /// <summary>Rows of a and columns of b packed together: with c between them they stay in a second-level cache.</summary>
    private const int MostRows = 72, MostColumns = 512;

    private const int Line = 64;

    public Plan(int rows, int k, int columns, bool transposeA, bool transposeB)
    {
        int most = MatrixTile<T, TVector>.MaxRows;
        Width = MatrixTile<T, TVector>.Columns;
        // Packing b pays from the third tile that reads it, packing a from the fifth panel.
        PackB = transposeB || rows > 2 * most;
        PackA = rows > most && columns > 4 * Width;
        Depth = Even(k, DepthBytes / sizeof(T), 1);
        High = Even(rows, MostRows, most);
        Wide = Even(columns, MostColumns, Width);
        Tall = Even(Math.Min(High, rows), most, 1);
        // A line more than a power of two between rows and between panels: they must not share the lines of a cache.
        // Rows of a transposed a are copied in whole vectors, up to one past the tile.
        RowBytes = transposeA ? sizeof(T) : Aligned((nint)Depth * sizeof(T)) + Line;
        StepBytes = transposeA ? Tall * sizeof(T) : sizeof(T);
        TileBytes = transposeA ? Aligned((Depth * StepBytes) + (TVector.Count * sizeof(T))) : Tall * RowBytes;
        PanelBytes = Aligned((nint)Depth * Width * sizeof(T)) + Line;
        BytesA = PackA ? (High + Tall - 1) / Tall * TileBytes : 0;
        Bytes = (int)(BytesA + (PackB ? Wide / Width * PanelBytes : PanelBytes));
    }

    /// <summary>Columns of a panel.</summary>
    public readonly int Width;

    /// <summary>The most rows of a tile, of a block of rows, and the most columns of a block of columns.</summary>
    public readonly int Tall, High, Wide;

    /// <summary>The most of k in one block.</summary>
    public readonly int Depth;

    public readonly bool PackA, PackB;

    /// <summary>From row to row and from p to p in a packed tile of a.</summary>
    public readonly nint RowBytes, StepBytes;

    public readonly nint TileBytes, PanelBytes, BytesA;

    /// <summary>The size of all that is packed at a time.</summary>
    public readonly int Bytes;

    private static nint Aligned(nint bytes) => (bytes + Line - 1) & -Line;

    /// <summary>The length of pieces of at most <paramref name="most"/>, in whole units, as even as they come.</summary>
    private static int Even(int length, int most, int unit)
    {
        int pieces = (int)(((long)length + most - 1) / most), each = (int)(((long)length + pieces - 1) / pieces);
        return (int)(((long)each + unit - 1) / unit * unit);
    }
}
