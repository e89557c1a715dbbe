using System.Globalization;

namespace DeepLearning.Primitives.Peers;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Help = """
        Times DeepLearning.Primitives against libtorch (through TorchSharp), ONNX Runtime and TensorPrimitives in one
        process and prints Markdown tables of ratios: the peer's time divided by ours.

        benchmarks/DeepLearning.Primitives.Peers/run [--avx2] [options]

          --filter TEXT     only rows whose table or work contains TEXT (may be given several times: any of them)
          --threads N|all   threads on both sides (default 1) but in the tables that name their own
          --seconds X       time for each row, warm-up not counted (default 0.3)
          --theirs          time the peers alone
          --check           exit with 1 when a goal is missed
          --avx2            AVX-512 off on both sides; 0.9 of each goal is asked then
          --help            this text
        """;

    public List<string> Filters { get; } = [];
    public int Threads { get; private set; } = 1;
    public double Seconds { get; private set; } = 0.3;
    public bool TheirsOnly { get; private set; }
    public bool Check { get; private set; }
    public bool ShowHelp { get; private set; }

    /// <exception cref="FormatException">An argument is unknown, or its value is missing or wrong.</exception>
    public static Options Parse(string[] arguments)
    {
        var options = new Options();
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            string Value() => ++i < arguments.Length ? arguments[i] : throw new FormatException($"{name} needs a value.");
            switch (name)
            {
                case "--filter": options.Filters.Add(Value()); break;
                case "--threads": options.Threads = ThreadCount(Value()); break;
                case "--seconds": options.Seconds = Positive(name, Value()); break;
                case "--theirs": options.TheirsOnly = true; break;
                case "--check": options.Check = true; break;
                case "--help" or "-h": options.ShowHelp = true; break;
                default: throw new FormatException($"'{name}' is not an option; --help lists them.");
            }
        }

        return options;
    }

    public bool Selects(Table table, Row row) => Filters.Count == 0
        || Filters.Exists(f => $"{table.Title} {table.Peer} {row.Work}".Contains(f, StringComparison.OrdinalIgnoreCase));

    private static int ThreadCount(string text) =>
        text == "all" ? Environment.ProcessorCount : checked((int)Math.Ceiling(Positive("--threads", text)));

    private static double Positive(string name, string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out double value) && value is > 0 and < 1e6
            ? value : throw new FormatException($"{name} takes a positive number, not '{text}'.");
}
