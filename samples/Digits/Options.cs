using System.Globalization;

namespace Digits;

/// <summary>What the command line says.</summary>
internal sealed record Options(int Epochs = 40, long Seed = 1, string? Plot = null, bool Smoke = false, bool Help = false)
{
    public const string Usage =
        """
        Trains a small neural network to read handwritten digits, and shows how well it does.

        Usage: dotnet run -c Release --project samples/Digits -- [options]

          --epochs N     passes over the training data, 1 or more (40)
          --seed N       seed of the split, the weights and the batches; the same seed gives the same bits (1)
          --plot FILE    writes the loss curve and the confusion matrix as a PNG
          --smoke        a run of three epochs, to see that everything works
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
                "--epochs" => options with { Epochs = Integer<int>(args, ref i, 1) },
                "--seed" => options with { Seed = Integer<long>(args, ref i, long.MinValue) },
                "--plot" => options with { Plot = Value(args, ref i) },
                "--smoke" => options with { Smoke = true },
                "--help" or "-h" => options with { Help = true },
                _ => throw new FormatException($"Unknown argument '{args[i]}'."),
            };
        }

        return options.Smoke ? options with { Epochs = 3 } : options;
    }

    private static string Value(ReadOnlySpan<string> args, ref int i) =>
        i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal)
            ? args[++i]
            : throw new FormatException($"{args[i]} needs a value.");

    private static T Integer<T>(ReadOnlySpan<string> args, ref int i, T least)
        where T : System.Numerics.IBinaryInteger<T>
    {
        string name = args[i], text = Value(args, ref i);
        if (!T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T? value))
            throw new FormatException($"{name} needs a whole number, not '{text}'.");
        return value >= least ? value : throw new FormatException($"{name} must be {least} or more, not {text}.");
    }
}
