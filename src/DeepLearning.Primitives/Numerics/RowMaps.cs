using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>eˣ of what is not above 0.</summary>
internal readonly struct Exponential<T> : IOrdinaryMap1<T>
    where T : unmanaged
{
    public static bool HasOrdinaryForm => !Vector512.IsHardwareAccelerated || !Simd512<T>.HasScale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.ExpOfNotPositive<TVector, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AreOrdinary<TVector>(TVector a0, TVector a1)
        where TVector : struct, ISimd<TVector, T> => VectorMath.IsOrdinaryForExp<TVector, T>(a0) && VectorMath.IsOrdinaryForExp<TVector, T>(a1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector InvokeOrdinary<TVector>(TVector a)
        where TVector : struct, ISimd<TVector, T> => VectorMath.ExpOfOrdinary<TVector, T>(a);
}

/// <summary>e^(x − shift), where no x is above the shift.</summary>
internal readonly struct ExpOfDifference<T>(T shift) : IOrdinaryMap1<T>
    where T : unmanaged
{
    public static bool HasOrdinaryForm => Exponential<T>.HasOrdinaryForm;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.ExpOfNotPositive<TVector, T>(x - TVector.Create(shift));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AreOrdinary<TVector>(TVector a0, TVector a1)
        where TVector : struct, ISimd<TVector, T> => default(Exponential<T>).AreOrdinary(a0 - TVector.Create(shift), a1 - TVector.Create(shift));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector InvokeOrdinary<TVector>(TVector a)
        where TVector : struct, ISimd<TVector, T> => VectorMath.ExpOfOrdinary<TVector, T>(a - TVector.Create(shift));
}

/// <summary>1/s; 0 for the sum of a row without weight.</summary>
internal readonly struct InverseOrZero<T> : IMap1<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector sum)
        where TVector : struct, ISimd<TVector, T> => TVector.Select(TVector.Equal(sum, 0), 0, (TVector)1 / sum);
}

/// <summary>log s; 0 for the sum of a row without weight, whose logits are −∞ already.</summary>
internal readonly struct LogOrZero<T> : IMap1<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector sum)
        where TVector : struct, ISimd<TVector, T> => TVector.Select(TVector.Equal(sum, 0), 0, VectorMath.Log<TVector, T>(sum));
}

/// <summary>x·factor</summary>
internal readonly struct Scale<T>(T factor) : IMap1<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => x * TVector.Create(factor);
}

/// <summary>log(1 + x)</summary>
internal readonly struct LogarithmOf1Plus<T> : IMap1<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.Log1P<TVector, T>(x);
}

/// <summary>x − offset</summary>
internal readonly struct Less<T>(T offset) : IMap1<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => x - TVector.Create(offset);
}

/// <summary>a − factor·b</summary>
internal readonly struct LessTimes<T>(T factor) : IMap2<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> => a - (b * TVector.Create(factor));
}

/// <summary>e^(a − b), ordinary: see <see cref="VectorMath.IsOrdinaryForExp"/>.</summary>
internal readonly struct ExpOfOrdinaryDifference<T> : IMap2<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> => VectorMath.ExpOfOrdinary<TVector, T>(a - b);
}

/// <summary>e^(a − b), where b is the largest a.</summary>
internal readonly struct ExpOfDifferenceFrom<T> : IMap2<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> => VectorMath.ExpOfNotPositive<TVector, T>(a - b);
}

/// <summary>e^((a − b) / divisor), where b is the largest a.</summary>
internal readonly struct ExpOfDifferenceOver<T>(T divisor) : IMap2<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> => VectorMath.ExpOfNotPositive<TVector, T>((a - b) / TVector.Create(divisor));
}

/// <summary>Another map with its operands exchanged.</summary>
internal readonly struct Exchanged<T, TMap>(TMap map) : IMap2<T>
    where T : unmanaged
    where TMap : struct, IMap2<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T> => map.Invoke(b, a);
}

