using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// Φ⁻¹, the inverse of the normal distribution function, on random bits: M. J. Wichura, <i>Algorithm AS 241: The
/// percentage points of the normal distribution</i>, Applied Statistics 37 (1988). Relative error 1e-7 (float) and 1e-16
/// (double), plus rounding.
/// </summary>
internal static class InverseNormal<T>
    where T : unmanaged
{
    /// <summary>
    /// The highest bit is the sign, the others are an integer m: the value's tail has the probability
    /// r = (m + ½)/2ⁿ, in (0, ½), for n bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector FromBits<TVector>(TVector bits)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector sign = bits & TVector.CreateBits(typeof(T) == typeof(float) ? int.MinValue : long.MinValue);
        bits ^= sign;

        // m in two halves, made numbers by placing them in the fraction of 2²³ (2⁵²); the lower one with the ½.
        double exponent = typeof(T) == typeof(float) ? 1 << 23 : 1L << 52;
        double unit = typeof(T) == typeof(float) ? 1.0 / (1 << 16) : 1.0 / (1L << 32);
        int half = typeof(T) == typeof(float) ? 16 : 32;
        TVector upper = (TVector.ShiftRightBits(bits, half) | exponent) - exponent;
        TVector lower = ((bits & TVector.CreateBits((1L << half) - 1)) | exponent) - (exponent - 0.5);

        // Both the tail and its distance from ½ are rounded once, so that small ones are as exact as large ones.
        TVector tail = TVector.FusedMultiplyAdd(upper, unit, lower * (unit * unit));
        TVector centre = TVector.FusedMultiplyAdd(lower, -unit * unit, 0.5 - (upper * unit));
        return FromTail(tail, centre) ^ sign;
    }

    /// <summary>The x ≥ 0 with P(X &gt; x) = <paramref name="tail"/> = ½ − <paramref name="centre"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector FromTail<TVector>(TVector tail, TVector centre)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector root = TVector.Sqrt(-Log(tail));
        TVector inCentre = centre <= 0.425;
        TVector x = TVector.Select(inCentre, 0.180625 - (centre * centre), root - 1.6);
        TVector factor = TVector.Select(inCentre, centre, 1);
        TVector numerator, denominator;
        if (typeof(T) == typeof(float))
        {
            numerator = TVector.Select(
                inCentre,
                Horner(x, 3.3871327179, 50.434271938, 159.29113202, 59.109374720),
                Horner(x, 1.4234372777, 2.7568153900, 1.3067284816, 0.17023821103));
            denominator = TVector.Select(
                inCentre,
                Horner(x, 1, 17.895169469, 78.757757664, 67.187563600),
                Horner(x, 1, 0.73700164250, 0.12021132975, 0));
            return factor * numerator / denominator;
        }

        numerator = TVector.Select(
            inCentre,
            Horner(
                x, 3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
                4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
            Horner(
                x, 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
                1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4));
        denominator = TVector.Select(
            inCentre,
            Horner(
                x, 1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
                2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3),
            Horner(
                x, 1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
                1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9));
        TVector result = factor * numerator / denominator;
        return TVector.AllLessOrEqual(root, 5) ? result : FarTail(root, result);
    }

    /// <summary>Tails below e⁻²⁵, which only double reaches, once in 10¹⁰ numbers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector FarTail<TVector>(TVector root, TVector otherwise)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector x = root - 5;
        TVector numerator = Horner(
            x, 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
            2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7);
        TVector denominator = Horner(
            x, 1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
            7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15);
        return TVector.Select(root <= 5, otherwise, numerator / denominator);
    }

    /// <summary>
    /// ln p for a normal p ≤ ½: p = 2ᵉ·m with m in [√½, √2), and ln m = 2·artanh s = 2s(1 + s²/3 + s⁴/5 + …) with
    /// s = (m − 1)/(m + 1), |s| ≤ 0.172. Since e &lt; 0, nothing cancels.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Log<TVector>(TVector p)
        where TVector : struct, ISimd<TVector, T>
    {
        bool single = typeof(T) == typeof(float);
        int fraction = single ? 23 : 52;
        TVector one = 1;
        TVector shifted = TVector.AddBits(p, TVector.SubtractBits(one, Math.Sqrt(0.5)));
        TVector exponent = TVector.ShiftRightBits(shifted, fraction);
        TVector m = TVector.AddBits(TVector.SubtractBits(p, TVector.ShiftLeftBits(exponent, fraction)), one);
        double magic = single ? 1 << 23 : 1L << 52;
        TVector e = (exponent | magic) - (magic + (single ? 127 : 1023));

        TVector s = (m - 1) / (m + 1), z = s * s;
        TVector series = single
            ? Horner(z, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9)
            : TVector.FusedMultiplyAdd(
                Horner(z, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19), z, 1.0 / 3);
        s += s;
        return TVector.FusedMultiplyAdd(e, 0.693147180559945309417, TVector.FusedMultiplyAdd(s * z, series, s));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Horner<TVector>(TVector x, double c0, double c1, double c2, double c3)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector sum = TVector.FusedMultiplyAdd(x, c3, c2);
        sum = TVector.FusedMultiplyAdd(sum, x, c1);
        return TVector.FusedMultiplyAdd(sum, x, c0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Horner<TVector>(
        TVector x, double c0, double c1, double c2, double c3, double c4, double c5, double c6, double c7)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector sum = Horner(x, c4, c5, c6, c7);
        sum = TVector.FusedMultiplyAdd(sum, x, c3);
        sum = TVector.FusedMultiplyAdd(sum, x, c2);
        sum = TVector.FusedMultiplyAdd(sum, x, c1);
        return TVector.FusedMultiplyAdd(sum, x, c0);
    }
}
