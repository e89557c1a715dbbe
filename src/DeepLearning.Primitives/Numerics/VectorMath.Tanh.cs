using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

internal static partial class VectorMath
{
    /// <summary>tanh x: float within 1 ULP everywhere, double within 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        if (typeof(T) == typeof(float)) return OddInPieces<TVector, T, TanhPieces>(x);
        // (e²ˣ − 1) / (e²ˣ + 1) while that is small, and 1 − 2 / (e²ˣ + 1). A NaN stands on the right of Min and so stays.
        TVector magnitude = TVector.Abs(x), bounded = TVector.Min(20, magnitude), isSmall = magnitude < 1;
        TVector power = ReduceExpM1<TVector, T>(bounded + bounded, out TVector part);
        TVector difference = TVector.FusedMultiplyAdd(power, part, power - 1);
        TVector quotient = TVector.Select(isSmall, difference, 2) / TVector.FusedMultiplyAdd(power, part, power + 1);
        return TVector.Select(isSmall, quotient, 1 - quotient) | (x & -0.0);
    }
}
