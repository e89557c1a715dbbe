namespace DeepLearning.Primitives;

/// <summary>y = f(a), element by element.</summary>
internal interface IMap1<T>
    where T : unmanaged
{
    /// <inheritdoc cref="IStreamMap{T}.IsLong"/>
    static virtual bool IsLong => false;

    /// <inheritdoc cref="IStreamMap{T}.IsLight"/>
    static virtual bool IsLight => false;

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

    /// <inheritdoc cref="IStreamMap{T}.IsLight"/>
    static virtual bool IsLight => false;

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

    /// <inheritdoc cref="IStreamMap{T}.IsLight"/>
    static virtual bool IsLight => false;

    /// <inheritdoc cref="IStreamMap{T}.IsInDouble"/>
    static virtual bool IsInDouble => false;

    TVector Invoke<TVector>(TVector a, TVector b, TVector c)
        where TVector : struct, ISimd<TVector, T>;
}

/// <summary>y = f(a) with a shorter form for ordinary inputs, which gives them the same bits: see <see cref="OrdinaryMap"/>.</summary>
internal interface IOrdinaryMap1<T> : IMap1<T>
    where T : unmanaged
{
    /// <summary>False where the map has no other form for ordinary inputs, or none that is shorter on this processor.</summary>
    static virtual bool HasOrdinaryForm => true;

    /// <summary>True when every element of two vectors is an ordinary input, or a NaN that the ordinary form maps onto NaN.</summary>
    bool AreOrdinary<TVector>(TVector a0, TVector a1)
        where TVector : struct, ISimd<TVector, T>;

    TVector InvokeOrdinary<TVector>(TVector a)
        where TVector : struct, ISimd<TVector, T>;
}

/// <summary>y = f(a, b), likewise.</summary>
internal interface IOrdinaryMap2<T> : IMap2<T>
    where T : unmanaged
{
    /// <inheritdoc cref="IOrdinaryMap1{T}.HasOrdinaryForm"/>
    static virtual bool HasOrdinaryForm => true;

    /// <summary>The same of two vectors of the first input, which alone decides.</summary>
    bool AreOrdinary<TVector>(TVector a0, TVector a1)
        where TVector : struct, ISimd<TVector, T>;

    TVector InvokeOrdinary<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T>;
}

/// <summary>A map of streams, likewise; never long. It reads none that it writes, and not a.</summary>
internal interface IOrdinaryStreamMap<T> : IStreamMap<T>
    where T : unmanaged
{
    /// <summary>The same of two vectors of stream b, which alone decides.</summary>
    bool AreOrdinary<TVector>(TVector b0, TVector b1)
        where TVector : struct, ISimd<TVector, T>;

    void InvokeOrdinary<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
        where TVector : struct, ISimd<TVector, T>;
}
