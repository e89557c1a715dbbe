namespace DeepLearning.Primitives;

/// <summary>Elementary functions on vectors of any width.</summary>
internal static partial class VectorMath;
