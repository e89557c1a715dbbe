using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>a·(b − first), but 0 for NaN where a is 0: there b may be anything.</summary>
internal readonly struct CenteredUnlessMasked<T> : IRowMap<T>
    where T : unmanaged
{
    public static bool IsBinary => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b, TVector first, TVector second)
        where TVector : struct, ISimd<TVector, T>
    {
        TVector result = a * (b - first);
        return TVector.Select(TVector.Equal(result, result), result, TVector.Select(TVector.Equal(a, 0), 0, result));
    }
}

/// <summary>b − e^a·first where a is not −∞, 0 there.</summary>
internal readonly struct LessShareUnlessMasked<T> : IRowMap<T>
    where T : unmanaged
{
    public static bool IsBinary => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b, TVector first, TVector second)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.Select(TVector.Equal(a, double.NegativeInfinity), 0, b - (VectorMath.SteadyExp<TVector, T>(a) * first));
}

/// <summary>b where a is not −∞, 0 there.</summary>
internal readonly struct UpstreamUnlessMasked<T> : IRowMap<T>
    where T : unmanaged
{
    public static bool IsBinary => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b, TVector first, TVector second)
        where TVector : struct, ISimd<TVector, T> => TVector.Select(TVector.Equal(a, double.NegativeInfinity), 0, b);
}

/// <summary>Σ x·y over the elements where x is not 0.</summary>
internal readonly struct UnmaskedDotFold<T> : IFold<T>
    where T : unmanaged
{
    public static double Identity => 0;

    public static bool IsBinary => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TVector>(TVector result, TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => TVector.FusedMultiplyAdd(x, TVector.Select(TVector.Equal(x, 0), 0, y), result);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Merge<TVector>(TVector left, TVector right)
        where TVector : struct, ISimd<TVector, T> => left + right;
}

/// <summary>Σ y over the elements where x is not −∞.</summary>
internal readonly struct UnmaskedSumFold<T> : IFold<T>
    where T : unmanaged
{
    public static double Identity => 0;

    public static bool IsBinary => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TVector>(TVector result, TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => result + TVector.Select(TVector.Equal(x, double.NegativeInfinity), 0, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Merge<TVector>(TVector left, TVector right)
        where TVector : struct, ISimd<TVector, T> => left + right;
}
