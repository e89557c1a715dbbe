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
        TVector sign = x & -0.0, magnitude = TVector.Abs(x);
        if (typeof(T) == typeof(float))
        {
            // From 10 on the answer is 1. A NaN stands on the right of Min and so stays.
            TVector bounded = TVector.Min(10, magnitude);
            TVector r = ReduceExp<TVector, T>(bounded + bounded, out TVector rounded);
            TVector power = PowerOfTwo<TVector, T>(rounded);
            // 1 − 2 / (e²ˣ + 1), the sum rounded once.
            TVector large = 1 - (2 / TVector.FusedMultiplyAdd(power, ExpM1OfReduced<TVector, T>(r), power + 1));

            TVector square = magnitude * magnitude, p = 1.2002578e-4;
            p = TVector.FusedMultiplyAdd(p, square, -8.3508767e-4);
            p = TVector.FusedMultiplyAdd(p, square, 3.06822197e-3);
            p = TVector.FusedMultiplyAdd(p, square, -8.58576037e-3);
            p = TVector.FusedMultiplyAdd(p, square, 2.17799973e-2);
            p = TVector.FusedMultiplyAdd(p, square, -5.39517778e-2);
            p = TVector.FusedMultiplyAdd(p, square, 0.13333182);
            p = TVector.FusedMultiplyAdd(p, square, -0.333333284);
            TVector small = TVector.FusedMultiplyAdd(square * magnitude, p, magnitude);
            return TVector.Select(magnitude < 1, small, large) | sign;
        }
        else
        {
            // (e²ˣ − 1) / (e²ˣ + 1) while that is small, and 1 − 2 / (e²ˣ + 1).
            TVector bounded = TVector.Min(20, magnitude), isSmall = magnitude < 1;
            TVector power = ReduceExpM1<TVector, T>(bounded + bounded, out TVector part);
            TVector difference = TVector.FusedMultiplyAdd(power, part, power - 1);
            TVector quotient = TVector.Select(isSmall, difference, 2) / TVector.FusedMultiplyAdd(power, part, power + 1);
            return TVector.Select(isSmall, quotient, 1 - quotient) | sign;
        }
    }
}
