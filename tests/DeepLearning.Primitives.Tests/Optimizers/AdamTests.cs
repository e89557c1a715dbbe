using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

public class AdamTests
{
    [Theory]
    [InlineData(false, 0.9, 0.999, 1e-8, 0)]
    [InlineData(false, 0.9, 0.999, 1e-8, 0.1)]
    [InlineData(true, 0.9, 0.999, 1e-8, 0.1)]
    [InlineData(true, 0, 0, 1e-3, 0)]
    [InlineData(false, 0.5, 0.75, 0.1, 0.01)]
    public void Steps_are_those_of_a_plain_loop(bool decoupled, double beta1, double beta2, double epsilon, double decay)
    {
        foreach (int length in (int[])[0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 1000])
        {
            // Five steps of ten roundings each, in numbers below 4; a step is at most a few rates long.
            Steps<double>(length, decoupled, beta1, beta2, epsilon, decay, 50 * 4 * Math.ScaleB(1, -53));
            // 1 − β₂ is itself off by 2⁻²⁴ / 0.001 in float, and so is a step, by half of that.
            Steps<float>(length, decoupled, beta1, beta2, epsilon, decay, 50 * 4 * Math.ScaleB(1, -24));
        }
    }

    private static void Steps<T>(int length, bool decoupled, double beta1, double beta2, double epsilon, double decay, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Parameter<T> parameter = new("w", [length], Rows.Random<T>(length, 1));
        AdaptiveMoments<T> optimizer = decoupled ? new AdamW<T>(parameter) : new Adam<T>(parameter);
        optimizer.Beta1 = T.CreateChecked(beta1);
        optimizer.Beta2 = T.CreateChecked(beta2);
        optimizer.Epsilon = T.CreateChecked(epsilon);
        optimizer.WeightDecay = T.CreateChecked(decay);
        double[] w = GoldenVectorTests.Widen<T>(parameter.Value), m = new double[length], v = new double[length];
        for (int step = 1; step <= 5; step++)
        {
            double rate = step < 4 ? 0.01 : 0.002;
            optimizer.LearningRate = T.CreateChecked(rate);
            T[] gradient = Rows.Random<T>(length, 10 + step);
            parameter.SetGradient(gradient);
            optimizer.Step();
            for (int i = 0; i < length; i++)
            {
                double g = double.CreateChecked(gradient[i]);
                if (decoupled) w[i] -= rate * decay * w[i];
                else g += decay * w[i];
                m[i] = (beta1 * m[i]) + ((1 - beta1) * g);
                v[i] = (beta2 * v[i]) + ((1 - beta2) * g * g);
                w[i] -= rate * (m[i] / (1 - Math.Pow(beta1, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(beta2, step))) + epsilon);
                Assert.Equal(w[i], double.CreateChecked(parameter.Value[i]), tolerance);
            }
        }
    }

    [Fact]
    public void A_skipped_parameter_keeps_its_own_count_of_steps()
    {
        Parameter<double> every = new("every", [1], [0]), rare = new("rare", [1], [0]);
        GradientTape<double> tape = new();
        Adam<double> optimizer = new(every, rare) { LearningRate = 0.1 };
        for (int step = 0; step < 4; step++)
        {
            tape.Reset();
            Variable<double> loss = tape.Watch(every).Sum();
            if (step == 3) loss += tape.Watch(rare).Sum();
            tape.Backward(loss);
            optimizer.Step();
        }

        // The first step is one rate long, whenever it comes; with equal gradients so is each.
        Assert.Equal(-0.1, rare.Value[0], 1e-8);
        Assert.Equal(-0.4, every.Value[0], 1e-8);
    }

    [Fact]
    public void A_gradient_of_zero_moves_nothing()
    {
        Parameter<float> w = new("w", [2], [1, -2]);
        Adam<float> optimizer = new(w);
        for (int step = 0; step < 3; step++)
        {
            w.SetGradient([0, 0]);
            optimizer.Step();
        }

        Assert.Equal([1, -2], w.Value.ToArray());
    }

    [Fact]
    public void Defaults_are_those_of_PyTorch()
    {
        Adam<double> adam = new();
        AdamW<double> decoupled = new();
        Assert.Equal((0.001, 0.9, 0.999, 1e-8, 0), (adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay));
        Assert.Equal((0.001, 0.01), (decoupled.LearningRate, decoupled.WeightDecay));
    }
}
