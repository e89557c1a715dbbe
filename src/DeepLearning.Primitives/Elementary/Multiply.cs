using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = a · b</summary>
internal readonly struct Multiply<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> => a * b;

    public static Variable<T> LeftGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => upstream.Through(b);

    public static Variable<T> RightGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => upstream.Through(a);
}

public readonly partial struct Variable<T>
{
    /// <summary>The product, element by element; the shapes broadcast as NumPy's do.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the tapes differ.</exception>
    public static Variable<T> operator *(Variable<T> left, Variable<T> right) =>
        // A square has one gradient, 2x, instead of two and their sum.
        left.IsSameAs(right) ? left.Apply<FixedPowOf<T, Four>>() : left.Tape.Apply(BinaryOperation<T, Multiply<T>>.Instance, left, right);

    /// <summary>The product with a number on the right.</summary>
    public static Variable<T> operator *(Variable<T> left, T right) => left * left.Tape.Scalar(right);

    /// <inheritdoc cref="operator *(Variable{T}, T)"/>
    public static Variable<T> operator *(Variable<T> left, double right) => left * T.CreateTruncating(right);

    /// <summary>The product with a number on the left.</summary>
    public static Variable<T> operator *(T left, Variable<T> right) => right.Tape.Scalar(left) * right;

    /// <inheritdoc cref="operator *(T, Variable{T})"/>
    public static Variable<T> operator *(double left, Variable<T> right) => T.CreateTruncating(left) * right;
}
