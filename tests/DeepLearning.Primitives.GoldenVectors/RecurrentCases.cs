using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearning.Primitives.GoldenVectors;

/// <summary>
/// Recurrent layers: x [time, batch, input], initial states, weights by name, the results, and the gradients of their sums,
/// weighed by
/// <c>upstream</c> for the output.
/// </summary>
internal static class RecurrentCases
{
    private const int Time = 4, Batch = 3, Input = 3, Hidden = 4;

    public static void Write(VectorFile file)
    {
        foreach ((string name, int layers, bool bidirectional, bool bias) in
            ((string, int, bool, bool)[])[("plain", 1, false, true), ("stacked", 2, true, true), ("unbiased", 1, true, false)])
        {
            int places = layers * (bidirectional ? 2 : 1);
            LSTM lstm = nn.LSTM(Input, Hidden, layers, bias, bidirectional: bidirectional, dtype: ScalarType.Float64);
            Case($"recurrent/lstm/{name}", lstm, (x, h, c) =>
            {
                (Tensor output, Tensor hidden, Tensor cell) = lstm.call(x, (h, c!));
                return [output, hidden, cell];
            });
            GRU gru = nn.GRU(Input, Hidden, layers, bias, bidirectional: bidirectional, dtype: ScalarType.Float64);
            Case($"recurrent/gru/{name}", gru, (x, h, _) =>
            {
                (Tensor output, Tensor hidden) = gru.call(x, h);
                return [output, hidden];
            });
            RNN rnn = nn.RNN(Input, Hidden, layers, nn.NonLinearities.Tanh, bias, bidirectional: bidirectional, dtype: ScalarType.Float64);
            Case($"recurrent/rnn/{name}", rnn, (x, h, _) =>
            {
                (Tensor output, Tensor hidden) = rnn.call(x, h);
                return [output, hidden];
            });

            void Case(string title, nn.Module module, Func<Tensor, Tensor, Tensor?, Tensor[]> run)
            {
                Tensor x = file.Uniform(1, Time, Batch, Input).requires_grad_();
                Tensor h = file.Uniform(1, places, Batch, Hidden).requires_grad_(), c = file.Uniform(1, places, Batch, Hidden).requires_grad_();
                using (no_grad())
                {
                    foreach ((_, Parameter weight) in module.named_parameters()) weight.copy_(file.Uniform(1, weight.shape));
                }

                Tensor[] results = run(x, h, c);
                Tensor upstream = file.Uniform(1, results[0].shape);
                Tensor sum = (results[0] * upstream).sum() + results.Skip(1).Select(r => r.sum()).Aggregate((a, b) => a + b);
                (string Name, Tensor Value)[] inputs =
                    [("x", x), ("h", h), .. results.Length == 3 ? [("c", c)] : ((string, Tensor)[])[], .. module.named_parameters().Select(p => (p.name, (Tensor)p.parameter))];
                IList<Tensor> gradients = autograd.grad([sum], [.. inputs.Select(i => i.Value)]);
                file.Case(title);
                foreach ((string input, Tensor value) in inputs) file.Write(input, value);
                file.Write("output", results[0]);
                file.Write("finalHidden", results[1]);
                if (results.Length == 3) file.Write("finalCell", results[2]);
                file.Write("upstream", upstream);
                for (int i = 0; i < inputs.Length; i++) file.Write($"gradient.{inputs[i].Name}", gradients[i]);
            }
        }
    }
}
