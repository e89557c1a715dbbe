using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

internal static partial class VectorMath
{
    /// <summary>x − tanh x: float within 2 ULP everywhere, near 0 as well.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanhshrink<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        if (typeof(T) == typeof(float)) return TanhshrinkOfFloats<TVector, T>(x);
        // x³·p(x²) below 1, found by Sollya's fpminimax.
        TVector magnitude = TVector.Abs(x), square = magnitude * magnitude, p;
        p = 6.63709411700325e-9;
        p = TVector.FusedMultiplyAdd(p, square, -7.783351774822646e-8);
        p = TVector.FusedMultiplyAdd(p, square, 4.5250342501349503e-7);
        p = TVector.FusedMultiplyAdd(p, square, -1.7856917778532928e-6);
        p = TVector.FusedMultiplyAdd(p, square, 5.569807376398037e-6);
        p = TVector.FusedMultiplyAdd(p, square, -1.5191577764462653e-5);
        p = TVector.FusedMultiplyAdd(p, square, 3.881444695342936e-5);
        p = TVector.FusedMultiplyAdd(p, square, -9.668759639309068e-5);
        p = TVector.FusedMultiplyAdd(p, square, 0.00023904369499026887);
        p = TVector.FusedMultiplyAdd(p, square, -0.0005900033027828803);
        p = TVector.FusedMultiplyAdd(p, square, 0.0014558293504113992);
        p = TVector.FusedMultiplyAdd(p, square, -0.0035921272834504763);
        p = TVector.FusedMultiplyAdd(p, square, 0.008863235452683303);
        p = TVector.FusedMultiplyAdd(p, square, -0.021869488531077473);
        p = TVector.FusedMultiplyAdd(p, square, 0.05396825396806174);
        p = TVector.FusedMultiplyAdd(p, square, -0.1333333333333299);
        p = TVector.FusedMultiplyAdd(p, square, 0.3333333333333333);
        // (x − 1) + 2 / (e²ˣ + 1) from 1 on. A NaN stands on the right of Min and so stays.
        TVector bounded = TVector.Min(20, magnitude);
        TVector r = ReduceExp<TVector, T>(bounded + bounded, out TVector rounded), power = PowerOfTwo<TVector, T>(rounded);
        TVector large = magnitude - 1 + (2 / TVector.FusedMultiplyAdd(power, ExpM1OfReduced<TVector, T>(r), power + 1));
        return TVector.Select(magnitude < 1, CubeTimes<TVector, T>(magnitude, square, p), large) | (x & -0.0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector TanhshrinkOfFloats<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // From the limit on it is x − 1. A NaN stands on the right of Min and so stays.
        TVector magnitude = TVector.Abs(x), bounded = TVector.Min(9.02, magnitude);
        TVector slope = SlopeInPieces<TVector, T, TanhshrinkPieces>(bounded, out TVector distance, out TVector value);
        TVector ratio = TVector.FusedMultiplyAdd(slope, distance, value), low = TVector.Min(1.8072289, bounded);
        return CubeTimes<TVector, T>(low, low * low, ratio) + (magnitude - bounded) | (x & -0.0);
    }

    /// <summary>x³·p, with what the roundings of the cube lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector CubeTimes<TVector, T>(TVector x, TVector square, TVector p)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector cube = square * x, low = TVector.FusedMultiplySubtract(square, x, cube);
        low = TVector.FusedMultiplyAdd(TVector.FusedMultiplySubtract(x, x, square), x, low);
        return TVector.FusedMultiplyAdd(cube, p, low * p);
    }

    /// <summary>(x − tanh x) / x³, from the end of the fourth piece on over the cube of that end.</summary>
    private readonly struct TanhshrinkPieces : IPieces
    {
        public static double Scale => 1.66;

        public static ReadOnlySpan<float> Table =>
        [
            0.1510705f, 0.45182344f, 0.90448517f, 1.5078228f, 2.2331386f, 3.4379501f, 5.055068f, 7.468819f,
            0.3303182f, 0.30819136f, 0.25138125f, 0.17539583f, 0.21276534f, 0.41338298f, 0.6870168f, 1.0959369f,
            -0.039551385f, -0.10279857f, -0.1361627f, -0.10923504f, 0.16180782f, 0.1687202f, 0.1693908f, 0.16941814f,
            -0.12611121f, -0.0790394f, -0.00045495658f, 0.033011064f, 0.0074376967f, 0.00069672015f, 2.7543312e-5f, 2.2310869e-7f,
            0.031142084f, 0.06510242f, 0.04153581f, 0.0019069035f, -0.004732818f, -0.00046250387f, -1.8259198e-5f, -1.2315017e-7f,
            0.0467937f, 0.0075116646f, -0.02275835f, -0.008181389f, 0.0021452494f, 0.00022944363f, 9.196224e-6f, 5.73527e-8f,
            -0.018158419f, -0.026876982f, -0.00012557335f, 0.00480878f, -0.0006801762f, -9.0833404e-5f, -3.888064e-6f, -4.8172435e-8f,
            -0.016367836f, 0.0060664234f, 0.006968782f, -0.0012635858f, 0.00011599634f, 2.914059e-5f, 1.2828664e-6f, 2.9425559e-8f,
            0.008610442f, 0.007279537f, -0.00352898f, -0.00021516562f, 2.4010524e-6f, -5.9814197e-6f, -2.1803947e-7f, -6.4568684e-9f,
        ];
    }
}
