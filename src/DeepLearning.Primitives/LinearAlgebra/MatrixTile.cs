using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace DeepLearning.Primitives;

/// <summary>
/// The register tile: up to <see cref="MaxRows"/> rows by two or four vectors of c, held in registers while k goes by. Each
/// element is one chain of fused multiply-adds in ascending k, so its bits depend on nothing but its row and column.
/// </summary>
internal static unsafe class MatrixTile<T, TVector>
    where T : unmanaged
    where TVector : struct, ISimd<TVector, T>
{
    public const int MaxRows = 6;

    /// <summary>
    /// Columns of a tile: with 32 registers four vectors, 24 accumulators, so that four multiplications share a load of a;
    /// with 16 two.
    /// </summary>
    public static int Columns => (typeof(TVector) == typeof(Simd512<T>) || AdvSimd.Arm64.IsSupported ? 4 : 2) * TVector.Count;

    /// <summary>Columns of a tile of one row.</summary>
    public static int RowColumns => 8 * TVector.Count;

    /// <summary>Rows of the next tile, out of so many: none is left so low that loading b would be most of its work.</summary>
    public static int Tall(int rows)
    {
        int tiles = (rows + MaxRows - 1) / MaxRows;
        return (rows + tiles - 1) / tiles;
    }

    /// <summary>
    /// One tile. Each row of b must be readable over whole vectors; of c, and of what it begins with, only
    /// <paramref name="columns"/> elements a row are touched.
    /// </summary>
    public static void Multiply(int rows, int columns, in TileOperands tile)
    {
        if (columns % TVector.Count == 0) Rows(rows, columns, tile);
        else Partial(rows, columns, tile);
    }

    /// <summary>c = a·b, or c += a·b, for a single row of <see cref="RowColumns"/> columns.</summary>
    public static void MultiplyRow(int k, byte* a, nint aStep, byte* b, nint bRow, byte* c, bool accumulate)
    {
        if (typeof(TVector) == typeof(Simd512<T>))
            TileKernel<T, Vector512<T>, Tile512<T>>.Row(k, a, aStep, b, bRow, c, accumulate);
        else if (typeof(TVector) == typeof(Simd256<T>))
            TileKernel<T, Vector256<T>, Tile256<T>>.Row(k, a, aStep, b, bRow, c, accumulate);
        else
            TileKernel<T, Vector128<T>, Tile128<T>>.Row(k, a, aStep, b, bRow, c, accumulate);
    }

    /// <summary>A tile at the right edge: whole vectors in a buffer, of which the columns that exist are copied.</summary>
    [SkipLocalsInit]
    private static void Partial(int rows, int columns, TileOperands tile)
    {
        T* buffer = stackalloc T[MaxRows * Columns];
        int width = (columns + TVector.Count - 1) / TVector.Count * TVector.Count;
        byte* c = tile.C;
        nint rowC = tile.RowC;
        if (tile.Start != null)
        {
            for (int i = 0; i < rows; i++)
            {
                T* from = (T*)(tile.Start + (i * tile.RowStart)), to = buffer + (i * width);
                for (int j = 0; j < columns; j++) to[j] = from[j];
                for (int j = columns; j < width; j++) to[j] = default;
            }

            tile.Start = (byte*)buffer;
            tile.RowStart = width * sizeof(T);
        }

        tile.C = (byte*)buffer;
        tile.RowC = width * sizeof(T);
        Rows(rows, width, tile);
        for (int i = 0; i < rows; i++)
        {
            T* from = buffer + (i * width), to = (T*)(c + (i * rowC));
            for (int j = 0; j < columns; j++) to[j] = from[j];
        }
    }

    /// <summary>A tile of whole vectors.</summary>
    private static void Rows(int rows, int columns, in TileOperands tile)
    {
        switch (columns / TVector.Count)
        {
            case 1: Rows<One>(rows, tile); break;
            case 2: Rows<Two>(rows, tile); break;
            case 3: Rows<Three>(rows, tile); break;
            case 4: Rows<Four>(rows, tile); break;
        }
    }

    private static void Rows<TColumns>(int rows, in TileOperands tile)
        where TColumns : struct, ICount
    {
        if (typeof(TVector) == typeof(Simd512<T>)) TileKernel<T, Vector512<T>, Tile512<T>>.Rows<TColumns>(rows, tile);
        else if (typeof(TVector) == typeof(Simd256<T>)) TileKernel<T, Vector256<T>, Tile256<T>>.Rows<TColumns>(rows, tile);
        else TileKernel<T, Vector128<T>, Tile128<T>>.Rows<TColumns>(rows, tile);
    }
}
