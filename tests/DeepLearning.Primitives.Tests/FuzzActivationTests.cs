using System.Numerics;
using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Every activation, elementary function and function of rows on random windows: a whole result, or an exception and nothing.</summary>
public class FuzzActivationTests
{
    private delegate void RowMap<T>(ReadOnlySpan<T> x, int rowLength, Span<T> destination);

    public static TheoryData<string> Functions => [.. MeasuredFunctions.All.Select(f => f.Name)];

    public static TheoryData<string> RowFunctions => [.. RowMaps<float>().Select(f => f.Name)];

    /// <summary>Each with what it makes of a row, none where a row of that length has no result.</summary>
    private static (string Name, RowMap<T> Map, Func<int, int?> Result)[] RowMaps<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        ("Softmax", (x, n, y) => Activations.Softmax(x, n, y, 0.5), n => n),
        ("LogSoftmax", (x, n, y) => Activations.LogSoftmax(x, n, y, 2), n => n),
        ("Softmin", Activations.Softmin, n => n),
        ("Sparsemax", Activations.Sparsemax, n => n),
        ("Hardmax", Activations.Hardmax, n => n),
        ("GumbelSoftmax", (x, n, y) => Activations.GumbelSoftmax(x, n, y, new Philox(3), 0.7), n => n),
        ("MaskedSoftmax", (x, n, y) => Activations.MaskedSoftmax(x, new bool[x.Length], n, y), n => n),
        ("MaskedLogSoftmax", (x, n, y) => Activations.MaskedLogSoftmax(x, new T[x.Length], n, y), n => n),
        ("CausalSoftmax", (x, n, y) => Activations.CausalSoftmax(x, 1, n, y), n => n),
        ("CausalLogSoftmax", (x, n, y) => Activations.CausalLogSoftmax(x, 1, n, y, 2), n => n),
        ("LogSumExp", Activations.LogSumExp, _ => 1),
        ("Glu", Activations.Glu, Half),
        ("SwiGlu", Activations.SwiGlu, Half),
        ("GeGlu", Activations.GeGlu, Half),
        ("ReGlu", Activations.ReGlu, Half),
        ("SoftmaxGradient", (x, n, y) => Activations.SoftmaxGradient(x, x, n, y, 0.5), n => n),
        ("LogSoftmaxGradient", (x, n, y) => Activations.LogSoftmaxGradient(x, x, n, y), n => n),
        ("SoftminGradient", (x, n, y) => Activations.SoftminGradient(x, x, n, y), n => n),
        ("SparsemaxGradient", (x, n, y) => Activations.SparsemaxGradient(x, x, n, y), n => n),
        ("MaskedLogSoftmaxGradient", (x, n, y) => Activations.MaskedLogSoftmaxGradient(x, x, n, y), n => n),
        ("MaskedSoftmaxGradient", (x, n, y) => Activations.MaskedSoftmaxGradient(x, x, n, y), n => n),
    ];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Functions_of_one_number_write_their_destination_or_throw(string name)
    {
        MeasuredFunction function = MeasuredFunctions.All.Single(f => f.Name == name);
        Check(function.Float);
        Check(function.Double);

        static void Check<T>(MeasuredFunctions.Map<T> map)
            where T : unmanaged, INumberBase<T> =>
            Fuzz.Run(Gen.Select(Window.Any, Window.Any), 40, c =>
            {
                (Window x, Window to) = c;
                T[] apart = new T[x.Length];
                map(x.In(FuzzTests.Start<T>()), apart);
                FuzzTests.Writes(to.Takes(x), to.Cut(x.Length), apart, memory => map(x.In(memory), to.In(memory)));
            });
    }

    [Theory]
    [MemberData(nameof(RowFunctions))]
    public void Functions_of_rows_write_whole_results_or_throw(string name)
    {
        Check<float>(name);
        Check<double>(name);

        static void Check<T>(string name)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (_, map, result) = RowMaps<T>().Single(f => f.Name == name);
            Fuzz.Run(Gen.Select(Window.Any, RowLengths, Gen.Bool, Gen.Int[0, 40]), 100, c =>
            {
                (Window x, int rowLength, bool whole, int length) = c;
                if (whole && rowLength is > 0 and < 41) x = x.Cut(x.Length / rowLength * rowLength);
                int? each = rowLength > 0 && x.Length % rowLength == 0 ? result(rowLength) : null;
                int due = x.Length / Math.Max(1, rowLength) * (each ?? 0);
                T[] memory = FuzzTests.Start<T>(), before = [.. memory], source = FuzzTests.Start<T>();
                Type[] kinds = each is not null && length >= due ? [] : [typeof(ArgumentException)];
                if (!Fuzz.Judge(memory, () => map(x.In(source), rowLength, memory.AsSpan(20, length)), kinds)) return;
                Fuzz.AssertSame(before, memory, 20, due);
            });
        }
    }

    internal static readonly Gen<int> RowLengths = Gen.OneOf(Gen.Int[1, 12], Fuzz.Among(int.MinValue, -1, 0, 40, int.MaxValue));

    private static int? Half(int rowLength) => rowLength % 2 == 0 ? rowLength / 2 : null;
}
