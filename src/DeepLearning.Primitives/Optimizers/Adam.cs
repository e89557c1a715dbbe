using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// Adam (Kingma and Ba, 2015) as PyTorch defines it: <c>g ← g + λw</c>, <c>m = β₁m + (1 − β₁)g</c>,
/// <c>v = β₂v + (1 − β₂)g²</c>, <c>w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)</c>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Adam<T> : AdaptiveMoments<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>An optimizer with a <see cref="Optimizer{T}.LearningRate"/> of 0.001.</summary>
    /// <exception cref="ArgumentNullException">The parameters, or one of them, are null.</exception>
    /// <exception cref="ArgumentException">A parameter is given twice.</exception>
    public Adam(IEnumerable<Parameter<T>> parameters)
        : base(parameters)
    {
    }

    /// <inheritdoc cref="Adam{T}(IEnumerable{Parameter{T}})"/>
    public Adam(params ReadOnlySpan<Parameter<T>> parameters)
        : this(parameters.ToArray().AsEnumerable())
    {
    }

    private protected override bool DecaysWeights => false;
}
