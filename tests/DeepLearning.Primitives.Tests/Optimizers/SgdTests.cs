using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

public class SgdTests
{
    [Theory]
    [InlineData(0, 0, 0, false)]
    [InlineData(0, 0.5, 0, true)]
    [InlineData(0, 0, 0.1, false)]
    [InlineData(0.9, 0, 0, false)]
    [InlineData(0.9, 0, 0, true)]
    [InlineData(0.9, 0.4, 0.1, false)]
    [InlineData(0.5, 0.25, 0.1, true)]
    public void Steps_are_those_of_a_plain_loop(double momentum, double dampening, double decay, bool nesterov)
    {
        // Every length up to past two of the widest vectors, and beyond.
        foreach (int length in (int[])[0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 1000])
        {
            // Five steps of four roundings each, in numbers below 16.
            Steps<double>(length, momentum, dampening, decay, nesterov, 40 * 16 * Math.ScaleB(1, -53));
            Steps<float>(length, momentum, dampening, decay, nesterov, 40 * 16 * Math.ScaleB(1, -24));
        }
    }

    private static void Steps<T>(int length, double momentum, double dampening, double decay, bool nesterov, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Parameter<T> parameter = new("w", [length], Rows.Random<T>(length, 1));
        Sgd<T> optimizer = new(parameter)
        {
            LearningRate = T.CreateChecked(0.1),
            Momentum = T.CreateChecked(momentum),
            Dampening = T.CreateChecked(dampening),
            WeightDecay = T.CreateChecked(decay),
            Nesterov = nesterov,
        };
        double[] w = GoldenVectorTests.Widen<T>(parameter.Value), v = new double[length];
        for (int step = 0; step < 5; step++)
        {
            double rate = step < 3 ? 0.1 : 0.02;
            optimizer.LearningRate = T.CreateChecked(rate);
            T[] gradient = Rows.Random<T>(length, 10 + step);
            parameter.SetGradient(gradient);
            optimizer.Step();
            for (int i = 0; i < length; i++)
            {
                double d = double.CreateChecked(gradient[i]) + (decay * w[i]);
                v[i] = step == 0 ? d : (momentum * v[i]) + ((1 - dampening) * d);
                w[i] -= rate * (momentum == 0 ? d : nesterov ? d + (momentum * v[i]) : v[i]);
                Assert.Equal(w[i], double.CreateChecked(parameter.Value[i]), tolerance);
            }
        }
    }

    [Fact]
    public void A_parameter_that_was_not_watched_in_a_step_is_left_alone()
    {
        Parameter<double> used = new("used", [1], [1]), rare = new("rare", [1], [1]);
        GradientTape<double> tape = new();
        Sgd<double> optimizer = new(used, rare) { LearningRate = 0.5, Momentum = 0.5, WeightDecay = 0.1 };
        Step(used, rare);
        double after = rare.Value[0], before = used.Value[0];
        Step(used);
        Step(used);
        Assert.Equal(after, rare.Value[0]);
        Assert.NotEqual(before, used.Value[0]);
        // Watched again but not reached by the loss: its gradient is 0, and momentum and decay move it.
        tape.Reset();
        _ = tape.Watch(rare);
        tape.Backward(tape.Watch(used).Sum());
        optimizer.Step();
        // v = 0.5 · 1.1 + 0.1 · 0.45 = 0.595, and 0.45 − 0.5 · 0.595.
        Assert.Equal(0.1525, rare.Value[0], 1e-15);

        void Step(params ReadOnlySpan<Parameter<double>> parameters)
        {
            tape.Reset();
            Variable<double> loss = tape.Constant(0);
            foreach (Parameter<double> parameter in parameters) loss += tape.Watch(parameter).Sum();
            tape.Backward(loss);
            optimizer.Step();
        }
    }

    [Fact]
    public void A_second_step_on_one_gradient_does_nothing()
    {
        Parameter<float> w = new("w", [2], [1, 2]);
        GradientTape<float> tape = new();
        Sgd<float> optimizer = new(w) { LearningRate = 1 };
        tape.Backward(tape.Watch(w).Sum());
        optimizer.Step();
        optimizer.Step();
        Assert.Equal([0, 1], w.Value.ToArray());
    }

    [Fact]
    public void A_rate_of_zero_changes_nothing()
    {
        Parameter<float> w = new("w", [2], [1, 2]);
        w.SetGradient([3, 4]);
        new Sgd<float>(w) { LearningRate = 0, WeightDecay = 1 }.Step();
        Assert.Equal([1, 2], w.Value.ToArray());
    }

    [Fact]
    public void Defaults_are_those_of_PyTorch()
    {
        Sgd<double> optimizer = new();
        Assert.Equal((0.01, 0, 0, 0, false), (optimizer.LearningRate, optimizer.Momentum, optimizer.Dampening, optimizer.WeightDecay, optimizer.Nesterov));
        optimizer.Step();
    }

    [Fact]
    public void Parameters_may_come_from_a_sequence()
    {
        Linear<float> layer = new(3, 2, new Philox(1));
        Assert.Equal(layer.Parameters, new Sgd<float>(layer.Parameters).Parameters);
        Assert.Equal(layer.Parameters, new Sgd<float>([.. layer.Parameters]).Parameters);
    }
}
