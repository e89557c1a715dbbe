using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Losses, metrics and random numbers under arbitrary arguments.</summary>
public class FuzzLossTests
{
    [Fact]
    public void Cross_entropy_is_that_of_plain_loops_or_throws()
    {
        Gen<int> label = Gen.OneOf(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3], Fuzz.Among(-1, -100, 4, int.MinValue, int.MaxValue));
        Gen<CrossEntropyOptions> options = Gen.Select(
            Fuzz.Among(0, 0.25, 0.99), Gen.Double[0, 2].Array[0, 5], Fuzz.Among(0, 0, 4, 4, 5), Fuzz.Among(-100, -1, 1), Gen.Int[0, 2], Gen.Int[0, 3],
            (smoothing, weights, count, ignore, reduction, empty) => new CrossEntropyOptions
            {
                LabelSmoothing = smoothing,
                ClassWeights = weights.Take(count).Select(w => w < 0.3 ? 0 : w).ToArray(),
                IgnoreIndex = ignore,
                Reduction = (Reduction)reduction,
                WhenEmpty = (Undefined)empty,
            });
        Gen<(Window, int[], CrossEntropyOptions, Window, int)> cases =
            Gen.Select(Window.Any, label.Array[0, 6], options, Window.Any, Gen.Int[0, 5]);
        Fuzz.Run(cases, 6000, c =>
        {
            (Window x, int[] labels, CrossEntropyOptions o, Window to, int fit) = c;
            if (fit > 0) x = new Window(x.Start, 4 * labels.Length);
            if (fit > 2) to = to.Start == 0 ? x : new Window(Window.Memory - x.Length, x.Length);
            if (fit > 4) to = default;
            double[] memory = Rows.Random<double>(Window.Memory, 9), before = [.. memory];
            int classes = labels.Length == 0 ? 0 : x.Length / labels.Length;
            bool isValid = (labels.Length == 0 ? x.Length == 0 : x.Length % labels.Length == 0)
                && (labels.Length == 0 || o.ClassWeights.Length == 0 || o.ClassWeights.Length == classes)
                && labels.All(l => l == o.IgnoreIndex || (l >= 0 && l < classes));

            Window losses = to.Cut(Math.Min(to.Length, labels.Length));
            Type[] due = isValid && losses.Length == labels.Length && !losses.Overlaps(x) ? [] : [typeof(ArgumentException)];
            if (Fuzz.Judge(memory, () => Losses.CrossEntropyPerRow(x.In(memory), labels, o, to.In(memory)), due))
            {
                Fuzz.AssertSame(before, memory, losses.Start, losses.Length);
                // Numbers below 40, some ten roundings.
                for (int i = 0; i < losses.Length; i++) Assert.Equal(Reference(x.In(before), classes, labels[i], i, o), memory[to.Start + i], 1e-12);
                before.CopyTo(memory, 0);
            }

            isValid &= o.Reduction != Reduction.None && (to.Length == 0 || to.Takes(x));
            double weight = isValid ? labels.Sum(l => WeightOf(l, o)) : 0;
            bool isUndefined = weight == 0 && o.Reduction == Reduction.Mean;
            due = !isValid ? [typeof(ArgumentException)] : isUndefined && o.WhenEmpty == Undefined.Throw ? [typeof(InvalidOperationException)] : [];
            double loss = 0;
            if (!Fuzz.Judge(memory, () => loss = Losses.CrossEntropy(x.In(memory), labels, o, to.In(memory)), due)) return;
            Fuzz.AssertSame(before, memory, to.Start, Math.Min(to.Length, x.Length));
            double expected = labels.Select((l, row) => Reference(x.In(before), classes, l, row, o)).Sum() / (o.Reduction == Reduction.Mean ? weight : 1);
            if (isUndefined) expected = o.WhenEmpty switch { Undefined.NaN => double.NaN, Undefined.Zero => 0, _ => 1 };
            // Six rows as above, over a weight that is 0.3 or more.
            Assert.Equal(expected, loss, 1e-11);
        });
    }

    private static double WeightOf(int label, CrossEntropyOptions options) =>
        label == options.IgnoreIndex ? 0 : options.ClassWeights.Length == 0 ? 1 : options.ClassWeights.Span[label];

    private static double Reference(ReadOnlySpan<double> logits, int classes, int label, int row, CrossEntropyOptions options)
    {
        if (WeightOf(label, options) == 0) return 0;
        double[] costs = [.. References.Softmax(logits.Slice(row * classes, classes).ToArray()).Select(p => -Math.Log(p))];
        double spread = costs.Select((cost, j) => (options.ClassWeights.Length == 0 ? 1 : options.ClassWeights.Span[j]) * cost).Sum();
        return ((1 - options.LabelSmoothing) * WeightOf(label, options) * costs[label]) + (options.LabelSmoothing / classes * spread);
    }

    [Fact]
    public void Elementwise_losses_are_those_of_plain_loops_or_throw()
    {
        // Numbers in [0, 1] are logits, targets and weights alike, so that any span may stand for any other.
        Gen<int> length = Gen.Int[0, 24];
        Gen<(Window, Window, Window, Window, Window)> windows = Gen.Select(Window.OfLength(length), Window.OfLength(length), Window.Any, Window.Any, Window.Any);
        Fuzz.Run(Gen.Select(windows, Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 4]), 6000, c =>
        {
            ((Window x, Window t, Window w, Window g, Window l), int classes, int reduction, int fit) = c;
            if (fit > 0) t = new Window(t.Start, x.Length);
            if (fit > 1) w = new Window(w.Start, x.Length);
            if (fit > 2) (g, l) = (x, fit > 3 ? t : default);
            if (w.Start + w.Length > Window.Memory || t.Start + t.Length > Window.Memory) return;
            double[] memory = [.. Rows.Random<double>(Window.Memory, 9).Select(v => Math.Abs(v) / 4)], before = [.. memory];
            double[] positive = [.. Enumerable.Range(0, classes).Select(i => 0.5 + i)];
            BinaryCrossEntropyOptions options = new() { Reduction = (Reduction)reduction, PositiveWeights = positive };
            int n = x.Length;
            bool IsOutput(Window to) => to.Length == 0 || (to.Takes(x) && to.Takes(t));
            bool isValid = t.Length == n && IsOutput(g) && IsOutput(l) && !g.Overlaps(l) && !w.Overlaps(g) && !w.Overlaps(l)
                && (w.Length == 0 || n % w.Length == 0) && (classes == 0 || n % classes == 0)
                && (options.Reduction != Reduction.None || l.Length > 0 || n == 0);
            double value = 0;
            if (!Fuzz.Judge(memory, () => value = Losses.BinaryCrossEntropyWithLogits(x.In(memory), t.In(memory), options, g.In(memory), w.In(memory), l.In(memory)), isValid ? [] : [typeof(ArgumentException)])) return;
            double total = 0, weights = 0;
            for (int i = 0; i < n; i++)
            {
                double weight = w.Length == 0 ? 1 : before[w.Start + (i / (n / w.Length))], logit = before[x.Start + i], target = before[t.Start + i];
                double expected = weight * (((classes == 0 ? 1 : positive[i % classes]) * target * Math.Log(1 + Math.Exp(-logit))) + ((1 - target) * Math.Log(1 + Math.Exp(logit))));
                total += expected;
                weights += weight;
                // A dozen roundings of numbers below 10.
                if (l.Length > 0) Assert.Equal(expected, memory[l.Start + i], 1e-13);
            }

            double mean = options.Reduction == Reduction.Mean ? weights == 0 ? double.NaN : total / weights : total;
            Assert.Equal(mean, value, 1e-12 * Math.Max(1, Math.Abs(double.IsNaN(mean) ? 0 : mean)));
            // Nothing but the outputs has changed.
            g.Cut(Math.Min(g.Length, n)).In(before).Clear();
            l.Cut(Math.Min(l.Length, n)).In(before).Clear();
            g.Cut(Math.Min(g.Length, n)).In(memory).Clear();
            l.Cut(Math.Min(l.Length, n)).In(memory).Clear();
            Fuzz.AssertSame(before, memory, 0, 0);
        });
    }

    [Fact]
    public void A_confusion_matrix_counts_everything_or_nothing()
    {
        Gen<int[]> indices = Gen.OneOf(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 2], Fuzz.Among(-1, 3, int.MinValue, int.MaxValue)).Array[0, 5];
        Gen<double[]> weights = Gen.OneOf(Gen.Double[0, 2], Gen.Double[0, 2], Gen.Double[0, 2], Fuzz.Among(0.0, -1, double.NaN, double.PositiveInfinity)).Array[0, 5];
        Fuzz.Run(Gen.Select(indices, indices, weights, Gen.Bool, Gen.Bool), 4000, c =>
        {
            (int[] actual, int[] predicted, double[] w, bool weighted, bool fit) = c;
            if (fit) (predicted, w) = (Fit(predicted, actual.Length), Fit(w, actual.Length));
            bool isValid = actual.Length == predicted.Length && actual.Concat(predicted).All(i => i is >= 0 and < 3)
                && (!weighted || (w.Length == actual.Length && w.All(v => v >= 0 && double.IsFinite(v))));
            ConfusionMatrix matrix = new(3);
            matrix.Add([0, 1, 2], [0, 2, 2]);
            Type[] due = isValid ? [] : [typeof(ArgumentException)];
            if (!Fuzz.Judge(Array.Empty<int>(), () => Add(matrix), due))
            {
                Assert.Equal(3, matrix.Total);
                return;
            }

            for (int i = 0; i < 3; i++)
            {
                for (int j = 0; j < 3; j++)
                {
                    double expected = (i, j) is (0, 0) or (1, 2) or (2, 2) ? 1 : 0;
                    for (int s = 0; s < actual.Length; s++) expected += (actual[s], predicted[s]) == (i, j) ? (weighted ? w[s] : 1) : 0;
                    // Up to six terms below 12, in two orders.
                    Assert.Equal(expected, matrix[i, j], 1e-14 * 12);
                }
            }

            void Add(ConfusionMatrix to)
            {
                if (weighted) to.Add(actual, predicted, w);
                else to.Add(actual, predicted);
            }
        });

        static TItem[] Fit<TItem>(TItem[] items, int length) => [.. Enumerable.Range(0, length).Select(i => items.Length == 0 ? default! : items[i % items.Length])];
    }

    [Fact]
    public void Scores_lie_between_0_and_1_or_throw()
    {
        Gen<int> index = Gen.OneOf(Gen.Int[0, 2], Gen.Int[0, 2], Fuzz.Among(-1, 3, 9, int.MinValue));
        Gen<int?> positive = Gen.OneOf(Fuzz.Among<int?>(null, null), index.Select(i => (int?)i));
        Gen<double> betas = Gen.OneOf(Gen.Double[0, 3], Fuzz.Among(0.0, 1, -1, double.NaN, double.MaxValue, double.PositiveInfinity));
        Gen<int[]> samples = Gen.Int[0, 2].Array[0, 4], labels = index.Array[0, 3];
        Fuzz.Run(Gen.Select(Gen.Select(samples, samples), Gen.Select(Gen.Bool, labels), positive, betas, Gen.Int[-1, 5], Gen.Int[0, 3]), 4000, c =>
        {
            ((int[] actual, int[] predicted), (bool isNamed, int[] named), int? positiveLabel, double beta, int average, int undefined) = c;
            Array.Resize(ref predicted, actual.Length);
            ConfusionMatrix matrix = new(3);
            matrix.Add(actual, predicted);
            int seen = Math.Max(2, actual.Concat(predicted).Append(0).Max() + 1);
            Score(3, 3, () => isNamed
                ? matrix.FBeta(beta, (Average)average, named, (Undefined)undefined)
                : matrix.FBeta(beta, (Average)average, positiveLabel, (Undefined)undefined));
            Score(seen, int.MaxValue, () => isNamed
                ? Metrics.FBetaScore(actual, predicted, beta, (Average)average, named, (Undefined)undefined)
                : Metrics.FBetaScore(actual, predicted, beta, (Average)average, positiveLabel, (Undefined)undefined));

            void Score(int length, int bound, Func<double> call)
            {
                // Average.Samples is for several labels a sample.
                bool isBinary = (Average)average == Average.Binary;
                bool isValid = beta >= 0 && Enum.IsDefined((Average)average) && (Average)average != Average.Samples && (isNamed
                    ? !isBinary && named.Length > 0 && named.Distinct().Count() == named.Length && named.All(l => l >= 0 && l < bound)
                    : isBinary ? (positiveLabel is null ? length == 2 : positiveLabel >= 0 && positiveLabel < bound) : positiveLabel is null);
                double score = double.NaN;
                try
                {
                    score = call();
                }
                catch (InvalidOperationException) when (isValid && (Undefined)undefined == Undefined.Throw)
                {
                    return;
                }
                catch (ArgumentException) when (!isValid)
                {
                    return;
                }

                Assert.True(isValid, $"{score} where ArgumentException was due.");
                Assert.True(score is >= 0 and <= 1 || (double.IsNaN(score) && (Undefined)undefined == Undefined.NaN), $"{score}");
            }
        });
    }

    [Fact]
    public void Random_numbers_lie_where_they_were_asked_for()
    {
        Gen<float> bound = Gen.OneOf(Gen.Float[-3, 3], Fuzz.Among(0f, float.NaN, float.MaxValue, -float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon));
        Gen<long> positions = Gen.OneOf(Gen.Long[-2, 100], Fuzz.Among(long.MinValue, long.MaxValue, long.MaxValue - 20, 1L << 34));
        Gen<int> max = Gen.OneOf(Gen.Int[-1, 10], Fuzz.Among(int.MinValue, int.MaxValue, 1 << 30));
        Fuzz.Run(Gen.Select(Window.Any, bound, bound, positions, max), 4000, c =>
        {
            (Window to, float low, float high, long position, int limit) = c;
            Philox random = new(position, stream: limit);
            Fuzz.Judge(Array.Empty<int>(), () => random.Position = position, position < 0 ? [typeof(ArgumentException)] : []);
            float[] memory = Rows.Random<float>(Window.Memory, 9), before = [.. memory];
            Type[] due = low < high && float.IsFinite(high - low) ? [] : [typeof(ArgumentException)];
            long start = random.Position;
            if (Fuzz.Judge(memory, () => random.Uniform(to.In(memory), low, high), due))
                foreach (float value in to.In(memory)) Assert.True(value >= low && value < high, $"{value}");
            else
                Assert.Equal(start, random.Position);
            Fuzz.AssertSame(before, memory, to.Start, to.Length);
            due = float.IsFinite(low) && float.IsFinite(high) && high >= 0 ? [] : [typeof(ArgumentException)];
            _ = Fuzz.Judge(memory, () => random.Normal(to.In(memory), low, high), due);
            Fuzz.AssertSame(before, memory, to.Start, to.Length);
            int next = 0;
            if (Fuzz.Judge(memory, () => next = random.Next(limit), limit < 1 ? [typeof(ArgumentException)] : [])) Assert.InRange(next, 0, limit - 1);
            int[] order = new int[to.Length];
            random.Permutation(order);
            Assert.Equal(Enumerable.Range(0, to.Length), order.Order());
        });
    }
}
