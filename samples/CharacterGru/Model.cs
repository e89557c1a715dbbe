using System.Numerics.Tensors;
using DeepLearning.Primitives;

namespace CharacterGru;

/// <summary>One layer of gated units over characters, and from its state the odds of the next one.</summary>
internal sealed class Model
{
    private readonly Gru<float>? _gru;
    private readonly Lstm<float>? _lstm;
    private readonly Linear<float> _output;
    private readonly RecurrentStepper<float> _stepper;
    private float[] _oneHot = [];

    public Model(string cell, int characters, int hiddenSize, Philox random)
    {
        (Cell, Characters, HiddenSize) = (cell, characters, hiddenSize);
        if (cell == "lstm") _lstm = new Lstm<float>(characters, hiddenSize, random, new() { ForgetBias = 1 });
        else _gru = new Gru<float>(characters, hiddenSize, random);
        _output = new Linear<float>(hiddenSize, characters, random);
        Parameters = [.. _gru?.Parameters ?? _lstm!.Parameters, .. _output.Parameters];
        _stepper = _gru?.NewStepper() ?? _lstm!.NewStepper();
    }

    public string Cell { get; }

    public int Characters { get; }

    public int HiddenSize { get; }

    public IReadOnlyList<Parameter<float>> Parameters { get; }

    public CarriedState<float> NewState(int batch) => _gru?.NewState(batch) ?? _lstm!.NewState(batch);

    /// <summary>
    /// The mean cross entropy, in nats, of what comes next after each character; both are [time, batch]. The rows go on from the
    /// state and leave
    /// theirs there.
    /// </summary>
    public Variable<float> Loss(GradientTape<float> tape, ReadOnlySpan<int> characters, ReadOnlySpan<int> next, CarriedState<float> state, int batch)
    {
        if (_oneHot.Length != characters.Length * Characters) _oneHot = new float[characters.Length * Characters];
        else Array.Clear(_oneHot);
        for (int i = 0; i < characters.Length; i++) _oneHot[(i * Characters) + characters[i]] = 1;
        Variable<float> input = tape.Constant(_oneHot, [characters.Length / batch, batch, Characters]);
        Variable<float> hidden = _gru?.Continue(input, state).Output ?? _lstm!.Continue(input, state).Output;
        return _output.Forward(hidden.Reshape(characters.Length, HiddenSize)).CrossEntropy(next);
    }

    /// <summary>Goes on writing after a prompt, character by character. A low temperature prefers what is likely.</summary>
    public string Write(string alphabet, string prompt, int length, float temperature, Philox random)
    {
        _stepper.Restart();
        _stepper.Reload();
        float[] input = new float[Characters], state = new float[HiddenSize], odds = new float[Characters];
        var text = new System.Text.StringBuilder();
        for (int i = 0; i < prompt.Length + length; i++)
        {
            int character = i < prompt.Length ? alphabet.IndexOf(prompt[i], StringComparison.Ordinal) : Draw(odds, random);
            text.Append(alphabet[character]);
            input.AsSpan().Clear();
            input[character] = 1;
            _stepper.Step(input, state);
            LinearAlgebra.MatMul<float>(state, _output.Weight.Value, odds, 1, HiddenSize, Characters, transposeB: true);
            TensorPrimitives.Add(odds, _output.Bias!.Value, odds);
            TensorPrimitives.Divide(odds, temperature, odds);
            Activations.Softmax<float>(odds, Characters, odds);
        }

        return text.ToString();
    }

    private static int Draw(ReadOnlySpan<float> odds, Philox random)
    {
        Span<float> uniform = stackalloc float[1];
        random.Uniform(uniform);
        float left = uniform[0];
        for (int i = 0; i < odds.Length; i++)
            if ((left -= odds[i]) < 0) return i;
        return odds.Length - 1;
    }
}
