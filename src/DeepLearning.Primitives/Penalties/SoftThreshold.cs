using System.Numerics;

namespace DeepLearning.Primitives;

public static partial class Penalties
{
    /// <summary>
    /// The proximal step of the L1 penalty: sign(w)·max(|w| − threshold, 0), exactly 0 for |w| ≤ threshold.
    /// After a step of gradient descent with learning rate η on the rest of the loss, the threshold is η·λ.
    /// </summary>
    /// <remarks>NaN gives NaN, ±∞ gives ±∞ under a finite threshold. Zeros that it makes are positive.</remarks>
    /// <param name="weights">The weights.</param>
    /// <param name="threshold">At least 0; +∞ makes every weight but NaN zero.</param>
    /// <param name="destination">As long as the weights or longer, the rest untouched; may be the weights themselves.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is negative or NaN.</exception>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the weights.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SoftThreshold<T>(ReadOnlySpan<T> weights, T threshold, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        if (!(threshold >= T.Zero))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold must be 0 or more.");
        Guard.Destination(weights, destination);
        UnaryFunction.Value(weights, destination, new Softshrink<T>(threshold));
    }
}
