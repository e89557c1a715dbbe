namespace DeepLearning.Primitives;

/// <summary>y = f(a), element by element.</summary>
internal interface IMap1<T>
    where T : unmanaged
{
    TVector Invoke<TVector>(TVector a)
        where TVector : struct, ISimd<TVector, T>;
}

/// <summary>y = f(a, b), element by element.</summary>
internal interface IMap2<T>
    where T : unmanaged
{
    TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, ISimd<TVector, T>;
}

/// <summary>y = f(a, b, c), element by element.</summary>
internal interface IMap3<T>
    where T : unmanaged
{
    TVector Invoke<TVector>(TVector a, TVector b, TVector c)
        where TVector : struct, ISimd<TVector, T>;
}
