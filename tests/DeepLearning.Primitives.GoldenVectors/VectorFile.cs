using System.Globalization;
using static TorchSharp.torch;

namespace DeepLearning.Primitives.GoldenVectors;

/// <summary>
/// Writes cases as text: a line <c>case name</c>, then a line for each tensor, <c>name type [shape] value value …</c>.
/// Values are the shortest decimals that read back as the same bits.
/// </summary>
internal sealed class VectorFile(TextWriter text)
{
    private readonly Random _random = new(20260401);

    public void Comment(string line) => text.Write($"# {line}\n");

    public void Case(string name) => text.Write($"\ncase {name}\n");

    public void Write(string name, double value) => Write(name, tensor(value, ScalarType.Float64));

    public void Write(string name, Tensor tensor)
    {
        Tensor flat = tensor.detach().contiguous();
        (string type, IEnumerable<string> values) = tensor.dtype switch
        {
            ScalarType.Float64 => ("f64", flat.data<double>().Select(v => v.ToString("R", CultureInfo.InvariantCulture))),
            ScalarType.Float32 => ("f32", flat.data<float>().Select(v => v.ToString("R", CultureInfo.InvariantCulture))),
            ScalarType.Int64 => ("i64", flat.data<long>().Select(v => v.ToString(CultureInfo.InvariantCulture))),
            _ => throw new NotSupportedException($"{tensor.dtype}"),
        };
        text.Write($"{name} {type} [{string.Join(',', tensor.shape)}] {string.Join(' ', values)}\n");
    }

    /// <summary>Uniform numbers in [−scale, scale) that a float holds exactly, so that both types see the same ones.</summary>
    public Tensor Uniform(double scale, params long[] shape)
    {
        double[] values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        foreach (ref double value in values.AsSpan()) value = (float)(scale * (2 * _random.NextDouble() - 1));
        return tensor(values).reshape(shape);
    }

    /// <summary>
    /// A function's inputs, its <c>output</c>, a gradient of it (<c>upstream</c>) and the gradients of the inputs that
    /// follow (<c>gradient.name</c>): in float64, and in float32 as a second case <c>name/f32</c> if asked for.
    /// </summary>
    public void Gradient(string name, Func<Tensor[], Tensor> function, bool single, params (string Name, Tensor Value)[] inputs)
    {
        Tensor? upstream = null;
        foreach (ScalarType type in single ? [ScalarType.Float64, ScalarType.Float32] : (ScalarType[])[ScalarType.Float64])
        {
            Tensor[] values = [.. inputs.Select(i => i.Value.to(type).detach().requires_grad_())];
            Tensor output = function(values);
            upstream ??= output.dim() == 0 ? ones([], ScalarType.Float64) : Uniform(1, output.shape);
            IList<Tensor> gradients = autograd.grad([output], values, [upstream.to(type)]);

            Case(type == ScalarType.Float32 ? $"{name}/f32" : name);
            for (int i = 0; i < inputs.Length; i++) Write(inputs[i].Name, values[i]);
            Write("output", output);
            if (output.dim() > 0) Write("upstream", upstream.to(type));
            for (int i = 0; i < inputs.Length; i++) Write($"gradient.{inputs[i].Name}", gradients[i]);
        }
    }
}
