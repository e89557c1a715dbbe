using System.Numerics.Tensors;
using static DeepLearning.Primitives.Peers.Operands;

namespace DeepLearning.Primitives.Peers;

/// <summary>Every function that TensorPrimitives has as well, from a few floats to a million: never slower.</summary>
internal static class ManagedRows
{
    private delegate void PairMap(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination);

    private static readonly int[] s_sizes = [16, 128, 1 << 10, 1 << 16, 1 << 20];

    private static readonly (string Name, Map Ours, Map Theirs, float Low)[] s_maps =
    [
        ("exp", Elementary.Exp, TensorPrimitives.Exp, -5),
        ("expm1", Elementary.ExpM1, TensorPrimitives.ExpM1, -5),
        ("log", Elementary.Log, TensorPrimitives.Log, 0.1f),
        ("log1p", Elementary.Log1P, TensorPrimitives.LogP1, 0.1f),
        ("sqrt", Elementary.Sqrt, TensorPrimitives.Sqrt, 0.1f),
        ("rsqrt", Elementary.Rsqrt, TensorPrimitives.ReciprocalSqrt, 0.1f),
        ("sin", Elementary.Sin, TensorPrimitives.Sin, -5),
        ("cos", Elementary.Cos, TensorPrimitives.Cos, -5),
        ("pow 1.7", (x, y) => Elementary.Pow(x, y, 1.7), (x, y) => TensorPrimitives.Pow(x, 1.7f, y), 0.1f),
        ("sigmoid", Activations.Sigmoid, TensorPrimitives.Sigmoid, -5),
        ("tanh", Activations.Tanh, TensorPrimitives.Tanh, -5),
        ("abs", Elementary.Abs, TensorPrimitives.Abs, -5),
        ("negate", Elementary.Negate, TensorPrimitives.Negate, -5),
        ("clamp", (x, y) => Elementary.Clamp(x, y, -1, 2), (x, y) => TensorPrimitives.Clamp(x, -1, 2, y), -5),
        ("softmax of one row", (x, y) => Activations.Softmax(x, x.Length, y), TensorPrimitives.SoftMax, -5),
    ];

    private static readonly (string Name, PairMap Ours, PairMap Theirs)[] s_pairs =
    [
        ("add", Elementary.Add, TensorPrimitives.Add),
        ("subtract", Elementary.Subtract, TensorPrimitives.Subtract),
        ("multiply", Elementary.Multiply, TensorPrimitives.Multiply),
        ("divide", Elementary.Divide, TensorPrimitives.Divide),
        ("maximum", Elementary.Maximum, TensorPrimitives.Max),
        ("minimum", Elementary.Minimum, TensorPrimitives.Min),
        ("pow", Elementary.Pow, TensorPrimitives.Pow),
    ];

    public static IEnumerable<Table> Tables() =>
    [
        new("Functions, 16 to 1M floats", "TensorPrimitives", s_maps.SelectMany(f => s_sizes.Select(n => Row(f.Name, f.Ours, f.Theirs, f.Low, n)))),
        new("Functions of pairs, 16 to 1M floats", "TensorPrimitives", s_pairs.SelectMany(f => s_sizes.Select(n => Row(f.Name, f.Ours, f.Theirs, n)))),
    ];

    private static Row Row(string name, Map ours, Map theirs, float low, int n)
    {
        // Each has a destination of its own: TensorPrimitives' stores pass the caches by, and would empty ours out of them.
        float[] x = Floats(n, low), y = new float[n], z = new float[n];
        return new($"{name} {Name(n)}", 1.0, () => ours(x, y), () => theirs(x, z));
    }

    private static Row Row(string name, PairMap ours, PairMap theirs, int n)
    {
        float[] x = Floats(n, 0.1f), y = Floats(n, 0.5f, 2), ourResult = new float[n], theirResult = new float[n];
        return new($"{name} {Name(n)}", 1.0, () => ours(x, y, ourResult), () => theirs(x, y, theirResult));
    }
}
