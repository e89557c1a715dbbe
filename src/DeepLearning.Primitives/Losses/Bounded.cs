using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>x between two bounds, with derivative 1 inside and on them and 0 outside: for the derivatives of losses.</summary>
internal readonly struct Bounded<T>(double low, double high) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => TVector.Max(low, TVector.Min(high, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => TVector.SelectLess(x, low, 0, TVector.SelectLess(high, x, 0, TVector.SelectEqual(x, x, 1, x)));

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.ConstantDerivative(this);
}
