using System.Globalization;
using System.Text;
using DeepLearning.Primitives;
using Spectre.Console;

namespace Digits;

/// <summary>One epoch of training.</summary>
internal readonly record struct EpochReport(double Loss, double Accuracy, double SamplesPerSecond);

/// <summary>What the program shows in the terminal.</summary>
internal static class Display
{
    /// <summary>Runs the training, an epoch for each report, under a progress bar.</summary>
    public static List<EpochReport> Progress(int epochs, IEnumerable<EpochReport> training)
    {
        var history = new List<EpochReport>();
        AnsiConsole.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                ProgressTask task = context.AddTask("training", maxValue: epochs);
                foreach (EpochReport report in training)
                {
                    history.Add(report);
                    task.Description = Describe(report);
                    task.Increment(1);
                }
            });
        // A redirected output shows no bar.
        if (!AnsiConsole.Profile.Capabilities.Interactive) Console.WriteLine(Describe(history[^1]));
        return history;
    }

    public static string Describe(EpochReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"loss {report.Loss:F4} · accuracy {report.Accuracy:P1} · {report.SamplesPerSecond:N0} samples/s");

    /// <summary>The confusion matrix beside the scores of every digit.</summary>
    public static void Scores(ConfusionMatrix matrix)
    {
        var table = new Table().Title("Test digits: actual (rows) and predicted (columns)");
        table.AddColumn("");
        for (int digit = 0; digit < matrix.Classes; digit++) table.AddColumn(new TableColumn($"{digit}").RightAligned().Padding(0, 0));
        foreach (string name in (string[])["precision", "recall", "F1"]) table.AddColumn(new TableColumn(name).RightAligned());
        for (int actual = 0; actual < matrix.Classes; actual++)
        {
            var cells = new List<string> { $"[bold]{actual}[/]" };
            for (int predicted = 0; predicted < matrix.Classes; predicted++)
            {
                string count = Number(matrix[actual, predicted], "F0");
                cells.Add(actual == predicted ? $"[green]{count}[/]" : count == "0" ? "[grey]·[/]" : $"[red]{count}[/]");
            }

            cells.AddRange([
                Number(matrix.Precision(actual), "F3"), Number(matrix.Recall(actual), "F3"), Number(matrix.F1(actual), "F3")]);
            table.AddRow([.. cells]);
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLine(string.Create(
            CultureInfo.InvariantCulture,
            $"accuracy [bold]{matrix.Accuracy:P2}[/] of {matrix.Total} digits · macro-F1 [bold]{matrix.F1(Average.Macro):F4}[/]"));
    }

    /// <summary>The first few digits that were read as something else, drawn side by side.</summary>
    public static void Misread(DigitData digits, ReadOnlySpan<int> predicted, int most)
    {
        const int Width = (2 * DigitData.Side) + 3;
        var lines = new StringBuilder[DigitData.Side + 1];
        for (int row = 0; row < lines.Length; row++) lines[row] = new StringBuilder();
        for (int i = 0, drawn = 0; i < digits.Count && drawn < most; i++)
        {
            if (predicted[i] == digits.Labels[i]) continue;
            drawn++;
            for (int row = 0; row < DigitData.Side; row++)
                lines[row].Append(Draw(digits.Image(i).Slice(row * DigitData.Side, DigitData.Side)).PadRight(Width));
            lines[^1].Append($"{digits.Labels[i]}, read as {predicted[i]}".PadRight(Width));
        }

        if (lines[^1].Length == 0) return;
        Console.WriteLine();
        foreach (StringBuilder line in lines) Console.WriteLine(line.ToString().TrimEnd());
    }

    /// <summary>Two characters for each pixel, which makes it about square.</summary>
    private static string Draw(ReadOnlySpan<float> pixels)
    {
        const string Shades = " ░▒▓█";
        var text = new StringBuilder();
        foreach (float brightness in pixels) text.Append(Shades[(int)MathF.Round(brightness * (Shades.Length - 1))], 2);
        return text.ToString();
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
