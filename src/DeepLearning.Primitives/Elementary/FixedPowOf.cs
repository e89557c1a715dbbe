using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// y = xᶜ for one of the exponents that everybody uses: y or its derivative is a product or a root. The JIT knows the
/// exponent, so that what other exponents need costs nothing.
/// </summary>
internal readonly struct FixedPowOf<T, TNumerator, TDenominator> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TNumerator : struct, ICount
    where TDenominator : struct, ICount
{
    private static double Exponent
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (double)TNumerator.Count / TDenominator.Count;
    }

    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLightValue => true;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => Power(x, Exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> =>
        Exponent == 0 ? 0 : Exponent * Power(x, Exponent - 1);

    /// <summary>x⁰ is 1 even for NaN, and no root a negative zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Power<TVector>(TVector x, double exponent)
        where TVector : struct, ISimd<TVector, T>
    {
        if (exponent == 0) return 1;
        if (exponent == 0.5) return TVector.Select(x <= double.NegativeInfinity, double.PositiveInfinity, TVector.Sqrt(x + 0));
        if (exponent == 1) return x;
        if (exponent == 2) return x * x;
        if (exponent == 3) return VectorMath.Cube<TVector, T>(x);
        return VectorMath.CalledPow<TVector, T>(x, exponent);
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) =>
        Exponent == 0 ? x.ConstantDerivative(this) : Exponent * x.PowOf(T.CreateTruncating(Exponent - 1));
}
