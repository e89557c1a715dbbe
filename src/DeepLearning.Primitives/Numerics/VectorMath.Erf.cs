using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

internal static partial class VectorMath
{
    /// <summary>erfc x is a normal double for x up to here.</summary>
    private const double ErfcLimit = 26;

    /// <summary>2/√π·∫₀ˣ e^−t² dt: float within 1 ULP everywhere, double within 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Erf<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        if (typeof(T) == typeof(float)) return OddInPieces<TVector, T, ErfPieces>(x);
        TVector magnitude = TVector.Abs(x);
        TVector small = TVector.FusedMultiplyAdd(ErfRatio<TVector, T>(magnitude * magnitude), magnitude, magnitude);
        // A NaN stands on the right of Min and so stays.
        TVector tail = ErfcOfPositive<TVector, T>(TVector.Min(7, magnitude), out TVector rounded);
        TVector large = 1 - (tail * PowerOfTwo<TVector, T>(rounded));
        return TVector.Select(magnitude < 0.75, small, large) | (x & -0.0);
    }

    /// <summary>1 − erf x, down to the last subnormal: float within 1 ULP everywhere, double within 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Erfc<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        if (typeof(T) == typeof(float)) return ErfcOfFloats<TVector, T>(x);
        return TVector.AllLessOrEqual(TVector.Abs(x), ErfcLimit) ? ErfcOfOrdinary<TVector, T>(x) : ErfcOfAny<TVector, T>(x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfcOfOrdinary<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector tail = ErfcOfPositive<TVector, T>(TVector.Abs(x), out TVector rounded);
        return ErfcOfTail<TVector, T>(x, tail * PowerOfTwo<TVector, T>(rounded));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector ErfcOfAny<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector tail = ErfcOfPositive<TVector, T>(TVector.Min(28, TVector.Abs(x)), out TVector rounded);
        return ErfcOfTail<TVector, T>(x, ScaleInTwo<TVector, T>(tail, rounded));
    }

    /// <summary>erfc x from erfc |x|, which counts beyond 0.46 only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfcOfTail<TVector, T>(TVector x, TVector tail)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector small = TVector.FusedSubtractProduct(x, ErfRatio<TVector, T>(x * x), 1 - x);
        return TVector.Select(TVector.Abs(x) < 0.46, small, TVector.Select(x < 0, 2 - tail, tail));
    }

    /// <summary>erf(x)/x − 1, as a polynomial in x², in double and for |x| &lt; 0.75.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfRatio<TVector, T>(TVector square)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector p = -9.502840894774706e-10;
        p = TVector.FusedMultiplyAdd(p, square, 1.4413879289095029e-08);
        p = TVector.FusedMultiplyAdd(p, square, -1.63332293434337e-07);
        p = TVector.FusedMultiplyAdd(p, square, 1.646038320985815e-06);
        p = TVector.FusedMultiplyAdd(p, square, -1.4925589383821143e-05);
        p = TVector.FusedMultiplyAdd(p, square, 0.00012055331545294116);
        p = TVector.FusedMultiplyAdd(p, square, -0.0008548327001135946);
        p = TVector.FusedMultiplyAdd(p, square, 0.005223977625222192);
        p = TVector.FusedMultiplyAdd(p, square, -0.026866170645118446);
        p = TVector.FusedMultiplyAdd(p, square, 0.11283791670955087);
        p = TVector.FusedMultiplyAdd(p, square, -0.37612638903183754);
        return TVector.FusedMultiplyAdd(p, square, 0.1283791670955126);
    }

    /// <summary>
    /// erfc x = 2ⁿ times what is returned, in double and for 0.46 ≤ x ≤ 28: e^−x²·F(t) / (x + 2), where F is a
    /// polynomial in t = (x − 2) / (x + 2). Every rounding but the smallest is caught and added at the end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfcOfPositive<TVector, T>(TVector x, out TVector rounded)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // 1 / (x + 2) = inverse·(1 + inverseError)
        TVector sum = x + 2, sumError = TVector.Min(2, x) - (sum - TVector.Max(2, x)), inverse = 1 / sum;
        TVector inverseError = TVector.FusedSubtractProduct(inverse, sumError, TVector.FusedSubtractProduct(inverse, sum, 1));
        TVector t = TVector.FusedMultiplyAdd(-4 * inverse, inverseError, TVector.FusedMultiplyAdd(inverse, -4, 1));

        TVector p = -3.673790306349442e-08;
        p = TVector.FusedMultiplyAdd(p, t, 3.261275312019094e-08);
        p = TVector.FusedMultiplyAdd(p, t, 1.6062606362072341e-07);
        p = TVector.FusedMultiplyAdd(p, t, 4.806198143691192e-09);
        p = TVector.FusedMultiplyAdd(p, t, -3.6841666197585403e-07);
        p = TVector.FusedMultiplyAdd(p, t, -5.640631690649434e-07);
        p = TVector.FusedMultiplyAdd(p, t, 2.3858744667597584e-08);
        p = TVector.FusedMultiplyAdd(p, t, 1.9936266225421744e-06);
        p = TVector.FusedMultiplyAdd(p, t, 3.637221407298236e-06);
        p = TVector.FusedMultiplyAdd(p, t, -1.1216997777642858e-06);
        p = TVector.FusedMultiplyAdd(p, t, -1.611969466413572e-05);
        p = TVector.FusedMultiplyAdd(p, t, -2.169723861322452e-05);
        p = TVector.FusedMultiplyAdd(p, t, 3.4148759031395224e-05);
        p = TVector.FusedMultiplyAdd(p, t, 0.00014447090814354968);
        p = TVector.FusedMultiplyAdd(p, t, 3.437144475902795e-05);
        p = TVector.FusedMultiplyAdd(p, t, -0.0006630735197356598);
        p = TVector.FusedMultiplyAdd(p, t, -0.0008372960626804917);
        p = TVector.FusedMultiplyAdd(p, t, 0.0030906120598747856);
        p = TVector.FusedMultiplyAdd(p, t, 0.00647918506773111);
        p = TVector.FusedMultiplyAdd(p, t, -0.021510661889499905);
        p = TVector.FusedMultiplyAdd(p, t, -0.03644223150687851);
        p = TVector.FusedMultiplyAdd(p, t, 0.2794720925560548);
        p = TVector.FusedMultiplyAdd(p, t, -0.6871606844138106);
        TVector f = TVector.FusedMultiplyAdd(p, t, 1.021582705242023);
        TVector fError = TVector.FusedMultiplyAdd(p, t, 1.021582705242023 - f) + -1.700480930511882e-17;

        TVector ratio = f * inverse;
        TVector ratioError = TVector.FusedMultiplyAdd(
            inverse, TVector.FusedMultiplyAdd(f, inverseError, fError), TVector.FusedMultiplySubtract(f, inverse, ratio));
        TVector square = x * x, squareError = TVector.FusedMultiplySubtract(x, x, square);
        TVector part = ExpM1OfReduced<TVector, T>(ReduceExp<TVector, T>(-square, out rounded) - squareError);
        return ratio + TVector.FusedMultiplyAdd(ratio, part, ratioError);
    }
}
