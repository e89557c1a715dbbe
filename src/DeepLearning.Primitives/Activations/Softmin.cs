using System.Numerics;

namespace DeepLearning.Primitives;

public static partial class Activations
{
    /// <summary>Softmax of −x of each row: the smallest logit gets the most.</summary>
    /// <remarks>A row that is all +∞ gives zeros; one that holds NaN or −∞ gives NaN.</remarks>
    /// <param name="logits">[rows, rowLength]; may be empty.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The logits are not whole rows, or the destination is too short or a shifted part of the logits.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Softmin<T>(ReadOnlySpan<T> logits, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(logits.Length, rowLength, nameof(logits));
        Guard.Destination(logits, destination);
        SoftmaxKernel.Softmin(logits, rowLength, destination);
    }

    /// <summary>The gradient of softmin from its output: −yᵢ·(gᵢ − Σⱼ gⱼyⱼ).</summary>
    /// <param name="output">[rows, rowLength]: what <see cref="Softmin"/> gave.</param>
    /// <param name="upstream">[rows, rowLength]: the gradient of the loss with respect to the output.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be either input itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The inputs differ in length or are not whole rows, or the destination is too short or a shifted part of an input.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SoftminGradient<T>(
        ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SoftmaxGradient(output, upstream, rowLength, destination);
        destination = destination[..output.Length];
        UnaryFunction.Value(destination, destination, default(Negate<T>));
    }
}

public readonly partial struct Variable<T>
{
    /// <summary><c>yᵢ = e^−xᵢ / Σⱼ e^−xⱼ</c> along an axis: softmax of −x.</summary>
    /// <param name="axis">Where the rows lie; negative: counted from the end.</param>
    /// <param name="temperature">What the logits are divided by, positive and finite.</param>
    /// <exception cref="ArgumentException">The variable is a scalar.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the temperature is not positive and finite.</exception>
    public Variable<T> Softmin(int axis = -1, double temperature = 1) => (-this).Softmax(axis, temperature);
}
