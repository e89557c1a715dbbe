using Xunit;

namespace DeepLearning.Primitives.Tests;

public class F1IntervalTests
{
    [Fact]
    public void Wilson_intervals_of_the_literature()
    {
        // R. G. Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3: four digits.
        foreach ((int hits, int n, double lower, double upper) in new[] { (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718) })
        {
            ConfusionMatrix matrix = new(2);
            for (int i = 0; i < n; i++) matrix.Add([1], [i < hits ? 1 : 0]);
            ConfidenceInterval interval = matrix.MicroF1Interval();
            Assert.Equal(lower, interval.Lower, 5e-5);
            Assert.Equal(upper, interval.Upper, 5e-5);
        }

        Assert.Equal(new(0, 1), new ConfusionMatrix(3).MicroF1Interval());
    }

    [Fact]
    public void The_bootstrap_agrees_with_Wilson_on_the_micro_average()
    {
        ConfusionMatrix matrix = Sample(3, 2000);
        ConfidenceInterval wilson = matrix.MicroF1Interval(), drawn = matrix.F1Interval(Average.Micro, new Philox(1), resamples: 2000);
        // The quantile of 2000 draws has a standard error of about σ/16, and σ is 0.01 here.
        Assert.Equal(wilson.Lower, drawn.Lower, 2.5e-3);
        Assert.Equal(wilson.Upper, drawn.Upper, 2.5e-3);
        ConfidenceInterval macro = matrix.F1Interval(Average.Macro, new Philox(1));
        Assert.InRange(matrix.F1(Average.Macro), macro.Lower, macro.Upper);
        Assert.Equal(macro, matrix.F1Interval(Average.Macro, new Philox(1)));
        Assert.NotEqual(macro, matrix.F1Interval(Average.Macro, new Philox(2)));
        ConfidenceInterval wider = matrix.F1Interval(Average.Macro, new Philox(1), level: 0.99);
        Assert.True(wider.Lower < macro.Lower && wider.Upper > macro.Upper);
    }

    [Fact]
    public void Draws_have_the_multinomial_mean_and_variance()
    {
        long[] counts = [0, 5, 1, 0, 30, 64, 0], drawn = new long[7];
        double[] sum = new double[7], squares = new double[7];
        Multinomial multinomial = new(counts);
        Philox random = new(3);
        const int Draws = 20_000;
        for (int i = 0; i < Draws; i++)
        {
            multinomial.Draw(random, drawn);
            Assert.Equal(100, drawn.Sum());
            for (int j = 0; j < 7; j++)
            {
                sum[j] += drawn[j];
                squares[j] += (double)drawn[j] * drawn[j];
            }
        }

        for (int j = 0; j < 7; j++)
        {
            double mean = sum[j] / Draws, p = counts[j] / 100.0, variance = 100 * p * (1 - p);
            // Five standard errors of the mean, and of the variance, whose own is √(2/n) for near-normal counts (less near for 1%).
            Assert.Equal(counts[j], mean, 5 * Math.Sqrt(variance / Draws));
            Assert.Equal(variance, (squares[j] / Draws) - (mean * mean), 8 * variance * Math.Sqrt(2.0 / Draws));
        }
    }

    [Fact]
    public void Bad_arguments()
    {
        ConfusionMatrix matrix = Sample(3, 50), weighted = new(2);
        weighted.Add([0, 1], [0, 1], [1, 0.5]);
        Philox random = new(1);
        foreach (double level in new[] { 0, 1, -1, 2, double.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => matrix.MicroF1Interval(level));
            Assert.Throws<ArgumentOutOfRangeException>(() => matrix.F1Interval(Average.Macro, random, level));
        }

        Assert.Throws<ArgumentNullException>(() => matrix.F1Interval(Average.Macro, null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.F1Interval(Average.Macro, random, resamples: 1));
        Assert.Throws<ArgumentException>(() => matrix.F1Interval(Average.Binary, random));
        Assert.Throws<InvalidOperationException>(() => weighted.F1Interval(Average.Macro, random));
        Assert.Equal(0, random.Position);
    }

    private static ConfusionMatrix Sample(int classes, int length)
    {
        ConfusionMatrix matrix = new(classes);
        Philox random = new(11);
        for (int i = 0; i < length; i++)
        {
            int actual = random.Next(classes);
            matrix.Add([actual], [random.Next(10) < 7 ? actual : random.Next(classes)]);
        }

        return matrix;
    }
}
