using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Elementary functions on vectors of any width.</summary>
internal static partial class VectorMath
{
    /// <summary>True when all elements of both are in the range: in this order, a NaN comes through Min or through Max.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AllBetween<TVector, T>(TVector x0, TVector x1, double lowest, double highest)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        TVector.AllLessOrEqual(lowest, TVector.Min(x0, x1)) && TVector.AllLessOrEqual(TVector.Max(x1, x0), highest);
}
