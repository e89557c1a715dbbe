using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

public class ConfusionMatrixTests
{
    private static readonly Gen<(int Classes, int[] Actual, int[] Predicted)> s_samples =
        Gen.Int[1, 6].SelectMany(classes => Gen.Int[0, 40].SelectMany(length =>
            Gen.Select(Gen.Int[0, classes - 1].Array[length], Gen.Int[0, classes - 1].Array[length])
                .Select((actual, predicted) => (classes, actual, predicted))));

    [Fact]
    public void Scores_are_those_of_a_naive_loop() =>
        Gen.Select(s_samples, Gen.Double[0, 3], Gen.Enum<Undefined>(), Gen.Bool).Sample((sample, beta, undefined, weighted) =>
        {
            (int classes, int[] actual, int[] predicted) = sample;
            if (undefined == Undefined.Throw) undefined = Undefined.One;
            double[] weights = [.. actual.Select((_, i) => weighted ? i % 3 * 0.5 : 1)];
            var matrix = new ConfusionMatrix(classes);
            if (weighted) matrix.Add(actual, predicted, weights);
            else matrix.Add(actual, predicted);

            double total = weights.Sum(), hits = 0;
            var scores = new List<(double Score, double Support)>();
            double allHits = 0, allMisses = 0, allFalse = 0;
            for (int label = 0; label < classes; label++)
            {
                double tp = 0, fn = 0, fp = 0;
                for (int i = 0; i < actual.Length; i++)
                {
                    if (actual[i] == label && predicted[i] == label) tp += weights[i];
                    else if (actual[i] == label) fn += weights[i];
                    else if (predicted[i] == label) fp += weights[i];
                }

                hits += tp;
                double score = NaiveFBeta(beta, tp, fn, fp, undefined);
                Close(score, matrix.FBeta(beta, label, undefined));
                Close(NaiveFBeta(0, tp, fn, fp, undefined), matrix.Precision(label, undefined));
                Close(tp + fn == 0 ? Value(undefined) : tp / (tp + fn), matrix.Recall(label, undefined));
                Close(tp + fn, matrix.Support(label));
                if (tp + fn + fp == 0) continue;
                scores.Add((score, tp + fn));
                (allHits, allMisses, allFalse) = (allHits + tp, allMisses + fn, allFalse + fp);
            }

            Close(total == 0 ? 0 : hits / total, matrix.Accuracy);
            Close(total, matrix.Total);
            Compare(Average.Micro, NaiveFBeta(beta, allHits, allMisses, allFalse, undefined));
            (double Score, double Support)[] defined = [.. scores.Where(s => !double.IsNaN(s.Score))];
            Compare(Average.Macro, defined.Length == 0 ? Value(undefined) : defined.Average(s => s.Score));
            double support = defined.Sum(s => s.Support);
            Compare(Average.Weighted, support == 0 ? Value(undefined) : defined.Sum(s => s.Score * s.Support) / support);

            void Compare(Average average, double expected)
            {
                Close(expected, matrix.FBeta(beta, average, undefined: undefined));
                Close(expected, Metrics.FBetaScore(actual, predicted, beta, average, undefined: undefined, weights: weights));
            }
        });

    [Fact]
    public void Merging_is_one_pass() => Gen.Select(s_samples, Gen.Int[0, 40]).Sample((sample, cut) =>
    {
        (int classes, int[] actual, int[] predicted) = sample;
        cut = Math.Min(cut, actual.Length);
        ConfusionMatrix whole = new(classes), first = new(classes), second = new(classes);
        whole.Add(actual, predicted);
        first.Add(actual.AsSpan(0, cut), predicted.AsSpan(0, cut));
        second.Add(actual.AsSpan(cut), predicted.AsSpan(cut));
        first.Merge(second);
        for (int i = 0; i < classes; i++)
        {
            for (int j = 0; j < classes; j++) Assert.Equal(whole[i, j], first[i, j]);
        }

        Assert.Equal(whole.F1(Average.Macro), first.F1(Average.Macro));
    });

    [Fact]
    public void Merging_weights_in_any_order_is_one_pass_to_the_last_bit() =>
        Gen.Select(s_samples, Gen.Int[0, 40], Gen.Int[-300, 300]).Sample((sample, cut, spread) =>
        {
            (int classes, int[] actual, int[] predicted) = sample;
            cut = Math.Min(cut, actual.Length);
            // Weights that no sum of doubles holds exactly.
            double[] weights = [.. actual.Select((_, i) => Math.ScaleB(1.0 / (i + 3), i * spread / 40))];
            ConfusionMatrix whole = new(classes), first = new(classes), second = new(classes);
            whole.Add(actual, predicted, weights);
            whole.Add(actual, predicted);
            first.Add(actual.AsSpan(0, cut), predicted.AsSpan(0, cut), weights.AsSpan(0, cut));
            second.Add(actual, predicted);
            second.Add(actual.AsSpan(cut), predicted.AsSpan(cut), weights.AsSpan(cut));
            second.Merge(first);
            for (int i = 0; i < classes * classes; i++) Assert.Equal(whole[i / classes, i % classes], second[i / classes, i % classes]);
            foreach (Average average in (Average[])[Average.Micro, Average.Macro, Average.Weighted])
                Assert.Equal(whole.F1(average), second.F1(average));
            Assert.Equal(whole.Total, second.Total);
            Assert.Equal(whole.MatthewsCorrelation(), second.MatthewsCorrelation());
        });

