using System.Numerics;
using System.Runtime.InteropServices;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Every comparison here is bit for bit: the product promises one chain of fused multiply-adds over k per element.
/// </summary>
public class MatMulTests
{
    private const int Guard = 19;

    /// <summary>Around nothing, one, the vector lengths of 128, 256 and 512 bits, and the tiles (6 or 12 by two vectors).</summary>
    private static readonly int[] Rows = [0, 1, 2, 3, 5, 6, 7, 11, 12, 13, 17, 25];
    private static readonly int[] Depths = [0, 1, 2, 3, 4, 5, 9, 16, 33];
    private static readonly int[] Columns = [0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 49, 65];

    public static TheoryData<bool, bool, bool> Modes
    {
        get
        {
            var data = new TheoryData<bool, bool, bool>();
            for (int i = 0; i < 8; i++) data.Add((i & 1) != 0, (i & 2) != 0, (i & 4) != 0);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Small_shapes_are_the_chain(bool transposeA, bool transposeB, bool accumulate)
    {
        foreach (int m in Rows)
        {
            foreach (int k in Depths)
            {
                foreach (int n in Columns)
                {
                    Check<float>(m, k, n, transposeA, transposeB, accumulate);
                    Check<double>(m, k, n, transposeA, transposeB, accumulate);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Large_shapes_are_the_chain(bool transposeA, bool transposeB, bool accumulate)
    {
        // Past the blocks of k (256 floats, 128 doubles), of rows (480) and of the parallel pieces.
        foreach ((int m, int k, int n) in new[] { (1, 515, 301), (1, 300, 384), (2, 300, 700), (31, 257, 145), (497, 259, 37), (200, 129, 333), (1, 1, 5000), (3000, 2, 1) })
        {
            Check<float>(m, k, n, transposeA, transposeB, accumulate);
            Check<double>(m, k, n, transposeA, transposeB, accumulate);
        }
    }

    private static void Check<T>(int m, int k, int n, bool transposeA, bool transposeB, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] a = Numbers<T>(m * k, 1), b = Numbers<T>(k * n, 2), c = Numbers<T>((m * n) + (2 * Guard), 3);
        T[] expected = [.. c];
        Chain(a, b, expected.AsSpan(Guard, m * n), m, k, n, transposeA, transposeB, accumulate);
        LinearAlgebra.MatMul(a, b, c.AsSpan(Guard, m * n), m, k, n, transposeA, transposeB, accumulate);
        AssertSameBits<T>(expected, c, $"{typeof(T).Name} {m}×{k}×{n} {transposeA} {transposeB} {accumulate}");
    }

    private static void Chain<T>(T[] a, T[] b, Span<T> c, int m, int k, int n, bool transposeA, bool transposeB, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                T sum = accumulate ? c[(i * n) + j] : T.Zero;
                for (int p = 0; p < k; p++)
                {
                    T left = transposeA ? a[(p * m) + i] : a[(i * k) + p], right = transposeB ? b[(j * k) + p] : b[(p * n) + j];
                    sum = T.FusedMultiplyAdd(left, right, sum);
                }

                c[(i * n) + j] = sum;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_row_alone_has_the_bits_it_has_in_a_batch(bool transposeA, bool transposeB, bool accumulate)
    {
        const int m = 61, k = 300, n = 83;
        float[] a = Numbers<float>(m * k, 1), b = Numbers<float>(k * n, 2), together = Numbers<float>(m * n, 3), alone = [.. together];
        LinearAlgebra.MatMul<float>(a, b, together, m, k, n, transposeA, transposeB, accumulate);
        for (int i = 0; i < m; i++)
        {
            float[] row = new float[k];
            for (int p = 0; p < k; p++) row[p] = transposeA ? a[(p * m) + i] : a[(i * k) + p];
            LinearAlgebra.MatMul<float>(row, b, alone.AsSpan(i * n, n), 1, k, n, transposeA, transposeB, accumulate);
        }

        AssertSameBits<float>(together, alone, "row by row");
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void The_bits_do_not_depend_on_the_threads(bool transposeA, bool transposeB)
    {
        const int m = 299, k = 301, n = 303;
        float[] a = Numbers<float>(m * k, 1), b = Numbers<float>(k * n, 2), expected = new float[m * n];
        int threads = Compute.MaxDegreeOfParallelism;
        try
        {
            Compute.MaxDegreeOfParallelism = 1;
            LinearAlgebra.MatMul<float>(a, b, expected, m, k, n, transposeA, transposeB);
            foreach (int count in new[] { 2, 7 })
            {
                Compute.MaxDegreeOfParallelism = count;
                float[] c = new float[m * n];
                LinearAlgebra.MatMul<float>(a, b, c, m, k, n, transposeA, transposeB);
                AssertSameBits<float>(expected, c, $"{count} threads");
            }
        }
        finally
        {
            Compute.MaxDegreeOfParallelism = threads;
        }
    }

    [Theory]
    [InlineData(1, 3, 4, 5)]
    [InlineData(7, 2, 3, 4)]
    [InlineData(9, 100, 70, 130)]
    [InlineData(300, 17, 33, 18)]
    public void A_batch_is_its_products(int batch, int m, int k, int n)
    {
        float[] a = Numbers<float>(batch * m * k, 1), b = Numbers<float>(batch * k * n, 2);
        foreach ((int strideA, int strideB) in new[] { (m * k, k * n), (0, k * n), (m * k, 0) })
        {
            float[] expected = Numbers<float>(batch * m * n, 3), c = [.. expected];
            for (int i = 0; i < batch; i++)
            {
                LinearAlgebra.MatMul<float>(
                    a.AsSpan(i * strideA, m * k), b.AsSpan(i * strideB, k * n), expected.AsSpan(i * m * n, m * n), m, k, n, accumulate: true);
            }

            MatrixProduct.Multiply<float>(a, b, c, m, k, n, false, false, true, batch, strideA, strideB);
            AssertSameBits<float>(expected, c, $"batch {batch}, strides {strideA}, {strideB}");
        }
    }

    [Fact]
    public void Infinities_and_NaN_stay_in_their_rows_and_columns()
    {
        const int m = 14, k = 20, n = 35;
        float[] a = Numbers<float>(m * k, 1), b = Numbers<float>(k * n, 2), c = new float[m * n];
        a[(3 * k) + 4] = float.NaN;
        b[(7 * n) + 33] = float.PositiveInfinity;
        LinearAlgebra.MatMul<float>(a, b, c, m, k, n);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float value = c[(i * n) + j];
                if (i == 3) Assert.True(float.IsNaN(value));
                else Assert.Equal(j == 33, !float.IsFinite(value));
            }
        }
    }

    [Theory]
    [InlineData(5, 6, 8, 2, 3, 4, "a")]
    [InlineData(6, 11, 8, 2, 3, 4, "b")]
    [InlineData(6, 12, 9, 2, 3, 4, "c")]
    [InlineData(6, 12, 8, -2, 3, 4, "m")]
    [InlineData(6, 12, 8, 2, -3, 4, "k")]
    [InlineData(6, 12, 8, 2, 3, -4, "n")]
    [InlineData(0, 0, 0, 65536, 65536, 0, "a")]
    [InlineData(0, 0, 0, 0, 65536, 65536, "b")]
    [InlineData(0, 0, 0, 65536, 0, 65536, "c")]
    [InlineData(6, 12, 8, int.MinValue, int.MinValue, int.MinValue, "m")]
    public void Bad_sizes_are_named_and_nothing_is_written(int lengthA, int lengthB, int lengthC, int m, int k, int n, string parameter)
    {
        float[] a = Numbers<float>(lengthA, 1), b = Numbers<float>(lengthB, 2), c = Numbers<float>(lengthC, 3), before = [.. c];
        var exception = Assert.ThrowsAny<ArgumentException>(() => LinearAlgebra.MatMul<float>(a, b, c, m, k, n));
        Assert.Equal(parameter, exception.ParamName);
        Assert.StartsWith($"MatMul: [{m}, {k}] × [{k}, {n}]: ", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, c);
    }

    [Fact]
    public void An_output_on_top_of_an_input_is_refused()
    {
        float[] data = Numbers<float>(12, 1), before = [.. data], other = new float[4];
        Assert.Equal("c", Assert.Throws<ArgumentException>(
            () => LinearAlgebra.MatMul<float>(data.AsSpan(0, 4), other, data.AsSpan(3, 4), 2, 2, 2)).ParamName);
        Assert.Equal("c", Assert.Throws<ArgumentException>(
            () => LinearAlgebra.MatMul<float>(other, data.AsSpan(0, 4), data.AsSpan(0, 4), 2, 2, 2)).ParamName);
        Assert.Equal(before, data);
    }

    [Fact]
    public void Other_element_types_are_refused() =>
        Assert.Throws<NotSupportedException>(() => LinearAlgebra.MatMul<Half>(new Half[1], new Half[1], new Half[1], 1, 1, 1));

    [Theory]
    [InlineData(3, 5, 7)]
    [InlineData(64, 200, 130)]
    [InlineData(256, 256, 256)]
    public void Nothing_is_allocated_after_the_first_call(int m, int k, int n)
    {
        float[] a = Numbers<float>(m * k, 1), b = Numbers<float>(k * n, 2), c = new float[m * n];
        void Run()
        {
            LinearAlgebra.MatMul<float>(a, b, c, m, k, n);
            LinearAlgebra.MatMul<float>(a, b, c, m, k, n, transposeA: true);
            LinearAlgebra.MatMul<float>(a, b, c, m, k, n, transposeB: true, accumulate: true);
        }

        Allocation.IsNone(Run);
    }

    private static T[] Numbers<T>(int count, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        var numbers = new T[count];
        foreach (ref T number in numbers.AsSpan()) number = T.CreateTruncating((2 * random.NextDouble()) - 1);
        return numbers;
    }

    private static void AssertSameBits<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what)
        where T : unmanaged
    {
        if (MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual))) return;
        for (int i = 0; i < expected.Length; i++)
            if (!expected[i].Equals(actual[i])) Assert.Fail($"{what}: element {i} is {actual[i]}, the chain gives {expected[i]}.");
        Assert.Fail($"{what}: the bits differ in the sign of a zero.");
    }
}
