using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives;

/// <remarks>
/// Floats that are not large: x = n·π/8 + r with |r| ≤ π/16, r as the sum of two numbers, and
/// sin x = sin(n·π/8)·cos r + cos(n·π/8)·sin r. Sixteen sines and cosines are the whole circle, so that no quadrant is chosen
/// and no sign; two short polynomials do for the rest. What is added to the sine of n·π/8 is smaller than the
/// result, and where the two are nearly as large, their sum is exact.
/// </remarks>
internal static partial class VectorMath
{
    /// <summary>Up to here n times the second part of π/8 has so few bits that r − a is exact.</summary>
    private const double FloatLargeAngle = 3000;

    /// <summary>Leaves the nearest integer in the lowest bits, which are 0 here.</summary>
    private const double FloatIntegerRounder = 0xc00000;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SineOfOrdinaryFloats<TVector, T>(TVector x, int quarters)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // Four sixteenths of a circle are a quarter. They go into the bits, not into n.
        TVector rounder = FloatIntegerRounder + (4 * quarters);
        TVector rounded = TVector.FusedMultiplyAdd(x, 2.5464790894703255, rounder), n = rounded - rounder;
        // π/8 in three parts, the second one of eleven bits. The first difference is exact, and r − rest is x − n·π/8. Zeros
        // keep their sign.
        TVector a = TVector.FusedMultiplyAdd(n, -0.39269906282424927, x), r = TVector.FusedMultiplyAdd(n, -1.8873834051191807e-8, a);
        TVector rest = TVector.FusedMultiplyAdd(n, 6.408360170642724e-13, TVector.FusedMultiplyAdd(n, 1.8873834051191807e-8, r - a));
        // 1 − cos r, and r − sin r of the whole r.
        TVector square = r * r, cosineRest = square * TVector.FusedMultiplyAdd(square, -0.041606, 0.49999982);
        TVector sineRest = TVector.FusedMultiplyAdd(r * square, TVector.FusedMultiplyAdd(square, -8.3255284e-3, 0.16666663), rest);
        // All that is small is summed first, and negated: as +0 it leaves a zero its sign.
        TVector sine = Sixteenth<TVector, T>(0, rounded), cosine = Sixteenth<TVector, T>(1, rounded);
        TVector small = TVector.FusedMultiplyAdd(cosine, sineRest, TVector.FusedMultiplyAdd(sine, cosineRest, Sixteenth<TVector, T>(2, rounded)));
        return TVector.TurnHalf(TVector.FusedMultiplySubtract(cosine, r, small) + sine, rounded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sixteenth<TVector, T>(int row, TVector n)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        TVector.LookUpHalf(in Unsafe.Add(ref MemoryMarshal.GetReference(Sixteenths), 16 * row), n);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector SineOfAnyFloat<TVector, T>(TVector x, int quarters)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        TVector.Select(
            TVector.Abs(x) > FloatLargeAngle, TVector.InDouble(x, new Turned(quarters)), SineOfOrdinaryFloats<TVector, T>(x, quarters));

    /// <summary>sin(n·π/8) with −0 for 0, cos(n·π/8), and by how much the sine here is too large.</summary>
    private static ReadOnlySpan<float> Sixteenths =>
    [
        -0.0f, 0.38268343f, 0.70710677f, 0.9238795f, 1, 0.9238795f, 0.70710677f, 0.38268343f,
        -0.0f, -0.38268343f, -0.70710677f, -0.9238795f, -1, -0.9238795f, -0.70710677f, -0.38268343f,
        1, 0.9238795f, 0.70710677f, 0.38268343f, 0, -0.38268343f, -0.70710677f, -0.9238795f,
        -1, -0.9238795f, -0.70710677f, -0.38268343f, 0, 0.38268343f, 0.70710677f, 0.9238795f,
        0, -6.2233507e-9f, -1.21016175e-8f, -2.830749e-8f, 0, -2.830749e-8f, -1.21016175e-8f, -6.2233507e-9f,
        0, 6.2233507e-9f, 1.21016175e-8f, 2.830749e-8f, 0, 2.830749e-8f, 1.21016175e-8f, 6.2233507e-9f,
    ];
}
