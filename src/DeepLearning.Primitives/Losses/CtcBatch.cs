using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>The sequences of a batch, each on its own.</summary>
internal ref struct CtcBatch<T> : IParallelBody
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ReadOnlySpan<T> X, Direction, Weights;
    public ReadOnlySpan<int> Labels, Starts, InputLengths, LabelLengths;
    public CtcOptions Options;
    public Span<T> Gradient, Losses;
    public Span<double> Shares;
    public int Classes;
    public double Divisor;

    public readonly void Invoke(int start, int end)
    {
        int longest = 0, stride = InputLengths.Length * Classes;
        for (int i = start; i < end; i++) longest = Math.Max(longest, CtcLattice.Memory(InputLengths[i], LabelLengths[i]));
        using Rented<double> memory = new(longest);
        for (int i = start; i < end; i++)
        {
            double weight = Weights.IsEmpty ? 1 : double.CreateTruncating(Weights[i]);
            Shares[i] = 0;
            if (weight == 0) continue;
            ReadOnlySpan<int> own = Labels.Slice(Starts[i], LabelLengths[i]);
            CtcLattice lattice = new(own, InputLengths[i], Options.Blank, memory.Span);
            double log = lattice.Forward(InputLengths[i] == 0 ? [] : X[(i * Classes)..], stride);
            double loss = weight * (double.IsNegativeInfinity(log) && Options.ZeroInfinity ? 0 : log == 0 ? 0 : -log);
            if (!Losses.IsEmpty) Losses[i] = T.CreateTruncating(loss);
            double perLabel = Options.Reduction == Reduction.Mean ? 1 / Divisor / Math.Max(1, own.Length) : 1;
            Shares[i] = loss * perLabel;
            if (Gradient.IsEmpty || InputLengths[i] == 0 || double.IsInfinity(log)) continue;
            Span<T> slopes = Gradient[(i * Classes)..];
            if (Direction.IsEmpty) lattice.Backward(log, weight * perLabel, slopes, stride);
            else lattice.Along(log, weight * perLabel, Direction[(i * Classes)..], slopes, stride);
        }
    }
}
