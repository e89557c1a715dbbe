using System.Globalization;
using DeepLearning.Primitives;
using Spectre.Console;
using Sunspots;

Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n\n{Options.Usage}");
    return 2;
}

if (options.Help)
{
    Console.WriteLine(Options.Usage);
    return 0;
}

// Split by time: what comes later is never learned from, and each forecast knows only the years before it.
const int Tested = 60, Order = 9;
SunspotData data = SunspotData.Load();
double[] all = data.Numbers, learned = all[..^Tested];
int first = all.Length - Tested;
Console.WriteLine(
    $"{data.FirstYear} to {data.FirstYear + first - 1} to learn from, {data.FirstYear + first} to {data.FirstYear + all.Length - 1} to be tested on.");

var network = new double[Tested];
AnsiConsole.Progress()
    .Columns(new ProgressBarColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
    .Start(context =>
    {
        ProgressTask task = context.AddTask("learning", maxValue: options.Networks * (double)options.Steps);
        for (int i = 0; i < options.Networks; i++)
        {
            var forecaster = new Forecaster(learned.Max(), new Philox(options.Seed, stream: i));
            foreach (double error in forecaster.Train(learned, options.Steps))
            {
                task.Description = string.Create(CultureInfo.InvariantCulture, $"network {i + 1} · error on the years learned from {error:F1}");
                task.Increment(1);
            }

            double[] forecasts = forecaster.Forecast(all);
            for (int year = 0; year < Tested; year++) network[year] += forecasts[first + year - 1] / options.Networks;
        }
    });

double[] weights = Baselines.FitAutoregressive(learned, Order);
(string Name, double[] Forecasts)[] rows =
[
    ("LSTM", network),
    ($"autoregressive, {Order} years", [.. Enumerable.Range(first, Tested).Select(year => Baselines.Forecast(all, year, weights))]),
    ("as last year", all[(first - 1)..^1]),
    ("as eleven years ago", all[(first - 11)..^11]),
    ("mean of the years learned from", [.. Enumerable.Repeat(learned.Average(), Tested)]),
];
var table = new Table().Title("Forecasts of the next year");
table.AddColumn("forecast");
table.AddColumn(new TableColumn("root mean square error").RightAligned());
table.AddColumn(new TableColumn("mean absolute error").RightAligned());
foreach ((string name, double[] forecasts) in rows)
{
    double[] errors = [.. forecasts.Select((f, i) => f - all[first + i])];
    table.AddRow(name, Number(Math.Sqrt(errors.Average(e => e * e))), Number(errors.Average(Math.Abs)));
}

AnsiConsole.Write(table);
if (options.Plot is { } path)
{
    try
    {
        Chart.Save(path, data.FirstYear + first, all.AsSpan(first), rows.Take(2));
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"The plot could not be written to {path}: {e.Message}");
        return 1;
    }

    Console.WriteLine($"Forecasts: {path}");
}

return 0;

static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
