using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// a·b, but a where that is 0, whatever b is: a gradient that does not arrive does not leave either. So the branch that
/// <c>Where</c> did not take puts no NaN into a gradient, although its derivative may be infinite.
/// </summary>
internal readonly struct GradientThrough<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> => TVector.SelectEqual(a, 0.0, a, a * b);

    public static Variable<T> LeftGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => upstream.Through(b);

    public static Variable<T> RightGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => upstream.Times(a);
}

/// <summary>a·b, but 0 where either is, whatever the other: for the gradients of gradients, which meet both.</summary>
internal readonly struct GradientTimes<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectEqual(a, 0.0, a, TVector.SelectEqual(b, 0.0, b, a * b));

    public static Variable<T> LeftGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => upstream.Times(b);

    public static Variable<T> RightGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => upstream.Times(a);
}

/// <summary>a / b, but a where that is 0: <see cref="GradientThrough{T}"/> for a quotient.</summary>
internal readonly struct GradientOver<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> => TVector.SelectEqual(a, 0.0, a, a / b);

    public static Variable<T> LeftGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => upstream.Over(b);

    public static Variable<T> RightGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => (-upstream).Times(y.Over(b));
}

public readonly partial struct Variable<T>
{
    /// <summary>This gradient times a derivative.</summary>
    internal Variable<T> Through(Variable<T> derivative) => Tape.Apply(BinaryOperation<T, GradientThrough<T>>.Instance, this, derivative);

    /// <summary>This gradient times the derivative of a loss, which is left as it is where the loss is the end of the tape.</summary>
    internal Variable<T> ThroughLoss(Variable<T> derivative) =>
        !Tape.IsRecording && Shape.Rank == 0 && Item == T.One ? derivative : Through(derivative);

    /// <summary>This gradient times another one.</summary>
    internal Variable<T> Times(Variable<T> gradient) => Tape.Apply(BinaryOperation<T, GradientTimes<T>>.Instance, this, gradient);

    /// <summary>This gradient over a divisor.</summary>
    internal Variable<T> Over(Variable<T> divisor) => Tape.Apply(BinaryOperation<T, GradientOver<T>>.Instance, this, divisor);
}
