using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>σ(x), 1 − σ(x) and log(1 + e^−|x|) from one exponential; each keeps its relative accuracy in its tail.</summary>
internal readonly struct LogisticParts<TVector, T>
    where T : unmanaged
    where TVector : struct, ISimd<TVector, T>
{
    public readonly TVector Sigmoid, Complement, Logarithm;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LogisticParts(TVector x)
    {
        TVector positive = x > 0, e = VectorMath.ExpOfNegative<TVector, T>(-TVector.Abs(x));
        TVector large = 1 / (1 + e), small = e * large;
        Sigmoid = TVector.Select(positive, large, small);
        Complement = TVector.Select(positive, small, large);
        // e lies in (0, 1], or is 0 or NaN: all of them are ordinary or come through.
        Logarithm = VectorMath.Log1POfOrdinary<TVector, T>(e);
    }
}
