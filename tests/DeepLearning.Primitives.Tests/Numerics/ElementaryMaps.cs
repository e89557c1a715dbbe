using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives.Tests;

/// <summary>The functions of VectorMath under one name each, with what is promised of them.</summary>
internal static class ElementaryMaps
{
    /// <summary>Evaluates one function on a whole span.</summary>
    public delegate void Map<T>(ReadOnlySpan<T> x, Span<T> destination);

    public const double DoubleBound = 2;

    public static readonly (string Name, Map<float> Float, Map<double> Double, Func<double, double> Reference, double FloatBound)[] All =
    [
        ("Exp", Of<float, Exp<float>>(), Of<double, Exp<double>>(), Math.Exp, 1),
        ("ExpM1", Of<float, ExpM1<float>>(), Of<double, ExpM1<double>>(), ElementaryReferences.ExpM1, 1),
        ("Log", Of<float, Log<float>>(), Of<double, Log<double>>(), Math.Log, 1),
        ("Log1P", Of<float, Log1P<float>>(), Of<double, Log1P<double>>(), ElementaryReferences.Log1P, 1),
        ("Sigmoid", Of<float, Sigmoid<float>>(), Of<double, Sigmoid<double>>(), ElementaryReferences.Sigmoid, 2),
        ("Tanh", Of<float, Tanh<float>>(), Of<double, Tanh<double>>(), Math.Tanh, 1),
        ("Erf", Of<float, Erf<float>>(), Of<double, Erf<double>>(), ElementaryReferences.Erf, 1),
        ("Erfc", Of<float, Erfc<float>>(), Of<double, Erfc<double>>(), ElementaryReferences.Erfc, 1),
    ];

    private static Map<T> Of<T, TMap>()
        where T : unmanaged
        where TMap : struct, IMap1<T> => (x, destination) => Elementwise.Map(x, destination, default(TMap));

    private readonly struct Exp<T> : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => VectorMath.Exp<TVector, T>(a);
    }

    private readonly struct ExpM1<T> : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => VectorMath.ExpM1<TVector, T>(a);
    }

    private readonly struct Log<T> : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => VectorMath.Log<TVector, T>(a);
    }

    private readonly struct Log1P<T> : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => VectorMath.Log1P<TVector, T>(a);
    }

    private readonly struct Sigmoid<T> : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => VectorMath.Sigmoid<TVector, T>(a);
    }

    private readonly struct Tanh<T> : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => VectorMath.Tanh<TVector, T>(a);
    }

    private readonly struct Erf<T> : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => VectorMath.Erf<TVector, T>(a);
    }

    private readonly struct Erfc<T> : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => VectorMath.Erfc<TVector, T>(a);
    }
}
