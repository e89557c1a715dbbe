namespace DeepLearning.Primitives.Tests;

/// <content>Losses.</content>
public static partial class References
{
    /// <summary>The corresponding rows of all inputs: [rows][inputs][rowLength].</summary>
    public static double[][][] RowsOf(double[][] x, Shape[] shapes) =>
        [.. Enumerable.Range(0, shapes[0][0]).Select(row => x.Select(v => v.Chunk(Math.Max(1, shapes[0][1])).ElementAt(row)).ToArray())];

    /// <summary>
    /// CTC of the softmax of [time, batch, classes] with blank 0: the mean of each sequence's cost over the number of its labels,
    /// infinite ones as 0, by the recursion in probabilities scaled at each step.
    /// </summary>
    public static double Ctc(double[] logits, int time, int[][] labels)
    {
        int batch = labels.Length, classes = time == 0 ? 1 : logits.Length / time / batch;
        double total = 0;
        for (int b = 0; b < batch; b++)
        {
            int[] symbols = [0, .. labels[b].SelectMany(l => (int[])[l, 0])];
            double[] ways = new double[symbols.Length];
            double log = 0;
            for (int t = 0; t < time; t++)
            {
                double[] p = Softmax(logits[(((t * batch) + b) * classes)..(((t * batch) + b + 1) * classes)]);
                ways = [.. symbols.Select((symbol, s) => p[symbol] * From(s, t))];
                double scale = ways.Sum();
                ways = [.. ways.Select(w => w / scale)];
                log += Math.Log(scale);
            }

            double end = time == 0 ? 0 : ways[^1] + ways[^2];
            if (end > 0) total -= (log + Math.Log(end)) / labels[b].Length;

            double From(int s, int t)
            {
                if (t == 0) return s < 2 ? 1 : 0;
                double sum = ways[s] + (s > 0 ? ways[s - 1] : 0);
                return s > 1 && symbols[s] != 0 && symbols[s] != symbols[s - 2] ? sum + ways[s - 2] : sum;
            }
        }

        return total / batch;
    }
}
