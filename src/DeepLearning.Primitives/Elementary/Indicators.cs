using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>1 where a = b, else 0. Its gradient is 0 wherever it has one.</summary>
internal readonly struct EqualIndicator<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> => TVector.Equal(a, b) & 1.0;

    public static Variable<T> LeftGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => 0.0 * a;

    public static Variable<T> RightGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => 0.0 * b;
}

/// <summary>1 where a &gt; b, ½ where they tie, else 0; NaN where there is one. Its gradient is 0 wherever it has one.</summary>
internal readonly struct GreaterShare<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectLess(b, a, 1.0, TVector.SelectLess(a, b, 0.0, TVector.SelectEqual(a, b, 0.5, a + b)));

    /// <summary>On a tape.</summary>
    public static Variable<T> Of(Variable<T> a, Variable<T> b) =>
        a.Tape.Apply(BinaryOperation<T, GreaterShare<T>>.Instance, a.Detach(), b.Detach());

    public static Variable<T> LeftGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => 0.0 * a;

    public static Variable<T> RightGradient(Variable<T> a, Variable<T> b, Variable<T> y, Variable<T> upstream) => 0.0 * b;
}

/// <summary>The derivative of another function where it is constant in pieces: it has no gradient of its own.</summary>
internal readonly struct DerivativeOf<T, TFunction>(TFunction function) : IMap1<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : struct, IUnaryFunction<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a)
        where TVector : struct, ISimd<TVector, T> => function.Derivative(a, a);
}

public readonly partial struct Variable<T>
{
    /// <summary>A function without parameters.</summary>
    internal Variable<T> Apply<TFunction>()
        where TFunction : struct, IUnaryFunction<T> => Tape.Apply(UnaryOperation<T, TFunction>.Instance, this);

    /// <summary>A function with parameters.</summary>
    internal Variable<T> Apply<TFunction>(TFunction function)
        where TFunction : struct, IUnaryFunction<T> => Tape.Apply(Tape.Rent<UnaryOperation<T, TFunction>>().With(function), this);

    /// <summary>f′ of a function that is linear in pieces, as a constant on the tape.</summary>
    internal Variable<T> ConstantDerivative<TFunction>(TFunction function = default)
        where TFunction : struct, IUnaryFunction<T>
    {
        Variable<T> result = Tape.NewConstant(Shape, out Span<T> elements);
        Elementwise.Map(Value, elements, new DerivativeOf<T, TFunction>(function));
        return result;
    }
}
