using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Gates in fused kernels: the bits of <see cref="VectorMath.Sigmoid"/> with one branch for two of them.</summary>
internal static class GateMath
{
    /// <remarks>A NaN may pass the test: the ordinary form keeps it too.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sigmoid<TVector, T>(ref TVector a, ref TVector b)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        if (VectorMath.IsOrdinaryForExp<TVector, T>(TVector.Max(TVector.Abs(a), TVector.Abs(b))))
        {
            a = VectorMath.SigmoidOfOrdinary<TVector, T>(a);
            b = VectorMath.SigmoidOfOrdinary<TVector, T>(b);
            return;
        }

        a = SigmoidOfAny<TVector, T>(a);
        b = SigmoidOfAny<TVector, T>(b);
    }

    /// <summary>σ′ from σ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector SigmoidSlope<TVector, T>(TVector y)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => y * (1.0 - y);

    /// <summary>tanh′ from tanh.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector TanhSlope<TVector, T>(TVector y)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => TVector.FusedSubtractProduct(y, y, 1.0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector SigmoidOfAny<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => VectorMath.Sigmoid<TVector, T>(x);
}
