using System.Numerics;

namespace DeepLearning.Primitives;

public static partial class Penalties
{
    /// <summary>
    /// The group lasso of M. Yuan and Y. Lin (2006), Σ‖w_g‖₂ over groups of equal length: multiply it by the strength, which
    /// they take as λ·√groupLength. 0 for no weights; NaN if a weight is NaN.
    /// </summary>
    /// <param name="weights">The weights, group after group: the rows of a matrix, say.</param>
    /// <param name="groupLength">The weights in a group, 1 or more.</param>
    /// <exception cref="ArgumentException">The weights do not make whole groups.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The group length is below 1.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T GroupLasso<T>(ReadOnlySpan<T> weights, int groupLength)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(weights.Length, groupLength, nameof(weights));
        return SumOfNorms(weights, groupLength, weights.Length / groupLength);
    }

    /// <summary>The gradient of strength times the group lasso: strength·w / ‖w_g‖₂, 0 for a group of zeros.</summary>
    /// <param name="weights">The weights, group after group.</param>
    /// <param name="groupLength">The weights in a group, 1 or more.</param>
    /// <param name="strength">The factor before the penalty, times what arrives from upstream.</param>
    /// <param name="destination">As long as the weights or longer, the rest untouched; may be the weights themselves.</param>
    /// <exception cref="ArgumentException">
    /// The weights do not make whole groups, or the destination is too short or a shifted part of them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The group length is below 1.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void GroupLassoGradient<T>(ReadOnlySpan<T> weights, int groupLength, T strength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(weights.Length, groupLength, nameof(weights));
        Guard.Destination(weights, destination);
        RowScaling.Run(weights, groupLength, destination, new PerNorm<T>(strength));
    }

    /// <summary>
    /// The proximal step of the group lasso, the block soft threshold: w·max(1 − threshold / ‖w_g‖₂, 0), exactly 0 for a
    /// whole group whose norm is at most the threshold. A group that holds NaN or ∞ keeps that.
    /// </summary>
    /// <param name="weights">The weights, group after group.</param>
    /// <param name="groupLength">The weights in a group, 1 or more.</param>
    /// <param name="threshold">The learning rate times the strength; 0 or more.</param>
    /// <param name="destination">As long as the weights or longer, the rest untouched; may be the weights themselves.</param>
    /// <exception cref="ArgumentException">
    /// The weights do not make whole groups, or the destination is too short or a shifted part of them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The group length is below 1, or the threshold negative or NaN.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void BlockSoftThreshold<T>(ReadOnlySpan<T> weights, int groupLength, T threshold, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(weights.Length, groupLength, nameof(weights));
        if (!(threshold >= T.Zero))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold must be 0 or more.");
        Guard.Destination(weights, destination);
        RowScaling.Run(weights, groupLength, destination, new BlockShrink<T>(threshold));
    }

    /// <summary>The norms added up as a binary tree, so that errors stay small however many groups there are.</summary>
    private static T SumOfNorms<T>(ReadOnlySpan<T> weights, int groupLength, int groups)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (groups > 8)
        {
            int half = groups / 2;
            return SumOfNorms(weights[..(half * groupLength)], groupLength, half)
                + SumOfNorms(weights[(half * groupLength)..], groupLength, groups - half);
        }

        T sum = T.Zero;
        for (int group = 0; group < groups; group++) sum += Norm.L2(weights.Slice(group * groupLength, groupLength));
        return sum;
    }

    private readonly struct PerNorm<T>(T strength) : IRowFactor<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public (T, T) Of(T norm) => T.IsZero(norm) ? (T.One, T.Zero) : (norm, strength);
    }

    private readonly struct BlockShrink<T>(T threshold) : IRowFactor<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // False for NaN, which then stays.
        public (T, T) Of(T norm) => (T.One, norm <= threshold ? T.Zero : T.One - (threshold / norm));
    }
}

/// <summary>Σ‖w_g‖₂ on a tape.</summary>
internal sealed class GroupLassoPenalty<T> : PenaltyOperation<T>, IRentable<GroupLassoPenalty<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int _groupLength;

    public static GroupLassoPenalty<T> Create() => new();

    public GroupLassoPenalty<T> With(int groupLength)
    {
        _groupLength = groupLength;
        return this;
    }

    protected override T Value(ReadOnlySpan<T> weights) => Penalties.GroupLasso(weights, _groupLength);

    protected override void Gradient(ReadOnlySpan<T> weights, T strength, Span<T> destination) =>
        Penalties.GroupLassoGradient(weights, _groupLength, strength, destination);

    /// <summary>w / ‖w_g‖, and for a group of zeros w · 0 / 1, whose derivatives are all 0.</summary>
    protected override Variable<T> Derivative(Variable<T> weights)
    {
        Shape shape = weights.Shape;
        int groups = shape.ElementCount / _groupLength;
        Variable<T> rows = weights.Reshape(groups, _groupLength), squares = (rows * rows).Sum([1], keepDimensions: true);
        Variable<T> isZero = weights.Tape.NewConstant([groups, 1], out Span<T> zeros);
        for (int i = 0; i < groups; i++) zeros[i] = T.IsZero(squares.Value[i]) ? T.One : T.Zero;
        return ((1 - isZero) * rows / (squares + isZero).Sqrt()).Reshape(shape);
    }
}

public readonly partial struct Variable<T>
{
    /// <summary><c>Σ‖w_g‖₂</c> over groups of elements that lie together, of shape <c>[]</c>, as <see cref="Penalties.GroupLasso"/>.</summary>
    /// <param name="groupLength">The elements in a group, 1 or more: the last length of the shape for the rows of a matrix.</param>
    /// <exception cref="ArgumentException">The elements do not make whole groups.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The group length is below 1.</exception>
    public Variable<T> GroupLassoPenalty(int groupLength)
    {
        Guard.Rows(Shape.ElementCount, groupLength, "weights");
        return Tape.Apply(Tape.Rent<GroupLassoPenalty<T>>().With(groupLength), this);
    }
}
