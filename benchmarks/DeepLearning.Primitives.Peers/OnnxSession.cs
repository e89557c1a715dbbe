using Microsoft.ML.OnnxRuntime;

namespace DeepLearning.Primitives.Peers;

/// <summary>ONNX Runtime at work on a recurrent node, from and to arrays that it reads and writes in place.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly SessionOptions _options = new();
    private readonly RunOptions _run = new();
    private readonly InferenceSession _session;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly OrtValue[] _inputs;
    private readonly OrtValue[] _outputs;

    public OnnxSession(OnnxRecurrent model, int threads, float[] x, int[]? lengths = null, float[]? hidden = null, float[]? cell = null)
    {
        _options.IntraOpNumThreads = threads;
        _session = new(model.ToBytes(), _options);
        _inputNames = [.. model.Inputs.Select(i => i.Name)];
        _outputNames = [.. model.Outputs.Select(o => o.Name)];
        Outputs = [.. model.Outputs.Select(o => new float[o.Shape.Aggregate(1L, (a, b) => a * b)])];
        _outputs = [.. model.Outputs.Zip(Outputs, (o, array) => OrtValue.CreateTensorValueFromMemory(array, o.Shape))];
        _inputs =
        [
            .. model.Inputs.Select(i => i.Name switch
            {
                "sequence_lens" => OrtValue.CreateTensorValueFromMemory(lengths, i.Shape),
                "initial_h" => OrtValue.CreateTensorValueFromMemory(hidden, i.Shape),
                "initial_c" => OrtValue.CreateTensorValueFromMemory(cell, i.Shape),
                _ => OrtValue.CreateTensorValueFromMemory(x, i.Shape),
            }),
        ];
    }

    /// <summary>Y, Y_h and, of an LSTM, Y_c of the last run.</summary>
    public float[][] Outputs { get; }

    public void Run() => _session.Run(_run, _inputNames, _inputs, _outputNames, _outputs);

    public void Dispose()
    {
        foreach (OrtValue value in _inputs.Concat(_outputs)) value.Dispose();
        _session.Dispose();
        _run.Dispose();
        _options.Dispose();
    }
}
