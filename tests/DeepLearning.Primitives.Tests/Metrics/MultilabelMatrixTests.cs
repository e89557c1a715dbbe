using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

public class MultilabelMatrixTests
{
    private static readonly Gen<(int Labels, int[] Actual, int[] Predicted)> s_samples =
        Gen.Int[1, 5].SelectMany(labels => Gen.Int[0, 20].SelectMany(rows =>
            Gen.Select(Gen.Int[0, 1].Array[labels * rows], Gen.Int[0, 1].Array[labels * rows])
                .Select((actual, predicted) => (labels, actual, predicted))));

    [Fact]
    public void Scores_are_those_of_a_naive_loop() =>
        Gen.Select(s_samples, Gen.Double[0, 3], Gen.Bool, Fuzz.Among(Undefined.Zero, Undefined.One, Undefined.NaN)).Sample(
            (sample, beta, weighted, undefined) =>
            {
                (int labels, int[] actual, int[] predicted) = sample;
                int rows = actual.Length / labels;
                double[] weights = [.. Enumerable.Range(0, rows).Select(i => weighted ? i % 3 * 0.7 : 1)];
                MultilabelMatrix matrix = new(labels);
                if (weighted) matrix.Add(actual, predicted, weights);
                else matrix.Add(actual, predicted);

                double[] perLabel = [.. Enumerable.Range(0, labels).Select(label => Naive(Enumerable.Range(0, rows).Select(r => (r * labels) + label)))];
                Close(perLabel, matrix.FBetaPerLabel(beta, undefined));
                Close([Mean(perLabel, [.. perLabel.Select(_ => 1.0)])], [matrix.FBeta(beta, Average.Macro, undefined: undefined)]);
                double[] support = [.. Enumerable.Range(0, labels).Select(l => Enumerable.Range(0, rows).Sum(r => weights[r] * actual[(r * labels) + l]))];
                Close([Mean(perLabel, support)], [matrix.FBeta(beta, Average.Weighted, undefined: undefined)]);
                Close([Naive(Enumerable.Range(0, actual.Length))], [matrix.FBeta(beta, Average.Micro, undefined: undefined)]);
                double[] perSample = [.. Enumerable.Range(0, rows).Select(r => Naive(Enumerable.Range(r * labels, labels), unweighted: true))];
                Close([Mean(perSample, weights)], [matrix.FBeta(beta, Average.Samples, undefined: undefined)]);
                Close([weights.Sum()], [matrix.Total]);

                double Naive(IEnumerable<int> places, bool unweighted = false)
                {
                    double tp = 0, fn = 0, fp = 0;
                    foreach (int i in places)
                    {
                        double weight = unweighted ? 1 : weights[i / labels];
                        if (actual[i] == 1 && predicted[i] == 1) tp += weight;
                        else if (actual[i] == 1) fn += weight;
                        else if (predicted[i] == 1) fp += weight;
                    }

                    double denominator = ((1 + (beta * beta)) * tp) + (beta * beta * fn) + fp;
                    return denominator == 0 ? Value() : (1 + (beta * beta)) * tp / denominator;
                }

                double Mean(double[] values, double[] by)
                {
                    double sum = 0, total = 0;
                    for (int i = 0; i < values.Length; i++)
                    {
                        if (double.IsNaN(values[i])) continue;
                        sum += by[i] * values[i];
                        total += by[i];
                    }

                    return total == 0 ? Value() : sum / total;
                }

                double Value() => undefined switch { Undefined.NaN => double.NaN, Undefined.One => 1, _ => 0 };
            });

    [Fact]
    public void Merging_in_any_order_is_one_pass_to_the_last_bit() => Gen.Select(s_samples, Gen.Int[0, 20], Gen.Bool).Sample((sample, cut, weighted) =>
    {
        (int labels, int[] actual, int[] predicted) = sample;
        int rows = actual.Length / labels;
        cut = Math.Min(cut, rows);
        double[] weights = weighted ? [.. Enumerable.Range(0, rows).Select(i => 0.1 + (1.0 / (i + 1)))] : [];
        MultilabelMatrix whole = new(labels), first = new(labels), second = new(labels);
        whole.Add(actual, predicted, weights);
        first.Add(actual.AsSpan(0, cut * labels), predicted.AsSpan(0, cut * labels), weighted ? weights.AsSpan(0, cut) : default);
        second.Add(actual.AsSpan(cut * labels), predicted.AsSpan(cut * labels), weighted ? weights.AsSpan(cut) : default);
        second.Merge(first);
        foreach (Average average in (Average[])[Average.Macro, Average.Micro, Average.Weighted, Average.Samples])
        {
            Assert.Equal(whole.F1(average), second.F1(average));
            Assert.Equal(whole.Specificity(average), second.Specificity(average));
        }

        Assert.Equal(whole.Total, second.Total);
        Assert.Equal(whole.ExactMatch, second.ExactMatch);
    });

    [Fact]
    public void Bad_input_is_named_and_nothing_is_counted()
    {
        MultilabelMatrix matrix = new(2);
        matrix.Add([1, 0], [1, 1]);
        int[] two = [0, 1], four = [0, 1, 1, 0];
        Says("actual", () => matrix.Add([1, 0, 1], [1, 0, 1]));
        Says("predicted", () => matrix.Add(four, two));
        Says("actual", () => matrix.Add([0, 2], two));
        Says("predicted", () => matrix.Add(four, [0, 1, 0, -1]));
        Says("weights", () => matrix.Add(four, four, [1]));
        Says("weights", () => matrix.Add(four, four, [1, -1]));
        Says("scores", () => matrix.AddScores(four, [1f, 2f], 0.5f));
        Says("scores", () => matrix.AddScores(four, [1f, 2f, 3f, float.NaN], 0.5f));
        Says("weights", () => matrix.AddScores(four, [1.0, 2, 3, 4], 0.5, [1, double.NaN]));
        Says("other", () => matrix.Merge(new MultilabelMatrix(3)));
        Says("other", () => matrix.Merge(null!));
        Says("labels", () => _ = new MultilabelMatrix(0));
        Says("label", () => matrix.F1(2));
        Says("labels", () => matrix.F1(Average.Samples, [0]));
        Says("labels", () => matrix.F1(Average.Macro, [0, 2]));
        Says("positiveLabel", () => matrix.F1(Average.Samples, positiveLabel: 1));
        Assert.Equal(1, matrix.Total);
        Assert.Equal(2.0 / 3, matrix.F1(Average.Micro));
        Assert.Throws<NotSupportedException>(() => matrix.AddScores<Half>(two, [Half.One, Half.One], Half.Zero));
        matrix.Clear();
        Assert.Equal([0.0, 0, 0], [matrix.Total, matrix.ExactMatch, matrix.F1(Average.Samples)]);

        static void Says(string parameter, Action call) =>
            Assert.Equal(parameter, Assert.ThrowsAny<ArgumentException>(call).ParamName);
    }

    // A handful of roundings in sums of at most 100 terms.
    private static void Close(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (double.IsNaN(expected[i])) Assert.True(double.IsNaN(actual[i]));
            else Assert.Equal(expected[i], actual[i], 1e-13 * Math.Max(1, expected[i]));
        }
    }
}
