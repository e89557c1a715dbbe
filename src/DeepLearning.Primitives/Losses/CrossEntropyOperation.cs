using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>Cross entropy on a tape.</summary>
internal sealed class CrossEntropyOperation<T> : LabelOperation<T>, IRentable<CrossEntropyOperation<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private CrossEntropyOptions _options = CrossEntropyOptions.Default;

    public override string Name => nameof(Losses.CrossEntropy);

    public static CrossEntropyOperation<T> Create() => new();

    public CrossEntropyOperation<T> With(CrossEntropyOptions options, ReadOnlySpan<int> labels, Slab<T> weights, int axis)
    {
        Set(options, labels, weights, axis);
        _options = options;
        return this;
    }

    protected override T Evaluate(ReadOnlySpan<T> x, Span<T> gradient, ReadOnlySpan<T> weights, int innerLength, Span<T> losses) =>
        Losses.CrossEntropyCore(x, Labels, _options, gradient, weights, innerLength, losses);

    /// <summary>
    /// Adds zero, with the derivative of the gradient: row by row it is mass · softmax(x) − constant, where the mass is what
    /// the targets of the row sum to.
    /// </summary>
    protected override Variable<T> Differentiable(Variable<T> gradient, Variable<T> x)
    {
        int classes = x.Shape[1];
        double divisor = Divisor();
        Variable<T> mass = x.Tape.NewConstant([Labels.Length, 1], out Span<T> masses);
        for (int row = 0; row < masses.Length; row++)
        {
            // At an infinite logit the softmax is constant; an ignored row may hold anything.
            bool counts = Share(row, divisor) != 0 && IsBelowInfinity(x.Value.Slice(row * classes, classes));
            masses[row] = counts
                ? T.CreateTruncating(SampleWeight(row) * _options.TargetMass(Labels[row], classes) / divisor) : T.Zero;
        }

        return gradient + SoftmaxShare(x, mass);
    }

    /// <summary>mass · (p − p), with the derivative of mass · p.</summary>
    internal static Variable<T> SoftmaxShare(Variable<T> x, Variable<T> mass)
    {
        Variable<T> probabilities = x.Tape.Apply(KeepRows<T>.Instance, x, mass).Softmax();
        return mass * (probabilities - probabilities.Detach());
    }

    internal static bool IsBelowInfinity(ReadOnlySpan<T> row)
    {
        foreach (T x in row)
            if (!(x < T.PositiveInfinity)) return false;
        return true;
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Cross entropy of softmax over the last dimension, or another, with one class index a row, as
    /// <see cref="Losses.CrossEntropy{T}(ReadOnlySpan{T}, ReadOnlySpan{int}, CrossEntropyOptions?, Span{T}, ReadOnlySpan{T}, int, Span{T})"/>
    /// defines it.
    /// </summary>
    /// <inheritdoc cref="NegativeLogLikelihood(ReadOnlySpan{int}, ClassLossOptions?, ReadOnlySpan{T}, int)"/>
    public Variable<T> CrossEntropy(
        ReadOnlySpan<int> labels, CrossEntropyOptions? options = null, ReadOnlySpan<T> weights = default, int axis = -1)
    {
        options ??= CrossEntropyOptions.Default;
        axis = CheckLabels(labels, options, weights, axis, nameof(CrossEntropy));
        return Tape.Apply(Tape.Rent<CrossEntropyOperation<T>>().With(options, labels, Saved(weights), axis), this);
    }
}
