namespace DeepLearning.Primitives.Tests;

public enum RecurrentKind
{
    Lstm,
    Gru,
    GruResetBefore,
    Rnn,
    RectifiedRnn,
}

/// <summary>Recurrent layers as their formulas say, one number at a time, in double; time-major.</summary>
internal sealed class RecurrentReference
{
    public required RecurrentKind Kind { get; init; }

    /// <summary>By name, row-major.</summary>
    public required Dictionary<string, double[]> Parameters { get; init; }

    public required int Hidden { get; init; }

    public int State { get; init; }

    public int Layers { get; init; } = 1;

    public bool Bidirectional { get; init; }

    public double Clip { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// Output [time, batch, directions·state], then the final states and cell states [layers·directions, batch, …]. The masks of
    /// each layer, [directions, batch, state], are for the states on their way into the product; those between, as long as the
    /// output, for what goes from layer to layer.
    /// </summary>
    public (double[] Output, double[] FinalHidden, double[] FinalCell) Run(
        double[] x, int time, int batch, int[] lengths, double[] hidden, double[] cell, double[][]? masks = null, double[][]? between = null)
    {
        int directions = Bidirectional ? 2 : 1, width = x.Length / Math.Max(1, time * batch);
        double[] finalHidden = new double[Layers * directions * batch * State], finalCell = new double[Layers * directions * batch * Hidden];
        for (int layer = 0; layer < Layers; layer++)
        {
            double[] output = new double[time * batch * directions * State];
            for (int direction = 0; direction < directions; direction++)
            {
                int place = (layer * directions) + direction;
                string suffix = $"_l{layer}{(direction == 1 ? "_reverse" : "")}";
                for (int row = 0; row < batch; row++)
                {
                    double[] h = hidden.AsSpan(((place * batch) + row) * State, State).ToArray();
                    double[] c = Kind == RecurrentKind.Lstm ? cell.AsSpan(((place * batch) + row) * Hidden, Hidden).ToArray() : new double[Hidden];
                    for (int step = 0; step < lengths[row]; step++)
                    {
                        int t = direction == 0 ? step : lengths[row] - 1 - step;
                        double[] fed = masks is null ? h : [.. h.Select((v, i) => v * masks[layer][(((direction * batch) + row) * State) + i])];
                        (h, c) = Step(x.AsSpan(((t * batch) + row) * width, width), h, fed, c, suffix);
                        h.CopyTo(output, (((t * batch) + row) * directions * State) + (direction * State));
                    }

                    h.CopyTo(finalHidden, ((place * batch) + row) * State);
                    c.CopyTo(finalCell, ((place * batch) + row) * Hidden);
                }
            }

            x = between is null || layer == Layers - 1 ? output : [.. output.Zip(between[layer], (v, m) => v * m)];
            width = directions * State;
        }

        return (x, finalHidden, finalCell);
    }

    private (double[] H, double[] C) Step(ReadOnlySpan<double> x, double[] h, double[] fed, double[] c, string suffix)
    {
        double[] output = new double[Hidden], cell = new double[Hidden];
        double[]? peepholes = Parameters.GetValueOrDefault("weight_ch" + suffix);
        double Peephole(int gate, int unit, double state) => peepholes is null ? 0 : peepholes[(gate * Hidden) + unit] * state;
        double[] input = x.ToArray();
        double FromInput(int gate, int unit) => Dot("weight_ih", "bias_ih", gate, unit, input);
        double FromState(int gate, int unit, double[] state) => Dot("weight_hh", "bias_hh", gate, unit, state);
        double Sum(int gate, int unit) => FromInput(gate, unit) + FromState(gate, unit, fed);
        double[] reset = new double[Hidden];
        if (Kind == RecurrentKind.GruResetBefore) for (int unit = 0; unit < Hidden; unit++) reset[unit] = Sigmoid(Sum(0, unit)) * fed[unit];
        for (int unit = 0; unit < Hidden; unit++)
        {
            switch (Kind)
            {
                case RecurrentKind.Lstm:
                    double i = Sigmoid(Sum(0, unit) + Peephole(0, unit, c[unit])), f = Sigmoid(Sum(1, unit) + Peephole(1, unit, c[unit]));
                    cell[unit] = Math.Clamp((f * c[unit]) + (i * Math.Tanh(Sum(2, unit))), -Clip, Clip);
                    output[unit] = Sigmoid(Sum(3, unit) + Peephole(2, unit, cell[unit])) * Math.Tanh(cell[unit]);
                    break;
                case RecurrentKind.Gru:
                case RecurrentKind.GruResetBefore:
                    double z = Sigmoid(Sum(1, unit));
                    double product = Kind == RecurrentKind.Gru ? Sigmoid(Sum(0, unit)) * FromState(2, unit, fed) : FromState(2, unit, reset);
                    double n = Math.Tanh(FromInput(2, unit) + product);
                    output[unit] = ((1 - z) * n) + (z * h[unit]);
                    break;
                default:
                    output[unit] = Kind == RecurrentKind.Rnn ? Math.Tanh(Sum(0, unit)) : Math.Max(0, Sum(0, unit));
                    break;
            }
        }

        if (!Parameters.TryGetValue("weight_hr" + suffix, out double[]? projection)) return (output, cell);
        double[] projected = new double[State];
        for (int k = 0; k < State; k++)
            for (int unit = 0; unit < Hidden; unit++) projected[k] += projection[(k * Hidden) + unit] * output[unit];
        return (projected, cell);

        double Dot(string weight, string bias, int gate, int unit, double[] values)
        {
            double[] w = Parameters[weight + suffix];
            int row = (gate * Hidden) + unit;
            double sum = Parameters.TryGetValue(bias + suffix, out double[]? b) ? b[row] : 0;
            for (int k = 0; k < values.Length; k++) sum += w[(row * values.Length) + k] * values[k];
            return sum;
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
