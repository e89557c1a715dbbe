using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Eight doubles at once, for references that go over all floats. The elementary functions are those of .NET's
/// <see cref="Vector512"/>, of which the library uses none.
/// </summary>
internal readonly struct Reals(Vector512<double> vector)
{
    public const int Count = 8;

    private readonly Vector512<double> _vector = vector;

    public double First => _vector.ToScalar();

    public static implicit operator Reals(double value) => new(Vector512.Create(value));

    public static Reals Load(ReadOnlySpan<float> eight) => new(Vector512.WidenLower(Vector256.Create(eight).ToVector512()));

    public static Reals operator +(Reals left, Reals right) => new(left._vector + right._vector);

    public static Reals operator -(Reals left, Reals right) => new(left._vector - right._vector);

    public static Reals operator *(Reals left, Reals right) => new(left._vector * right._vector);

    public static Reals operator /(Reals left, Reals right) => new(left._vector / right._vector);

    public static Reals operator -(Reals value) => new(-value._vector);

    // Comparisons give all bits where they hold, and none elsewhere.
    public static Reals operator <(Reals left, Reals right) => new(Vector512.LessThan(left._vector, right._vector));

    public static Reals operator >(Reals left, Reals right) => new(Vector512.GreaterThan(left._vector, right._vector));

    public static Reals operator <=(Reals left, Reals right) => new(Vector512.LessThanOrEqual(left._vector, right._vector));

    public static Reals operator >=(Reals left, Reals right) => new(Vector512.GreaterThanOrEqual(left._vector, right._vector));

    public static Reals operator &(Reals left, Reals right) => new(left._vector & right._vector);

    public static Reals operator |(Reals left, Reals right) => new(left._vector | right._vector);

    public static Reals Equal(Reals left, Reals right) => new(Vector512.Equals(left._vector, right._vector));

    public static Reals IsNaN(Reals value) => new(Vector512.IsNaN(value._vector));

    public static Reals If(Reals mask, Reals then, Reals otherwise) => new(Vector512.ConditionalSelect(mask._vector, then._vector, otherwise._vector));

    /// <summary>The elements a mask names, as bits.</summary>
    public static uint Bits(Reals mask) => (uint)mask._vector.ExtractMostSignificantBits();

    public static bool Any(Reals mask) => Bits(mask) != 0;

    public double this[int index] => _vector[index];

    public static Reals Abs(Reals x) => new(Vector512.Abs(x._vector));

    public static Reals Sqrt(Reals x) => new(Vector512.Sqrt(x._vector));

    /// <summary>The larger of the two; a NaN on the right stays.</summary>
    public static Reals Max(Reals left, Reals right) => new(Vector512.MaxNative(left._vector, right._vector));

    /// <summary>NaN stays.</summary>
    public static Reals Clamp(Reals x, Reals least, Reals largest) => new(Vector512.MinNative(largest._vector, Max(least, x)._vector));

    public static Reals WithSign(Reals magnitude, Reals sign) => new(Vector512.CopySign(magnitude._vector, sign._vector));

    /// <summary>2⁻ⁿ for a normal number between 2ⁿ and 2ⁿ⁺¹.</summary>
    public static Reals InversePowerBelow(Reals x) =>
        new((Vector512.Create(0x7fe0000000000000) - (x._vector.AsInt64() & Vector512.Create(0x7ff0000000000000))).AsDouble());

    /// <summary>The nearest floats.</summary>
    public static Reals Rounded(Reals x) => new(Vector512.WidenLower(Vector512.Narrow(x._vector, x._vector)));

    /// <summary>eˣ; beyond ±300, far from any float, that of ±300, whose square is a normal number.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Reals Exp(Reals x)
    {
        // Nearly all floats are tiny or huge.
        Reals magnitude = Abs(x);
        if (!Any(IsNaN(x) | (magnitude < 300))) return If(x > 0, 1.9424263952412558e130, 5.148200222412012e-131);
        if (!Any(IsNaN(x) | (magnitude > 0.001))) return 1 + (x * (1 + (x * (0.5 + (x * ((1.0 / 6) + (x * ((1.0 / 24) + (x * (1.0 / 120))))))))));
        return new(Vector512.Exp(Clamp(x, -300, 300)._vector));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Reals Log(Reals x) => new(Vector512.Log(x._vector));

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Reals Sin(Reals x) => new(Vector512.Sin(x._vector));

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Reals Cos(Reals x) => new(Vector512.Cos(x._vector));
}
