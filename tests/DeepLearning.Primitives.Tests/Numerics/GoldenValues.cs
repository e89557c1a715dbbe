using System.Globalization;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Golden/elementary.txt and activations.txt, made by the programs beside them: per function x, the double nearest to the true value, and what the
/// true value has beyond it, in its last place. Shared with the accuracy runner.
/// </summary>
internal static class GoldenValues
{
    public static Dictionary<string, (double X, double Nearest, double Beyond)[]> Read() =>
        new[] { "elementary.txt", "activations.txt" }.SelectMany(name => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Golden", name)))
            .Select(line => line.Split('\t'))
            .ToDictionary(parts => parts[0], parts => parts.Skip(1).Select(Point).ToArray());

    /// <summary>The distance of a result from the true value, in ULP.</summary>
    public static double Ulps(double result, double nearest, double beyond)
    {
        double ulp = Math.BitIncrement(Math.Abs(nearest)) - Math.Abs(nearest);
        return result == nearest ? Math.Abs(beyond) : Math.Abs(((result - nearest) / ulp) - beyond);
    }

    private static (double X, double Nearest, double Beyond) Point(string text)
    {
        string[] parts = text.Split(' ');
        return (Number(parts[0]), Number(parts[1]), int.Parse(parts[2], CultureInfo.InvariantCulture) / 1000.0);
    }

    private static double Number(string hex) =>
        BitConverter.UInt64BitsToDouble(ulong.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
