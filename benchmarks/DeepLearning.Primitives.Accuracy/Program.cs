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
    else if (ElementaryMaps.All.Any(f => string.Equals(f.Name, args[i], StringComparison.OrdinalIgnoreCase)))
    {
        names.Add(args[i]);
    }
    else
    {
        Console.Error.WriteLine("Compares every float function with a double reference on all 2³² floats, or on every nth.");
        Console.Error.WriteLine($"Usage: [--stride n] [{string.Join(" | ", ElementaryMaps.All.Select(f => f.Name))}] …");
        return 2;
    }
}

Console.WriteLine("| function | max ULP, normal results | at x | max ULP, subnormal results | at x | not the nearest float | bound |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
bool kept = true;
foreach (var function in ElementaryMaps.All)
{
    if (names.Count > 0 && !names.Contains(function.Name, StringComparer.OrdinalIgnoreCase)) continue;
    var clock = Stopwatch.StartNew();
    Findings found = Sweep.Run(function.Float, function.Reference, stride, done =>
    {
        if (!Console.IsErrorRedirected) Console.Error.Write($"\r{function.Name}: {done:P0}, {clock.Elapsed.TotalSeconds:F0} s ");
    });
    if (!Console.IsErrorRedirected) Console.Error.Write("\r\e[K");
    kept &= found.Normal.Ulps <= function.FloatBound && found.Subnormal.Ulps <= function.FloatBound;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {function.Name} | {found.Normal.Ulps:F4} | {found.Normal.X:R} | {found.Subnormal.Ulps:F4} | {found.Subnormal.X:R} | {(double)found.NotNearest / found.Inputs:P3} | {function.FloatBound} |"));
}

Console.WriteLine();
Console.WriteLine("| function | max ULP in double, golden points | at x | bound |");
Console.WriteLine("| --- | --- | --- | --- |");
var golden = GoldenValues.Read();
foreach (var function in ElementaryMaps.All)
{
    if (names.Count > 0 && !names.Contains(function.Name, StringComparer.OrdinalIgnoreCase)) continue;
    var points = golden[function.Name];
    double[] results = new double[points.Length];
    function.Double(points.Select(p => p.X).ToArray(), results);
    (double ulps, double x) = points.Select((p, i) => (GoldenValues.Ulps(results[i], p.Nearest, p.Beyond), p.X)).Max();
    kept &= ulps <= ElementaryMaps.DoubleBound;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {function.Name} | {ulps:F3} of {points.Length} | {x:R} | {ElementaryMaps.DoubleBound} |"));
}

Console.WriteLine();
Console.WriteLine(kept ? "Every bound is kept." : "A bound is EXCEEDED.");
return kept ? 0 : 1;
