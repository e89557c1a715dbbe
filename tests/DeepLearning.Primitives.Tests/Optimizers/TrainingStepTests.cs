using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Whole training steps: that they allocate nothing, and that they learn.</summary>
public class TrainingStepTests
{
    public enum Kind
    {
        Sgd,
        Momentum,
        Adam,
        AdamW,
    }

    [Theory]
    [InlineData(Kind.Sgd)]
    [InlineData(Kind.Momentum)]
    [InlineData(Kind.Adam)]
    [InlineData(Kind.AdamW)]
    public void A_step_allocates_nothing_after_the_first(Kind kind)
    {
        Allocates<float>(kind);
        Allocates<double>(kind);
    }

    private static void Allocates<T>(Kind kind)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // 100 rows make the matrix product leave the calling thread's first-level cache, 1 row and 0 rows take other paths.
        int[] batches = [100, 1, 33, 0, 64];
        Model<T> model = new(kind, batches.Max());
        foreach (int batch in batches) model.Step(batch);
        foreach (int batch in (int[])[.. batches, .. batches.Reverse(), 33, 33, 1, 100, 100])
            Assert.Equal(0, Allocation.Of(() => model.Step(batch)));
    }

    [Theory]
    [InlineData(Kind.Sgd)]
    [InlineData(Kind.Momentum)]
    [InlineData(Kind.Adam)]
    [InlineData(Kind.AdamW)]
    public void A_step_allocates_nothing_from_the_second_on_for_equal_batches(Kind kind)
    {
        Model<float> model = null!;
        void First()
        {
            model = new(kind, 40);
            model.Step(40);
        }

        Assert.Equal(0, Allocation.Of(() => model.Step(40), First));
    }

    [Theory]
    [InlineData(Kind.Sgd)]
    [InlineData(Kind.Momentum)]
    [InlineData(Kind.Adam)]
    [InlineData(Kind.AdamW)]
    public void Training_learns(Kind kind)
    {
        Model<float> model = new(kind, 64);
        double first = double.CreateChecked(model.Step(64)), last = first;
        for (int i = 0; i < 300; i++) last = double.CreateChecked(model.Step(64));
        Assert.InRange(last, 0, 0.6 * first);
    }

    /// <summary>Two layers with ReLU between them, cross entropy and an L2 penalty, on inputs whose largest element is the label.</summary>
    private sealed class Model<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private const int Inputs = 12, Hidden = 37, Classes = 5;

        private readonly GradientTape<T> _tape = new();
        private readonly Linear<T> _first;
        private readonly Linear<T> _second;
        private readonly Optimizer<T> _optimizer;
        private readonly T[] _x;
        private readonly int[] _labels;

        public Model(Kind kind, int rows)
        {
            Philox random = new(5);
            _first = new(Inputs, Hidden, random, initialization: Initialization.HeUniform);
            _second = new(Hidden, Classes, random);
            Parameter<T>[] parameters = [.. _first.Parameters, .. _second.Parameters];
            _optimizer = kind switch
            {
                Kind.Sgd => new Sgd<T>(parameters) { LearningRate = T.CreateChecked(0.1) },
                Kind.Momentum => new Sgd<T>(parameters) { LearningRate = T.CreateChecked(0.05), Momentum = T.CreateChecked(0.9), Nesterov = true },
                Kind.Adam => new Adam<T>(parameters) { LearningRate = T.CreateChecked(0.01) },
                _ => new AdamW<T>(parameters) { LearningRate = T.CreateChecked(0.01) },
            };
            _x = new T[rows * Inputs];
            random.Normal<T>(_x);
            _labels = new int[rows];
            for (int i = 0; i < rows; i++)
            {
                Span<T> scores = _x.AsSpan(i * Inputs, Classes);
                for (int j = 1; j < Classes; j++)
                    if (scores[j] > scores[_labels[i]]) _labels[i] = j;
            }
        }

        public T Step(int rows)
        {
            _tape.Reset();
            Variable<T> x = _tape.Constant(_x.AsSpan(0, rows * Inputs), [rows, Inputs]);
            Variable<T> logits = _second.Forward(_first.Forward(x).Relu());
            Variable<T> penalty = _tape.Watch(_first.Weight).L2Penalty() + _tape.Watch(_second.Weight).L2Penalty();
            Variable<T> loss = logits.CrossEntropy(_labels.AsSpan(0, rows)) + (1e-4 * penalty);
            _tape.Backward(loss);
            _optimizer.Step();
            return loss.Item;
        }
    }
}
