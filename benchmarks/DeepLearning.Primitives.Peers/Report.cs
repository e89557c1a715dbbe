using System.Globalization;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives.Peers;

/// <summary>Measures the rows and prints each as soon as it is known, as Markdown with aligned columns.</summary>
internal sealed class Report(Options options)
{
    // Most machines end at AVX2, where a tenth less is asked.
    private static readonly double s_share = Vector512.IsHardwareAccelerated ? 1 : 0.9;

    /// <summary>How many goals were missed so far.</summary>
    public int Missed { get; private set; }

    public void Print(Table table)
    {
        var ratios = new List<double>();
        int threads = table.Threads ?? options.Threads;
        var timing = new Timing(TimeSpan.FromSeconds(options.Seconds), threads > 1);
        TorchSharp.torch.set_num_threads(threads);
        Compute.MaxDegreeOfParallelism = threads;
        foreach (Row row in table.Rows.Where(r => options.Selects(table, r)))
        {
            if (ratios.Count == 0) PrintHeader(table);
            using IDisposable? mode = row.NeedsGradients ? null : TorchSharp.torch.inference_mode();
            (double ours, double theirs) = timing.Measure(options.TheirsOnly ? () => { } : row.Ours, row.Theirs);
            ratios.Add(theirs / ours);
            PrintRow(row.Work, Time(ours / row.Repeats), Time(theirs / row.Repeats), theirs / ours, row.Goal);
        }

        if (ratios.Count > 1 && !options.TheirsOnly)
            PrintRow("geometric mean", "", "", Math.Exp(ratios.Average(Math.Log)), table.MeanGoal);
    }

    private static void PrintHeader(Table table)
    {
        Console.WriteLine($"\n**{table.Title}**\n");
        Console.WriteLine(Line("work", "ours", table.Peer, "ratio", "goal", ""));
        Console.WriteLine("|-------------------------------------|----------:|-----------------:|-------:|-------:|--------|");
    }

    private void PrintRow(string work, string ours, string theirs, double ratio, double? goal)
    {
        bool missed = !options.TheirsOnly && ratio < goal * s_share;
        if (missed) Missed++;
        string shown = options.TheirsOnly ? "" : Number(ratio);
        string asked = goal is { } g ? $"≥ {Number(g * s_share)}" : "";
        Console.WriteLine(Line(work, options.TheirsOnly ? "" : ours, theirs, shown, asked, missed ? "missed" : ""));
    }

    private static string Line(string work, string ours, string theirs, string ratio, string goal, string mark) =>
        $"| {work,-35} | {ours,9} | {theirs,16} | {ratio,6} | {goal,6} | {mark,-6} |";

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => $"{Number(nanoseconds)} ns",
        < 1e6 => $"{Number(nanoseconds / 1e3)} µs",
        _ => $"{Number(nanoseconds / 1e6)} ms",
    };

    private static string Number(double value) =>
        value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
