using System.Numerics;

namespace DeepLearning.Primitives;

public static partial class Activations
{
    /// <summary>
    /// <c>y = a·relu(b)</c>, where a and b are the first and the second half of each row (Shazeer, 2020).
    /// </summary>
    /// <remarks>As in PyTorch's GLU, and throughout this family, the second half is the gate.</remarks>
    /// <param name="x">Rows of <paramref name="rowLength"/> elements, one after the other.</param>
    /// <param name="rowLength">The length of a row; even. Of a tensor split along an inner axis: the product of the dimensions from it on.</param>
    /// <param name="destination">At least half as long as x, and apart from it; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">
    /// A row has no halves, x does not consist of whole rows, or the destination is too short or overlaps x.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The length of a row is not positive.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void ReGlu<T>(ReadOnlySpan<T> x, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gated.Checked<T, Relu<T>>(x, rowLength, destination);

    /// <summary>
    /// The gradient of <see cref="ReGlu"/>: <c>upstream·relu(b)</c> in the first half of a row, and <c>upstream·a·relu′(b)</c> in the second.
    /// </summary>
    /// <param name="input">The input of <see cref="ReGlu"/>.</param>
    /// <param name="upstream">The gradient that arrives; half as long.</param>
    /// <param name="rowLength">The length of a row of the input; even.</param>
    /// <param name="destination">At least as long as the input, and apart from both; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">A row has no halves, the lengths do not fit, or the destination overlaps another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length of a row is not positive.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void ReGluGradient<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gated.CheckedGradient<T, Relu<T>>(input, upstream, rowLength, destination);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = a·relu(b)</c>, where a and b are the first and the second half along an axis.</summary>
    /// <param name="axis">The axis to split, of even length; negative: counted from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ArgumentException">The axis has an odd length.</exception>
    public Variable<T> ReGlu(int axis = -1) => GatedOperation<T, Relu<T>>.Apply(this, axis);
}
