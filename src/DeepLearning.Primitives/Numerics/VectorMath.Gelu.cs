using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

internal static partial class VectorMath
{
    /// <summary>From here on Φ(−x) is 0; float's is where <see cref="DecayInRange{TVector, T}"/> of −x²/2 is 0 as well.</summary>
    private const double FloatNormalLimit = 16.271, DoubleNormalLimit = 39;

    /// <summary>x·Φ(x), with Φ(x) = ½·erfc(−x/√2): float within 2 ULP everywhere, down to the last subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gelu<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // x·Φ(x) = max(x, 0) − |x|·Φ(−|x|) on both sides. A NaN stays on the right of Min.
        TVector magnitude = TVector.Min(typeof(T) == typeof(float) ? FloatNormalLimit : DoubleNormalLimit, TVector.Abs(x));
        TVector tail = NormalTail<TVector, T>(magnitude, out TVector tailLow, out TVector power, out _);
        // The product is rounded together with the tail's own last step.
        TVector part = magnitude * tail, partLow = TVector.FusedMultiplySubtract(magnitude, tail, part);
        part = (part + TVector.FusedMultiplyAdd(magnitude, tailLow, partLow)) * power;
        return TVector.FusedMultiplyAdd(part, -DecayUnit<TVector, T>(), TVector.Max(x, 0));
    }

    /// <summary>Φ(x) + x·φ(x), with φ(x) = e^(−x²/2)/√(2π).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector GeluDerivative<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector magnitude = TVector.Min(typeof(T) == typeof(float) ? FloatNormalLimit : DoubleNormalLimit, TVector.Abs(x));
        TVector tail = NormalTail<TVector, T>(magnitude, out TVector tailLow, out TVector power, out TVector density);
        TVector left = TVector.FusedSubtractProduct(magnitude, density, (tail + tailLow) * power) * DecayUnit<TVector, T>();
        return TVector.Select(x < 0, left, 1 - left);
    }

    /// <summary>
    /// For x from 0 to the limit: Φ(−x) = (returned + low)·power, and the density φ(x), both over the unit of
    /// <see cref="Decay{TVector, T}(TVector, out TVector)"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector NormalTail<TVector, T>(TVector x, out TVector low, out TVector power, out TVector density)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector square = x * x, squareLow = TVector.FusedMultiplySubtract(x, x, square);
        power = DecayInRange<TVector, T>(-0.5 * square, -0.5 * squareLow, out TVector part);
        density = TVector.FusedMultiplyAdd(power, part, power) * 0.3989422804014327;
        if (typeof(T) != typeof(float))
        {
            (low, power) = (0, 1);
            return DoubleNormalTail<TVector, T>(x);
        }

        // Φ(−x) = e^(−x²/2)·H(x), where H is a polynomial in the distance from the center of one of eight pieces, as in OddInPieces.
        x = TVector.Min(NormalPieces.Limit, x);
        TVector piece = TVector.ShiftRightBits(TVector.FusedMultiplyAdd(x, NormalPieces.Scale, 1), 22);
        TVector distance = x - Row<TVector, T, NormalPieces>(0, piece), distanceSquare = distance * distance;
        TVector even = Row<TVector, T, NormalPieces>(8, piece), odd = Row<TVector, T, NormalPieces>(9, piece);
        even = TVector.FusedMultiplyAdd(even, distanceSquare, Row<TVector, T, NormalPieces>(6, piece));
        odd = TVector.FusedMultiplyAdd(odd, distanceSquare, Row<TVector, T, NormalPieces>(7, piece));
        even = TVector.FusedMultiplyAdd(even, distanceSquare, Row<TVector, T, NormalPieces>(4, piece));
        odd = TVector.FusedMultiplyAdd(odd, distanceSquare, Row<TVector, T, NormalPieces>(5, piece));
        even = TVector.FusedMultiplyAdd(even, distanceSquare, Row<TVector, T, NormalPieces>(2, piece));
        odd = TVector.FusedMultiplyAdd(odd, distanceSquare, Row<TVector, T, NormalPieces>(3, piece));
        TVector p = TVector.FusedMultiplyAdd(odd, distance, even), value = Row<TVector, T, NormalPieces>(1, piece);
        TVector ratio = TVector.FusedMultiplyAdd(p, distance, value), ratioLow = TVector.FusedMultiplyAdd(p, distance, value - ratio);
        low = TVector.FusedMultiplyAdd(ratio, part, ratioLow);
        return ratio;
    }

    /// <summary>e^(x²/2)·Φ(−x) for x from 0 to 15; from 14.7 on nothing is left of Φ.</summary>
    private readonly struct NormalPieces : IOddPieces
    {
        public static double Scale => 1.02;

        public static double Limit => 14.7;

        public static ReadOnlySpan<float> Table =>
        [
            1.47045219f, 2.45105195f, 3.92167687f, 5.88196564f, 8.8227005f, 12.7454815f, 0.245092049f, 0.735332072f,
            0.208479032f, 0.143597201f, 0.0961076245f, 0.066013664f, 0.0446578674f, 0.0311114546f, 0.415486187f, 0.302799672f,
            -0.0923838317f, -0.0469780825f, -0.0220392309f, -0.010652177f, -0.00493929069f, -0.00241181185f, -0.297109932f, -0.17628397f,
            0.0363165103f, 0.0142257409f, 0.00483843824f, 0.00167896203f, 0.000539989618f, 0.000185876255f, 0.171333462f, 0.0865862072f,
            -0.0129940659f, -0.00403667474f, -0.00102149823f, -0.000258861022f, -5.83767251e-5f, -1.42430063e-5f, -0.0850379393f, -0.0375381075f,
            0.00430239923f, 0.00108289625f, 0.000208137237f, 3.90897403e-5f, 6.24239919e-6f, 1.08525296e-6f, 0.03762215f, 0.0147458157f,
            -0.00133299839f, -0.000276513019f, -4.09770837e-5f, -5.78370964e-6f, -6.58451768e-7f, -8.22411934e-8f, -0.015197536f, -0.00533916196f,
            0.000389802823f, 6.75796618e-5f, 7.84024905e-6f, 8.39978213e-7f, 6.89323798e-8f, 6.19018525e-9f, 0.00566587131f, 0.00180311012f,
            -0.000112145644f, -1.60545296e-5f, -1.5665222e-6f, -1.2534538e-7f, -7.85898457e-9f, -4.76904072e-10f, -0.00169241556f, -0.000576095073f,
            3.03528413e-5f, 3.5591745e-6f, 2.8543505e-7f, 1.78527895e-8f, 8.10310874e-10f, 3.65192494e-11f, 0.00053449499f, 0.000175155816f,
        ];
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
        tail = TVector.FusedSubtractProduct(tail, low * slope, tail) * ScaledPower<TVector, T>(rounded);
        TVector small = TVector.FusedSubtractProduct(z, ErfRatio<TVector, T>(z * z), 1 - z) * (1 / DecayUnit<TVector, T>());
        return 0.5 * TVector.Select(z < 0.46, small, tail);
    }
}
