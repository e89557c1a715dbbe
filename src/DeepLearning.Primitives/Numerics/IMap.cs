namespace DeepLearning.Primitives;

/// <summary>y = f(a), element by element.</summary>
internal interface IMap1<T>
    where T : unmanaged
{
    /// <inheritdoc cref="IStreamMap{T}.IsLong"/>
    static virtual bool IsLong => false;

    /// <inheritdoc cref="IStreamMap{T}.IsInDouble"/>
    static virtual bool IsInDouble => false;

    TVector Invoke<TVector>(TVector a)
        where TVector : struct, ISimd<TVector, T>;
}

/// <summary>y = f(a, b), element by element.</summary>
internal interface IMap2<T>
    where T : unmanaged
{
    /// <inheritdoc cref="IStreamMap{T}.IsLong"/>
    static virtual bool IsLong => false;

    /// <inheritdoc cref="IStreamMap{T}.IsInDouble"/>
    static virtual bool IsInDouble => false;

    TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T>;
}

/// <summary>y = f(a, b, c), element by element.</summary>
internal interface IMap3<T>
    where T : unmanaged
{
    /// <inheritdoc cref="IStreamMap{T}.IsLong"/>
    static virtual bool IsLong => false;

    /// <inheritdoc cref="IStreamMap{T}.IsInDouble"/>
    static virtual bool IsInDouble => false;

    TVector Invoke<TVector>(TVector a, TVector b, TVector c)
        where TVector : struct, ISimd<TVector, T>;
}

/// <summary>
/// y = f(a) with a shorter form for ordinary inputs, which gives them the same bits. <see cref="OrdinaryMap"/> asks
/// once for a block of elements, so that the loop over an ordinary block has no branch and no call in it.
/// </summary>
internal interface IOrdinaryMap1<T> : IMap1<T>
    where T : unmanaged
{
    /// <summary>True when every element is an ordinary input.</summary>
    bool IsOrdinary<TVector>(TVector a)
        where TVector : struct, ISimd<TVector, T>;

    TVector InvokeOrdinary<TVector>(TVector a)
        where TVector : struct, ISimd<TVector, T>;
}
