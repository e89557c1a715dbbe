using System.Numerics;

namespace DeepLearning.Primitives;

public static partial class Elementary
{
    /// <summary><c>y = condition ? whenTrue : whenFalse</c>, element by element.</summary>
    /// <param name="condition">Which of the two to take; any length.</param>
    /// <param name="whenTrue">As long as the condition.</param>
    /// <param name="whenFalse">As long as the condition.</param>
    /// <param name="destination">At least as long; may be either input itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Where<T>(ReadOnlySpan<bool> condition, ReadOnlySpan<T> whenTrue, ReadOnlySpan<T> whenFalse, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.SameLength(condition, whenTrue);
        Guard.SameLength(condition, whenFalse);
        Guard.Destination(whenTrue, destination);
        Guard.Destination(whenFalse, destination);
        Masking.Select(condition, whenTrue, whenFalse, destination);
    }

    /// <summary>
    /// The gradients of <see cref="Where"/>: upstream where an input was taken, 0 where it was not, even if NaN arrives there.
    /// </summary>
    /// <param name="condition">As before.</param>
    /// <param name="upstream">The gradient that arrives; as long as the condition.</param>
    /// <param name="whenTrue">The gradient in the first input; at least as long, or empty if it is not wanted; may be upstream itself if the other is empty.</param>
    /// <param name="whenFalse">The gradient in the second input; the same.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void WhereGradient<T>(ReadOnlySpan<bool> condition, ReadOnlySpan<T> upstream, Span<T> whenTrue, Span<T> whenFalse)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.SameLength(condition, upstream);
        if (!whenTrue.IsEmpty) Guard.Destination(upstream, whenTrue);
        if (!whenFalse.IsEmpty) Guard.Destination(upstream, whenFalse);
        if (!whenTrue.IsEmpty && !whenFalse.IsEmpty)
        {
            whenTrue = whenTrue[..upstream.Length];
            whenFalse = whenFalse[..upstream.Length];
            Guard.Apart<T>(whenTrue, whenFalse);
            Guard.Apart(upstream, whenTrue);
            Guard.Apart(upstream, whenFalse);
        }

        if (!whenTrue.IsEmpty) Masking.Select(condition, upstream, T.Zero, whenTrue);
        if (!whenFalse.IsEmpty) Masking.Select(condition, T.Zero, upstream, whenFalse);
    }
}

/// <summary>y = condition ? a : b on a tape, a and b of the result's shape or of one element.</summary>
internal sealed class Where<T> : Operation<T>, IRentable<Where<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private bool[] _condition = [];
    private Shape _shape;

    public static Where<T> Create() => new();

    /// <summary>Copies the condition, repeated to fill the shape.</summary>
    public Where<T> With(ReadOnlySpan<bool> condition, in Shape conditionShape, in Shape shape)
    {
        _shape = shape;
        if (_condition.Length < shape.ElementCount) _condition = new bool[shape.ElementCount];
        Broadcasting.Repeat(condition, in conditionShape, _condition.AsSpan(0, shape.ElementCount), in shape);
        return this;
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => _shape;

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        ReadOnlySpan<bool> condition = _condition.AsSpan(0, output.Length);
        ReadOnlySpan<T> a = inputs[0].Value, b = inputs[1].Value;
        if (a.Length == output.Length && b.Length == output.Length) Masking.Select(condition, a, b, output);
        else if (a.Length == output.Length) Masking.Select(condition, a, b[0], output);
        else if (b.Length == output.Length) Masking.Select(condition, a[0], b, output);
        else Fill(condition, a[0], b[0], output);
    }

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> zero = step.Upstream.Tape.Scalar(T.Zero);
        if (step.Needs(0)) step.Add(0, Choose(step.Upstream, zero));
        if (step.Needs(1)) step.Add(1, Choose(zero, step.Upstream));
    }

    private static void Fill(ReadOnlySpan<bool> condition, T a, T b, Span<T> output)
    {
        for (int i = 0; i < output.Length; i++) output[i] = condition[i] ? a : b;
    }

    private Variable<T> Choose(Variable<T> a, Variable<T> b) =>
        a.Tape.Apply(a.Tape.Rent<Where<T>>().With(_condition.AsSpan(0, _shape.ElementCount), in _shape, in _shape), a, b);
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// This variable where the condition is true, <paramref name="otherwise"/> elsewhere; shapes broadcast as NumPy's do. What
    /// was not taken gets the gradient 0.
    /// </summary>
    /// <param name="condition">Which to take, row-major in the shape of the result; copied.</param>
    /// <param name="otherwise">The other variable, of the same tape.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not broadcast, the condition has not as many elements as the result, or the tapes differ.
    /// </exception>
    public Variable<T> Where(ReadOnlySpan<bool> condition, Variable<T> otherwise)
    {
        Shape a = Shape, b = otherwise.Shape;
        if (!Shape.TryBroadcast(in a, in b, out Shape shape)) throw new ArgumentException($"Where: the shapes {a} and {b} do not broadcast.", nameof(otherwise));
        return Where(condition, shape, otherwise);
    }

    /// <summary>This variable where the condition is true, a number elsewhere.</summary>
    /// <inheritdoc cref="Where(ReadOnlySpan{bool}, Variable{T})"/>
    public Variable<T> Where(ReadOnlySpan<bool> condition, double otherwise) => Where(condition, Tape.Scalar(T.CreateTruncating(otherwise)));

    /// <summary><see cref="Where(ReadOnlySpan{bool}, Variable{T})"/> with a condition that has a shape of its own and broadcasts too.</summary>
    /// <param name="condition">Which to take, row-major; copied.</param>
    /// <param name="conditionShape">The condition's shape.</param>
    /// <param name="otherwise">The other variable, of the same tape.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast, the condition does not fit its own, or the tapes differ.</exception>
    public Variable<T> Where(ReadOnlySpan<bool> condition, Shape conditionShape, Variable<T> otherwise)
    {
        Guard.Length(condition.Length, in conditionShape, "the shape", nameof(condition));
        Shape a = Shape, b = otherwise.Shape;
        if (!Shape.TryBroadcast(in a, in b, out Shape both) || !Shape.TryBroadcast(in both, in conditionShape, out Shape shape))
            throw new ArgumentException($"Where: the shapes {a}, {b} and {conditionShape} do not broadcast.", nameof(otherwise));
        // One element is repeated on the way; more are laid out first.
        Variable<T> left = a.ElementCount == 1 ? this : BroadcastTo(shape), right = b.ElementCount == 1 ? otherwise : otherwise.BroadcastTo(shape);
        return Tape.Apply(Tape.Rent<Where<T>>().With(condition, in conditionShape, in shape), left, right);
    }
}
