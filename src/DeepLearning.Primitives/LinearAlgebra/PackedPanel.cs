namespace DeepLearning.Primitives;

/// <summary>A few rows by one panel of a packed right factor: what products that are packed once share.</summary>
internal static unsafe class PackedPanel
{
    /// <summary>Of a panel, what is gone through at a time: two thirds of a first-level cache.</summary>
    private const int NearBytes = 32 * 1024;

    /// <summary>
    /// c[m, columns] = start + a[m, k]·b, for a panel b of <paramref name="width"/> columns, in pieces of k that stay in a
    /// first-level cache while the rows go by. Strides count elements; a start of null stands for zeros, and with a stride of 0
    /// it is one row for all.
    /// </summary>
    public static void Multiply<T, TVector>(
        T* a, int k, T* panel, int width, int columns, T* start, int strideStart, T* c, int strideC, int m)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // What only one tile reads does not have to stay.
        bool isOneTile = m <= MatrixTile<T, TVector>.MaxRows;
        int pieces = isOneTile ? 1 : (int)((((long)k * width * sizeof(T)) + NearBytes - 1) / NearBytes);
        for (int p = 0, depth; p < k; p += depth, pieces--)
        {
            depth = (k - p + pieces - 1) / pieces;
            TileOperands tile = new()
            {
                K = depth,
                RowA = (nint)k * sizeof(T),
                StepA = sizeof(T),
                B = (byte*)(panel + ((nint)p * width)),
                RowB = width * sizeof(T),
                RowC = (nint)strideC * sizeof(T),
                RowStart = (nint)strideStart * sizeof(T),
            };
            // All factors together may be more than a second-level cache holds: the first tiles fetch what comes next.
            nint piece = depth * tile.RowB;
            byte* next = tile.B + piece, end = next + piece;
            for (int i = 0, tall; i < m; i += tall)
            {
                tall = MatrixTile<T, TVector>.Tall(m - i);
                tile.Next = next < end ? next : tile.B;
                tile.NextStep = next < end ? Scratch.Line : 0;
                next += (nint)depth * Scratch.Line;
                tile.A = (byte*)(a + ((nint)i * k) + p);
                tile.C = (byte*)c + (i * tile.RowC);
                tile.Start = start == null ? null : (byte*)start + (i * tile.RowStart);
                MatrixTile<T, TVector>.Multiply(tall, columns, tile);
            }

            start = c;
            strideStart = strideC;
        }
    }
}
