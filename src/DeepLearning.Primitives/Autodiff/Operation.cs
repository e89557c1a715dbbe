using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// One kind of step on a tape: the shape of its result, how it is computed, how its gradient is, and what it saves in
/// between (in its own fields). Those of the library and those of its users are made alike and enter a tape through
/// <see cref="GradientTape{T}.Apply"/>. An operation with fields belongs to one application until the tape's next
/// <see cref="GradientTape{T}.Reset"/>; one without may be shared by all.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The next free operation of the same kind; itself while it is in use by a tape.</summary>
    internal Operation<T>? NextFree { get; set; }

    /// <summary>The name that messages use.</summary>
    public virtual string Name => GetType().Name.Split('`')[0];

    /// <summary>The shape of the result; throws <see cref="ArgumentException"/> when the inputs do not fit.</summary>
    public abstract Shape GetShape(ReadOnlySpan<Variable<T>> inputs);

    /// <summary>
    /// Computes the result. <paramref name="output"/> has the elements of <see cref="GetShape"/> and arbitrary contents.
    /// </summary>
    public abstract void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output);

    /// <summary>
    /// Hands the gradient of the loss in each needed input to <see cref="BackwardStep{T}.Add"/>, computed from
    /// <see cref="BackwardStep{T}.Upstream"/> with operations on variables, so that it can be differentiated again.
    /// </summary>
    public abstract void Backward(BackwardStep<T> step);
}
