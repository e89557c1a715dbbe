using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

internal static partial class VectorMath
{
    /// <summary>x·Φ(x), with Φ(x) = ½·erfc(−x/√2): float within 2 ULP everywhere, down to the last subnormal.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static TVector Gelu<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // x·Φ(x) = max(x, 0) − |x|·Φ(−|x|) on both sides. Beyond the limit nothing is left of Φ; a NaN stays on the right of Min.
        TVector magnitude = TVector.Min(typeof(T) == typeof(float) ? 15 : 39, TVector.Abs(x));
        TVector tail = NormalTail<TVector, T>(magnitude, out TVector tailLow, out TVector power, out _);
        // The product is rounded together with the tail's own last step.
        TVector part = magnitude * tail, partLow = TVector.FusedMultiplyAdd(magnitude, tail, -part);
        part = (part + TVector.FusedMultiplyAdd(magnitude, tailLow, partLow)) * power;
        return TVector.FusedMultiplyAdd(part, -DecayUnit<TVector, T>(), TVector.Max(x, 0));
    }

    /// <summary>Φ(x) + x·φ(x), with φ(x) = e^(−x²/2)/√(2π).</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static TVector GeluDerivative<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector magnitude = TVector.Min(typeof(T) == typeof(float) ? 15 : 39, TVector.Abs(x));
        TVector tail = NormalTail<TVector, T>(magnitude, out TVector tailLow, out TVector power, out TVector density);
        TVector left = TVector.FusedMultiplyAdd(-magnitude, density, (tail + tailLow) * power) * DecayUnit<TVector, T>();
        return TVector.Select(x < 0, left, 1 - left);
    }

    /// <summary>
    /// For x ≥ 0: Φ(−x) = (returned + low)·power, and the density φ(x), both over the unit of
    /// <see cref="Decay{TVector, T}(TVector, out TVector)"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector NormalTail<TVector, T>(TVector x, out TVector low, out TVector power, out TVector density)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector square = x * x, squareLow = TVector.FusedMultiplyAdd(x, x, -square);
        power = Decay<TVector, T>(-0.5 * square, -0.5 * squareLow, out TVector part);
        density = TVector.FusedMultiplyAdd(power, part, power) * 0.3989422804014327;
        if (typeof(T) != typeof(float))
        {
            (low, power) = (0, 1);
            return DoubleNormalTail<TVector, T>(x);
        }

        // Φ(−x) = e^(−x²/2)·F(t) / (x + 3) with t = (x − 3) / (x + 3), as erfc: every rounding but the smallest is caught.
        TVector sum = x + 3, sumLow = TVector.Min(3, x) - (sum - TVector.Max(3, x)), inverse = 1 / sum;
        TVector inverseError = TVector.FusedMultiplyAdd(-inverse, sumLow, TVector.FusedMultiplyAdd(-inverse, sum, 1));
        TVector t = TVector.FusedMultiplyAdd(-6 * inverse, inverseError, TVector.FusedMultiplyAdd(inverse, -6, 1));
        TVector p = 5.2643798e-5;
        p = TVector.FusedMultiplyAdd(p, t, 1.28344866e-4);
        p = TVector.FusedMultiplyAdd(p, t, -2.43652569e-4);
        p = TVector.FusedMultiplyAdd(p, t, -1.02934788e-3);
        p = TVector.FusedMultiplyAdd(p, t, 1.02478196e-3);
        p = TVector.FusedMultiplyAdd(p, t, 6.9680731e-3);
        p = TVector.FusedMultiplyAdd(p, t, -1.04625942e-2);
        p = TVector.FusedMultiplyAdd(p, t, -4.72624935e-2);
        p = TVector.FusedMultiplyAdd(p, t, 0.230017707);
        p = TVector.FusedMultiplyAdd(p, t, -0.509332001);
        TVector f = TVector.FusedMultiplyAdd(p, t, 0.729083717);
        TVector fError = TVector.FusedMultiplyAdd(p, t, 0.729083717 - f) + -2.6434825e-8;
        TVector ratio = f * inverse;
        TVector ratioError = TVector.FusedMultiplyAdd(
            inverse, TVector.FusedMultiplyAdd(f, inverseError, fError), TVector.FusedMultiplyAdd(f, inverse, -ratio));
        low = TVector.FusedMultiplyAdd(ratio, part, ratioError);
        return ratio;
    }

    /// <summary>½·erfc(x/√2) over the unit, in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector DoubleNormalTail<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // z + low = x/√2. erfc′/erfc = −(z + √(z² + 4/π)), to the few bits that the small low needs.
        TVector z = Product<TVector, T>(x, 0.7071067811865476, -4.833646656726457e-17, out TVector low);
        TVector tail = ErfcOfPositive<TVector, T>(z, out TVector rounded);
        TVector slope = z + TVector.Sqrt(TVector.FusedMultiplyAdd(z, z, 1.2732395447351628));
        tail = TVector.FusedMultiplyAdd(tail, -low * slope, tail) * ScaledPower<TVector, T>(rounded);
        TVector small = TVector.FusedMultiplyAdd(-z, ErfRatio<TVector, T>(z * z), 1 - z) * (1 / DecayUnit<TVector, T>());
        return 0.5 * TVector.Select(z < 0.46, small, tail);
    }
}
