using System.Diagnostics;
using System.Numerics.Tensors;
using DeepLearning.Primitives;

namespace Digits;

/// <summary>A network of one hidden layer: 64 pixels, 128 rectified sums, 10 scores.</summary>
internal sealed class Trainer
{
    private const int BatchSize = 32, HiddenSize = 128;
    private const float Penalty = 1e-4f;

    private readonly GradientTape<float> _tape = new();
    private readonly Linear<float> _hidden;
    private readonly Linear<float> _output;
    private readonly Sgd<float> _optimizer;
    private readonly Philox _random;

    public Trainer(Philox random)
    {
        _random = random;
        _hidden = new Linear<float>(DigitData.Pixels, HiddenSize, random, initialization: Initialization.HeNormal);
        _output = new Linear<float>(HiddenSize, DigitData.Classes, random, initialization: Initialization.GlorotUniform);
        _optimizer = new Sgd<float>([.. _hidden.Parameters, .. _output.Parameters]) { LearningRate = 0.05f, Momentum = 0.9f, Nesterov = true };
    }

    /// <summary>Trains epoch by epoch, each with the data in a new order.</summary>
    public IEnumerable<EpochReport> Train(DigitData data, int epochs)
    {
        int[] order = new int[data.Count];
        float[] images = new float[BatchSize * DigitData.Pixels];
        int[] labels = new int[BatchSize];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            long start = Stopwatch.GetTimestamp();
            double loss = 0;
            int correct = 0;
            _random.Permutation(order);
            for (int first = 0; first < order.Length; first += BatchSize)
            {
                int count = Math.Min(BatchSize, order.Length - first);
                data.CopyTo(order.AsSpan(first, count), images, labels);
                (float batchLoss, int batchCorrect) = Step(images.AsSpan(0, count * DigitData.Pixels), labels.AsSpan(0, count));
                loss += (double)batchLoss * count;
                correct += batchCorrect;
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            yield return new EpochReport(loss / data.Count, (double)correct / data.Count, data.Count / seconds);
        }
    }

    /// <summary>The most likely digit for each image.</summary>
    public int[] Predict(DigitData data)
    {
        _tape.Reset();
        int[] predicted = new int[data.Count];
        ReadMostLikely(Scores(data.Images).Value, predicted);
        return predicted;
    }

    private (float Loss, int Correct) Step(ReadOnlySpan<float> images, ReadOnlySpan<int> labels)
    {
        _tape.Reset();
        Variable<float> scores = Scores(images);
        Variable<float> penalty = _tape.Watch(_hidden.Weight).L2Penalty() + _tape.Watch(_output.Weight).L2Penalty();
        Variable<float> loss = scores.CrossEntropy(labels) + Penalty * penalty;
        _tape.Backward(loss);
        _optimizer.Step();
        Span<int> predicted = stackalloc int[labels.Length];
        ReadMostLikely(scores.Value, predicted);
        int correct = 0;
        for (int i = 0; i < labels.Length; i++)
            if (predicted[i] == labels[i]) correct++;
        return (loss.Item, correct);
    }

    private Variable<float> Scores(ReadOnlySpan<float> images)
    {
        Variable<float> pixels = _tape.Constant(images, [images.Length / DigitData.Pixels, DigitData.Pixels]);
        return _output.Forward(_hidden.Forward(pixels).Relu());
    }

    private static void ReadMostLikely(ReadOnlySpan<float> scores, Span<int> predicted)
    {
        for (int i = 0; i < predicted.Length; i++)
            predicted[i] = TensorPrimitives.IndexOfMax(scores.Slice(i * DigitData.Classes, DigitData.Classes));
    }
}