    [Fact]
    public void Weights_and_counts_add_up_and_merge()
    {
        ConfusionMatrix matrix = new(2), other = new(2);
        matrix.Add([0, 1], [0, 0]);
        other.Add([0, 1], [0, 1], [0.5, 2]);
        matrix.Merge(other);
        Assert.Equal([1.5, 0, 1, 2], [matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1]]);
        Assert.Equal(4.5, matrix.Total);
        Assert.Equal(3, matrix.Support(1));
        Assert.Equal(3.5 / 4.5, matrix.Accuracy);
        matrix.Clear();
        Assert.Equal(0, matrix.Total);
        Assert.Equal(0, matrix[1, 1]);
    }

    [Fact]
    public void A_sample_of_weight_zero_is_not_seen()
    {
        var matrix = new ConfusionMatrix(3);
        matrix.Add([0, 1, 2], [0, 1, 1], [1, 1, 0]);
        Assert.Equal(1, matrix.F1(Average.Macro));
    }

    [Fact]
    public void A_perfect_score_is_exactly_one()
    {
        var matrix = new ConfusionMatrix(3);
        matrix.Add([0, 1, 2, 2], [0, 1, 2, 2], [0.1, 0.7, 1e-9, 1.0 / 3]);
        Assert.Equal(1, matrix.F1(2));
        Assert.Equal(1, matrix.F1(Average.Micro));
        Assert.Equal(1, matrix.FBeta(0.3, 0));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(5, 3)]
    [InlineData(40, -1)]
    [InlineData(99, int.MaxValue)]
    [InlineData(99, int.MinValue)]
    public void A_bad_index_is_named_and_nothing_is_counted(int at, int bad)
    {
        int[] good = new int[100], broken = new int[100];
        broken[at] = bad;
        var matrix = new ConfusionMatrix(3);
        matrix.Add([1], [2]);
        string before = matrix.ToString();
        Check("actual", () => matrix.Add(broken, good));
        Check("predicted", () => matrix.Add(good, broken));
        Check("predicted", () => matrix.Add(good, broken, new double[100]));
        Assert.Equal(before, matrix.ToString());

        void Check(string name, Action add)
        {
            ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(add);
            Assert.Equal(name, error.ParamName);
            Assert.Contains($"{name}[{at}] is {bad}: class indices lie in [0, 3)", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bad_arguments()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(int.MaxValue));
        var matrix = new ConfusionMatrix(3);
        Assert.Throws<ArgumentException>(() => matrix.Add([0], [0, 1]));
        Assert.Throws<ArgumentException>(() => matrix.Add([0], [0], []));
        Assert.Throws<ArgumentException>(() => matrix.Add([0, 0], [0, 0], [1, double.NaN]));
        Assert.Throws<ArgumentException>(() => matrix.Add([0], [0], [double.PositiveInfinity]));
        Assert.Equal(0, matrix.Total);
        Assert.Throws<ArgumentNullException>(() => matrix.Merge(null!));
        Assert.Throws<ArgumentException>(() => matrix.Merge(new ConfusionMatrix(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[3, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[0, -1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.F1(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Support(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.F1(Average.Macro, [3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.F1(Average.Binary, positiveLabel: 3));
        Assert.Throws<ArgumentException>(() => matrix.F1(Average.Binary));
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        var matrix = new ConfusionMatrix(10);
        int[] labels = new int[1000];
        double[] weights = new double[1000];
        Allocation.IsNone(() =>
        {
            matrix.Add(labels, labels);
            matrix.Add(labels, labels, weights);
        });
    }

    private static double Value(Undefined undefined) =>
        undefined switch { Undefined.NaN => double.NaN, Undefined.One => 1, _ => 0 };

    private static double NaiveFBeta(double beta, double tp, double fn, double fp, Undefined undefined)
    {
        double denominator = ((1 + (beta * beta)) * tp) + (beta * beta * fn) + fp;
        return denominator == 0 ? Value(undefined) : (1 + (beta * beta)) * tp / denominator;
    }

    // A handful of roundings in sums of at most 40 terms.
    private static void Close(double expected, double actual)
    {
        if (double.IsNaN(expected)) Assert.True(double.IsNaN(actual));
        else Assert.Equal(expected, actual, 1e-13 * Math.Max(1, expected));
    }
}
