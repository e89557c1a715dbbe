using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>How a layer's weights begin. A layer's fan-in and fan-out are its numbers of inputs and outputs.</summary>
public enum Initialization
{
    /// <summary>PyTorch's: weights and bias uniform in ±√(1 / fan-in).</summary>
    Default,

    /// <summary>He et al. (2015), for ReLU: uniform in ±√(6 / fan-in); bias 0.</summary>
    HeUniform,

    /// <summary>He et al. (2015), for ReLU: normal with variance 2 / fan-in; bias 0.</summary>
    HeNormal,

    /// <summary>Glorot and Bengio (2010), for tanh and sigmoid: uniform in ±√(6 / (fan-in + fan-out)); bias 0.</summary>
    GlorotUniform,

    /// <summary>Glorot and Bengio (2010), for tanh and sigmoid: normal with variance 2 / (fan-in + fan-out); bias 0.</summary>
    GlorotNormal,
}

/// <summary>y = x · Wᵀ + b over the last dimension.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Linear<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T>[] _parameters;

    /// <summary>A layer with weights drawn from <paramref name="random"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the initialization is unknown.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
    public Linear(int inputSize, int outputSize, Philox random, bool bias = true, Initialization initialization = Initialization.Default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputSize, 1);
        ArgumentNullException.ThrowIfNull(random);
        Weight = new Parameter<T>("weight", [outputSize, inputSize]);
        Bias = bias ? new Parameter<T>("bias", [outputSize]) : null;
        _parameters = Bias is null ? [Weight] : [Weight, Bias];
        switch (initialization)
        {
            case Initialization.Default:
                Uniform(Weight, Math.Sqrt(1.0 / inputSize));
                if (Bias is not null) Uniform(Bias, Math.Sqrt(1.0 / inputSize));
                break;
            case Initialization.HeUniform:
                Uniform(Weight, Math.Sqrt(6.0 / inputSize));
                break;
            case Initialization.HeNormal:
                random.Normal(Weight.Value, T.Zero, T.CreateChecked(Math.Sqrt(2.0 / inputSize)));
                break;
            case Initialization.GlorotUniform:
                Uniform(Weight, Math.Sqrt(6.0 / ((double)inputSize + outputSize)));
                break;
            case Initialization.GlorotNormal:
                random.Normal(Weight.Value, T.Zero, T.CreateChecked(Math.Sqrt(2.0 / ((double)inputSize + outputSize))));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(initialization), initialization, "No such initialization.");
        }

        void Uniform(Parameter<T> parameter, double bound) =>
            random.Uniform(parameter.Value, T.CreateChecked(-bound), T.CreateChecked(bound));
    }

    /// <summary>W, of shape [outputs, inputs].</summary>
    public Parameter<T> Weight { get; }

    /// <summary>b, of shape [outputs]; null for a layer without.</summary>
    public Parameter<T>? Bias { get; }

    /// <summary>"weight" and, if there is one, "bias": names, order and layout as PyTorch's.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => _parameters;

    /// <summary>[…, inputs] → […, outputs].</summary>
    /// <exception cref="ArgumentException">The last dimension has another length.</exception>
    public Variable<T> Forward(Variable<T> input)
    {
        Variable<T> product = input.MatMul(input.Tape.Watch(Weight), transposeB: true);
        return Bias is null ? product : product + input.Tape.Watch(Bias);
    }
}
