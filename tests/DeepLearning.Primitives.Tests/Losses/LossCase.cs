namespace DeepLearning.Primitives.Tests;

/// <summary>The span form of an elementwise loss.</summary>
internal delegate T SpanLoss<T>(
    ReadOnlySpan<T> x, ReadOnlySpan<T> t, Reduction reduction, Span<T> gradient, ReadOnlySpan<T> weights, Span<T> losses);

/// <summary>The form on a tape.</summary>
internal delegate Variable<double> TapeLoss(Variable<double> x, Variable<double> t, Reduction reduction, double[] weights);

/// <summary>An elementwise loss with one setting of its parameters: every form of it, and its formula for one pair in double.</summary>
internal sealed record LossCase(
    string Name, Func<double, double, double> Reference, SpanLoss<float> Float, SpanLoss<double> Double, TapeLoss Tape)
{
    /// <summary>Where predictions and targets are sampled; targets are −1 and 1 alone where the lowest is NaN.</summary>
    public (double Low, double High) X { get; init; } = (-3, 3);

    public (double Low, double High) T { get; init; } = (-3, 3);

    // Made once: what the lambdas allocate would count as the library's.
    private static readonly Func<Reduction, LossOptions> O = Each(r => new LossOptions { Reduction = r });

    private static Func<Reduction, TOptions> Each<TOptions>(Func<Reduction, TOptions> make)
    {
        TOptions[] all = [.. Enum.GetValues<Reduction>().Select(make)];
        return reduction => all[(int)reduction];
    }

    public static LossCase[] All { get; } =
    [
        new(
            "MeanSquaredError", (x, t) => (x - t) * (x - t), (x, t, r, g, w, l) => Losses.MeanSquaredError(x, t, O(r), g, w, l),
            (x, t, r, g, w, l) => Losses.MeanSquaredError(x, t, O(r), g, w, l), (x, t, r, w) => x.MeanSquaredError(t, O(r), w)),
        new(
            "MeanAbsoluteError", (x, t) => Math.Abs(x - t), (x, t, r, g, w, l) => Losses.MeanAbsoluteError(x, t, O(r), g, w, l),
            (x, t, r, g, w, l) => Losses.MeanAbsoluteError(x, t, O(r), g, w, l), (x, t, r, w) => x.MeanAbsoluteError(t, O(r), w)),
        Huber(1),
        Huber(0.3),
        SmoothL1(1),
        SmoothL1(2.5),
        SmoothL1(0),
        new(
            "LogCosh", (x, t) => Math.Log(Math.Cosh(x - t)), (x, t, r, g, w, l) => Losses.LogCosh(x, t, O(r), g, w, l),
            (x, t, r, g, w, l) => Losses.LogCosh(x, t, O(r), g, w, l), (x, t, r, w) => x.LogCosh(t, O(r), w)),
        Quantile(0.5),
        Quantile(0.9),
        new(
            "Hinge", (x, t) => Math.Max(0, 1 - (t * x)), (x, t, r, g, w, l) => Losses.Hinge(x, t, O(r), g, w, l),
            (x, t, r, g, w, l) => Losses.Hinge(x, t, O(r), g, w, l), (x, t, r, w) => x.Hinge(t, O(r), w)) { T = (double.NaN, 0) },
        new(
            "SquaredHinge", (x, t) => Math.Pow(Math.Max(0, 1 - (t * x)), 2), (x, t, r, g, w, l) => Losses.SquaredHinge(x, t, O(r), g, w, l),
            (x, t, r, g, w, l) => Losses.SquaredHinge(x, t, O(r), g, w, l), (x, t, r, w) => x.SquaredHinge(t, O(r), w)) { T = (double.NaN, 0) },
        new(
            "BinaryCrossEntropy", (x, t) => -(t * Math.Log(x)) - ((1 - t) * Math.Log(1 - x)),
            (x, t, r, g, w, l) => Losses.BinaryCrossEntropy(x, t, O(r), g, w, l),
            (x, t, r, g, w, l) => Losses.BinaryCrossEntropy(x, t, O(r), g, w, l), (x, t, r, w) => x.BinaryCrossEntropy(t, O(r), w))
        {
            X = (0.05, 0.95),
            T = (0, 1),
        },
        WithLogits(1),
        WithLogits(2.5),
        Focal(2, null),
        Focal(2, 0.25),
        Focal(1, 0.5),
        Focal(0, null),
        Focal(3.5, null),
        Poisson(logInput: true, full: false),
        Poisson(logInput: true, full: true),
        Poisson(logInput: false, full: true),
        Divergence(1),
        Divergence(4),
        DivergenceOfLogs(1),
        JensenShannon(1),
        JensenShannon(3),
    ];

    public override string ToString() => Name;

    private static LossCase Huber(double delta)
    {
        Func<Reduction, HuberOptions> O = Each(r => new HuberOptions { Delta = delta, Reduction = r });
        return new(
            $"Huber {delta}", (x, t) => Math.Abs(x - t) is var d && d > delta ? delta * (d - (delta / 2)) : d * d / 2,
            (x, t, r, g, w, l) => Losses.Huber(x, t, O(r), g, w, l), (x, t, r, g, w, l) => Losses.Huber(x, t, O(r), g, w, l),
            (x, t, r, w) => x.Huber(t, O(r), w));
    }

    private static LossCase SmoothL1(double beta)
    {
        Func<Reduction, SmoothL1Options> O = Each(r => new SmoothL1Options { Beta = beta, Reduction = r });
        return new(
            $"SmoothL1 {beta}", (x, t) => Math.Abs(x - t) is var d && d < beta ? d * d / 2 / beta : d - (beta / 2),
            (x, t, r, g, w, l) => Losses.SmoothL1(x, t, O(r), g, w, l), (x, t, r, g, w, l) => Losses.SmoothL1(x, t, O(r), g, w, l),
            (x, t, r, w) => x.SmoothL1(t, O(r), w));
    }

    private static LossCase Quantile(double quantile)
    {
        Func<Reduction, QuantileOptions> O = Each(r => new QuantileOptions { Quantile = quantile, Reduction = r });
        return new(
            $"Quantile {quantile}", (x, t) => Math.Max(quantile * (t - x), (quantile - 1) * (t - x)),
            (x, t, r, g, w, l) => Losses.Quantile(x, t, O(r), g, w, l), (x, t, r, g, w, l) => Losses.Quantile(x, t, O(r), g, w, l),
            (x, t, r, w) => x.Quantile(t, O(r), w));
    }

    private static LossCase WithLogits(double weight)
    {
        Func<Reduction, BinaryCrossEntropyOptions> O = Each(r => new BinaryCrossEntropyOptions { PositiveWeight = weight, Reduction = r });
        return new(
            $"BinaryCrossEntropyWithLogits {weight}", (x, t) => (weight * t * Softplus(-x)) + ((1 - t) * Softplus(x)),
            (x, t, r, g, w, l) => Losses.BinaryCrossEntropyWithLogits(x, t, O(r), g, w, l),
            (x, t, r, g, w, l) => Losses.BinaryCrossEntropyWithLogits(x, t, O(r), g, w, l),
            (x, t, r, w) => x.BinaryCrossEntropyWithLogits(t, O(r), w))
        { X = (-12, 12), T = (0, 1) };
    }

    private static LossCase Focal(double gamma, double? alpha)
    {
        Func<Reduction, BinaryFocalOptions> O = Each(r => new BinaryFocalOptions { Gamma = gamma, Alpha = alpha, Reduction = r });
        return new(
            $"BinaryFocalLoss {gamma} {alpha}", Reference,
            (x, t, r, g, w, l) => Losses.BinaryFocalLoss(x, t, O(r), g, w, l),
            (x, t, r, g, w, l) => Losses.BinaryFocalLoss(x, t, O(r), g, w, l),
            (x, t, r, w) => x.BinaryFocalLoss(t, O(r), w))
        { X = (-6, 6), T = (0, 1) };

        double Reference(double x, double t)
        {
            double p = 1 / (1 + Math.Exp(-x)), right = (p * t) + ((1 - p) * (1 - t));
            double weight = alpha is { } a ? (a * t) + ((1 - a) * (1 - t)) : 1;
            return weight * ((t * Softplus(-x)) + ((1 - t) * Softplus(x))) * Math.Pow(1 - right, gamma);
        }
    }

    private static LossCase Poisson(bool logInput, bool full)
    {
        Func<Reduction, PoissonOptions> O = Each(r => new PoissonOptions { LogInput = logInput, Full = full, Reduction = r });
        return new(
            $"PoissonNegativeLogLikelihood {logInput} {full}", Reference,
            (x, t, r, g, w, l) => Losses.PoissonNegativeLogLikelihood(x, t, O(r), g, w, l),
            (x, t, r, g, w, l) => Losses.PoissonNegativeLogLikelihood(x, t, O(r), g, w, l),
            (x, t, r, w) => x.PoissonNegativeLogLikelihood(t, O(r), w))
        { X = (logInput ? -2 : 0.2, 3), T = (0, 8) };

        double Reference(double x, double t)
        {
            double stirling = full && t > 1 ? (t * Math.Log(t)) - t + (0.5 * Math.Log(2 * Math.PI * t)) : 0;
            return (logInput ? Math.Exp(x) - (t * x) : x - (t * Math.Log(x + 1e-8))) + stirling;
        }
    }

    private static LossCase Divergence(int rowLength)
    {
        Func<Reduction, KullbackLeiblerOptions> O = Each(r => new KullbackLeiblerOptions { RowLength = rowLength, Reduction = r });
        return new(
            $"KullbackLeibler {rowLength}", (x, t) => t * (Math.Log(t) - x), (x, t, r, g, w, l) => Losses.KullbackLeibler(x, t, O(r), g, w, l),
            (x, t, r, g, w, l) => Losses.KullbackLeibler(x, t, O(r), g, w, l), (x, t, r, w) => x.KullbackLeibler(t, O(r), w))
        {
            X = (-5, 0),
            T = (0.01, 1),
            ElementsPerRow = rowLength,
        };
    }

    private static LossCase DivergenceOfLogs(int rowLength)
    {
        Func<Reduction, KullbackLeiblerOptions> O = Each(r => new KullbackLeiblerOptions { LogTargets = true, RowLength = rowLength, Reduction = r });
        return new(
            $"KullbackLeibler of logarithms {rowLength}", (x, t) => Math.Exp(t) * (t - x),
            (x, t, r, g, w, l) => Losses.KullbackLeibler(x, t, O(r), g, w, l),
            (x, t, r, g, w, l) => Losses.KullbackLeibler(x, t, O(r), g, w, l), (x, t, r, w) => x.KullbackLeibler(t, O(r), w))
        {
            X = (-5, 0),
            T = (-5, 0),
            ElementsPerRow = rowLength,
        };
    }

    private static LossCase JensenShannon(int rowLength)
    {
        Func<Reduction, JensenShannonOptions> O = Each(r => new JensenShannonOptions { RowLength = rowLength, Reduction = r });
        return new(
            $"JensenShannon {rowLength}", (x, t) => ((x * Math.Log(2 * x / (x + t))) + (t * Math.Log(2 * t / (x + t)))) / 2,
            (x, t, r, g, w, l) => Losses.JensenShannon(x, t, O(r), g, w, l),
            (x, t, r, g, w, l) => Losses.JensenShannon(x, t, O(r), g, w, l), (x, t, r, w) => x.JensenShannon(t, O(r), w))
        {
            X = (0.05, 1),
            T = (0.05, 1),
            ElementsPerRow = rowLength,
        };
    }

    /// <summary>The mean divides by elements over this.</summary>
    public int ElementsPerRow { get; init; } = 1;

    private static double Softplus(double x) => Math.Max(x, 0) + References.Log1P(Math.Exp(-Math.Abs(x)));
}
