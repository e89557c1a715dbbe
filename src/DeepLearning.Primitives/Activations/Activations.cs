namespace DeepLearning.Primitives;

/// <summary>
/// Activation functions and their gradients over spans: <see cref="float"/> or <see cref="double"/>, any length, no
/// allocation, safe to call from any thread. Results have the same bits on every processor.
/// </summary>
public static partial class Activations;
