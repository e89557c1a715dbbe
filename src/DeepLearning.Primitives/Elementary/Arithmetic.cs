using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <content>Arithmetic on spans: each result rounded once.</content>
public static partial class Elementary
{
    /// <summary><c>destination = left + right</c>, element by element.</summary>
    /// <param name="left">One input; any length.</param>
    /// <param name="right">The other input; as long.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Add<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => CheckedMap<T, Add<T>>(left, right, destination);

    /// <summary><c>destination = left − right</c>, element by element.</summary>
    /// <param name="left">One input; any length.</param>
    /// <param name="right">The other input; as long.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Subtract<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => CheckedMap<T, Subtract<T>>(left, right, destination);

    /// <summary><c>destination = left · right</c>, element by element.</summary>
    /// <param name="left">One input; any length.</param>
    /// <param name="right">The other input; as long.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Multiply<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => CheckedMap<T, Multiply<T>>(left, right, destination);

    /// <summary><c>destination = left / right</c>, element by element.</summary>
    /// <param name="left">One input; any length.</param>
    /// <param name="right">The other input; as long.</param>
    /// <param name="destination">At least as long; may be either of them itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or spans overlap without being the same.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Divide<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => CheckedMap<T, Divide<T>>(left, right, destination);

    /// <summary><c>destination = −x</c>, element by element.</summary>
    /// <param name="x">The input; any length.</param>
    /// <param name="destination">At least as long; may be <paramref name="x"/> itself; what lies beyond is untouched.</param>
    /// <exception cref="ArgumentException">The destination is too short or a shifted part of the input.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Negate<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => UnaryFunction.Checked<T, Negate<T>>(x, destination);

    /// <summary>A binary function, after the checks of a public entrance.</summary>
    private static void CheckedMap<T, TMap>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
    {
        Guard.ElementType<T>();
        if (left.Length != right.Length || !Guard.IsDestination(left, destination) || !Guard.IsDestination(right, destination))
            Refuse(left, right, destination);
        Elementwise.Map<T, TMap>(left, right, destination, default);
    }

    [DoesNotReturn]
    private static void Refuse<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> destination)
    {
        Guard.Pair(left, right, destination);
        throw new UnreachableException();
    }

    /// <summary>A gradient from both inputs, after the checks of a public entrance.</summary>
    private static void CheckedGradient<T, TMap>(
        ReadOnlySpan<T> left,
        ReadOnlySpan<T> right,
        ReadOnlySpan<T> upstream,
        Span<T> destination,
        TMap map,
        [CallerArgumentExpression(nameof(left))] string leftName = "",
        [CallerArgumentExpression(nameof(right))] string rightName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap3<T>
    {
        Guard.ElementType<T>();
        Guard.Pair(left, right, destination, leftName, rightName);
        Guard.SameLength(left, upstream, leftName);
        Guard.Destination(upstream, destination);
        Elementwise.Map(left, right, upstream, destination, map);
    }
}
