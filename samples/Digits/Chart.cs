using DeepLearning.Primitives;
using ScottPlot;

namespace Digits;

/// <summary>The picture that <c>--plot</c> asks for.</summary>
internal static class Chart
{
    /// <summary>Writes the loss curve and the confusion matrix side by side.</summary>
    public static void Save(string path, IReadOnlyList<EpochReport> history, ConfusionMatrix matrix)
    {
        var picture = new Multiplot();
        picture.AddPlots(2);
        picture.Layout = new ScottPlot.MultiplotLayouts.Columns();
        Losses(picture.GetPlot(0), history);
        Confusion(picture.GetPlot(1), matrix);
        picture.SavePng(path, 1200, 550);
    }

    private static void Losses(Plot plot, IReadOnlyList<EpochReport> history)
    {
        double[] epochs = [.. Enumerable.Range(1, history.Count).Select(epoch => (double)epoch)];
        plot.Add.Scatter(epochs, history.Select(report => report.Loss).ToArray());
        plot.Axes.SetLimitsY(0, history.Max(report => report.Loss) * 1.05);
        plot.Title("Training loss");
        plot.XLabel("epoch");
        plot.YLabel("mean cross entropy and penalty");
    }

    private static void Confusion(Plot plot, ConfusionMatrix matrix)
    {
        double[,] shares = new double[matrix.Classes, matrix.Classes];
        for (int actual = 0; actual < matrix.Classes; actual++)
        {
            for (int predicted = 0; predicted < matrix.Classes; predicted++)
            {
                double count = matrix[actual, predicted];
                shares[actual, predicted] = count / Math.Max(1, matrix.Support(actual));
                if (count == 0) continue;
                // The heat map draws its first row on top.
                var label = plot.Add.Text($"{count}", predicted, matrix.Classes - 1 - actual);
                label.LabelAlignment = Alignment.MiddleCenter;
                label.LabelFontColor = shares[actual, predicted] > 0.5 ? Colors.White : Colors.Black;
            }
        }

        ScottPlot.Plottables.Heatmap map = plot.Add.Heatmap(shares);
        map.Colormap = new ScottPlot.Colormaps.Blues().Reversed();
        plot.MoveToBack(map);
        double[] places = [.. Enumerable.Range(0, matrix.Classes).Select(digit => (double)digit)];
        string[] names = [.. Enumerable.Range(0, matrix.Classes).Select(digit => $"{digit}")];
        plot.Axes.Bottom.SetTicks(places, names);
        plot.Axes.Left.SetTicks(places, [.. names.Reverse()]);
        plot.HideGrid();
        plot.Title($"Test digits, accuracy {matrix.Accuracy:P1}");
        plot.XLabel("predicted");
        plot.YLabel("actual");
    }
}
