using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>An exponent that the JIT knows, so that what other exponents need costs nothing.</summary>
internal interface IExponent
{
    static abstract double Value { get; }
}

internal static class Exponent
{
    public readonly struct Zero : IExponent
    {
        public static double Value => 0;
    }

    public readonly struct Half : IExponent
    {
        public static double Value => 0.5;
    }

    public readonly struct One : IExponent
    {
        public static double Value => 1;
    }

    public readonly struct OneAndHalf : IExponent
    {
        public static double Value => 1.5;
    }

    public readonly struct Two : IExponent
    {
        public static double Value => 2;
    }

    public readonly struct Three : IExponent
    {
        public static double Value => 3;
    }

    public readonly struct Four : IExponent
    {
        public static double Value => 4;
    }
}

/// <summary>y = xᶜ for one of the exponents that everybody uses: y or its derivative is a product or a root.</summary>
internal readonly struct FixedPowOf<T, TExponent> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TExponent : struct, IExponent
{
    public static DerivativeFrom From => DerivativeFrom.Input;

    public static bool HasLightValue => true;

    public static bool HasLightDerivative => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => Power(x, TExponent.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> =>
        TExponent.Value == 0 ? 0 : TExponent.Value * Power(x, TExponent.Value - 1);

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
        TExponent.Value == 0 ? x.ConstantDerivative(this) : TExponent.Value * x.PowOf(T.CreateTruncating(TExponent.Value - 1));
}