/// <summary>x / divisor</summary>
internal readonly struct DividedBy<T>(T divisor) : IMap1<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => x / TVector.Create(divisor);
}

/// <summary>log x</summary>
internal readonly struct LogarithmOf<T> : IMap1<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.Log<TVector, T>(x);
}

/// <summary>a·first</summary>
internal readonly struct TimesFirst<T> : IRowMap<T>
    where T : unmanaged
{
    public static bool IsBinary => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b, TVector first, TVector second)
        where TVector : struct, ISimd<TVector, T> => a * first;
}

/// <summary>e^(a − first)·second</summary>
internal readonly struct TimesExpOfDifference<T> : IRowMap<T>
    where T : unmanaged
{
    public static bool IsBinary => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b, TVector first, TVector second)
        where TVector : struct, ISimd<TVector, T> => VectorMath.SteadyExp<TVector, T>(a - first) * second;
}

/// <summary>a − first − second</summary>
internal readonly struct LessBoth<T> : IRowMap<T>
    where T : unmanaged
{
    public static bool IsBinary => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b, TVector first, TVector second)
        where TVector : struct, ISimd<TVector, T> => a - first - second;
}

/// <summary>(a − first) / divisor − second</summary>
internal readonly struct LessFirstOverLessSecond<T>(T divisor) : IRowMap<T>
    where T : unmanaged
{
    public static bool IsBinary => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b, TVector first, TVector second)
        where TVector : struct, ISimd<TVector, T> => ((a - first) / TVector.Create(divisor)) - second;
}

/// <summary>a·(b − first): the gradient of softmax from its output a.</summary>
internal readonly struct Centered<T> : IRowMap<T>
    where T : unmanaged
{
    public static bool IsBinary => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b, TVector first, TVector second)
        where TVector : struct, ISimd<TVector, T> => a * (b - first);
}

/// <summary>b − e^a·first: the gradient of log-softmax from its output a.</summary>
internal readonly struct LessShare<T> : IRowMap<T>
    where T : unmanaged
{
    public static bool IsBinary => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b, TVector first, TVector second)
        where TVector : struct, ISimd<TVector, T> => b - (VectorMath.SteadyExp<TVector, T>(a) * first);
}

/// <summary>b − e^a·first, a ordinary: see <see cref="VectorMath.IsOrdinaryForExp"/>.</summary>
internal readonly struct OrdinaryLessShare<T> : IRowMap<T>
    where T : unmanaged
{
    public static bool IsBinary => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b, TVector first, TVector second)
        where TVector : struct, ISimd<TVector, T> => b - (VectorMath.ExpOfOrdinary<TVector, T>(a) * first);
}

/// <summary>b − e^a·first, 0 where second, the largest a, is −∞.</summary>
internal readonly struct LessShareUnlessWeightless<T> : IRowMap<T>
    where T : unmanaged
{
    public static bool IsBinary => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b, TVector first, TVector second)
        where TVector : struct, ISimd<TVector, T> =>
        TVector.Select(TVector.Equal(second, double.NegativeInfinity), 0, b - (VectorMath.SteadyExp<TVector, T>(a) * first));
}

/// <summary>What another map gives, divided.</summary>
internal readonly struct Over<T, TMap>(TMap map, T divisor) : IRowMap<T>
    where T : unmanaged
    where TMap : struct, IRowMap<T>
{
    public static bool IsBinary => TMap.IsBinary;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b, TVector first, TVector second)
        where TVector : struct, ISimd<TVector, T> => map.Invoke(a, b, first, second) / TVector.Create(divisor);
}

/// <summary>The smallest |x|; a NaN is passed over.</summary>
internal readonly struct LeastMagnitudeFold<T> : IFold<T>
    where T : unmanaged
{
    public static double Identity => double.PositiveInfinity;

    public static bool IsBinary => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TVector>(TVector result, TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T> => TVector.Min(TVector.Abs(x), result);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Merge<TVector>(TVector left, TVector right)
        where TVector : struct, ISimd<TVector, T> => TVector.Min(left, right);
}
