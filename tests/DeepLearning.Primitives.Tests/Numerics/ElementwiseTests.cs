using System.Numerics;
using System.Runtime.InteropServices;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Spans so long that what is written goes past the caches.</summary>
public class ElementwiseTests
{
    [Fact]
    public void Huge_spans_are_computed_whole_and_nothing_beside_them()
    {
        Rows.SameForAnyThreads(() =>
        {
            // The last slice of a thread is long, or about a vector.
            for (int offset = 0; offset < 16; offset++)
            {
                AssertSum<float>(600_001, offset);
                AssertSum<float>(524_288 + 20, offset);
                AssertSum<double>(262_144 + 10, offset);
            }

            return [];
        });
    }

    [Fact]
    public void Huge_spans_may_begin_anywhere_in_memory()
    {
        const int Length = 600_000;
        byte[] bytes = new byte[(Length * sizeof(float)) + 3];
        float[] x = [.. Enumerable.Range(0, Length).Select(i => (float)i - 1000)];
        for (int offset = 0; offset < 4; offset++)
        {
            Span<float> y = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(offset))[..Length];
            Activations.Relu<float>(x, y);
            for (int i = 0; i < Length; i++)
                if (y[i] != Math.Max(0, x[i])) Assert.Fail($"{y[i]} at {i} from byte {offset} on");
        }
    }

    private static void AssertSum<T>(int length, int offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] a = new T[length], b = new T[length], y = new T[length + 40];
        for (int i = 0; i < length; i++) (a[i], b[i]) = (T.CreateTruncating(i), T.CreateTruncating(3 - (i % 7)));
        y.AsSpan().Fill(T.NaN);
        Primitives.Elementary.Add<T>(a, b, y.AsSpan(offset));
        for (int i = 0; i < y.Length; i++)
        {
            int from = i - offset;
            if (from >= 0 && from < length ? y[i] != a[from] + b[from] : !T.IsNaN(y[i])) Assert.Fail($"{y[i]} at {from} of {length}");
        }
    }
}
