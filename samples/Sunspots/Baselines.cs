namespace Sunspots;

/// <summary>What a forecast must be measured against.</summary>
internal static class Baselines
{
    /// <summary>
    /// An autoregressive model: the next number as a constant and a weighted sum of the last <paramref name="order"/>, the
    /// weights by least
    /// squares over the given years (the normal equations, with a trace of ridge).
    /// </summary>
    public static double[] FitAutoregressive(ReadOnlySpan<double> series, int order)
    {
        int size = order + 1;
        double[,] system = new double[size, size + 1];
        Span<double> row = stackalloc double[size];
        for (int t = order; t < series.Length; t++)
        {
            Lags(series, t, row);
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++) system[i, j] += row[i] * row[j];
                system[i, size] += row[i] * series[t];
            }
        }

        for (int i = 0; i < size; i++) system[i, i] += 1e-6;
        return Solve(system, size);
    }

    /// <summary>The forecast for a year from those before it.</summary>
    public static double Forecast(ReadOnlySpan<double> series, int year, double[] weights)
    {
        Span<double> row = stackalloc double[weights.Length];
        Lags(series, year, row);
        double sum = 0;
        for (int i = 0; i < row.Length; i++) sum += weights[i] * row[i];
        return sum;
    }

    private static void Lags(ReadOnlySpan<double> series, int year, Span<double> row)
    {
        row[0] = 1;
        for (int lag = 1; lag < row.Length; lag++) row[lag] = series[year - lag];
    }

    /// <summary>Gaussian elimination with the largest pivot.</summary>
    private static double[] Solve(double[,] system, int size)
    {
        for (int column = 0; column < size; column++)
        {
            int pivot = column;
            for (int i = column + 1; i < size; i++)
                if (Math.Abs(system[i, column]) > Math.Abs(system[pivot, column])) pivot = i;
            for (int j = 0; j <= size; j++) (system[column, j], system[pivot, j]) = (system[pivot, j], system[column, j]);
            for (int i = 0; i < size; i++)
            {
                double factor = i == column ? 0 : system[i, column] / system[column, column];
                for (int j = column; j <= size; j++) system[i, j] -= factor * system[column, j];
            }
        }

        double[] solution = new double[size];
        for (int i = 0; i < size; i++) solution[i] = system[i, size] / system[i, i];
        return solution;
    }
}
