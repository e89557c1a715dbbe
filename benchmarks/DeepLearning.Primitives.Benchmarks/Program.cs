using BenchmarkDotNet.Running;
using DeepLearning.Primitives.Benchmarks;

// dotnet run -c Release --project benchmarks/DeepLearning.Primitives.Benchmarks -- --filter '*Sigmoid*' [--job dry]
BenchmarkSwitcher.FromAssembly(typeof(ActivationBenchmarks).Assembly).Run(args);
