using System.Globalization;

namespace CharacterGru;

/// <summary>What the command line says.</summary>
internal sealed record Options(
    string Cell = "gru", int Hidden = 128, double? Seconds = null, long Seed = 1, int? Steps = null, int Sample = 400,
    string Checkpoint = "character-gru.checkpoint", bool Resume = false, string? Plot = null, bool Smoke = false, bool Help = false)
{
    public const string Usage =
        """
        Learns to write like Jane Austen: a recurrent network reads Pride and Prejudice character by character.

        Usage: dotnet run -c Release --project samples/CharacterGru -- [options]

          --cell KIND        gru or lstm (gru)
          --hidden N         units of the recurrent layer, 1 to 4096 (128)
          --seconds S        how long to learn, in all (60)
          --steps N          learns for so many steps instead of seconds: every run has the same bits, interrupted or not
          --seed N           seed of the weights and of the samples (1)
          --sample N         characters of the text written at the end (400)
          --checkpoint FILE  where the training is kept at the end or on Ctrl-C (character-gru.checkpoint)
          --resume           goes on with the training in that file as if it had not been stopped; once it has come to its
                             end, for as long again. --seconds or --steps change how long it takes in all
          --plot FILE        writes the learning curves as a PNG
          --smoke            a run of a few seconds with a small model, to see that everything works: also that a training that
                             is stopped and resumed has the bits of one in one go; writes no checkpoint
          --help             this text
        """;

    public bool NamesPlan => Seconds is not null || Steps is not null;

    public Plan Plan => new(Seconds ?? 60, Steps);

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="FormatException">An argument is not understood; the message says which and why.</exception>
    public static Options Parse(ReadOnlySpan<string> args)
    {
        var options = new Options();
        for (int i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--cell" => options with { Cell = CellKind(args, ref i) },
                "--hidden" => options with { Hidden = (int)Number(args, ref i, 1, 4096, whole: true) },
                "--seconds" => options with { Seconds = Number(args, ref i, 1, 1e6, whole: false) },
                "--steps" => options with { Steps = (int)Number(args, ref i, 1, 1e9, whole: true) },
                "--seed" => options with { Seed = (long)Number(args, ref i, -1e15, 1e15, whole: true) },
                "--sample" => options with { Sample = (int)Number(args, ref i, 0, 1e6, whole: true) },
                "--checkpoint" => options with { Checkpoint = Value(args, ref i) },
                "--resume" => options with { Resume = true },
                "--plot" => options with { Plot = Value(args, ref i) },
                "--smoke" => options with { Smoke = true },
                "--help" or "-h" => options with { Help = true },
                _ => throw new FormatException($"Unknown argument '{args[i]}'."),
            };
        }

        return options.Smoke ? options with { Hidden = 32, Steps = 40, Sample = 100, Resume = false } : options;
    }

    private static string CellKind(ReadOnlySpan<string> args, ref int i)
    {
        string kind = Value(args, ref i);
        return kind is "gru" or "lstm" ? kind : throw new FormatException($"--cell is gru or lstm, not '{kind}'.");
    }

    private static string Value(ReadOnlySpan<string> args, ref int i) =>
        i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal)
            ? args[++i]
            : throw new FormatException($"{args[i]} needs a value.");

    private static double Number(ReadOnlySpan<string> args, ref int i, double least, double most, bool whole)
    {
        string name = args[i], text = Value(args, ref i);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || (whole && value != Math.Floor(value)))
            throw new FormatException($"{name} needs a {(whole ? "whole " : "")}number, not '{text}'.");
        return value >= least && value <= most
            ? value
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} must be {least} to {most}, not {text}."));
    }
}
