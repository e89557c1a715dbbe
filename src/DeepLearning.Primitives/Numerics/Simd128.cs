using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <summary><see cref="ISimd{TSelf, T}"/> on 128 bits.</summary>
internal readonly struct Simd128<T>(Vector128<T> vector) : ISimd<Simd128<T>, T>
    where T : unmanaged
{
    private readonly Vector128<T> _vector = vector;

    /// <summary>The first element.</summary>
    public T First => _vector.ToScalar();

    public static int Count => Vector128<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Simd128<T>(double value) => new(Constant(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Create(T value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> CreateBits(long bits) =>
        new(typeof(T) == typeof(float) ? Vector128.Create((int)bits).As<int, T>() : Vector128.Create(bits).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Load(ref T source, nuint elementOffset) => new(Vector128.LoadUnsafe(ref source, elementOffset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> LoadMask(ref bool source, nuint elementOffset)
    {
        ref byte first = ref Unsafe.As<bool, byte>(ref Unsafe.Add(ref source, elementOffset));
        if (typeof(T) == typeof(float))
        {
            Vector128<byte> four = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref first)).AsByte();
            return new(Vector128.GreaterThan(Vector128.WidenLower(Vector128.WidenLower(four)), Vector128<uint>.Zero).As<uint, T>());
        }

        Vector128<byte> two = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ushort>(ref first)).AsByte();
        Vector128<ulong> wide = Vector128.WidenLower(Vector128.WidenLower(Vector128.WidenLower(two)));
        return new(Vector128.GreaterThan(wide, Vector128<ulong>.Zero).As<ulong, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T destination, nuint elementOffset) => _vector.StoreUnsafe(ref destination, elementOffset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void StorePastCaches(ref T destination, nuint elementOffset) =>
        _vector.StoreAlignedNonTemporal((T*)Unsafe.AsPointer(ref Unsafe.Add(ref destination, elementOffset)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator +(Simd128<T> left, Simd128<T> right) => new(left._vector + right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator -(Simd128<T> left, Simd128<T> right) => new(left._vector - right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator *(Simd128<T> left, Simd128<T> right) => new(left._vector * right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator /(Simd128<T> left, Simd128<T> right) => new(left._vector / right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator -(Simd128<T> value) => new(-value._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator &(Simd128<T> left, Simd128<T> right) => new(left._vector & right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator |(Simd128<T> left, Simd128<T> right) => new(left._vector | right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator ^(Simd128<T> left, Simd128<T> right) => new(left._vector ^ right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator <(Simd128<T> left, Simd128<T> right) => new(Vector128.LessThan(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator <=(Simd128<T> left, Simd128<T> right) => new(Vector128.LessThanOrEqual(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator >(Simd128<T> left, Simd128<T> right) => new(Vector128.GreaterThan(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> operator >=(Simd128<T> left, Simd128<T> right) => new(Vector128.GreaterThanOrEqual(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Equal(Simd128<T> left, Simd128<T> right) => new(Vector128.Equals(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllLessOrEqual(Simd128<T> left, Simd128<T> right) => Vector128.LessThanOrEqualAll(left._vector, right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Select(Simd128<T> mask, Simd128<T> whenSet, Simd128<T> otherwise) =>
        new(Vector128.ConditionalSelect(mask._vector, whenSet._vector, otherwise._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> SelectLess(Simd128<T> left, Simd128<T> right, Simd128<T> whenSet, Simd128<T> otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(left._vector, right._vector), whenSet._vector, otherwise._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> SelectEqual(Simd128<T> left, Simd128<T> right, Simd128<T> whenSet, Simd128<T> otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(left._vector, right._vector), whenSet._vector, otherwise._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> SelectOdd(Simd128<T> integer, Simd128<T> whenOdd, Simd128<T> otherwise)
    {
        // The blend looks at the sign bit alone.
        Vector128<T> isOdd = Vector128.ShiftLeft(integer._vector.As<T, long>(), 63).As<long, T>();
        if (Sse41.IsSupported)
            return new(Sse41.BlendVariable(otherwise._vector.As<T, double>(), whenOdd._vector.As<T, double>(), isOdd.As<T, double>()).As<double, T>());
        return new(Vector128.ConditionalSelect(Vector128.ShiftRightArithmetic(isOdd.As<T, long>(), 63).As<long, T>(), whenOdd._vector, otherwise._vector));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> FusedMultiplyAdd(Simd128<T> left, Simd128<T> right, Simd128<T> addend) =>
        new(MultiplyAdd(left._vector, right._vector, addend._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> FusedMultiplyAdd(Simd128<T> left, Simd128<T> right, double addend) =>
        new(MultiplyAdd(left._vector, right._vector, Constant(addend)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> FusedMultiplyAdd(Simd128<T> left, double right, Simd128<T> addend) =>
        new(MultiplyAdd(left._vector, Constant(right), addend._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> FusedMultiplyAdd(Simd128<T> left, double right, double addend) =>
        new(MultiplyAdd(left._vector, Constant(right), Constant(addend)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> FusedMultiplySubtract(Simd128<T> left, Simd128<T> right, Simd128<T> subtrahend)
    {
        if (!Fma.IsSupported) return FusedMultiplyAdd(left, right, -subtrahend);
        return new(typeof(T) == typeof(float)
            ? Fma.MultiplySubtract(left._vector.As<T, float>(), right._vector.As<T, float>(), subtrahend._vector.As<T, float>()).As<float, T>()
            : Fma.MultiplySubtract(left._vector.As<T, double>(), right._vector.As<T, double>(), subtrahend._vector.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> FusedSubtractProduct(Simd128<T> left, Simd128<T> right, Simd128<T> minuend)
    {
        if (!Fma.IsSupported) return FusedMultiplyAdd(-left, right, minuend);
        return new(typeof(T) == typeof(float)
            ? Fma.MultiplyAddNegated(left._vector.As<T, float>(), right._vector.As<T, float>(), minuend._vector.As<T, float>()).As<float, T>()
            : Fma.MultiplyAddNegated(left._vector.As<T, double>(), right._vector.As<T, double>(), minuend._vector.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> FusedSubtractProduct(Simd128<T> left, Simd128<T> right, double minuend) =>
        FusedSubtractProduct(left, right, new Simd128<T>(Constant(minuend)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Sqrt(Simd128<T> value) => new(Vector128.Sqrt(value._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Abs(Simd128<T> value) => new(Vector128.Abs(value._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Max(Simd128<T> left, Simd128<T> right)
    {
        // One instruction where the processor has one with just this rule for NaN.
        if (Sse2.IsSupported && typeof(T) == typeof(float))
            return new(Sse.Max(left._vector.As<T, float>(), right._vector.As<T, float>()).As<float, T>());
        if (Sse2.IsSupported)
            return new(Sse2.Max(left._vector.As<T, double>(), right._vector.As<T, double>()).As<double, T>());
        return Select(left > right, left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Min(Simd128<T> left, Simd128<T> right)
    {
        // One instruction where the processor has one with just this rule for NaN.
        if (Sse2.IsSupported && typeof(T) == typeof(float))
            return new(Sse.Min(left._vector.As<T, float>(), right._vector.As<T, float>()).As<float, T>());
        if (Sse2.IsSupported)
            return new(Sse2.Min(left._vector.As<T, double>(), right._vector.As<T, double>()).As<double, T>());
        return Select(left < right, left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> InDouble<TMap>(Simd128<T> value, TMap map)
        where TMap : struct, IMap1<double>
    {
        if (typeof(T) != typeof(float)) return new(map.Invoke(new Simd128<double>(value._vector.As<T, double>()))._vector.As<double, T>());
        if (Avx.IsSupported)
        {
            Simd256<double> wide = map.Invoke(new Simd256<double>(Avx.ConvertToVector256Double(value._vector.As<T, float>())));
            return new(Avx.ConvertToVector128Single(Unsafe.BitCast<Simd256<double>, Vector256<double>>(wide)).As<float, T>());
        }

        (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(value._vector.As<T, float>());
        Simd128<double> first = map.Invoke(new Simd128<double>(lower)), second = map.Invoke(new Simd128<double>(upper));
        return new(Vector128.Narrow(first._vector, second._vector).As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> InDouble<TMap>(Simd128<T> left, Simd128<T> right, TMap map)
        where TMap : struct, IMap2<double>
    {
        if (typeof(T) != typeof(float))
        {
            Simd128<double> a = new(left._vector.As<T, double>()), b = new(right._vector.As<T, double>());
            return new(map.Invoke(a, b)._vector.As<double, T>());
        }

        if (Avx.IsSupported)
        {
            Simd256<double> a = new(Avx.ConvertToVector256Double(left._vector.As<T, float>())), b = new(Avx.ConvertToVector256Double(right._vector.As<T, float>())), wide = map.Invoke(a, b);
            return new(Avx.ConvertToVector128Single(Unsafe.BitCast<Simd256<double>, Vector256<double>>(wide)).As<float, T>());
        }

        (Vector128<double> lowerLeft, Vector128<double> upperLeft) = Vector128.Widen(left._vector.As<T, float>());
        (Vector128<double> lowerRight, Vector128<double> upperRight) = Vector128.Widen(right._vector.As<T, float>());
        Simd128<double> first = map.Invoke(new Simd128<double>(lowerLeft), new Simd128<double>(lowerRight));
        Simd128<double> second = map.Invoke(new Simd128<double>(upperLeft), new Simd128<double>(upperRight));
        return new(Vector128.Narrow(first._vector, second._vector).As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Maximum(Simd128<T> left, Simd128<T> right) => new(Vector128.Max(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> Minimum(Simd128<T> left, Simd128<T> right) => new(Vector128.Min(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> AddBits(Simd128<T> left, Simd128<T> right) =>
        new(typeof(T) == typeof(float)
            ? (left._vector.As<T, int>() + right._vector.As<T, int>()).As<int, T>()
            : (left._vector.As<T, long>() + right._vector.As<T, long>()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> SubtractBits(Simd128<T> left, Simd128<T> right) =>
        new(typeof(T) == typeof(float)
            ? (left._vector.As<T, int>() - right._vector.As<T, int>()).As<int, T>()
            : (left._vector.As<T, long>() - right._vector.As<T, long>()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> ShiftLeftBits(Simd128<T> value, int count) =>
        new(typeof(T) == typeof(float)
            ? Vector128.ShiftLeft(value._vector.As<T, int>(), count).As<int, T>()
            : Vector128.ShiftLeft(value._vector.As<T, long>(), count).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> LookUp(ref readonly float eight, Simd128<T> indices)
    {
        Vector128<int> named = indices._vector.As<T, int>();
        if (Avx2.IsSupported)
            return new(Avx2.PermuteVar8x32(Vector256.LoadUnsafe(in eight), named.ToVector256Unsafe()).GetLower().As<float, T>());
        if (AdvSimd.Arm64.IsSupported)
        {
            // Element i's four bytes are 4i to 4i + 3.
            Vector128<byte> bytes = (((named & Vector128.Create(7)) * 0x04040404) + Vector128.Create(0x03020100)).AsByte();
            return new(AdvSimd.Arm64.VectorTableLookup((Vector128.LoadUnsafe(in eight).AsByte(), Vector128.LoadUnsafe(in eight, 4).AsByte()), bytes).As<byte, T>());
        }

        ref float first = ref Unsafe.AsRef(in eight);
        return new(Vector128.Create(
            Unsafe.Add(ref first, named[0] & 7), Unsafe.Add(ref first, named[1] & 7), Unsafe.Add(ref first, named[2] & 7), Unsafe.Add(ref first, named[3] & 7)).As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> LookUp(ref readonly double eight, Simd128<T> indices)
    {
        Vector128<long> named = indices._vector.As<T, long>();
        ref double first = ref Unsafe.AsRef(in eight);
        return new(Vector128.Create(Unsafe.Add(ref first, (nint)(named[0] & 7)), Unsafe.Add(ref first, (nint)(named[1] & 7))).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> LargerMagnitude(Simd128<T> left, Simd128<T> right) => Max(Abs(left), Abs(right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> LookUpHalf(ref readonly float sixteen, Simd128<T> indices) => LookUp(in sixteen, indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> TurnHalf(Simd128<T> value, Simd128<T> indices) => value ^ (ShiftLeftBits(indices, 28) & -0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<T> ShiftRightBits(Simd128<T> value, int count) =>
        new(typeof(T) == typeof(float)
            ? Vector128.ShiftRightLogical(value._vector.As<T, int>(), count).As<int, T>()
            : Vector128.ShiftRightLogical(value._vector.As<T, long>(), count).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> MultiplyAdd(Vector128<T> left, Vector128<T> right, Vector128<T> addend) =>
        typeof(T) == typeof(float)
            ? Vector128.FusedMultiplyAdd(left.As<T, float>(), right.As<T, float>(), addend.As<T, float>()).As<float, T>()
            : Vector128.FusedMultiplyAdd(left.As<T, double>(), right.As<T, double>(), addend.As<T, double>()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Constant(double value) =>
        typeof(T) == typeof(float) ? Vector128.Create((float)value).As<float, T>() : Vector128.Create(value).As<double, T>();
}
