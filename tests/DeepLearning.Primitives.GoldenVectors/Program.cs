using System.Runtime.CompilerServices;
using DeepLearning.Primitives.GoldenVectors;
using DeepLearning.Primitives.Peers;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

// Writes tests/DeepLearning.Primitives.Tests/Golden/libtorch.txt, which the tests read through LibtorchVectors:
//   dotnet run -c Release --project tests/DeepLearning.Primitives.GoldenVectors [FILE]
OlderLinux.Prepare();
string path = args.Length > 0 ? args[0] : DefaultPath();
Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
using (var text = new StreamWriter(path))
{
    var file = new VectorFile(text);
    file.Comment($"libtorch {torch.__version__} through TorchSharp; written by tests/DeepLearning.Primitives.GoldenVectors.");
    file.Comment("A case, then its tensors: name type [shape] values (row-major, the shortest decimals with the same bits).");
    FunctionCases.Write(file);
    LossCases.Write(file);
    OptimizerCases.Write(file);
    ActivationCases.Write(file);
    RecurrentCases.Write(file);
    ElementaryCases.Write(file);
}

// The losses have a file of their own, with random numbers of its own.
string losses = Path.ChangeExtension(path, ".losses.txt");
using (var text = new StreamWriter(losses))
{
    var file = new VectorFile(text);
    file.Comment($"libtorch {torch.__version__} through TorchSharp; the losses of libtorch.txt's kind.");
    MoreLossCases.Write(file);
}

// So has what ONNX Runtime computes.
string onnx = Path.Combine(Path.GetDirectoryName(path)!, "onnxruntime.txt");
using (var text = new StreamWriter(onnx))
{
    var file = new VectorFile(text);
    file.Comment($"ONNX Runtime {OrtEnv.Instance().GetVersionString()}; a file of libtorch.txt's kind.");
    OnnxCases.Write(file);
}

Console.WriteLine($"{path}: {new FileInfo(path).Length:N0} bytes");

static string DefaultPath([CallerFilePath] string source = "") =>
    Path.Combine(Path.GetDirectoryName(source)!, "../DeepLearning.Primitives.Tests/Golden/libtorch.txt");
