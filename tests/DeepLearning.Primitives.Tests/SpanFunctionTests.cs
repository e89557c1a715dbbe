using System.Numerics;
using System.Runtime.InteropServices;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Every function of one number at every length and offset: an element has the bits that it has alone, in place as well,
/// and nothing outside the spans is read or written.
/// </summary>
public class SpanFunctionTests
{
    private const int LongestLength = 130, LargestOffset = 15;

    // Ordinary numbers among those that need care somewhere: kinks, tails, subnormals, infinities.
    private static readonly double[] s_seeds =
        [0.3, -1.7, 2.5, 88.5, -95, 1e-40, 0, -0.999, 15.9, 17, -0.2, -13.3, double.NaN, 1.2, -104, 3e38, 7, 0.46, -0.0, double.NegativeInfinity, 3, -3, 0.5, 6];

    public static TheoryData<string> Functions => [.. MeasuredFunctions.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Bits_do_not_depend_on_length_offset_or_place(string name)
    {
        MeasuredFunction function = MeasuredFunctions.All.Single(f => f.Name == name);
        Check(function.Float, [.. s_seeds.Select(v => (float)v)], 1);
        // The widest vector holds half as many doubles; the offsets that differ are the even ones in bytes.
        Check(function.Double, s_seeds, 3);
    }

    private static void Check<T>(MeasuredFunctions.Map<T> function, T[] seeds, int step)
        where T : unmanaged, INumberBase<T>
    {
        T[] alone = new T[seeds.Length];
        for (int i = 0; i < seeds.Length; i++) function(seeds.AsSpan(i, 1), alone.AsSpan(i, 1));
        T[] x = [.. Enumerable.Range(0, LongestLength).Select(i => seeds[i * 7 % seeds.Length])];
        T[] expected = [.. Enumerable.Range(0, LongestLength).Select(i => alone[i * 7 % seeds.Length])];
        T sentinel = seeds[0];
        T[] memory = new T[LongestLength + LargestOffset + 40];
        using GuardedMemory source = new(), target = new();
        for (int length = 0; length <= LongestLength; length++)
        {
            for (int offset = 0; offset <= LargestOffset; offset += step)
            {
                // In place, with the rest of the destination untouched on either side.
                Array.Fill(memory, sentinel);
                x.AsSpan(0, length).CopyTo(memory.AsSpan(offset));
                function(memory.AsSpan(offset, length), memory.AsSpan(offset));
                AssertSame(expected.AsSpan(0, length), memory.AsSpan(offset, length), length, offset);
                Assert.Equal(-1, memory.AsSpan(0, offset).IndexOfAnyExcept(sentinel));
                Assert.Equal(-1, memory.AsSpan(offset + length).IndexOfAnyExcept(sentinel));
            }

            Span<T> last = source.AtEnd<T>(length), result = target.AtEnd<T>(length);
            x.AsSpan(0, length).CopyTo(last);
            function(last, result);
            AssertSame(expected.AsSpan(0, length), result, length, -1);
            last = source.AtStart<T>(length);
            result = target.AtStart<T>(length);
            x.AsSpan(0, length).CopyTo(last);
            function(last, result);
            AssertSame(expected.AsSpan(0, length), result, length, -1);
        }
    }

    private static void AssertSame<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, int length, int offset)
        where T : unmanaged, INumberBase<T>
    {
        if (MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual))) return;
        // Which NaN it is, is the processor's choice.
        for (int i = 0; i < length; i++)
        {
            bool isSame = MemoryMarshal.AsBytes(expected.Slice(i, 1)).SequenceEqual(MemoryMarshal.AsBytes(actual.Slice(i, 1)));
            Assert.True(isSame || (T.IsNaN(expected[i]) && T.IsNaN(actual[i])), $"{actual[i]:R}, not {expected[i]:R}, at {i} of {length}, offset {offset}.");
        }
    }
}
