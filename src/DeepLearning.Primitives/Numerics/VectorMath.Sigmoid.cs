using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

internal static partial class VectorMath
{
    /// <summary>1 / (1 + e⁻ˣ), down to the last subnormal: within 2 ULP.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        IsOrdinaryForSigmoid<TVector, T>(x) ? SigmoidOfOrdinary<TVector, T>(x) : SigmoidOfAny<TVector, T>(x);

    /// <summary>True when no term of <see cref="SigmoidOfOrdinary{TVector, T}"/> underflows, which x86 processors are slow at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOrdinaryForSigmoid<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        TVector.AllLessOrEqual(TVector.Abs(x), typeof(T) == typeof(float) ? 65 : 640);

    /// <summary>The sigmoid where e^x and e^−x are normal numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector SigmoidOfOrdinary<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // 1 / (1 + 2ⁿ·(1 + part)). What 2ⁿ + 1 loses, which is 0 or 1, goes to the smaller term.
        TVector r = ReduceExp<TVector, T>(-x, out TVector rounded), power = PowerOfTwo<TVector, T>(rounded);
        TVector sum = power + 1, lost = 1 - (sum - power);
        return 1 / (TVector.FusedMultiplyAdd(power, ExpM1OfReduced<TVector, T>(r), lost) + sum);
    }

    /// <summary>Left of the limit eˣ is no normal number, and the answer to the last bit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static TVector SigmoidOfAny<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector limit = typeof(T) == typeof(float) ? FloatExpLimit : DoubleExpLimit;
        TVector saturation = typeof(T) == typeof(float) ? FloatSaturation : DoubleSaturation;
        TVector ordinary = SigmoidOfOrdinary<TVector, T>(TVector.Min(saturation, TVector.Max(-limit, x)));
        return TVector.Select(x < -limit, ExpOfAny<TVector, T>(x), ordinary);
    }
}
