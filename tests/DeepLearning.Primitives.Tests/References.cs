namespace DeepLearning.Primitives.Tests;

/// <summary>Naive definitions in double, one loop each.</summary>
public static class References
{
    public static double ExpM1(double x)
    {
        if (Math.Abs(x) > 0.5) return Math.Exp(x) - 1;
        double term = 1, sum = 0;
        for (int i = 1; i < 30; i++) sum += term *= x / i;
        return sum;
    }

    public static double Log1P(double x)
    {
        if (Math.Abs(x) > 0.1) return Math.Log(1 + x);
        double power = -1, sum = 0;
        for (int i = 1; i < 30; i++) sum += (power *= -x) / i;
        return sum;
    }

    /// <summary>Maclaurin's series in its form without cancellation; good for |x| up to 3 or so.</summary>
    public static double Erf(double x)
    {
        double term = 1, sum = 1;
        for (int i = 1; i < 120; i++) sum += term *= 2 * x * x / ((2 * i) + 1);
        return 2 / Math.Sqrt(Math.PI) * x * Math.Exp(-x * x) * sum;
    }

    public static double[] Softmax(double[] row)
    {
        double largest = row.Max();
        double total = row.Sum(v => Math.Exp(v - largest));
        return [.. row.Select(v => Math.Exp(v - largest) / total)];
    }

    /// <summary>By sorting: the largest k with 1 + k·x₍ₖ₎ &gt; Σ of the first k.</summary>
    public static double[] Sparsemax(double[] row)
    {
        double[] sorted = [.. row.OrderDescending()];
        double sum = 0, threshold = 0;
        for (int k = 1; k <= sorted.Length; k++)
        {
            sum += sorted[k - 1];
            if (1 + (k * sorted[k - 1]) > sum) threshold = (sum - 1) / k;
        }

        return [.. row.Select(v => Math.Max(v - threshold, 0))];
    }

    /// <summary>A function of the elements that are shown; 0 at the others.</summary>
    public static double[] Hidden(double[] row, Func<int, bool> isShown, Func<double[], double[]> f)
    {
        double[] result = new double[row.Length];
        int[] shown = [.. Enumerable.Range(0, row.Length).Where(isShown)];
        if (shown.Length == 0) return result;
        double[] values = f([.. shown.Select(i => row[i])]);
        for (int i = 0; i < shown.Length; i++) result[shown[i]] = values[i];
        return result;
    }

    /// <summary>A function of each row along an axis.</summary>
    public static double[] AlongAxis(double[] x, Shape shape, int axis, Func<double[], double[]> f)
    {
        if (axis < 0) axis += shape.Rank;
        int inner = 1;
        for (int i = axis + 1; i < shape.Rank; i++) inner *= shape[i];
        double[] result = new double[x.Length];
        for (int start = 0; start < x.Length; start += inner * shape[axis])
        {
            for (int column = 0; column < inner; column++)
            {
                double[] row = f([.. Enumerable.Range(0, shape[axis]).Select(i => x[start + column + (i * inner)])]);
                for (int i = 0; i < row.Length; i++) result[start + column + (i * inner)] = row[i];
            }
        }

        return result;
    }

    public static double CrossEntropy(double[] logits, int[] labels) =>
        logits.Chunk(logits.Length / labels.Length).Select((row, i) => -Math.Log(Softmax(row)[labels[i]])).Average();

    /// <summary>‖W·Wᵀ − I‖², of the columns where there are fewer of them.</summary>
    public static double Orthogonality(double[] w, int rows, int columns)
    {
        bool ofRows = rows <= columns;
        double sum = 0;
        for (int i = 0; i < Math.Min(rows, columns); i++)
        {
            for (int j = 0; j < Math.Min(rows, columns); j++)
            {
                double dot = 0;
                for (int k = 0; k < Math.Max(rows, columns); k++)
                    dot += ofRows ? w[(i * columns) + k] * w[(j * columns) + k] : w[(k * columns) + i] * w[(k * columns) + j];
                sum += Math.Pow(dot - (i == j ? 1 : 0), 2);
            }
        }

        return sum;
    }

