using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>eˣ</summary>
internal readonly struct Exponential<T> : IOrdinaryMap1<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.Exp<TVector, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsOrdinary<TVector>(TVector a)
        where TVector : struct, ISimd<TVector, T> => VectorMath.IsOrdinaryForExp<TVector, T>(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector InvokeOrdinary<TVector>(TVector a)
        where TVector : struct, ISimd<TVector, T> => VectorMath.ExpOfOrdinary<TVector, T>(a);
}

/// <summary>e^(x − shift)</summary>
internal readonly struct ExpOfDifference<T>(T shift) : IOrdinaryMap1<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => VectorMath.Exp<TVector, T>(x - TVector.Create(shift));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsOrdinary<TVector>(TVector a)
        where TVector : struct, ISimd<TVector, T> => VectorMath.IsOrdinaryForExp<TVector, T>(a - TVector.Create(shift));

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
