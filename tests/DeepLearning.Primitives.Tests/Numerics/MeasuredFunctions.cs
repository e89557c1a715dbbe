namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Every function of one number with what is promised of it, one row each: its value, and its derivative as a row of its
/// own. The tests take samples of the list, the accuracy runner goes over all floats.
/// </summary>
internal static partial class MeasuredFunctions
{
    /// <summary>Evaluates a function on a whole span.</summary>
    public delegate void Map<T>(ReadOnlySpan<T> x, Span<T> destination);

    /// <summary>Evaluates <c>upstream · f′</c> on a whole span.</summary>
    public delegate void GradientMap<T>(ReadOnlySpan<T> from, ReadOnlySpan<T> upstream, Span<T> destination);

    public static IReadOnlyList<MeasuredFunction> All { get; } = [.. Elementary(), .. Activations()];

    /// <summary>A function, its reference (for arguments that are floats) and its bounds in ULP.</summary>
    private static MeasuredFunction Value(
        string name, Map<float> single, Map<double> full, Func<Reals, Reals> reference, double bound, double doubleBound = 2) =>
        new(name, single, full, reference, bound, doubleBound);

    /// <summary>
    /// A derivative, of what its gradient function is given: the input or the output. Its errors count in ULP of the
    /// largest term of the formula, or of the result where there is no other.
    /// </summary>
    private static MeasuredFunction Derivative(
        string name,
        GradientMap<float> single,
        GradientMap<double> full,
        Func<Reals, Reals> reference,
        Func<Reals, Reals>? largest = null,
        double bound = 4,
        double doubleBound = 4) =>
        new($"{name}′", (x, d) => single(x, Ones(x), d), (x, d) => full(x, Ones(x), d), reference, bound, doubleBound) { LargestTerm = largest };

    [ThreadStatic]
    private static (float[]? Single, double[]? Full) t_ones;

    private static ReadOnlySpan<float> Ones(ReadOnlySpan<float> x)
    {
        if (t_ones.Single is not { } ones || ones.Length < x.Length) t_ones.Single = ones = [.. Enumerable.Repeat(1f, x.Length)];
        return ones.AsSpan(0, x.Length);
    }

    private static ReadOnlySpan<double> Ones(ReadOnlySpan<double> x)
    {
        if (t_ones.Full is not { } ones || ones.Length < x.Length) t_ones.Full = ones = [.. Enumerable.Repeat(1.0, x.Length)];
        return ones.AsSpan(0, x.Length);
    }
}

/// <summary>A row of <see cref="MeasuredFunctions"/>.</summary>
internal sealed record MeasuredFunction(
    string Name,
    MeasuredFunctions.Map<float> Float,
    MeasuredFunctions.Map<double> Double,
    Func<Reals, Reals> Reference,
    double FloatBound,
    double DoubleBound)
{
    /// <summary>What an error is measured against where that is larger than the result.</summary>
    public Func<Reals, Reals>? LargestTerm { get; init; }

    /// <summary>Points whose neighbours are all visited, beside those that every function gets.</summary>
    public double[] Kinks { get; init; } = [];

    /// <summary>The distances of float results from the true values.</summary>
    public Reals FloatUlps(Reals x, Reals results, Reals truth)
    {
        Reals scale = 0;
        if (LargestTerm is not null) scale = LargestTerm(x);
        return MeasuredReferences.FloatUlps(results, truth, scale);
    }

    /// <summary>The distance of a double result from a golden point.</summary>
    public double DoubleUlps((double X, double Nearest, double Beyond) point, double result)
    {
        double ulps = GoldenValues.Ulps(result, point.Nearest, point.Beyond);
        if (LargestTerm is null || ulps == 0) return ulps;
        double own = Math.Abs(point.Nearest), largest = Math.Max(own, LargestTerm(point.X).First);
        return ulps * ((Math.BitIncrement(own) - own) / (Math.BitIncrement(largest) - largest));
    }

    /// <summary>The name, or that of the function whose derivative this is.</summary>
    public bool IsNamed(string name) => string.Equals(Name.TrimEnd('′'), name.TrimEnd('′'), StringComparison.OrdinalIgnoreCase);
}
