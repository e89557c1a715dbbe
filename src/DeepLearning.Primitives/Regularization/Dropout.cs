using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>Dropout and its variants, smoothed labels and mixed samples.</summary>
/// <remarks>
/// Whether element i is dropped follows from word i of the random stream alone, counted from where the stream stands at the
/// call: the mask is the same for float and double, every number of threads, and a span cut into parts. A call takes one
/// word for each element (for each feature, where whole features are dropped).
/// </remarks>
public static partial class Regularization
{
    /// <summary>
    /// Dropout (N. Srivastava and others, 2014): each element becomes 0 with the probability <paramref name="rate"/>, and is
    /// multiplied by 1 / (1 − rate) otherwise, so that its expectation stays. A dropped NaN or ∞ is 0.
    /// </summary>
    /// <remarks>It is linear: its gradient is the same function of what arrives, from the same position of the stream.</remarks>
    /// <param name="x">The input.</param>
    /// <param name="rate">The probability of dropping, from 0 to 1.</param>
    /// <param name="random">Where the mask comes from; its position moves by a word for each element.</param>
    /// <param name="destination">As long as the input or longer, the rest untouched; may be the input itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 0 to 1.</exception>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Dropout<T>(ReadOnlySpan<T> x, double rate, Philox random, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        FeatureDropout(x, 1, rate, random, destination);

    /// <summary>
    /// Dropout of whole features, such as the channels of images (J. Tompson and others, 2015): all elements of a feature
    /// become 0 together.
    /// </summary>
    /// <inheritdoc cref="Dropout" path="/remarks" />
    /// <param name="x">The features, one after the other.</param>
    /// <param name="featureLength">The elements in a feature, 1 or more.</param>
    /// <param name="rate">The probability of dropping, from 0 to 1.</param>
    /// <param name="random">Where the mask comes from; its position moves by a word for each feature.</param>
    /// <param name="destination">As long as the input or longer, the rest untouched; may be the input itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 0 to 1, or the feature length below 1.</exception>
    /// <exception cref="ArgumentException">
    /// The input does not make whole features, or the destination is too short or a shifted part of the input.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void FeatureDropout<T>(ReadOnlySpan<T> x, int featureLength, double rate, Philox random, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int features = Guard.Rows(x.Length, featureLength, nameof(x));
        RandomMask mask = RandomMask.Take(random, rate, features);
        Guard.Destination(x, destination);
        random.Position += features;
        mask.Apply(x, featureLength, MaskTerms<T>.Plain(rate), destination);
    }

    /// <summary>
    /// Alpha dropout (G. Klambauer and others, 2017), for SELU: a·x + b where x is kept and a·α′ + b where it is dropped,
    /// with α′ = −1.758…, SELU's limit, a = ((1 − rate)(1 + rate·α′²))^−½ and b = −a·rate·α′, so that mean 0 and variance 1
    /// stay. A rate of 1 gives zeros.
    /// </summary>
    /// <inheritdoc cref="Dropout" />
    public static void AlphaDropout<T>(ReadOnlySpan<T> x, double rate, Philox random, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        RandomMask mask = RandomMask.Take(random, rate, x.Length);
        Guard.Destination(x, destination);
        random.Position += x.Length;
        mask.Apply(x, 1, MaskTerms<T>.Alpha(rate), destination);
    }

    /// <summary>The gradient of <see cref="AlphaDropout"/> from the same position of the stream: a·upstream where x was kept, 0 elsewhere.</summary>
    /// <param name="upstream">The gradient that arrives.</param>
    /// <param name="rate">The probability of dropping, from 0 to 1.</param>
    /// <param name="random">A stream at the position where it stood before the forward call; it moves as there.</param>
    /// <param name="destination">As long as the gradient or longer, the rest untouched; may be the gradient itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 0 to 1.</exception>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the gradient.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void AlphaDropoutGradient<T>(ReadOnlySpan<T> upstream, double rate, Philox random, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        RandomMask mask = RandomMask.Take(random, rate, upstream.Length);
        Guard.Destination(upstream, destination);
        random.Position += upstream.Length;
        mask.Apply(upstream, 1, MaskTerms<T>.Alpha(rate).Linear, destination);
    }
}
