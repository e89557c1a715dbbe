using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <remarks>
/// Exponentials of numbers that are not positive, which the activations are made of. They come as a power of two times
/// 1 + part, so that a caller rounds them together with its own next step, and scaled up, so that a tail that ends in
/// subnormal numbers is rounded there once and last. No branch: all of it serves every input.
/// </remarks>
internal static partial class VectorMath
{
    /// <summary>
    /// Below minus this, e^x is 0 even when multiplied by any number that the callers multiply it by. Float's is 191·ln 2,
    /// where the scaled power itself is 0, so that no later product underflows, which x86 processors are slow at.
    /// </summary>
    private const double FloatDecayLimit = 132.39, DoubleDecayLimit = 800;

    /// <summary>From here on 1 + e^−x is 1, by far.</summary>
    private const double FloatSaturation = 40, DoubleSaturation = 100;

    /// <summary>Up to here the sigmoid is 0 even when multiplied by any number that the callers multiply it by.</summary>
    private const double FloatSigmoidZero = -128, DoubleSigmoidZero = -800;

    /// <summary>2⁻⁶⁴ for float and 2⁻⁵¹² for double: what a <see cref="Decay{TVector, T}(TVector, out TVector)"/> is to be multiplied by.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector DecayUnit<TVector, T>()
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => typeof(T) == typeof(float) ? 5.421010862427522e-20 : 7.458340731200207e-155;

