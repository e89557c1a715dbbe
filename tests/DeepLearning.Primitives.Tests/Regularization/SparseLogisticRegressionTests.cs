using System.Globalization;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Logistic regression with an L1 penalty on the Wisconsin breast-cancer table, by accelerated proximal steps (A. Beck and
/// M. Teboulle, 2009): the soft threshold after each step makes weights that are exactly 0.
/// </summary>
public class SparseLogisticRegressionTests
{
    private const int Features = 30;

    [Fact]
    public void Stronger_penalties_leave_fewer_features_and_meet_the_optimality_conditions()
    {
        (double[] x, double[] y) = Load();
        int before = -1;
        foreach (double strength in (double[])[0.003, 0.01, 0.03, 0.1, 0.3, 1])
        {
            double[] w = Train(x, y, strength);
            double[] gradient = new double[Features + 1];
            Gradient(x, y, w, gradient);
            for (int j = 0; j < Features; j++)
            {
                // At the minimum the gradient of the loss balances the penalty's, or lies within it where the weight is 0.
                if (w[j] == 0) Assert.True(Math.Abs(gradient[j]) <= strength + 1e-6);
                else Assert.Equal(-strength * Math.Sign(w[j]), gradient[j], 1e-6);
            }

            Assert.Equal(0, gradient[Features], 1e-6);
            int zeros = w[..Features].Count(v => v == 0);
            Assert.True(zeros > before, $"{zeros} zeros at {strength}, {before} before.");
            before = zeros;
            if (strength < 0.02) Assert.True(Metrics.F1Score(Array.ConvertAll(y, v => (int)v), Decide(x, w)) > 0.97);
        }

        Assert.Equal(Features, before);
    }

    private static double[] Train(double[] x, double[] y, double strength)
    {
        double[] w = new double[Features + 1], ahead = new double[Features + 1], next = new double[Features + 1];
        double[] gradient = new double[Features + 1];
        // A quarter of the largest eigenvalue of the mean of xxᵀ, at most its trace of 31, bounds the curvature.
        const double Rate = 4.0 / 14.5;
        double momentum = 1;
        for (int step = 0; step < 20_000; step++)
        {
            Gradient(x, y, ahead, gradient);
            for (int j = 0; j <= Features; j++) next[j] = ahead[j] - (Rate * gradient[j]);
            // The intercept goes without a penalty.
            Penalties.SoftThreshold(next.AsSpan(0, Features), Rate * strength, next);
            double following = (1 + Math.Sqrt(1 + (4 * momentum * momentum))) / 2, change = 0, along = 0;
            for (int j = 0; j <= Features; j++)
            {
                change = Math.Max(change, Math.Abs(next[j] - ahead[j]));
                along += (ahead[j] - next[j]) * (next[j] - w[j]);
            }

            // Momentum that points uphill begins anew (B. O'Donoghue and E. Candès, 2015).
            double weight = along > 0 ? 0 : (momentum - 1) / following;
            momentum = along > 0 ? 1 : following;
            for (int j = 0; j <= Features; j++) (ahead[j], w[j]) = (next[j] + (weight * (next[j] - w[j])), next[j]);
            if (change < 1e-8 * Rate) break;
        }

        return w;
    }

    /// <summary>The gradient of the mean loss: Xᵀ(σ(Xw) − y) / n.</summary>
    private static void Gradient(double[] x, double[] y, double[] w, double[] gradient)
    {
        double[] p = new double[y.Length];
        LinearAlgebra.MatMul<double>(x, w, p, y.Length, Features + 1, 1);
        Activations.Sigmoid<double>(p, p);
        for (int i = 0; i < p.Length; i++) p[i] = (p[i] - y[i]) / p.Length;
        LinearAlgebra.MatMul<double>(x, p, gradient, Features + 1, y.Length, 1, transposeA: true);
    }

    private static int[] Decide(double[] x, double[] w)
    {
        double[] scores = new double[x.Length / (Features + 1)];
        LinearAlgebra.MatMul<double>(x, w, scores, scores.Length, Features + 1, 1);
        return Array.ConvertAll(scores, s => s > 0 ? 1 : 0);
    }

    /// <summary>Features of mean 0 and variance 1, a column of ones for the intercept, and the classes.</summary>
    private static (double[] X, double[] Y) Load()
    {
        string file = Path.Combine(AppContext.BaseDirectory, "Data", "breast_cancer.csv");
        double[][] rows = [.. File.ReadLines(file).Skip(1).Select(line => line.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
        for (int j = 0; j < Features; j++)
        {
            double mean = rows.Average(r => r[j]), deviation = Math.Sqrt(rows.Average(r => (r[j] - mean) * (r[j] - mean)));
            foreach (double[] row in rows) row[j] = (row[j] - mean) / deviation;
        }

        return ([.. rows.SelectMany(r => (double[])[.. r[..Features], 1])], [.. rows.Select(r => r[Features])]);
    }
}
