using System.Globalization;

namespace Sunspots;

/// <summary>What the command line says.</summary>
internal sealed record Options(int Steps = 800, int Networks = 5, long Seed = 1, string? Plot = null, bool Smoke = false, bool Help = false)
{
    public const string Usage =
        """
        Forecasts the next year's sunspot number with an LSTM, beside simple forecasts.

        Usage: dotnet run -c Release --project samples/Sunspots -- [options]

          --steps N      steps of learning, 1 or more (800)
          --networks N   networks from different beginnings, whose forecasts are averaged, 1 or more (5)
          --seed N       seed of the weights and the windows (1)
          --plot FILE    writes the years not learned from and their forecasts as a PNG
          --smoke        a short run, to see that everything works
          --help         this text
        """;

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="FormatException">An argument is not understood; the message says which and why.</exception>
    public static Options Parse(ReadOnlySpan<string> args)
    {
        var options = new Options();
        for (int i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--steps" => options with { Steps = (int)Integer(args, ref i, 1, int.MaxValue) },
                "--networks" => options with { Networks = (int)Integer(args, ref i, 1, 1000) },
                "--seed" => options with { Seed = Integer(args, ref i, long.MinValue, long.MaxValue) },
                "--plot" => options with { Plot = Value(args, ref i) },
                "--smoke" => options with { Smoke = true },
                "--help" or "-h" => options with { Help = true },
                _ => throw new FormatException($"Unknown argument '{args[i]}'."),
            };
        }

        return options.Smoke ? options with { Steps = 20, Networks = 1 } : options;
    }

    private static string Value(ReadOnlySpan<string> args, ref int i) =>
        i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal)
            ? args[++i]
            : throw new FormatException($"{args[i]} needs a value.");

    private static long Integer(ReadOnlySpan<string> args, ref int i, long least, long most)
    {
        string name = args[i], text = Value(args, ref i);
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
            throw new FormatException($"{name} needs a whole number, not '{text}'.");
        return value >= least && value <= most ? value : throw new FormatException($"{name} must be {least} to {most}, not {text}.");
    }
}
