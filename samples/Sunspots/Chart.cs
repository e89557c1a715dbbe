using ScottPlot;

namespace Sunspots;

/// <summary>The picture that <c>--plot</c> asks for.</summary>
internal static class Chart
{
    public static void Save(string path, int firstYear, ReadOnlySpan<double> actual, IEnumerable<(string Name, double[] Forecasts)> forecasts)
    {
        using var plot = new Plot();
        double[] years = [.. Enumerable.Range(firstYear, actual.Length).Select(y => (double)y)];
        var truth = plot.Add.Scatter(years, actual.ToArray());
        truth.LegendText = "sunspot number";
        truth.LineWidth = 3;
        foreach ((string name, double[] values) in forecasts) plot.Add.ScatterLine(years, values).LegendText = name;
        plot.Title("Forecasts of the next year, from the years before it");
        plot.XLabel("year");
        plot.YLabel("yearly mean sunspot number");
        plot.ShowLegend(Alignment.UpperRight);
        plot.SavePng(path, 1000, 550);
    }
}
