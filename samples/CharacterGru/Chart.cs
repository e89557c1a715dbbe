using ScottPlot;

namespace CharacterGru;

/// <summary>The picture that <c>--plot</c> asks for.</summary>
internal static class Chart
{
    public static void Save(string path, IReadOnlyList<Progress> history)
    {
        using var plot = new Plot();
        var train = plot.Add.ScatterLine(history.Select(p => p.Seconds).ToArray(), history.Select(p => p.TrainBits).ToArray());
        train.LegendText = "training (running mean)";
        Progress[] measured = [.. history.Where(p => p.HeldOutBits is not null)];
        var heldOut = plot.Add.Scatter(measured.Select(p => p.Seconds).ToArray(), measured.Select(p => p.HeldOutBits!.Value).ToArray());
        heldOut.LegendText = "held out";
        plot.Title("Pride and Prejudice, character by character");
        plot.XLabel("seconds");
        plot.YLabel("bits per character");
        plot.ShowLegend(Alignment.UpperRight);
        plot.SavePng(path, 900, 550);
    }
}