    /// <summary>As torch.nn.AlphaDropout defines it, with SELU's scale times α = 1.758….</summary>
    public static Func<double, bool, double> AlphaDropout(double rate)
    {
        const double Limit = -1.7580993408473766;
        double a = Math.Pow((1 - rate) * (1 + (rate * Limit * Limit)), -0.5), b = -a * Limit * rate;
        return (v, kept) => (a * (kept ? v : Limit)) + b;
    }

    public static double[] Broadcast(double[] a, Shape aShape, double[] b, Shape bShape, Func<double, double, double> f)
    {
        int[] shape = BroadcastShape([.. aShape], [.. bShape]);
        return [.. Indices(shape).Select(i => f(At(a, [.. aShape], i), At(b, [.. bShape], i)))];
    }

    public static double[] Reduce(double[] x, Shape shape, int[] axes, Func<IEnumerable<double>, double> f)
    {
        bool[] reduced = new bool[shape.Rank];
        foreach (int axis in axes) reduced[axis < 0 ? axis + shape.Rank : axis] = true;
        int[] kept = [.. shape.Select((n, i) => reduced[i] ? 1 : n)];
        int[] gone = [.. shape.Select((n, i) => reduced[i] ? n : 1)];
        return [.. Indices(kept).Select(i => f([.. Indices(gone).Select(j => At(x, [.. shape], [.. i.Zip(j, (p, q) => p + q)]))]))];
    }

    public static double[] Transpose(double[] x, Shape shape, int[] order)
    {
        int[] to = [.. order.Select(axis => shape[axis])];
        return [.. Indices(to).Select(index =>
        {
            int[] from = new int[order.Length];
            for (int i = 0; i < order.Length; i++) from[order[i]] = index[i];
            return At(x, [.. shape], from);
        })];
    }

    public static double[] MatMul(double[] a, Shape aShape, bool transposeA, double[] b, Shape bShape, bool transposeB)
    {
        int[] aLengths = aShape.Rank == 1 ? [1, aShape[0]] : [.. aShape], bLengths = bShape.Rank == 1 ? [bShape[0], 1] : [.. bShape];
        int m = aLengths[transposeA ? ^1 : ^2], k = aLengths[transposeA ? ^2 : ^1], n = bLengths[transposeB ? ^2 : ^1];
        List<double> result = [];
        foreach (int[] batch in Indices(BroadcastShape(aLengths[..^2], bLengths[..^2])))
        {
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double sum = 0;
                    for (int p = 0; p < k; p++)
                        sum += At(a, aLengths, transposeA ? [.. batch, p, i] : [.. batch, i, p]) * At(b, bLengths, transposeB ? [.. batch, j, p] : [.. batch, p, j]);
                    result.Add(sum);
                }
            }
        }

        return [.. result];
    }

    private static int[] BroadcastShape(int[] a, int[] b)
    {
        int[] result = new int[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= result.Length; i++)
        {
            int p = i <= a.Length ? a[^i] : 1, q = i <= b.Length ? b[^i] : 1;
            result[^i] = p == 1 ? q : p;
        }

        return result;
    }

    /// <summary>The element at an index that may have more dimensions than the shape, or repeat lengths of 1.</summary>
    private static double At(double[] x, int[] shape, int[] index)
    {
        int offset = 0;
        for (int i = 0; i < shape.Length; i++) offset = (offset * shape[i]) + (shape[i] == 1 ? 0 : index[index.Length - shape.Length + i]);
        return x[offset];
    }

    private static IEnumerable<int[]> Indices(int[] shape)
    {
        int count = shape.Aggregate(1, (a, b) => a * b);
        for (int i = 0; i < count; i++)
        {
            int[] index = new int[shape.Length];
            for (int d = shape.Length - 1, rest = i; d >= 0; rest /= shape[d], d--) index[d] = rest % shape[d];
            yield return index;
        }
    }
}
