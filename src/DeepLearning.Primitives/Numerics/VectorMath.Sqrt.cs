using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <remarks>
/// The divider takes twelve cycles for sixteen roots, the same result by way of an estimate of 1/√x half as many. After
/// one step of Newton's for the root and for 1/√x, the rest x − s² is exact, and the last step rounds correctly from
/// any estimate within 2⁻¹³·⁵: tried for all floats of two neighbouring exponents, which stand for all others.
/// </remarks>
internal static partial class VectorMath
{
    /// <summary>From here on no rest is a subnormal number.</summary>
    private const double SmallestForRoot = 1.0 / (1L << 60);

    /// <summary>True when every root can be computed without the divider.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreOrdinaryForSqrt<TVector, T>(TVector x0, TVector x1)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => AllBetween<TVector, T>(x0, x1, SmallestForRoot, float.MaxValue);

    /// <summary>√x, correctly rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector SqrtOfOrdinary<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        if (!TVector.HasRootEstimate) return TVector.Sqrt(x);
        return RootFrom<TVector, T>(TVector.RootEstimate(x), x);
    }

    /// <summary>√x from an <paramref name="estimate"/> of 1/√x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector RootFrom<TVector, T>(TVector estimate, TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector root = x * estimate, half = 0.5 * estimate, error = TVector.FusedSubtractProduct(root, half, 0.5);
        root = TVector.FusedMultiplyAdd(root, error, root);
        half = TVector.FusedMultiplyAdd(half, error, half);
        return TVector.FusedMultiplyAdd(TVector.FusedSubtractProduct(root, root, x), half, root);
    }
}
