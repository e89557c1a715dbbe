using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// A random mask on a tape. What arrives at its result goes back through the same mask, which a backward pass draws again
/// from the same place of the stream.
/// </summary>
internal sealed class DropoutOperation<T> : Operation<T>, IRentable<DropoutOperation<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private RandomMask _mask;
    private MaskTerms<T> _terms;
    private int _featureLength;

    public override string Name => "Dropout";

    public static DropoutOperation<T> Create() => new();

    public DropoutOperation<T> With(RandomMask mask, MaskTerms<T> terms, int featureLength)
    {
        (_mask, _terms, _featureLength) = (mask, terms, featureLength);
        return this;
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => inputs[0].Shape;

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output) =>
        _mask.Apply(inputs[0].Value, _featureLength, _terms, output);

    public override void Backward(BackwardStep<T> step)
    {
        if (step.IsRecorded)
        {
            GradientTape<T> tape = step.Upstream.Tape;
            step.Add(0, tape.Apply(tape.Rent<DropoutOperation<T>>().With(_mask, _terms.Linear, _featureLength), step.Upstream));
            return;
        }

        Variable<T> gradient = step.NewGradient(0, out Span<T> elements);
        _mask.Apply(step.Upstream.Value, _featureLength, _terms.Linear, elements);
        step.Add(0, gradient);
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>Each element 0 with the probability <paramref name="rate"/>, else x / (1 − rate), as <see cref="Regularization.Dropout"/>.</summary>
    /// <param name="rate">The probability of dropping, from 0 to 1.</param>
    /// <param name="random">Where the mask comes from; its position moves by a word for each element.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 0 to 1.</exception>
    public Variable<T> Dropout(double rate, Philox random) => Masked(rate, random, 1, MaskTerms<T>.Plain(rate));

    /// <summary>Dropout for SELU, which keeps mean 0 and variance 1, as <see cref="Regularization.AlphaDropout"/>.</summary>
    /// <param name="rate">The probability of dropping, from 0 to 1.</param>
    /// <param name="random">Where the mask comes from; its position moves by a word for each element.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 0 to 1.</exception>
    public Variable<T> AlphaDropout(double rate, Philox random) => Masked(rate, random, 1, MaskTerms<T>.Alpha(rate));

    /// <summary>
    /// Dropout of whole features, [batch, features, …]: all elements that share the first two indices are kept or become 0
    /// together.
    /// </summary>
    /// <param name="rate">The probability of dropping, from 0 to 1.</param>
    /// <param name="random">Where the mask comes from; its position moves by a word for each feature of each sample.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 0 to 1.</exception>
    /// <exception cref="ArgumentException">The shape has fewer than two dimensions.</exception>
    public Variable<T> FeatureDropout(double rate, Philox random)
    {
        Shape shape = Shape;
        if (shape.Rank < 2) throw new ArgumentException($"FeatureDropout asks for [batch, features, …]; the shape is {shape}.", "x");
        return Masked(rate, random, Math.Max(1, shape.Product(2, shape.Rank)), MaskTerms<T>.Plain(rate));
    }

    private Variable<T> Masked(double rate, Philox random, int featureLength, MaskTerms<T> terms)
    {
        GradientTape<T> tape = Tape;
        int elements = Shape.ElementCount / featureLength;
        RandomMask mask = RandomMask.Take(random, rate, elements);
        random.Position += elements;
        return tape.Apply(tape.Rent<DropoutOperation<T>>().With(mask, terms, featureLength), this);
    }
}
