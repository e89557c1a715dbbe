using System.Numerics;
using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>What masks, choices and slopes of channels do on random windows: the whole result, or an exception and nothing.</summary>
public class FuzzMaskTests
{
    /// <summary>Gradients from outputs among which some are hidden: zeros of the one function, −∞ of the other.</summary>
    [Theory]
    [InlineData("MaskedSoftmaxGradient")]
    [InlineData("MaskedLogSoftmaxGradient")]
    public void Gradients_under_a_mask_write_whole_rows_or_throw(string name)
    {
        Check<float>(name);
        Check<double>(name);

        static void Check<T>(string name)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] start = FuzzTests.Start<T>();
            bool isLog = name == "MaskedLogSoftmaxGradient";
            T hidden = isLog ? T.NegativeInfinity : T.Zero;
            for (int i = 0; i < start.Length; i += 3) start[i] = hidden;
            Gen<(Window, Window, Window, int, bool)> cases = Gen.Select(Window.Any, Window.Any, Window.Any, FuzzActivationTests.RowLengths, Gen.Bool);
            Fuzz.Run(cases, 1000, c =>
            {
                (Window y, Window g, Window to, int rowLength, bool fits) = c;
                if (fits && rowLength is > 0 and < 41) y = y.Cut(y.Length / rowLength * rowLength);
                if (fits) g = g.Cut(Math.Min(y.Length, Window.Memory - g.Start));
                bool isValid = rowLength > 0 && y.Length % rowLength == 0 && g.Length == y.Length && to.Takes(y) && to.Takes(g);
                T[] apart = new T[y.Length];
                if (isValid)
                {
                    Map(y.In(start), g.In(start), apart);
                    for (int i = 0; i < apart.Length; i++) if (y.In(start)[i] == hidden) Assert.Equal(T.Zero, apart[i]);
                }

                FuzzTests.Writes(isValid, to.Cut(y.Length), apart, memory => Map(y.In(memory), g.In(memory), to.In(memory)), start);

                void Map(ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, Span<T> destination)
                {
                    if (isLog) Activations.MaskedLogSoftmaxGradient(output, upstream, rowLength, destination);
                    else Activations.MaskedSoftmaxGradient(output, upstream, rowLength, destination);
                }
            });
        }
    }

    /// <summary>Masks of booleans and masks that are added, of as many rows as they like and in the same memory.</summary>
    [Fact]
    public void Functions_under_a_mask_write_whole_rows_or_throw()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            bool[] all = [.. Enumerable.Range(0, Window.Memory).Select(i => i * i % 5 != 1)];
            Gen<(Window, Window, Window, int, int, bool)> cases = Gen.Select(Window.Any, Window.Any, Window.Any, FuzzActivationTests.RowLengths, Gen.Int[0, 3], Gen.Bool);
            Fuzz.Run(cases, 2000, c =>
            {
                (Window x, Window mask, Window to, int rowLength, int form, bool fits) = c;
                bool isAdded = form % 2 == 1;
                if (fits && rowLength is > 0 and < 41)
                {
                    x = x.Cut(x.Length / rowLength * rowLength);
                    mask = mask.Cut(Math.Min(rowLength, Window.Memory - mask.Start));
                }

                bool isRows = rowLength > 0 && x.Length % rowLength == 0 && mask.Length % rowLength == 0;
                int rows = isRows ? x.Length / rowLength : 0, maskRows = isRows ? mask.Length / rowLength : 0;
                bool isValid = isRows && (maskRows == 0 ? rows == 0 : rows % maskRows == 0) && to.Takes(x)
                    && !(isAdded && to.Cut(Math.Min(to.Length, x.Length)).Overlaps(mask));
                T[] apart = new T[x.Length], start = FuzzTests.Start<T>();
                if (isValid) Map(start, apart);
                FuzzTests.Writes(isValid, to.Cut(x.Length), apart, memory => Map(memory, to.In(memory)));

                void Map(T[] memory, Span<T> destination)
                {
                    switch (form)
                    {
                        case 0: Activations.MaskedSoftmax(x.In(memory), mask.In(all), rowLength, destination); break;
                        case 1: Activations.MaskedSoftmax(x.In(memory), mask.In(memory), rowLength, destination); break;
                        case 2: Activations.MaskedLogSoftmax(x.In(memory), mask.In(all), rowLength, destination); break;
                        default: Activations.MaskedLogSoftmax(x.In(memory), mask.In(memory), rowLength, destination); break;
                    }
                }
            });
        }
    }

    /// <summary>Matrices of every number of queries and keys, and every offset.</summary>
    [Fact]
    public void Causal_functions_write_whole_matrices_or_throw()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Gen<int> queries = Gen.OneOf(Gen.Int[1, 4], Fuzz.Among(int.MinValue, 0, int.MaxValue)), offsets = Gen.OneOf(Gen.Int[-4, 4], Fuzz.Among(int.MinValue, int.MaxValue));
            Fuzz.Run(Gen.Select(Window.Any, Window.Any, queries, FuzzActivationTests.RowLengths, offsets, Gen.Int[0, 3]), 2000, c =>
            {
                (Window x, Window to, int rows, int keys, int offset, int form) = c;
                bool isLog = form % 2 == 1;
                long matrix = (long)rows * keys;
                if (form >= 2 && rows > 0 && keys > 0 && matrix < 41) x = x.Cut((int)(x.Length / matrix * matrix));
                bool isValid = rows > 0 && keys > 0 && x.Length % matrix == 0 && to.Takes(x);
                T[] apart = new T[x.Length], start = FuzzTests.Start<T>();
                if (isValid)
                {
                    Map(x.In(start), apart);
                    T hidden = isLog ? T.NegativeInfinity : T.Zero;
                    for (int i = 0; i < apart.Length; i++) if (i % keys > (i / keys % rows) + (long)offset) Assert.Equal(hidden, apart[i]);
                }

                FuzzTests.Writes(isValid, to.Cut(x.Length), apart, memory => Map(x.In(memory), to.In(memory)));

                void Map(ReadOnlySpan<T> logits, Span<T> destination)
                {
                    if (isLog) Activations.CausalLogSoftmax(logits, rows, keys, destination, offset);
                    else Activations.CausalSoftmax(logits, rows, keys, destination, offset);
                }
            });
        }
    }

    /// <summary>Against the formula, to the bit: each element is a product of two numbers at the most.</summary>
    [Fact]
    public void PRelu_writes_whole_examples_or_throws()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Gen<int> channelLengths = Gen.OneOf(Gen.Int[1, 6], Fuzz.Among(int.MinValue, -1, 0, 40, 65536, int.MaxValue));
            Gen<(Window, Window, Window, Window, int, bool)> cases =
                Gen.Select(Window.Any, Window.OfLength(Gen.Int[0, 4]), Window.Any, Window.Any, channelLengths, Gen.Bool);
            Fuzz.Run(cases, 3000, c =>
            {
                (Window x, Window slope, Window g, Window to, int length, bool fits) = c;
                long example = slope.Length == 1 ? 1 : (long)slope.Length * length;
                if (fits && example is > 0 and < 41)
                {
                    x = x.Cut((int)(x.Length / example * example));
                    // Above everything else, where it is in nobody's way.
                    if (slope.Start < 48) slope = slope with { Start = Window.Memory - slope.Length };
                }

                if (fits) g = g.Cut(Math.Min(x.Length, Window.Memory - g.Start));
                Window written = to.Cut(Math.Min(to.Length, x.Length));
                bool isWhole = slope.Length > 0 && length > 0 && x.Length % example == 0 && !written.Overlaps(slope);
                T[] start = FuzzTests.Start<T>();
                T Of(int i) => start[slope.Start + (slope.Length == 1 ? 0 : i / length % slope.Length)];
                T[] due = new T[x.Length], dueGradient = new T[x.Length];
                for (int i = 0; isWhole && i < x.Length; i++)
                {
                    T v = x.In(start)[i];
                    due[i] = v > T.Zero ? v : Of(i) * v;
                    if (g.Length == x.Length) dueGradient[i] = v > T.Zero ? g.In(start)[i] : g.In(start)[i] * Of(i);
                }

                FuzzTests.Writes(isWhole && to.Takes(x), to.Cut(x.Length), due, memory => Activations.PRelu(x.In(memory), slope.In(memory), length, to.In(memory)));
                bool isGradient = isWhole && g.Length == x.Length && to.Takes(x) && !written.Overlaps(g);
                FuzzTests.Writes(
                    isGradient, to.Cut(x.Length), dueGradient,
                    memory => Activations.PReluGradient(x.In(memory), slope.In(memory), g.In(memory), length, to.In(memory)));
            });
        }
    }

    [Fact]
    public void Choices_take_one_of_two_or_throw()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            bool[] all = [.. Enumerable.Range(0, Window.Memory).Select(i => i * i % 5 != 1)];
            Fuzz.Run(Gen.Select(Window.Any, Window.Any, Window.Any, Window.Any, Gen.Int[0, 3]), 3000, c =>
            {
                (Window condition, Window a, Window b, Window to, int fit) = c;
                if (fit > 0) (a, b) = (a.Cut(Math.Min(condition.Length, Window.Memory - a.Start)), b.Cut(Math.Min(condition.Length, Window.Memory - b.Start)));
                T[] start = FuzzTests.Start<T>();
                bool isValid = a.Length == condition.Length && b.Length == condition.Length && to.Takes(a) && to.Takes(b);
                T[] due = isValid ? [.. condition.In(all).ToArray().Select((taken, i) => taken ? a.In(start)[i] : b.In(start)[i])] : [];
                FuzzTests.Writes(isValid, to.Cut(condition.Length), due, memory => Elementary.Where(condition.In(all), a.In(memory), b.In(memory), to.In(memory)));
            });
        }
    }

    /// <summary>Either result may be left out; both at once lie apart from everything.</summary>
    [Fact]
    public void Gradients_of_choices_go_to_what_was_taken_or_throw()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            bool[] all = [.. Enumerable.Range(0, Window.Memory).Select(i => i * i % 5 != 1)];
            Fuzz.Run(Gen.Select(Window.Any, Window.Any, Window.Any, Window.Any, Gen.Int[0, 5]), 3000, c =>
            {
                (Window condition, Window g, Window left, Window right, int fit) = c;
                int n = condition.Length;
                if (fit > 0) g = g.Cut(Math.Min(n, Window.Memory - g.Start));
                if (fit is 1 or 2) left = left.Cut(0);
                if (fit is 2 or 3) right = right.Cut(0);
                if (fit == 4) right = right with { Start = Window.Memory - right.Length };
                bool hasLeft = left.Length > 0, hasRight = right.Length > 0;
                bool isValid = g.Length == n && (!hasLeft || left.Takes(g)) && (!hasRight || right.Takes(g));
                if (isValid && hasLeft && hasRight) isValid = !left.Cut(n).Overlaps(right.Cut(n)) && !left.Cut(n).Overlaps(g) && !right.Cut(n).Overlaps(g);
                T[] memory = FuzzTests.Start<T>(), due = [.. memory];
                if (isValid)
                {
                    for (int i = 0; i < n; i++)
                    {
                        bool taken = condition.In(all)[i];
                        if (hasLeft) due[left.Start + i] = taken ? memory[g.Start + i] : T.Zero;
                        if (hasRight) due[right.Start + i] = taken ? T.Zero : memory[g.Start + i];
                    }
                }

                Type[] kinds = isValid ? [] : [typeof(ArgumentException)];
                Fuzz.Judge(memory, () => Elementary.WhereGradient(condition.In(all), g.In(memory), left.In(memory), right.In(memory)), kinds);
                Fuzz.AssertSame(due, memory, 0, 0);
            });
        }
    }
}
