using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <remarks>
/// tanh(ln(1 + eˣ)) is a quotient of polynomials in e = e^−|x|: w / (2 + w) with w = e·(e + 2) on the left of 0, and
/// (1 + 2e) / (1 + 2e + 2e²) on the right.
/// </remarks>
internal static partial class VectorMath
{
    /// <summary>x·tanh(ln(1 + eˣ)): float within 2 ULP everywhere, down to the last subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Mish<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector power = Decay<TVector, T>(-TVector.Abs(x), out TVector part), unit = DecayUnit<TVector, T>();
        TVector scaled = TVector.FusedMultiplyAdd(power, part, power), scaledLow = TVector.FusedMultiplyAdd(power, part, power - scaled);
        // Where 1 + e is 1 by far, e is left out, whose lower part would underflow.
        TVector near = TVector.Select(TVector.Abs(x) <= (typeof(T) == typeof(float) ? FloatSaturation : DoubleSaturation), unit, 0);
        TVector e = scaled * near, eLow = scaledLow * near;
        // Everything as a sum of two, so that the only roundings that count are those of the last two products.
        TVector twice = e + e, w = TVector.FusedMultiplyAdd(e, e, twice);
        TVector wLow = TVector.FusedMultiplyAdd(e, e, twice - w) + (twice * eLow) + (eLow + eLow);
        TVector plus = 1 + twice, plusLow = twice - (plus - 1) + (eLow + eLow);
        TVector right = TVector.FusedMultiplyAdd(twice, e, plus);
        TVector rightLow = TVector.FusedMultiplyAdd(twice, e, plus - right) + TVector.FusedMultiplyAdd(twice + twice, eLow, plusLow);
        TVector bottom = TVector.SelectLess(x, 0, 2 + w, right);
        TVector bottomLow = TVector.SelectLess(x, 0, w - (bottom - 2) + wLow, rightLow);
        // Far on the left the quotient is e, which stays scaled up for the sake of subnormal results.
        TVector top = TVector.SelectLess(x, -40, scaled + scaled, TVector.SelectLess(x, 0, w, plus));
        TVector topLow = TVector.SelectLess(x, -40, scaledLow + scaledLow, TVector.SelectLess(x, 0, wLow, plusLow));
        TVector inverse = 1 / bottom, quotient = top * inverse;
        TVector rest = TVector.FusedSubtractProduct(quotient, bottom, top) + TVector.FusedSubtractProduct(quotient, bottomLow, topLow);
        return TVector.Max(-1000, x) * TVector.FusedMultiplyAdd(rest, inverse, quotient) * TVector.SelectLess(x, -40, unit, 1);
    }

    /// <summary>
    /// tanh(s) + x·σ(x)·(1 − tanh²(s)) with s = ln(1 + eˣ). Where every x <see cref="IsOrdinaryForSigmoid{TVector, T}"/> all
    /// terms are normal numbers, and nothing needs to be scaled or bounded for the same bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MishDerivative<TVector, T>(TVector x, bool isOrdinary = false)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // With D for the lower polynomial: (e·(e + 2) + 4x·e·(1 + e)/D) / D on the left, (1 + 2e + 4x·e²·(1 + e)/D) / D on the right.
        TVector distance = -TVector.Abs(x), unit = DecayUnit<TVector, T>();
        TVector power = isOrdinary ? OrdinaryDecay<TVector, T>(distance, out TVector part) : Decay<TVector, T>(distance, out part);
        TVector scaled = TVector.FusedMultiplyAdd(power, part, power), e = isOrdinary ? scaled : scaled * unit, twice = e + e;
        TVector whole = TVector.SelectLess(x, 0, 2, 1), rest = TVector.FusedMultiplyAdd(TVector.SelectLess(x, 0, e, twice), e, twice);
        TVector inverse = 1 / (whole + rest), fraction = TVector.SelectLess(x, 0, 0.5, 1);
        // 1 / (whole + rest) has smaller errors as (1 − rest / (whole + rest)) / whole while the rest is small.
        inverse = TVector.SelectLess(e, 0.25, TVector.FusedSubtractProduct(fraction * rest, inverse, fraction), inverse);
        TVector rise = 4 * (isOrdinary ? x : TVector.Min(1000, TVector.Max(-1000, x))) * power;
        // (1 + part)·(1 + e), rounded once.
        rise = TVector.FusedMultiplyAdd(rise, TVector.FusedMultiplyAdd(part, e, part + e), rise);
        // What 1 + 2e loses goes to the smaller term.
        TVector plus = 1 + twice, plusLow = twice - (plus - 1);
        TVector left = TVector.FusedMultiplyAdd(rise, inverse, TVector.FusedMultiplyAdd(scaled, e, scaled + scaled));
        TVector right = plus + TVector.FusedMultiplyAdd(rise * (isOrdinary ? e : e * unit), inverse, plusLow);
        TVector result = TVector.SelectLess(x, 0, left, right) * inverse;
        return isOrdinary ? result : result * TVector.SelectLess(x, 0, unit, 1);
    }
}
