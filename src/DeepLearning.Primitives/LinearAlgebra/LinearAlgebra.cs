namespace DeepLearning.Primitives;

/// <summary>Products of row-major matrices.</summary>
public static class LinearAlgebra
{
    /// <summary>
    /// The matrix product <c>c[m,n] = op(a)[m,k] · op(b)[k,n]</c>, or <c>c += op(a) · op(b)</c>.
    /// </summary>
    /// <remarks>
    /// <para>Element (i, j) is one chain of fused multiply-adds over k in ascending order, from 0 or from the value in
    /// <paramref name="c"/>. Its bits depend on row i of op(a) and column j of op(b) alone: not on the other rows, the
    /// shape, the number of threads or the processor.</para>
    /// <para>With <paramref name="k"/> = 0 the product is all zeros. Nothing is allocated once a thread's packing buffers
    /// have grown to the shapes in use; they stay below 2 MB a thread.</para>
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="a">m·k elements, stored [m, k], or [k, m] when <paramref name="transposeA"/>.</param>
    /// <param name="b">k·n elements, stored [k, n], or [n, k] when <paramref name="transposeB"/>.</param>
    /// <param name="c">m·n elements, stored [m, n]. It overlaps neither <paramref name="a"/> nor <paramref name="b"/>.</param>
    /// <param name="m">The rows of c.</param>
    /// <param name="k">The inner length, over which products are summed.</param>
    /// <param name="n">The columns of c.</param>
    /// <param name="transposeA">Whether <paramref name="a"/> is read transposed.</param>
    /// <param name="transposeB">Whether <paramref name="b"/> is read transposed.</param>
    /// <param name="accumulate">Whether the product is added to what <paramref name="c"/> holds.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    /// <exception cref="ArgumentException">A span's length is not that of its shape, or <paramref name="c"/> overlaps an
    /// input. Nothing has been written.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void MatMul<T>(
        ReadOnlySpan<T> a,
        ReadOnlySpan<T> b,
        Span<T> c,
        int m,
        int k,
        int n,
        bool transposeA = false,
        bool transposeB = false,
        bool accumulate = false)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        if ((m | k | n) < 0) ThrowNegative(m, k, n);
        // Two ints multiply without overflow in a long.
        if (a.Length != (long)m * k) ThrowLength(nameof(a), a.Length, m, k, m, k, n);
        if (b.Length != (long)k * n) ThrowLength(nameof(b), b.Length, k, n, m, k, n);
        if (c.Length != (long)m * n) ThrowLength(nameof(c), c.Length, m, n, m, k, n);
        if (c.Overlaps(a)) ThrowOverlap(nameof(c), nameof(a), m, k, n);
        if (c.Overlaps(b)) ThrowOverlap(nameof(c), nameof(b), m, k, n);
        MatrixProduct.Multiply(a, b, c, m, k, n, transposeA, transposeB, accumulate);
    }

    private static string Shapes(int m, int k, int n) => $"MatMul: [{m}, {k}] × [{k}, {n}]";

    private static void ThrowNegative(int m, int k, int n)
    {
        (string name, int value) = m < 0 ? (nameof(m), m) : k < 0 ? (nameof(k), k) : (nameof(n), n);
        throw new ArgumentOutOfRangeException(name, value, $"{Shapes(m, k, n)}: {name} is negative.");
    }

    private static void ThrowLength(string name, int length, int rows, int columns, int m, int k, int n) =>
        throw new ArgumentException(
            $"{Shapes(m, k, n)}: {name} has {length} elements, its shape [{rows}, {columns}] asks for {(long)rows * columns}.",
            name);

    private static void ThrowOverlap(string name, string input, int m, int k, int n) =>
        throw new ArgumentException($"{Shapes(m, k, n)}: {name} overlaps {input}.", name);
}