    /// <summary>e^x = unit·power·(1 + part) for x ≤ 0; returns the power. NaN goes to the part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Decay<TVector, T>(TVector x, out TVector part)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // A NaN stands on the right of Max and so stays.
        TVector bounded = TVector.Max(typeof(T) == typeof(float) ? -FloatDecayLimit : -DoubleDecayLimit, x);
        part = ExpM1OfReduced<TVector, T>(ReduceExp<TVector, T>(bounded, out TVector rounded, UnitExponent<T>()));
        return PowerOfTwo<TVector, T>(rounded);
    }

    /// <summary>e^x = power·(1 + part) for an x that is not positive and <see cref="IsOrdinaryForSigmoid{TVector, T}"/>; returns the power.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector OrdinaryDecay<TVector, T>(TVector x, out TVector part)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        part = ExpM1OfReduced<TVector, T>(ReduceExp<TVector, T>(x, out TVector rounded));
        return PowerOfTwo<TVector, T>(rounded);
    }

    /// <summary>e^(x + low) for x ≤ 0 and a low that is small beside 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Decay<TVector, T>(TVector x, TVector low, out TVector part)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        DecayInRange<TVector, T>(TVector.Max(typeof(T) == typeof(float) ? -FloatDecayLimit : -DoubleDecayLimit, x), low, out part);

    /// <summary>The same for an x not below the limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector DecayInRange<TVector, T>(TVector x, TVector low, out TVector part)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        part = ExpM1OfReduced<TVector, T>(ReduceExp<TVector, T>(x, low, out TVector rounded, UnitExponent<T>()));
        return PowerOfTwo<TVector, T>(rounded);
    }

    /// <summary>e^x for x ≤ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpOfNegative<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector power = Decay<TVector, T>(x, out TVector part);
        return TVector.FusedMultiplyAdd(power, part, power) * DecayUnit<TVector, T>();
    }

    /// <summary>factor·e^(−x²), with what the rounding of x² lost; float within 2 ULP, down to the last subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gaussian<TVector, T>(TVector x, double factor)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // From the limit on it is 0. A NaN stands on the right of Min and so stays.
        TVector magnitude = TVector.Min(typeof(T) == typeof(float) ? 11 : 28, TVector.Abs(x)), square = magnitude * magnitude;
        TVector power = Decay<TVector, T>(-square, TVector.FusedSubtractProduct(magnitude, magnitude, square), out TVector part);
        return TVector.FusedMultiplyAdd(power, part, power) * factor * DecayUnit<TVector, T>();
    }

    /// <summary>e^x − 1 for x ≤ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpM1OfNegative<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        // From the limit on it is −1. A NaN stands on the right of Max and so stays.
        ExpM1OfOrdinary<TVector, T>(TVector.Max(typeof(T) == typeof(float) ? -20 : -40, x));

    /// <summary>e^x − 1 for x ≤ 0, and what its last rounding lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpM1OfNegative<TVector, T>(TVector x, out TVector low)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector power = ReduceExpM1<TVector, T>(TVector.Max(typeof(T) == typeof(float) ? -20 : -40, x), out TVector part);
        TVector whole = power - 1, sum = TVector.FusedMultiplyAdd(power, part, whole);
        low = TVector.FusedMultiplyAdd(power, part, whole - sum);
        return sum | (x & -0.0);
    }

    /// <summary>2ⁿ divided by the unit: a normal number for every n there is, or 0 at float's limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ScaledPower<TVector, T>(TVector rounded)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        PowerOfTwo<TVector, T>(TVector.AddBits(rounded, TVector.CreateBits(UnitExponent<T>())));

    /// <summary>The unit is 2 to minus this.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int UnitExponent<T>() => typeof(T) == typeof(float) ? 64 : 512;

    /// <summary>x·factor and what its rounding lost; the factor may be a sum of two itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Product<TVector, T>(TVector x, TVector factor, TVector factorLow, out TVector low)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector product = x * factor;
        low = TVector.FusedMultiplyAdd(x, factorLow, TVector.FusedMultiplySubtract(x, factor, product));
        // Where the product overflows the error is infinite or NaN, which the left of Max turns into a number.
        low = TVector.Min(TVector.Max(low, -1), 1);
        return product;
    }

    /// <summary>e^−|high + low| over the unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ScaledExpOfNegated<TVector, T>(TVector high, TVector low)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector flip = (high & -0.0) ^ -0.0, power = Decay<TVector, T>(high ^ flip, low ^ flip, out TVector part);
        return TVector.FusedMultiplyAdd(power, part, power);
    }

    /// <summary>σ(x) = 1 / (1 + e⁻ˣ), down to the last subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector SigmoidOf<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => 1 / ScaledSum<TVector, T>(x) * DecayUnit<TVector, T>();

    /// <summary>σ(high + low).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector SigmoidOf<TVector, T>(TVector high, TVector low)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        1 / ScaledSum<TVector, T>(high, low) * DecayUnit<TVector, T>();

    /// <summary>x·σ(x), 0 at −∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector TimesSigmoid<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => OverScaledSum<TVector, T>(x, x, ScaledSum<TVector, T>(x));

    /// <summary>x·σ(high + low), 0 where the sigmoid vanishes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector TimesSigmoid<TVector, T>(TVector x, TVector high, TVector low)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => OverScaledSum<TVector, T>(x, high, ScaledSum<TVector, T>(high, low));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector OverScaledSum<TVector, T>(TVector x, TVector high, TVector sum)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        bool single = typeof(T) == typeof(float);
        TVector top = TVector.SelectLess(high, single ? FloatSigmoidZero : DoubleSigmoidZero, 0, x);
        return TVector.SelectLess(single ? FloatSaturation : DoubleSaturation, high, x, top / sum * DecayUnit<TVector, T>());
    }

    /// <summary>1 + e^−x, times the unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ScaledSum<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        ScaledSumOfReduced<TVector, T>(ReduceExp<TVector, T>(-Unsaturated<TVector, T>(x), out TVector rounded, -UnitExponent<T>()), rounded);

    /// <summary>1 + e^−(high + low), times the unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ScaledSum<TVector, T>(TVector high, TVector low)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        ScaledSumOfReduced<TVector, T>(ReduceExp<TVector, T>(-Unsaturated<TVector, T>(high), -low, out TVector rounded, -UnitExponent<T>()), rounded);

    /// <summary>x as far as its sigmoid is neither 0 nor 1. A NaN stands on the right of Min and Max and so stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Unsaturated<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        typeof(T) == typeof(float)
            ? TVector.Min(FloatSaturation, TVector.Max(FloatSigmoidZero, x))
            : TVector.Min(DoubleSaturation, TVector.Max(DoubleSigmoidZero, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ScaledSumOfReduced<TVector, T>(TVector r, TVector rounded)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector unit = DecayUnit<TVector, T>(), power = PowerOfTwo<TVector, T>(rounded);
        // What 2ⁿ + 1 loses, which is 0 or 1, goes to the smaller term.
        TVector sum = power + unit, lost = unit - (sum - power);
        return TVector.FusedMultiplyAdd(power, ExpM1OfReduced<TVector, T>(r), lost) + sum;
    }

    /// <summary>d/dx of x·σ(p) for p = x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector TimesSigmoidDerivative<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        Slope<TVector, T>(x, x < 0, Decay<TVector, T>(-TVector.Abs(x), out TVector part), part);

    /// <summary>The same bits for an x that is <see cref="IsOrdinaryForSigmoid{TVector, T}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector TimesSigmoidDerivativeOfOrdinary<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // Every term is a normal number: nothing is to be scaled or bounded.
        TVector power = OrdinaryDecay<TVector, T>(-TVector.Abs(x), out TVector part), inverse = InverseOfSum<TVector, T>(power, part, out TVector e);
        TVector term = x * power;
        term = TVector.FusedMultiplyAdd(term, part, term);
        return TVector.FusedMultiplyAdd(term, inverse, TVector.Select(x < 0, e, 1)) * inverse;
    }

    /// <summary>1 / (1 + e) for e = power·(1 + part) up to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector InverseOfSum<TVector, T>(TVector power, TVector part, out TVector e)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        e = TVector.FusedMultiplyAdd(power, part, power);
        // As 1 − e / (1 + e), whose errors are smaller.
        return TVector.FusedSubtractProduct(e, 1 / TVector.FusedMultiplyAdd(power, part, 1 + power), 1);
    }

    /// <summary>d/dx of x·σ(p) for p = high + low and x·p′ = rise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector TimesSigmoidDerivative<TVector, T>(TVector rise, TVector high, TVector low)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector flip = (high & -0.0) ^ -0.0;
        return Slope<TVector, T>(rise, high < 0, Decay<TVector, T>(high ^ flip, low ^ flip, out TVector part), part);
    }

    /// <summary>σ(p) + rise·σ(p)·σ(−p), with e^−|p| = unit·power·(1 + part).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Slope<TVector, T>(TVector rise, TVector negative, TVector power, TVector part)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector unit = DecayUnit<TVector, T>(), inverse = InverseOfSum<TVector, T>(power * unit, part, out _);
        // The second term has vanished long before the rise becomes infinite. A NaN stays.
        TVector term = TVector.Min(10000, TVector.Max(-10000, rise)) * power;
        term = TVector.FusedMultiplyAdd(term, part, term);
        // e·(1 + rise·σ(−p))·σ(−p) on the left, scaled up so that a subnormal result is rounded once; on the right
        // (1 + e·rise·σ(p))·σ(p).
        TVector sum = TVector.FusedMultiplyAdd(
            TVector.Select(negative, term, term * unit), inverse, TVector.Select(negative, TVector.FusedMultiplyAdd(power, part, power), 1));
        return sum * inverse * TVector.Select(negative, unit, 1);
    }

    /// <summary>ln(1 + e) for e from 0 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log1POfDecay<TVector, T>(TVector e)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        typeof(T) == typeof(float) ? TVector.FusedMultiplyAdd(e * e, Log1PRest<TVector, T>(e), e) : Log1POfOrdinary<TVector, T>(e);

    /// <summary>ln(1 + e) for e from 0 to 1, and what its last rounding lost where T is float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log1POfDecay<TVector, T>(TVector e, out TVector low)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector log = Log1POfDecay<TVector, T>(e);
        low = typeof(T) == typeof(float) ? TVector.FusedMultiplyAdd(e * e, Log1PRest<TVector, T>(e), e - log) : 0;
        return log;
    }

    /// <summary>(ln(1 + e) − e) / e² on [0, 1], found by Sollya's fpminimax.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Log1PRest<TVector, T>(TVector e)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector p = -1.885247998870909e-3;
        p = TVector.FusedMultiplyAdd(p, e, 1.2306532822549343e-2);
        p = TVector.FusedMultiplyAdd(p, e, -3.757328167557716e-2);
        p = TVector.FusedMultiplyAdd(p, e, 7.355707883834839e-2);
        p = TVector.FusedMultiplyAdd(p, e, -0.10884907096624374);
        p = TVector.FusedMultiplyAdd(p, e, 0.138127624988555908);
        p = TVector.FusedMultiplyAdd(p, e, -0.1657764613628387);
        p = TVector.FusedMultiplyAdd(p, e, 0.1999012529850006);
        p = TVector.FusedMultiplyAdd(p, e, -0.24999447166919708);
        p = TVector.FusedMultiplyAdd(p, e, 0.33333322405815125);
        return TVector.FusedMultiplyAdd(p, e, -0.5);
    }
}
