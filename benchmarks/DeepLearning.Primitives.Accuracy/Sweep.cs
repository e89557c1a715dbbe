using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using DeepLearning.Primitives.Tests;

namespace DeepLearning.Primitives.Accuracy;

/// <summary>The worst error met, and where.</summary>
internal record struct Worst(double Ulps, float X)
{
    public void Add(double ulps, float x)
    {
        if (ulps > Ulps) (Ulps, X) = (ulps, x);
    }

    public void Add(Reals ulps, ReadOnlySpan<float> x, uint elements)
    {
        for (; elements != 0; elements &= elements - 1)
        {
            int i = BitOperations.TrailingZeroCount(elements);
            Add(ulps[i], x[i]);
        }
    }

    public override readonly string ToString() =>
        Ulps == 0 ? "0 | " : string.Create(CultureInfo.InvariantCulture, $"{Ulps:F4} | {X:R}");
}

/// <summary>What a sweep over many floats found; errors in ULP of the true value.</summary>
internal struct Findings
{
    public Worst Normal, Subnormal;

    public long Inputs, NotNearest;

    /// <summary>Takes in what a function gave for floats; their number is a multiple of <see cref="Reals.Count"/>.</summary>
    public void Add(MeasuredFunction function, ReadOnlySpan<float> x, ReadOnlySpan<float> results)
    {
        for (int i = 0; i < x.Length; i += Reals.Count)
        {
            Reals at = Reals.Load(x[i..]), result = Reals.Load(results[i..]), truth = function.Reference(at);
            uint subnormal = Reals.Bits(Reals.Abs(truth) < MeasuredReferences.SmallestNormal);
            // Most results are the nearest floats, and no news once one is known that is not.
            if (Normal.Ulps > 0.5 && subnormal == 0 && Reals.Bits(Reals.Equal(result, Reals.Rounded(truth))) == 0xff) continue;
            Reals ulps = function.FloatUlps(at, result, truth);
            NotNearest += BitOperations.PopCount(Reals.Bits(ulps > 0.5));
            Normal.Add(ulps, x[i..], ~subnormal & Reals.Bits(ulps > Normal.Ulps));
            Subnormal.Add(ulps, x[i..], subnormal & Reals.Bits(ulps > Subnormal.Ulps));
        }
    }

    public void Add(Findings other)
    {
        Normal.Add(other.Normal.Ulps, other.Normal.X);
        Subnormal.Add(other.Subnormal.Ulps, other.Subnormal.X);
        (Inputs, NotNearest) = (Inputs + other.Inputs, NotNearest + other.NotNearest);
    }
}

/// <summary>Compares a function with its reference on floats taken by their bit patterns.</summary>
internal static class Sweep
{
    /// <summary>Bit patterns a task takes at a time.</summary>
    private const long Chunk = 1L << 22;

    /// <summary>Floats a call of the function gets: short enough to stay on the calling thread.</summary>
    private const int Block = 1 << 12;

    /// <summary>Every stride-th float, and with a stride above 1 all floats next to the points where functions break.</summary>
    public static Findings Run(MeasuredFunction function, long stride, Action<double> progress)
    {
        Findings all = default;
        Lock gate = new();
        long chunks = (1L << 32) / Chunk, done = 0;
        Parallel.For(0L, chunks, chunk =>
        {
            long first = ((chunk * Chunk) + stride - 1) / stride * stride;
            Findings found = Range(function, first, (chunk + 1) * Chunk, stride, all.Normal);
            lock (gate)
            {
                all.Add(found);
                progress((double)++done / chunks);
            }
        });
        if (stride > 1)
        {
            foreach (uint point in BreakingPoints(function))
                all.Add(Range(function, Math.Max(0, point - 2048L), Math.Min(1L << 32, point + 2048L), 1, default));
        }

        return all;
    }

    private static IEnumerable<uint> BreakingPoints(MeasuredFunction function)
    {
        float[] points =
        [
            0, float.Epsilon, 1.17549435e-38f, 0.25f, 0.5f, 0.75f, 1, 1.5f, 2, 3, 4, 9.0109f, 10, 10.0543f, 16.6355f, 17.3286f, 20,
            87, 87.3365f, 88, 88.3762f, 88.7228f, 103.2789f, 103.9721f, 104, 1L << 24, 1L << 60, float.MaxValue,
            float.PositiveInfinity, float.NaN, 0.34657359f, 0.69314718f, 1.03972077f, 0.41421356f, 1.41421356f, 0.70710678f,
        ];
        foreach (float point in (IEnumerable<float>)[.. points, .. function.Kinks.Select(v => (float)v)])
        {
            yield return BitConverter.SingleToUInt32Bits(point);
            yield return BitConverter.SingleToUInt32Bits(-point);
        }
    }

    private static Findings Range(MeasuredFunction function, long first, long end, long stride, Worst known)
    {
        Findings found = new() { Normal = known };
        float[] x = new float[Block], y = new float[Block];
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(x.AsSpan());
        for (int i = 0; i < Block; i++) bits[i] = (uint)(first + (i * stride));
        for (; first < end; first += Block * stride)
        {
            int count = (int)Math.Min(Block, (end - first + stride - 1) / stride);
            found.Inputs += count;
            // NaN, of which nothing is to be found out, fills up the last vector.
            while (count % Reals.Count != 0) x[count++] = float.NaN;
            function.Float(x.AsSpan(0, count), y);
            found.Add(function, x.AsSpan(0, count), y);
            TensorPrimitives.Add(bits, (uint)(Block * stride), bits);
        }

        return found;
    }
}
