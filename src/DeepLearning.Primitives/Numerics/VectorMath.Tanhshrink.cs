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
        TVector magnitude = TVector.Abs(x), square = magnitude * magnitude, p;
        // x³·p(x²) below 1, found by Sollya's fpminimax.
        if (typeof(T) == typeof(float))
        {
            p = -1.4928865e-4;
            p = TVector.FusedMultiplyAdd(p, square, 9.5057033e-4);
            p = TVector.FusedMultiplyAdd(p, square, -3.2516937e-3);
            p = TVector.FusedMultiplyAdd(p, square, 8.735615e-3);
            p = TVector.FusedMultiplyAdd(p, square, -2.1846524e-2);
            p = TVector.FusedMultiplyAdd(p, square, 5.3967327e-2);
            p = TVector.FusedMultiplyAdd(p, square, -0.1333335);
            p = TVector.FusedMultiplyAdd(p, square, 0.33333334);
        }
        else
        {
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
        }

        // (x − 1) + 2 / (e²ˣ + 1) from 1 on. A NaN stands on the right of Min and so stays.
        TVector bounded = TVector.Min(typeof(T) == typeof(float) ? 10 : 20, magnitude);
        TVector r = ReduceExp<TVector, T>(bounded + bounded, out TVector rounded), power = PowerOfTwo<TVector, T>(rounded);
        TVector large = magnitude - 1 + (2 / TVector.FusedMultiplyAdd(power, ExpM1OfReduced<TVector, T>(r), power + 1));
        // The cube with what its roundings lost.
        TVector cube = square * magnitude, cubeLow = TVector.FusedMultiplySubtract(square, magnitude, cube);
        cubeLow = TVector.FusedMultiplyAdd(TVector.FusedMultiplySubtract(magnitude, magnitude, square), magnitude, cubeLow);
        TVector small = TVector.FusedMultiplyAdd(cube, p, cubeLow * p);
        return TVector.Select(magnitude < 1, small, large) | (x & -0.0);
    }
}
