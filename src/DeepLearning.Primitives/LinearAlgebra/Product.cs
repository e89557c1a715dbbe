namespace DeepLearning.Primitives;

/// <summary>
/// One product's operands and the walk over a rectangle of c: blocks of columns, of k and of rows, then panels of
/// columns and tiles of rows. Whatever the blocking, each element is one chain over k; between blocks it rests in c.
/// </summary>
internal readonly unsafe struct Product<T>(T* a, T* b, T* c, int m, int k, int n, bool transposeA, bool transposeB, bool accumulate)
    where T : unmanaged
{
    /// <summary>Rows of b that a single row of c goes through at a time: as many streams as processors prefetch.</summary>
    private const int RowStreams = 16;

    /// <summary>Bytes of a column of b that a single row of c goes through at a time where b is packed or narrow.</summary>
    private const int RowDepthBytes = 1024;

    public int M => m;

    public int K => k;

    public int N => n;

    private nint RowA => (transposeA ? m : k) * (nint)sizeof(T);

    private nint RowB => (transposeB ? k : n) * (nint)sizeof(T);

    private nint RowC => n * (nint)sizeof(T);

    /// <summary>The product at a place in a batch.</summary>
    public Product<T> At(int index, int strideA, int strideB)
    {
        T* indexA = a + ((nint)index * strideA), indexB = b + ((nint)index * strideB), indexC = c + ((nint)index * m * n);
        return new(indexA, indexB, indexC, m, k, n, transposeA, transposeB, accumulate);
    }

    /// <summary>Computes rows [i0, i0 + rows) of columns [j0, j0 + columns).</summary>
    public void Multiply<TVector>(int i0, int rows, int j0, int columns)
        where TVector : struct, ISimd<TVector, T>
    {
        if (rows == 1)
        {
            MultiplyRow<TVector>(i0, j0, columns);
            return;
        }

        var plan = new Plan<T, TVector>(rows, k, columns, transposeA, transposeB);
        byte* packedA = Scratch.Get(plan.Bytes), packedB = packedA + plan.BytesA;
        // Steps end on the last index exactly: a longer one could overflow.
        for (int j = j0, wide; j < j0 + columns; j += wide)
        {
            wide = Math.Min(plan.Wide, j0 + columns - j);
            for (int p = 0, depth; p < k; p += depth)
            {
                depth = Math.Min(plan.Depth, k - p);
                if (plan.PackAhead) Pack<TVector>(p, depth, j, wide, packedB, plan.Width, plan.PanelBytes);
                for (int i = i0, high; i < i0 + rows; i += high)
                {
                    high = Math.Min(plan.High, i0 + rows - i);
                    byte* ahead = !plan.PackA ? null : i + high < i0 + rows ? At(i + high, p) : p + depth < k ? At(i0, p + depth) : null;
                    Block(plan, i, high, p, depth, j, wide, packedA, packedB, ahead);
                }
            }
        }
    }

    /// <summary>
    /// A block of rows by the panels of a block of columns. Of the block of a transposed a that is packed next, if there is one,
    /// the first tiles fetch a line of each step of k: its runs are too short for the processor to fetch them by itself.
    /// </summary>
    private void Block<TVector>(
        in Plan<T, TVector> plan, int i, int high, int p, int depth, int j, int wide, byte* packedA, byte* packedB, byte* ahead)
        where TVector : struct, ISimd<TVector, T>
    {
        TileOperands tile = new()
        {
            K = depth,
            RowA = transposeA ? sizeof(T) : RowA,
            StepA = plan.PackA ? plan.Tall * sizeof(T) : transposeA ? RowA : sizeof(T),
            RowC = RowC,
            RowStart = RowC,
        };
        if (plan.PackA) PackTransposed<TVector>(plan, i, high, p, depth, packedA);
        int linesAhead = ahead == null ? 0 : ((plan.High * sizeof(T)) + Scratch.Line - 1) / Scratch.Line;
        for (int jr = 0; jr < wide; jr += plan.Width)
        {
            int columns = Math.Min(plan.Width, wide - jr);
            tile.RowB = plan.Width * sizeof(T);
            tile.B = plan.PackAhead
                ? packedB + (jr / plan.Width * plan.PanelBytes)
                : Panel<TVector>(p, depth, j + jr, columns, plan.PackB, packedB, out tile.RowB);
            for (int ir = 0; ir < high; ir += plan.Tall)
            {
                int tall = Math.Min(plan.Tall, high - ir);
                tile.A = plan.PackA ? packedA + (ir / plan.Tall * plan.TileBytes) : At(i + ir, p);
                tile.C = (byte*)(c + ((nint)(i + ir) * n) + j + jr);
                tile.Start = accumulate || p > 0 ? tile.C : null;
                tile.Next = linesAhead > 0 ? ahead : tile.B;
                tile.NextStep = linesAhead-- > 0 ? RowA : 0;
                ahead += Scratch.Line;
                MatrixTile<T, TVector>.Multiply(tall, columns, tile);
            }
        }
    }

    /// <summary>
    /// One row of c. Of a wide b a few rows are read along their whole length, as streams that the processor prefetches,
    /// while c goes in and out of the first-level cache; a transposed b passes through a panel that stays there.
    /// </summary>
    private void MultiplyRow<TVector>(int i, int j0, int columns)
        where TVector : struct, ISimd<TVector, T>
    {
        int width = MatrixTile<T, TVector>.RowColumns, narrow = MatrixTile<T, TVector>.Columns;
        int most = Math.Min(k, transposeB || columns <= 2 * width ? RowDepthBytes / sizeof(T) : RowStreams);
        byte* packed = Scratch.Get(most * width * sizeof(T));
        nint step = transposeA ? RowA : sizeof(T);
        for (int p = 0, depth; p < k; p += depth)
        {
            depth = Math.Min(most, k - p);
            for (int j = j0, wide; j < j0 + columns; j += wide)
            {
                int left = j0 + columns - j;
                wide = left >= width ? width : Math.Min(left, narrow);
                byte* corner = (byte*)(c + ((nint)i * n) + j);
                byte* panel = Panel<TVector>(p, depth, j, wide, transposeB, packed, out nint panelRow);
                bool adds = accumulate || p > 0;
                if (wide == width)
                {
                    MatrixTile<T, TVector>.MultiplyRow(depth, At(i, p), step, panel, panelRow, corner, adds);
                    continue;
                }

                MatrixTile<T, TVector>.Multiply(
                    1,
                    wide,
                    new() { K = depth, A = At(i, p), StepA = step, B = panel, RowB = panelRow, C = corner, Next = panel, Start = adds ? corner : null });
            }
        }
    }

    /// <summary>Element (i, p) of op(a).</summary>
    private byte* At(int i, int p) => (byte*)(transposeA ? a + ((nint)p * m) + i : a + ((nint)i * k) + p);

    /// <summary>A panel of b in place where that will do and it is whole vectors, packed otherwise.</summary>
    private byte* Panel<TVector>(int p, int depth, int j, int columns, bool pack, byte* packed, out nint stride)
        where TVector : struct, ISimd<TVector, T>
    {
        int width = (columns + TVector.Count - 1) / TVector.Count * TVector.Count;
        stride = RowB;
        if (!pack && !transposeB && width == columns) return (byte*)(b + ((nint)p * n) + j);
        stride = width * sizeof(T);
        Pack<TVector>(p, depth, j, columns, packed, width, 0);
        return packed;
    }

    /// <summary>Rows [i, i + high) of columns [p, p + depth) of a transposed a, in tiles.</summary>
    private void PackTransposed<TVector>(in Plan<T, TVector> plan, int i, int high, int p, int depth, byte* packed)
        where TVector : struct, ISimd<TVector, T>
    {
        byte* from = At(i, p), end = (byte*)(a + ((nint)k * m));
        // Vectors of 512 bits, one every few elements, would nearly all straddle two lines.
        if (typeof(TVector) == typeof(Simd512<T>))
            MatrixPacking<T, Simd256<T>>.Rows(from, RowA, end, depth, high, packed, plan.Tall, plan.TileBytes);
        else
            MatrixPacking<T, TVector>.Rows(from, RowA, end, depth, high, packed, plan.Tall, plan.TileBytes);
    }

    /// <summary>Rows [p, p + depth) of columns [j, j + columns) of op(b), in panels of <paramref name="width"/> columns.</summary>
    private void Pack<TVector>(int p, int depth, int j, int columns, byte* packed, int width, nint panelBytes)
        where TVector : struct, ISimd<TVector, T>
    {
        if (!transposeB)
        {
            MatrixPacking<T, TVector>.Rows(
                (byte*)(b + ((nint)p * n) + j), RowB, (byte*)(b + ((nint)k * n)), depth, columns, packed, width, panelBytes);
            return;
        }

        for (int jr = 0; jr < columns; jr += width, packed += panelBytes)
        {
            byte* from = (byte*)(b + ((nint)(j + jr) * k) + p);
            MatrixPacking<T, TVector>.Transposed(from, RowB, depth, Math.Min(width, columns - jr), (T*)packed, width);
        }
    }
}
