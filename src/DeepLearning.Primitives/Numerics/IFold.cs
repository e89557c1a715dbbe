using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>A reduction: how a term joins a running result, and how two results join.</summary>
internal interface IFold<T>
    where T : unmanaged
{
    /// <summary>The result of nothing.</summary>
    static abstract double Identity { get; }

    /// <summary>True when each term is made of an element of x and one of y.</summary>
    static abstract bool IsBinary { get; }

    /// <summary>The running result after one more term; <paramref name="y"/> is only read when binary.</summary>
    static abstract TVector Step<TVector>(TVector result, TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T>;

    static abstract TVector Merge<TVector>(TVector left, TVector right)
        where TVector : struct, ISimd<TVector, T>;
}

/// <summary>Σ x</summary>
internal readonly struct SumFold<T> : IFold<T>
    where T : unmanaged
{
    public static double Identity => 0;

    public static bool IsBinary => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TVector>(TVector result, TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => result + x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Merge<TVector>(TVector left, TVector right)
        where TVector : struct, ISimd<TVector, T> => left + right;
}

/// <summary>Σ |x|</summary>
internal readonly struct MagnitudeFold<T> : IFold<T>
    where T : unmanaged
{
    public static double Identity => 0;

    public static bool IsBinary => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TVector>(TVector result, TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => result + TVector.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Merge<TVector>(TVector left, TVector right)
        where TVector : struct, ISimd<TVector, T> => left + right;
}

/// <summary>Σ x²</summary>
internal readonly struct SquareFold<T> : IFold<T>
    where T : unmanaged
{
    public static double Identity => 0;

    public static bool IsBinary => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TVector>(TVector result, TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => TVector.FusedMultiplyAdd(x, x, result);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Merge<TVector>(TVector left, TVector right)
        where TVector : struct, ISimd<TVector, T> => left + right;
}

/// <summary>Σ x·y</summary>
internal readonly struct DotFold<T> : IFold<T>
    where T : unmanaged
{
    public static double Identity => 0;

    public static bool IsBinary => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TVector>(TVector result, TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => TVector.FusedMultiplyAdd(x, y, result);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Merge<TVector>(TVector left, TVector right)
        where TVector : struct, ISimd<TVector, T> => left + right;
}

/// <summary>The largest element: NaN if there is one, and +0 above −0.</summary>
internal readonly struct MaxFold<T> : IFold<T>
    where T : unmanaged
{
    public static double Identity => double.NegativeInfinity;

    public static bool IsBinary => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TVector>(TVector result, TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => Merge(result, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Merge<TVector>(TVector left, TVector right)
        where TVector : struct, ISimd<TVector, T> => TVector.Maximum(left, right);
}

/// <summary>The largest element for rows whose NaN shows elsewhere: one may be lost here.</summary>
internal readonly struct QuickMaxFold<T> : IFold<T>
    where T : unmanaged
{
    public static double Identity => double.NegativeInfinity;

    public static bool IsBinary => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TVector>(TVector result, TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => TVector.Max(x, result);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Merge<TVector>(TVector left, TVector right)
        where TVector : struct, ISimd<TVector, T> => TVector.Max(left, right);
}

/// <summary>The smallest element for rows whose NaN shows elsewhere: one may be lost here.</summary>
internal readonly struct QuickMinFold<T> : IFold<T>
    where T : unmanaged
{
    public static double Identity => double.PositiveInfinity;

    public static bool IsBinary => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TVector>(TVector result, TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => TVector.Min(x, result);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Merge<TVector>(TVector left, TVector right)
        where TVector : struct, ISimd<TVector, T> => TVector.Min(left, right);
}
