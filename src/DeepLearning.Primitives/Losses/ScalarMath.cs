namespace DeepLearning.Primitives;

/// <summary>The elementary functions of one number, with the bits they have in a vector.</summary>
internal static class ScalarMath
{
    public static T Exp<T>(T x)
        where T : unmanaged => VectorMath.Exp<Simd128<T>, T>(Simd128<T>.Create(x)).First;

    public static T Log<T>(T x)
        where T : unmanaged => VectorMath.Log<Simd128<T>, T>(Simd128<T>.Create(x)).First;

    public static T Log1P<T>(T x)
        where T : unmanaged => VectorMath.Log1P<Simd128<T>, T>(Simd128<T>.Create(x)).First;

    /// <summary>x^power of an x that is not negative; x⁰ is 1.</summary>
    public static double Power(double x, double power) => power switch
    {
        0 => 1,
        1 => x,
        2 => x * x,
        _ => Exp(power * Log(x)),
    };
}
