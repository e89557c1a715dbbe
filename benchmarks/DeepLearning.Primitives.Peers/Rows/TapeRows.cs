using TorchSharp;
using static DeepLearning.Primitives.Peers.Operands;

namespace DeepLearning.Primitives.Peers;

/// <summary>Work that records: a chain of scalars, and a training step as users of either library write it.</summary>
internal static class TapeRows
{
    public static IEnumerable<Table> Tables() => [new("Tape", "libtorch", [Scalars(100), TrainingStep(32, 784, 128, 10)])];

    /// <summary>z ← z·a + b, and the gradients of a and b.</summary>
    private static Row Scalars(int steps)
    {
        Parameter<float> a = new("a", []), b = new("b", []);
        a.Value[0] = 0.9f;
        b.Value[0] = 0.1f;
        var tape = new GradientTape<float>();
        torch.Tensor ta = torch.tensor(0.9f, requires_grad: true), tb = torch.tensor(0.1f, requires_grad: true);
        return new("scalar operation, both ways", 40, Ours, Theirs) { Repeats = 2 * steps, NeedsGradients = true };

        void Ours()
        {
            tape.Reset();
            Variable<float> factor = tape.Watch(a), summand = tape.Watch(b), z = factor;
            for (int i = 0; i < steps; i++) z = z * factor + summand;
            tape.Backward(z);
        }

        void Theirs()
        {
            using var scope = torch.NewDisposeScope();
            torch.Tensor z = ta;
            for (int i = 0; i < steps; i++) z = z * ta + tb;
            torch.autograd.grad([z], [ta, tb]);
        }
    }

    private static Row TrainingStep(int batch, int inputs, int hidden, int classes)
    {
        float[] images = Floats(batch * inputs, 0, 1);
        int[] labels = Labels(batch, classes);

        var random = new Philox(seed: 1);
        Linear<float> first = new(inputs, hidden, random), second = new(hidden, classes, random);
        var optimizer = new Sgd<float>([.. first.Parameters, .. second.Parameters]) { LearningRate = 0.01f };
        var tape = new GradientTape<float>();

        var torchFirst = torch.nn.Linear(inputs, hidden);
        var torchSecond = torch.nn.Linear(hidden, classes);
        var torchOptimizer = torch.optim.SGD([.. torchFirst.parameters(), .. torchSecond.parameters()], 0.01);
        torch.Tensor x = Tensor(images, batch, inputs), y = Tensor(labels);
        return new($"training step {inputs}-{hidden}-{classes}, batch {batch}", 1.6, Ours, Theirs) { NeedsGradients = true };

        void Ours()
        {
            tape.Reset();
            Variable<float> loss = second.Forward(first.Forward(tape.Constant(images, [batch, inputs])).Relu()).CrossEntropy(labels);
            tape.Backward(loss);
            optimizer.Step();
        }

        void Theirs()
        {
            using var scope = torch.NewDisposeScope();
            torchOptimizer.zero_grad();
            torch.Tensor logits = torchSecond.forward(torch.nn.functional.relu(torchFirst.forward(x)));
            torch.Tensor loss = torch.nn.functional.cross_entropy(logits, y);
            loss.backward();
            torchOptimizer.step();
        }
    }
}
