using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearning.Primitives.GoldenVectors;

/// <summary>Optimizers over six steps with given gradients: <c>gradients</c> and <c>parameters</c> have a row for each step.</summary>
internal static class OptimizerCases
{
    private const int Steps = 6, Length = 5;

    public static void Write(VectorFile file)
    {
        Tensor start = file.Uniform(1, Length), gradients = file.Uniform(1, Steps, Length);
        gradients[1] = 0; // a step without a gradient moves by momentum and decay alone
        Sgd("sgd/plain", 0.1);
        Sgd("sgd/momentum", 0.1, momentum: 0.9);
        Sgd("sgd/nesterov", 0.1, momentum: 0.9, nesterov: true);
        Sgd("sgd/dampening", 0.1, momentum: 0.9, dampening: 0.5);
        Sgd("sgd/decay", 0.1, decay: 0.05);
        Sgd("sgd/momentum_decay", 0.1, momentum: 0.9, decay: 0.05);
        Sgd("sgd/nesterov_decay", 0.1, momentum: 0.8, decay: 0.05, nesterov: true);
        Adam("adam/plain", 0.01);
        Adam("adam/betas", 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-3);
        Adam("adam/decay", 0.01, decay: 0.05);
        AdamW("adamw/decay", 0.01, decay: 0.05);

        void Sgd(string name, double rate, double momentum = 0, double dampening = 0, double decay = 0, bool nesterov = false)
        {
            Run(name, p => optim.SGD([p], rate, momentum, dampening, decay, nesterov));
            Options(rate, ("momentum", momentum), ("dampening", dampening), ("weightDecay", decay), ("nesterov", nesterov ? 1 : 0));
        }

        void Adam(string name, double rate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double decay = 0)
        {
            Run(name, p => optim.Adam([p], rate, beta1, beta2, epsilon, decay));
            Options(rate, ("beta1", beta1), ("beta2", beta2), ("epsilon", epsilon), ("weightDecay", decay));
        }

        void AdamW(string name, double rate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double decay = 0)
        {
            Run(name, p => optim.AdamW([p], rate, beta1, beta2, epsilon, decay));
            Options(rate, ("beta1", beta1), ("beta2", beta2), ("epsilon", epsilon), ("weightDecay", decay));
        }

        void Run(string name, Func<Parameter, optim.Optimizer> create)
        {
            var parameter = new Parameter(start.clone());
            using optim.Optimizer optimizer = create(parameter);
            Tensor after = zeros(Steps, Length, ScalarType.Float64);
            for (int step = 0; step < Steps; step++)
            {
                parameter.grad = gradients[step].clone();
                optimizer.step();
                after[step] = parameter.detach();
            }

            file.Case(name);
            file.Write("start", start);
            file.Write("gradients", gradients);
            file.Write("parameters", after);
        }

        void Options(double rate, params (string Name, double Value)[] options)
        {
            file.Write("learningRate", rate);
            foreach ((string name, double value) in options) file.Write(name, value);
        }
    }
}
