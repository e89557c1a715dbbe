using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <summary>The tile's inner loop, compiled for each number of rows and of vectors in a row.</summary>
internal static unsafe class TileKernel<T, TVector, TOps>
    where T : unmanaged
    where TVector : unmanaged
    where TOps : struct, ITileVector<TVector, T>
{
    public static void Rows<TColumns>(int rows, in TileOperands tile)
        where TColumns : struct, ICount
    {
        switch (rows)
        {
            case 1: Run<One, TColumns>(tile); break;
            case 2: Run<Two, TColumns>(tile); break;
            case 3: Run<Three, TColumns>(tile); break;
            case 4: Run<Four, TColumns>(tile); break;
            case 5: Run<Five, TColumns>(tile); break;
            case 6: Run<Six, TColumns>(tile); break;
        }
    }

    // The branches on TRows and TColumns are constants of each instantiation. Row i is read at group + (i mod 3)·aRow:
    // two pointers and one stride reach six rows with the addressing modes of the processor.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Run<TRows, TColumns>(in TileOperands tile)
        where TRows : struct, ICount
        where TColumns : struct, ICount
    {
        TVector c00 = default, c01 = default, c02 = default, c03 = default;
        TVector c10 = default, c11 = default, c12 = default, c13 = default;
        TVector c20 = default, c21 = default, c22 = default, c23 = default;
        TVector c30 = default, c31 = default, c32 = default, c33 = default;
        TVector c40 = default, c41 = default, c42 = default, c43 = default;
        TVector c50 = default, c51 = default, c52 = default, c53 = default;
        byte* c = tile.C;
        nint cRow = tile.RowC;
        if (tile.Start != null)
        {
            byte* from = tile.Start;
            nint fromRow = tile.RowStart;
            Load<TColumns>(ref from, fromRow, out c00, out c01, out c02, out c03);
            if (TRows.Count > 1) Load<TColumns>(ref from, fromRow, out c10, out c11, out c12, out c13);
            if (TRows.Count > 2) Load<TColumns>(ref from, fromRow, out c20, out c21, out c22, out c23);
            if (TRows.Count > 3) Load<TColumns>(ref from, fromRow, out c30, out c31, out c32, out c33);
            if (TRows.Count > 4) Load<TColumns>(ref from, fromRow, out c40, out c41, out c42, out c43);
            if (TRows.Count > 5) Load<TColumns>(ref from, fromRow, out c50, out c51, out c52, out c53);
        }

        // c is written at the end, or was read just now: fetch the lines to write, or those that the next tile will read.
        if (Sse.IsSupported)
        {
            byte* row = tile.Start == c ? c + (TRows.Count * cRow) : c;
            for (int i = 0; i < TRows.Count; i++, row += cRow) Prefetch<TColumns>(row);
        }

        int k = tile.K;
        byte* a = tile.A, b = tile.B;
        nint aRow = tile.RowA, aStep = tile.StepA, bRow = tile.RowB;
        byte* a3 = a + (3 * aRow), next = tile.Next;
        nint nextStep = tile.NextStep;
        do
        {
            if (TColumns.Count > 2 && Sse.IsSupported)
            {
                Sse.Prefetch1(next);
                next += nextStep;
            }

            TVector b0 = TOps.Load(b);
            TVector b1 = TColumns.Count > 1 ? TOps.Load(b + sizeof(TVector)) : default;
            TVector b2 = TColumns.Count > 2 ? TOps.Load(b + (2 * sizeof(TVector))) : default;
            TVector b3 = TColumns.Count > 3 ? TOps.Load(b + (3 * sizeof(TVector))) : default;
            Step<TColumns>(a, b0, b1, b2, b3, ref c00, ref c01, ref c02, ref c03);
            if (TRows.Count > 1) Step<TColumns>(a + aRow, b0, b1, b2, b3, ref c10, ref c11, ref c12, ref c13);
            if (TRows.Count > 2) Step<TColumns>(a + (2 * aRow), b0, b1, b2, b3, ref c20, ref c21, ref c22, ref c23);
            if (TRows.Count > 3) Step<TColumns>(a3, b0, b1, b2, b3, ref c30, ref c31, ref c32, ref c33);
            if (TRows.Count > 4) Step<TColumns>(a3 + aRow, b0, b1, b2, b3, ref c40, ref c41, ref c42, ref c43);
            if (TRows.Count > 5) Step<TColumns>(a3 + (2 * aRow), b0, b1, b2, b3, ref c50, ref c51, ref c52, ref c53);
            b += bRow;
            a += aStep;
            if (TRows.Count > 3) a3 += aStep;
        }
        while (--k != 0);

        Store<TColumns>(ref c, cRow, c00, c01, c02, c03);
        if (TRows.Count > 1) Store<TColumns>(ref c, cRow, c10, c11, c12, c13);
        if (TRows.Count > 2) Store<TColumns>(ref c, cRow, c20, c21, c22, c23);
        if (TRows.Count > 3) Store<TColumns>(ref c, cRow, c30, c31, c32, c33);
        if (TRows.Count > 4) Store<TColumns>(ref c, cRow, c40, c41, c42, c43);
        if (TRows.Count > 5) Store<TColumns>(ref c, cRow, c50, c51, c52, c53);
    }

    /// <summary>
    /// One row by eight vectors: enough chains side by side to hide the latency of a fused multiply-add. A vector that
    /// straddles two cache lines costs two reads: where b's rows all stand alike off a vector's alignment, the inner
    /// vectors stand on it, and a ninth, that shares elements with its neighbours, begins the row. Elements computed
    /// twice get the same bits twice.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Row(int k, byte* a, nint aStep, byte* b, nint bRow, byte* c, bool accumulate)
    {
        nint shift = bRow % sizeof(TVector) == 0 ? -(nint)b & (sizeof(TVector) - 1) : 0;
        TVector head = default, c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default;
        TVector tail = default;
        if (accumulate)
        {
            head = TOps.Load(c);
            c0 = TOps.Load(c + shift);
            c1 = TOps.Load(c + shift + sizeof(TVector));
            c2 = TOps.Load(c + shift + (2 * sizeof(TVector)));
            c3 = TOps.Load(c + shift + (3 * sizeof(TVector)));
            c4 = TOps.Load(c + shift + (4 * sizeof(TVector)));
            c5 = TOps.Load(c + shift + (5 * sizeof(TVector)));
            c6 = TOps.Load(c + shift + (6 * sizeof(TVector)));
            tail = TOps.Load(c + (7 * sizeof(TVector)));
        }

        do
        {
            TVector x = TOps.Create(*(T*)a);
            if (shift != 0) head = TOps.FusedMultiplyAdd(x, TOps.Load(b), head);
            c0 = TOps.FusedMultiplyAdd(x, TOps.Load(b + shift), c0);
            c1 = TOps.FusedMultiplyAdd(x, TOps.Load(b + shift + sizeof(TVector)), c1);
            c2 = TOps.FusedMultiplyAdd(x, TOps.Load(b + shift + (2 * sizeof(TVector))), c2);
            c3 = TOps.FusedMultiplyAdd(x, TOps.Load(b + shift + (3 * sizeof(TVector))), c3);
            c4 = TOps.FusedMultiplyAdd(x, TOps.Load(b + shift + (4 * sizeof(TVector))), c4);
            c5 = TOps.FusedMultiplyAdd(x, TOps.Load(b + shift + (5 * sizeof(TVector))), c5);
            c6 = TOps.FusedMultiplyAdd(x, TOps.Load(b + shift + (6 * sizeof(TVector))), c6);
            tail = TOps.FusedMultiplyAdd(x, TOps.Load(b + (7 * sizeof(TVector))), tail);
            a += aStep;
            b += bRow;
        }
        while (--k != 0);

        if (shift != 0) TOps.Store(head, c);
        TOps.Store(c0, c + shift);
        TOps.Store(c1, c + shift + sizeof(TVector));
        TOps.Store(c2, c + shift + (2 * sizeof(TVector)));
        TOps.Store(c3, c + shift + (3 * sizeof(TVector)));
        TOps.Store(c4, c + shift + (4 * sizeof(TVector)));
        TOps.Store(c5, c + shift + (5 * sizeof(TVector)));
        TOps.Store(c6, c + shift + (6 * sizeof(TVector)));
        TOps.Store(tail, c + (7 * sizeof(TVector)));
    }

    /// <summary>Fetches the lines of one row of a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch<TColumns>(byte* row)
        where TColumns : struct, ICount
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch0(row);
        if (TColumns.Count * sizeof(TVector) > 64) Sse.Prefetch0(row + 64);
        if (TColumns.Count * sizeof(TVector) > 128) Sse.Prefetch0(row + 128);
        if (TColumns.Count * sizeof(TVector) > 192) Sse.Prefetch0(row + 192);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TColumns>(
        byte* a,
        TVector b0,
        TVector b1,
        TVector b2,
        TVector b3,
        ref TVector c0,
        ref TVector c1,
        ref TVector c2,
        ref TVector c3)
        where TColumns : struct, ICount
    {
        TVector x = TOps.Create(*(T*)a);
        c0 = TOps.FusedMultiplyAdd(x, b0, c0);
        if (TColumns.Count > 1) c1 = TOps.FusedMultiplyAdd(x, b1, c1);
        if (TColumns.Count > 2) c2 = TOps.FusedMultiplyAdd(x, b2, c2);
        if (TColumns.Count > 3) c3 = TOps.FusedMultiplyAdd(x, b3, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TColumns>(
        ref byte* row, nint stride, out TVector c0, out TVector c1, out TVector c2, out TVector c3)
        where TColumns : struct, ICount
    {
        c0 = TOps.Load(row);
        c1 = TColumns.Count > 1 ? TOps.Load(row + sizeof(TVector)) : default;
        c2 = TColumns.Count > 2 ? TOps.Load(row + (2 * sizeof(TVector))) : default;
        c3 = TColumns.Count > 3 ? TOps.Load(row + (3 * sizeof(TVector))) : default;
        row += stride;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TColumns>(ref byte* row, nint stride, TVector c0, TVector c1, TVector c2, TVector c3)
        where TColumns : struct, ICount
    {
        TOps.Store(c0, row);
        if (TColumns.Count > 1) TOps.Store(c1, row + sizeof(TVector));
        if (TColumns.Count > 2) TOps.Store(c2, row + (2 * sizeof(TVector)));
        if (TColumns.Count > 3) TOps.Store(c3, row + (3 * sizeof(TVector)));
        row += stride;
    }
}
