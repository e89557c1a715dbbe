using System.Diagnostics;
using System.Globalization;
using DeepLearning.Primitives.Accuracy;
using DeepLearning.Primitives.Tests;

long stride = 1;
List<string> names = [];
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--stride" && i + 1 < args.Length && long.TryParse(args[i + 1], CultureInfo.InvariantCulture, out stride) && stride > 0)
    {
        i++;
    }
    else if (MeasuredFunctions.All.Any(f => f.IsNamed(args[i])))
    {
        names.Add(args[i]);
    }
    else
    {
        Console.Error.WriteLine("Compares every float function with a double reference on all 2³² floats, or on every nth.");
        Console.Error.WriteLine($"Usage: [--stride n] [{string.Join(" | ", MeasuredFunctions.All.Select(f => f.Name))}] …");
        return 2;
    }
}

MeasuredFunction[] functions = [.. MeasuredFunctions.All.Where(f => names.Count == 0 || names.Exists(f.IsNamed))];
Console.WriteLine("An error counts in ULP of the true value; one of a derivative (′) in ULP of its largest term.");
Console.WriteLine();
Console.WriteLine("| function | max ULP, normal results | at x | max ULP, subnormal results | at x | beyond 0.5 ULP | bound |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
bool kept = true;
for (int i = 0; i < functions.Length; i++)
{
    MeasuredFunction function = functions[i];
    var bar = new Bar($"{i + 1}/{functions.Length} {function.Name}");
    Findings found = Sweep.Run(function, stride, bar.Show);
    Bar.Clear();
    bool isKept = found.Normal.Ulps <= function.FloatBound && found.Subnormal.Ulps <= function.FloatBound;
    kept &= isKept;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {function.Name} | {found.Normal} | {found.Subnormal} | {found.NotNearest:N0} ({(double)found.NotNearest / found.Inputs:P2}) | {function.FloatBound}{(isKept ? "" : " EXCEEDED")} |"));
}

Console.WriteLine();
Console.WriteLine("| function | max ULP in double, golden points | at x | bound |");
Console.WriteLine("| --- | --- | --- | --- |");
var golden = GoldenValues.Read();
foreach (MeasuredFunction function in functions.Where(f => golden.ContainsKey(f.Name)))
{
    var points = golden[function.Name];
    double[] results = new double[points.Length];
    function.Double(points.Select(p => p.X).ToArray(), results);
    (double ulps, double x) = points.Select((p, i) => (function.DoubleUlps(p, results[i]), p.X)).Max();
    kept &= ulps <= function.DoubleBound;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {function.Name} | {ulps:F3} of {points.Length} | {x:R} | {function.DoubleBound}{(ulps <= function.DoubleBound ? "" : " EXCEEDED")} |"));
}

Console.WriteLine();
Console.WriteLine(kept ? "Every bound is kept." : "A bound is EXCEEDED.");
return kept ? 0 : 1;

/// <summary>A line on the error stream that fills up; silent where that is no terminal.</summary>
internal sealed class Bar(string title)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Show(double done)
    {
        if (Console.IsErrorRedirected) return;
        int full = (int)(done * 40);
        double rest = done > 0 ? _clock.Elapsed.TotalSeconds * (1 - done) / done : 0;
        Console.Error.Write($"\r\e[K{title} {new string('█', full)}{new string('░', 40 - full)} {done:P0}, {rest:F0} s left");
    }

    public static void Clear()
    {
        if (!Console.IsErrorRedirected) Console.Error.Write("\r\e[K");
    }
}
