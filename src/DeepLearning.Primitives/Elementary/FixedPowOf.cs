using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// y = xᶜ for one of the exponents that everybody uses, given as a number of halves: y or its derivative is a product or a
/// root. The JIT knows the exponent, so that what other exponents need costs nothing, as long as it comes from no more
/// than a count: with one more calculation in between it would compile the others too, and run out of room.
/// </summary>
internal readonly struct FixedPowOf<T, THalves> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where THalves : struct, ICount
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLightValue => true;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => Power(x, THalves.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> =>
        THalves.Count == 0 ? 0 : 0.5 * THalves.Count * Power(x, THalves.Count - 2);

    /// <summary>x⁰ is 1 even for NaN, and no root a negative zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Power<TVector>(TVector x, int halves)
        where TVector : struct, ISimd<TVector, T>
    {
        if (halves == 0) return 1;
        if (halves == 1) return TVector.Select(x <= double.NegativeInfinity, double.PositiveInfinity, TVector.Sqrt(x + 0));
        if (halves == 2) return x;
        if (halves == 4) return x * x;
        if (halves == 6) return VectorMath.Cube<TVector, T>(x);
        return VectorMath.CalledPow<TVector, T>(x, 0.5 * halves);
    }

    public Variable<T> Derivative(Variable<T> x, Variable<T> y) =>
        THalves.Count == 0 ? x.ConstantDerivative(this) : 0.5 * THalves.Count * x.PowOf(T.CreateTruncating((0.5 * THalves.Count) - 1));
}
