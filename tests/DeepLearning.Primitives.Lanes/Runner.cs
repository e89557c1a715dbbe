using System.Diagnostics;
using System.Globalization;

namespace DeepLearning.Primitives.Lanes;

/// <summary>Runs the lanes as child processes, and compares what they print.</summary>
internal static class Runner
{
    /// <summary>What .ci/arm64 says when this machine cannot have the emulator.</summary>
    private const int CannotBeHad = 3;

    private sealed record Lane(string Name, bool IsQuick, string Arguments, string Variable = "", string Value = "");

    private sealed record Outcome(Lane Lane, Dictionary<string, string[]> Lines, int ExitCode, string Messages, TimeSpan Time);

    private static readonly Lane[] s_lanes =
    [
        new("widest vectors", false, "--threads 2"),
        new("AVX-512 off", false, "--threads 2", "DOTNET_EnableAVX512", "0"),
        new("AVX2 off", false, "--threads 2", "DOTNET_EnableAVX2", "0"),
        new("no intrinsics", true, "--threads 2 --quick", "DOTNET_EnableHWIntrinsic", "0"),
        new("1 thread", false, "--threads 1"),
        new("7 threads", false, "--threads 7"),
        new("tiers off", false, "--threads 2", "DOTNET_TieredCompilation", "0"),
        new("Arm64, emulated", true, "--threads 2 --quick"),
    ];

    public static int Run(bool update, string? filter, bool arm64)
    {
        string root = Root(), file = Path.Combine(root, "tests", "DeepLearning.Primitives.Lanes", "hashes.txt");
        Lane[] lanes = [.. s_lanes.Where((l, i) => i == 0 || ((filter is null || l.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)) && (arm64 || !IsArm(l))))];
        Outcome[] outcomes = new Outcome[lanes.Length];
        // The last lane takes the longest, and starts first.
        ParallelOptions options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(Enumerable.Range(0, lanes.Length).Reverse(), options, i => outcomes[i] = Start(lanes[i], root));

        int faults = 0;
        foreach (Outcome outcome in outcomes)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcome.Lane.Name,-16} {outcome.Lines.Count,5} hashes {outcome.Time.TotalSeconds,6:F1} s  {outcome.Messages.Split('\n')[0]}"));
            if (outcome.ExitCode == 0) continue;
            Console.WriteLine($"{(IsSkipped(outcome) ? "" : "FAILED: ")}{outcome.Messages}");
            if (!IsSkipped(outcome)) faults++;
        }

        Dictionary<string, string[]> expected = outcomes[0].Lines;
        if (update) Write(file, expected);
        Outcome[] compared = [.. outcomes.Where(o => !IsSkipped(o)), Recorded(file)];
        Console.WriteLine();
        foreach (string name in compared.SelectMany(o => o.Lines.Keys).Distinct().Order(StringComparer.Ordinal)) faults += Compare(name, compared);
        Console.WriteLine(faults == 0
            ? $"\nEvery hash is the same in {compared.Length - 1} lanes and in hashes.txt."
            : $"\n{faults} differences. If hashes.txt alone differs because something was added or changed on purpose: -- --update");
        foreach (Outcome skipped in outcomes.Where(IsSkipped)) Console.WriteLine($"SKIPPED, NOT TESTED: {skipped.Lane.Name}");
        return faults == 0 ? 0 : 1;
    }

    private static bool IsArm(Lane lane) => lane.Name.StartsWith("Arm64", StringComparison.Ordinal);

    private static bool IsSkipped(Outcome outcome) => IsArm(outcome.Lane) && outcome.ExitCode == CannotBeHad;

    /// <summary>One line with the hash, and one for each lane that has another.</summary>
    private static int Compare(string name, Outcome[] outcomes)
    {
        string[]? expected = outcomes[0].Lines.GetValueOrDefault(name);
        List<string> others = [];
        foreach (Outcome outcome in outcomes)
        {
            string[]? actual = outcome.Lines.GetValueOrDefault(name);
            bool isSame = outcome.Lane.IsQuick
                ? (expected is null || expected[0] == "-") ? actual is null || actual[0] == "-" : actual is not null && actual[0] == expected[0]
                : actual is not null && expected is not null && actual.SequenceEqual(expected);
            if (!isSame) others.Add($"    {outcome.Lane.Name}: {(actual is null ? "no such line" : string.Join(' ', actual))}");
        }

        Console.WriteLine($"{name}: {(expected is null ? "absent" : string.Join(' ', expected))}{(others.Count == 0 ? "" : "  DIFFERS")}");
        foreach (string other in others) Console.WriteLine(other);
        return others.Count;
    }

    private static Outcome Start(Lane lane, string root)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "DeepLearning.Primitives.Lanes.dll");
        ProcessStartInfo start = IsArm(lane)
            ? new("bash", $"\"{Path.Combine(root, ".ci", "arm64")}\" --work {lane.Arguments}")
            : new("dotnet", $"\"{program}\" --work {lane.Arguments}");
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        if (lane.Variable.Length > 0) start.Environment[lane.Variable] = lane.Value;
        long before = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(lane, Parse(output.Split('\n')), process.ExitCode, errors.Result.Trim(), Stopwatch.GetElapsedTime(before));
    }

    private static Outcome Recorded(string file) =>
        new(new("hashes.txt", false, ""), File.Exists(file) ? Parse(File.ReadAllLines(file)) : [], 0, "", default);

    /// <summary><c>name: hash hash</c></summary>
    private static Dictionary<string, string[]> Parse(IEnumerable<string> lines) =>
        lines.Where(l => l.Contains(": ", StringComparison.Ordinal) && l[0] != '#')
            .Select(l => (At: l.LastIndexOf(": ", StringComparison.Ordinal), Line: l))
            .GroupBy(l => l.Line[..l.At])
            .ToDictionary(g => g.Key, g => g.First().Line[(g.First().At + 2)..].Trim().Split(' '));

    private static void Write(string file, Dictionary<string, string[]> lines) => File.WriteAllLines(file,
    [
        "# What tests/DeepLearning.Primitives.Lanes computes, on any machine: a name, the hash of a part, the hash of all.",
        .. lines.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}: {string.Join(' ', l.Value)}"),
    ]);

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "DeepLearning.Primitives.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("The program does not run inside the repository.");
    }
}
