using System.Globalization;

namespace Sunspots;

/// <summary>Yearly mean sunspot numbers.</summary>
internal sealed record SunspotData(int FirstYear, double[] Numbers)
{
    /// <summary>1700 to 2008, embedded in the program.</summary>
    public static SunspotData Load()
    {
        const string Name = "sunspots_yearly.csv";
        using Stream file = typeof(SunspotData).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidDataException($"The resource {Name} is missing.");
        using var reader = new StreamReader(file);
        var years = new List<int>();
        var numbers = new List<double>();
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split(',');
            if (cells.Length < 2 || !double.TryParse(cells[0], CultureInfo.InvariantCulture, out double year)) continue;
            years.Add((int)year);
            numbers.Add(double.Parse(cells[1], CultureInfo.InvariantCulture));
        }

        for (int i = 1; i < years.Count; i++)
            if (years[i] != years[i - 1] + 1) throw new InvalidDataException($"{Name}: {years[i]} follows {years[i - 1]}.");
        return new(years[0], [.. numbers]);
    }
}
