using System.Globalization;
using Spectre.Console;

namespace CharacterGru;

/// <summary>What the program shows in the terminal.</summary>
internal static class Display
{
    /// <summary>
    /// Runs the training under a progress bar and returns its reports; <paramref name="onHeldOut"/> may show more each time.
    /// </summary>
    public static List<Progress> Training(IEnumerable<Progress> training, Action<Progress> onHeldOut)
    {
        var history = new List<Progress>();
        if (!AnsiConsole.Profile.Capabilities.Interactive)
        {
            // A redirected output shows no bar.
            foreach (Progress report in training)
            {
                history.Add(report);
                if (report.HeldOutBits is null) continue;
                Console.WriteLine(Describe(report));
                onHeldOut(report);
            }

            return history;
        }

        AnsiConsole.Progress()
            .Columns(new ProgressBarColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                ProgressTask task = context.AddTask("learning", maxValue: 1);
                foreach (Progress report in training)
                {
                    history.Add(report);
                    task.Value = report.Part;
                    task.Description = Describe(report);
                    if (report.HeldOutBits is not null) onHeldOut(report);
                }

            });
        return history;
    }

    public static void Text(string title, string text) =>
        AnsiConsole.Write(new Panel(new Text(text)) { Header = new PanelHeader(title), Border = BoxBorder.Rounded });

    private static string Describe(Progress report)
    {
        string heldOut = report.HeldOutBits is { } bits ? string.Create(CultureInfo.InvariantCulture, $" · held out {bits:F3}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{report.TrainBits:F3} bits/character{heldOut} · {report.Characters / report.Seconds:N0} characters/s · {(report.Part > 0 ? report.Seconds * ((1 / report.Part) - 1) : 0):F0} s left");
    }
}
