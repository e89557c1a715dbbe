using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019): <c>w ← w − ηλw</c> before Adam's step, the gradient
/// left as it is.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class AdamW<T> : AdaptiveMoments<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// An optimizer with a <see cref="Optimizer{T}.LearningRate"/> of 0.001 and a <see cref="AdaptiveMoments{T}.WeightDecay"/> of 0.01.
    /// </summary>
    /// <inheritdoc cref="Adam{T}(IEnumerable{Parameter{T}})"/>
    public AdamW(IEnumerable<Parameter<T>> parameters)
        : base(parameters) => WeightDecay = T.CreateChecked(0.01);

    /// <inheritdoc cref="AdamW{T}(IEnumerable{Parameter{T}})"/>
    public AdamW(params ReadOnlySpan<Parameter<T>> parameters)
        : this(parameters.ToArray().AsEnumerable())
    {
    }

    private protected override bool DecaysWeights => true;
}
