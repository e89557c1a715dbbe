using System.Globalization;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// What libtorch computed, from Golden/libtorch*.txt, and ONNX Runtime, from Golden/onnxruntime.txt, both written by
/// tests/DeepLearning.Primitives.GoldenVectors:
/// <code>
/// LibtorchCase plain = LibtorchVectors.Find("cross_entropy/plain/mean");
/// double loss = Losses.CrossEntropy&lt;double&gt;(plain["logits"].Doubles, plain["labels"].Integers, gradient);
/// </code>
/// Cases of functions hold their inputs, <c>output</c>, <c>upstream</c> (absent for a scalar output: 1) and a
/// <c>gradient.name</c> for each input; the name ends in <c>/f32</c> where libtorch computed in float32.
/// </summary>
internal static class LibtorchVectors
{
    private static readonly Lazy<Dictionary<string, LibtorchCase>> s_cases = new(Read);

    /// <exception cref="KeyNotFoundException">The file has no case of that name.</exception>
    public static LibtorchCase Find(string name) => s_cases.Value.TryGetValue(name, out LibtorchCase? found)
        ? found : throw new KeyNotFoundException($"Golden/libtorch.txt has no case '{name}'.");

    /// <summary>The names that begin so, in the file's order, for theories over a family such as "sgd/".</summary>
    public static IEnumerable<string> Names(string prefix) => s_cases.Value.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal));

    private static Dictionary<string, LibtorchCase> Read()
    {
        var cases = new Dictionary<string, LibtorchCase>();
        LibtorchCase? current = null;
        string folder = Path.Combine(AppContext.BaseDirectory, "Golden");
        foreach (string line in Files(folder).SelectMany(File.ReadLines))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] == "case")
                cases.Add(words[1], current = new LibtorchCase(words[1]));
            else
                current!.Tensors.Add(words[0], new LibtorchTensor(Lengths(words[2]), Values(words[1], words.AsSpan(3))));
        }

        return cases;
    }

    private static IEnumerable<string> Files(string folder) =>
        [.. Directory.GetFiles(folder, "libtorch*.txt").Order(), Path.Combine(folder, "onnxruntime.txt")];

    private static int[] Lengths(string brackets) =>
        [.. brackets.Trim('[', ']').Split(',', StringSplitOptions.RemoveEmptyEntries).Select(l => int.Parse(l, CultureInfo.InvariantCulture))];

    // A float32 value is the shortest decimal of a float, which read as a double would be another number.
    private static double[] Values(string type, ReadOnlySpan<string> words)
    {
        double[] values = new double[words.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = type == "f32"
                ? float.Parse(words[i], CultureInfo.InvariantCulture) : double.Parse(words[i], CultureInfo.InvariantCulture);
        }

        return values;
    }
}

/// <summary>The tensors of one case, by name.</summary>
internal sealed class LibtorchCase(string name)
{
    public string Name => name;

    public Dictionary<string, LibtorchTensor> Tensors { get; } = [];

    public LibtorchTensor this[string tensor] => Tensors.TryGetValue(tensor, out LibtorchTensor? found)
        ? found : throw new KeyNotFoundException($"Case '{name}' has no '{tensor}', only {string.Join(", ", Tensors.Keys)}.");
}

/// <summary>A row-major tensor. Float32 values and integers are exact as doubles.</summary>
internal sealed class LibtorchTensor(int[] lengths, double[] doubles)
{
    public int[] Lengths => lengths;

    public double[] Doubles => doubles;

    public float[] Floats => Array.ConvertAll(doubles, d => (float)d);

    public int[] Integers => Array.ConvertAll(doubles, d => (int)d);

    /// <summary>The value of a tensor that has only one, such as an option.</summary>
    public double Item => doubles.Single();
}
