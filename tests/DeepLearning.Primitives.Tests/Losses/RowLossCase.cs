namespace DeepLearning.Primitives.Tests;

/// <summary>
/// A loss of whole rows with one setting of its parameters: how many inputs it has, in how many of them the span form has a
/// gradient, and how many losses it has when they are not reduced.
/// </summary>
internal sealed record RowLossCase(
    string Name, int Inputs, int Differentiable, int Results, RowLossCase.SpanForm Span, RowLossCase.TapeForm Tape)
{
    internal delegate double SpanForm(double[][] x, Reduction reduction, double[] weights, double[][] gradients, double[] losses);

    internal delegate Variable<double> TapeForm(Variable<double>[] x, Reduction reduction, double[] weights);

    public const int Count = 4, Length = 5;

    private static readonly double[] s_likes = [1, -1, -1, 1];

    private static readonly double[] s_signs = [.. Enumerable.Range(0, Count * Length).Select(i => i % 3 == 0 ? -1.0 : 1)];

    private static readonly double[] s_classWeights = [1, 0.5, 0, 2, 1];

    public static RowLossCase[] All { get; } =
    [
        .. Each(new double[] { 0, 0.3 }, margin => new RowLossCase(
            $"CosineEmbedding {margin}", 2, 2, Count,
            (x, r, w, g, l) => Losses.CosineEmbedding<double>(x[0], x[1], s_likes, new() { Margin = margin, Reduction = r }, g[0], g[1], w, l),
            (x, r, w) => x[0].CosineEmbedding(x[1], s_likes, new() { Margin = margin, Reduction = r }, w))),
        .. Each(new[] { false, true }, swap => new RowLossCase(
            $"TripletMargin {swap}", 3, 3, Count,
            (x, r, w, g, l) => Losses.TripletMargin<double>(x[0], x[1], x[2], Length, new() { Margin = 0.2, Swap = swap, Reduction = r }, g[0], g[1], g[2], w, l),
            (x, r, w) => x[0].TripletMargin(x[1], x[2], new() { Margin = 0.2, Swap = swap, Reduction = r }, w))),
        .. Each(new double[] { 0, 0.3 }, margin => new RowLossCase(
            $"MarginRanking {margin}", 2, 2, Count * Length,
            (x, r, w, g, l) => Losses.MarginRanking<double>(x[0], x[1], s_signs, new() { Margin = margin, Reduction = r }, g[0], g[1], w, l),
            (x, r, w) => x[0].MarginRanking(x[1], x[0].Tape.Constant(s_signs, x[0].Shape), new() { Margin = margin, Reduction = r }, w))),
        .. Each(new[] { false, true }, full => new RowLossCase(
            $"GaussianNegativeLogLikelihood {full}", 3, 3, Count * Length,
            // The targets stand second; their gradient is the opposite of the means', and the tape's alone.
            (x, r, w, g, l) =>
            {
                double value = Losses.GaussianNegativeLogLikelihood<double>(x[0], x[1], x[2], new() { Full = full, Reduction = r }, g[0], g[2], w, l);
                for (int i = 0; i < g[0].Length; i++) g[1][i] = -g[0][i];
                return value;
            },
            (x, r, w) => x[0].GaussianNegativeLogLikelihood(x[1], x[2], new() { Full = full, Reduction = r }, w))),
        .. Each(new double[] { 0, 0.5 }, smooth => new RowLossCase(
            $"Dice {smooth}", 2, 1, Count,
            (x, r, w, g, l) => Losses.Dice<double>(x[0], x[1], Length, new() { Smooth = smooth, Reduction = r }, g[0], w, l),
            (x, r, w) => x[0].Dice(x[1], new() { Smooth = smooth, Reduction = r }, w))),
        .. Each(new[] { (0.3, 0.7), (0.5, 0.5), (0, 1) }, ab => new RowLossCase(
            $"Tversky {ab}", 2, 1, Count,
            (x, r, w, g, l) => Losses.Tversky<double>(x[0], x[1], Length, new() { Alpha = ab.Item1, Beta = ab.Item2, Smooth = 0.1, Reduction = r }, g[0], w, l),
            (x, r, w) => x[0].Tversky(x[1], new() { Alpha = ab.Item1, Beta = ab.Item2, Smooth = 0.1, Reduction = r }, w))),
        .. Each(new[] { 1.0, 2 }, beta => new RowLossCase(
            $"SoftF1 {beta}", 2, 1, Length,
            (x, r, w, g, l) => Losses.SoftF1<double>(x[0], x[1], Length, new() { Beta = beta, Reduction = r }, g[0], w, l),
            (x, r, w) => x[0].SoftF1(x[1], new() { Beta = beta, Reduction = r }, w))),
        .. Each(new[] { (true, false), (true, true), (false, false), (false, true) }, o => new RowLossCase(
            $"InfoNce {o}", 2, 2, Count,
            (x, r, w, g, l) => Losses.InfoNce<double>(x[0], x[1], Length, new() { Temperature = 0.5, Normalize = o.Item1, Symmetric = o.Item2, Reduction = r }, g[0], g[1], w, l),
            (x, r, w) => x[0].InfoNce(x[1], new() { Temperature = 0.5, Normalize = o.Item1, Symmetric = o.Item2, Reduction = r }, w))),
        .. Each(new[] { (0, false), (0.2, false), (0, true), (0.2, true) }, o => new RowLossCase(
            $"SoftCrossEntropy {o}", 2, 1, Count,
            (x, r, w, g, l) => Losses.SoftCrossEntropy<double>(x[0], x[1], Length, new() { LabelSmoothing = o.Item1, ClassWeights = o.Item2 ? s_classWeights : [], Reduction = r }, g[0], w, 1, l),
            (x, r, w) => x[0].SoftCrossEntropy(x[1], new() { LabelSmoothing = o.Item1, ClassWeights = o.Item2 ? s_classWeights : [], Reduction = r }, w))),
    ];

    private static IEnumerable<RowLossCase> Each<TOption>(TOption[] options, Func<TOption, RowLossCase> make) => options.Select(make);

    /// <summary>Numbers in (0, 1), no two alike.</summary>
    public double[][] Sample() =>
        [.. Enumerable.Range(0, Inputs).Select(k => Enumerable.Range(0, Count * Length).Select(i => 0.04 + (0.9 * ((0.5 + ((i + (k * 100) + 1) * 0.6180339887498949)) % 1))).ToArray())];

    public override string ToString() => Name;
}
