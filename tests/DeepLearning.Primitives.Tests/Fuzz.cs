using System.Runtime.InteropServices;
using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>What the fuzz tests share: inputs that are the same on every run, and the judgement of a call.</summary>
internal static class Fuzz
{
    /// <summary>Checks <paramref name="count"/> generated cases, and shrinks the first that fails to a small one.</summary>
    public static void Run<TCase>(Gen<TCase> cases, int count, Action<TCase> check)
    {
        PCG random = new(101, 20260401);
        for (int i = 0; i < count; i++)
        {
            string seed = random.ToString();
            TCase next = cases.Generate(random, null, out _);
            try
            {
                check(next);
            }
            catch (Exception)
            {
                cases.Sample(check, seed: seed, iter: 1000, threads: 1);
                throw;
            }
        }
    }

    /// <summary>One of these values.</summary>
    public static Gen<TItem> Among<TItem>(params TItem[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);

    /// <summary>
    /// The call succeeds when nothing is wrong with it, and else throws an exception of one of the kinds given (or derived
    /// from it) and writes nothing. True when it succeeded.
    /// </summary>
    public static bool Judge<T>(T[] memory, Action call, params ReadOnlySpan<Type> kinds)
        where T : unmanaged
    {
        T[] before = [.. memory];
        try
        {
            call();
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            bool isExpected = false;
            foreach (Type kind in kinds) isExpected |= kind.IsInstanceOfType(e);
            Assert.True(isExpected, $"{e.GetType().Name} where {(kinds.IsEmpty ? "nothing" : kinds[0].Name)} was due: {e}");
            AssertSame(before, memory, 0, 0);
            return false;
        }

        Assert.True(kinds.IsEmpty, $"{(kinds.IsEmpty ? "" : kinds[0].Name)} was due, and nothing was thrown.");
        return true;
    }

    /// <summary>The same bits everywhere but in [start, start + length).</summary>
    public static void AssertSame<T>(T[] before, T[] after, int start, int length)
        where T : unmanaged
    {
        Assert.True(Bytes(before.AsSpan(0, start)).SequenceEqual(Bytes(after.AsSpan(0, start))), "Written before the destination.");
        Assert.True(Bytes(before.AsSpan(start + length)).SequenceEqual(Bytes(after.AsSpan(start + length))), "Written beyond the destination.");
    }

    public static ReadOnlySpan<byte> Bytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values);
}

/// <summary>A part of an array that several spans share, so that they overlap in every way.</summary>
internal readonly record struct Window(int Start, int Length)
{
    public const int Memory = 96;

    /// <summary>Often empty or of one element; half of the starts are at 0, so that spans coincide.</summary>
    public static Gen<Window> Any { get; } = OfLength(Gen.OneOf(Gen.Int[0, 2], Gen.Int[0, 40]));

    public static Gen<Window> OfLength(Gen<int> lengths) =>
        Gen.Select(Gen.OneOf(Gen.Const(0), Gen.Int[0, 50]), lengths, (start, length) => new Window(start, Math.Min(length, Memory - start)));

    public Span<T> In<T>(T[] memory) => memory.AsSpan(Start, Length);

    public bool Overlaps(Window other) => Math.Max(Start, other.Start) < Math.Min(Start + Length, other.Start + other.Length);

    /// <summary>May hold a result computed from the input: long enough, and the same or apart.</summary>
    public bool Takes(Window input) =>
        Length >= input.Length && (Start == input.Start || !this.Cut(input.Length).Overlaps(input));

    public Window Cut(int length) => this with { Length = length };
}
