using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = −x</summary>
internal readonly struct Negate<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Output;

    public static bool HasLightValue => true;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => -x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => -1.0;

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.Tape.Scalar(-T.One);
}

public readonly partial struct Variable<T>
{
    /// <summary><c>y = −x</c>, element by element.</summary>
    public static Variable<T> operator -(Variable<T> value) => value.Apply<Negate<T>>();
}
