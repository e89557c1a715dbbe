using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>
/// The matrix product behind <see cref="LinearAlgebra.MatMul"/> and the tape. Arguments are checked by the callers.
/// </summary>
internal static unsafe class MatrixProduct
{
    /// <summary>Multiplications worth a thread of their own: some 20 microseconds.</summary>
    private const long ParallelWork = 1 << 20;

    /// <summary>c[m,n] = op(a)[m,k]·op(b)[k,n], or c += …: see <see cref="LinearAlgebra.MatMul"/>.</summary>
    public static void Multiply<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, int m, int k, int n, bool transposeA, bool transposeB, bool accumulate)
        where T : unmanaged => Multiply(a, b, c, m, k, n, transposeA, transposeB, accumulate, 1, 0, 0);

    /// <summary>
    /// A batch of products. Product i reads a at i·<paramref name="strideA"/> and b at i·<paramref name="strideB"/> (0 for
    /// one matrix shared by the batch) and writes c at i·m·n.
    /// </summary>
    public static void Multiply<T>(
        ReadOnlySpan<T> a,
        ReadOnlySpan<T> b,
        Span<T> c,
        int m,
        int k,
        int n,
        bool transposeA,
        bool transposeB,
        bool accumulate,
        int batch,
        int strideA,
        int strideB)
        where T : unmanaged
    {
        if (m == 0 || n == 0 || batch == 0) return;
        if (k == 0)
        {
            if (!accumulate) c[..(batch * m * n)].Clear();
            return;
        }

        fixed (T* pa = &a.Reference(), pb = &b.Reference(), pc = &c.Reference())
        {
            var product = new Product<T>(pa, pb, pc, m, k, n, transposeA, transposeB, accumulate);
            if (Vector512.IsHardwareAccelerated) Run<T, Simd512<T>>(product, batch, strideA, strideB);
            else if (Vector256.IsHardwareAccelerated) Run<T, Simd256<T>>(product, batch, strideA, strideB);
            else Run<T, Simd128<T>>(product, batch, strideA, strideB);
        }
    }

    private static void Run<T, TVector>(in Product<T> product, int batch, int strideA, int strideB)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // Each element is a chain of its own, so that the cut may follow the number of threads: few pieces, because each
        // packs what it reads, but enough to even out threads that are held up.
        int rows = product.M, columns = product.N;
        if (Parallelism.IsWorthwhile)
        {
            long wanted = 2L * Compute.MaxDegreeOfParallelism;
            int rowUnit = MatrixTile<T, TVector>.MaxRows, columnUnit = MatrixTile<T, TVector>.Columns;
            while (batch * (long)Pieces(product.M, rows) * Pieces(product.N, columns) < wanted
                && (long)rows * columns * product.K >= 2 * ParallelWork
                && (rows > rowUnit || columns > columnUnit))
            {
                if (rows > rowUnit && (rows >= columns || columns <= columnUnit)) rows = Half(rows, rowUnit);
                else columns = Half(columns, columnUnit);
            }
        }

        var pieces = new Batch<T, TVector>(product, strideA, strideB, rows, columns);
        int count = batch * Pieces(product.M, rows) * Pieces(product.N, columns);
        if (count == 1) pieces.Invoke(0, 1);
        else Parallelism.For(count, Grain(product, batch, rows, columns), pieces);
    }

    /// <summary>Small products of a batch go together.</summary>
    private static int Grain<T>(in Product<T> product, int batch, int rows, int columns)
        where T : unmanaged
    {
        long work = (long)rows * columns * product.K;
        return work >= ParallelWork ? 1 : (int)Math.Min(batch, (ParallelWork + work - 1) / work);
    }

    private static int Pieces(int length, int piece) => (int)(((long)length + piece - 1) / piece);

    private static int Half(int length, int unit) => Pieces(Pieces(length, 2), unit) * unit;

    private readonly struct Batch<T, TVector>(Product<T> product, int strideA, int strideB, int rows, int columns) : IParallelBody
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        public void Invoke(int start, int end)
        {
            int down = Pieces(product.M, rows), across = Pieces(product.N, columns);
            for (int piece = start; piece < end; piece++)
            {
                int i = piece / across % down * rows, j = piece % across * columns, matrix = piece / (across * down);
                product.At(matrix, strideA, strideB).Multiply<TVector>(
                    i, Math.Min(rows, product.M - i), j, Math.Min(columns, product.N - j));
            }
        }
    }
}
