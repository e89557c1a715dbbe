using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <summary><see cref="ISimd{TSelf, T}"/> on 256 bits.</summary>
internal readonly struct Simd256<T>(Vector256<T> vector) : ISimd<Simd256<T>, T>
    where T : unmanaged
{
    private readonly Vector256<T> _vector = vector;

    public static int Count => Vector256<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Simd256<T>(double value) => new(Constant(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Create(T value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> CreateBits(long bits) =>
        new(typeof(T) == typeof(float) ? Vector256.Create((int)bits).As<int, T>() : Vector256.Create(bits).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Load(ref T source, nuint elementOffset) => new(Vector256.LoadUnsafe(ref source, elementOffset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> LoadMask(ref bool source, nuint elementOffset)
    {
        ref byte first = ref Unsafe.As<bool, byte>(ref Unsafe.Add(ref source, elementOffset));
        if (typeof(T) == typeof(float))
        {
            Vector128<ushort> eight = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref first)).AsByte());
            Vector256<uint> words = Vector256.Create(Vector128.WidenLower(eight), Vector128.WidenUpper(eight));
            return new(Vector256.GreaterThan(words, Vector256<uint>.Zero).As<uint, T>());
        }

        Vector128<byte> bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref first)).AsByte();
        Vector128<uint> four = Vector128.WidenLower(Vector128.WidenLower(bytes));
        Vector256<ulong> wide = Vector256.Create(Vector128.WidenLower(four), Vector128.WidenUpper(four));
        return new(Vector256.GreaterThan(wide, Vector256<ulong>.Zero).As<ulong, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T destination, nuint elementOffset) => _vector.StoreUnsafe(ref destination, elementOffset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void StorePastCaches(ref T destination, nuint elementOffset) =>
        _vector.StoreAlignedNonTemporal((T*)Unsafe.AsPointer(ref Unsafe.Add(ref destination, elementOffset)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator +(Simd256<T> left, Simd256<T> right) => new(left._vector + right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator -(Simd256<T> left, Simd256<T> right) => new(left._vector - right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator *(Simd256<T> left, Simd256<T> right) => new(left._vector * right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator /(Simd256<T> left, Simd256<T> right) => new(left._vector / right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator -(Simd256<T> value) => new(-value._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator &(Simd256<T> left, Simd256<T> right) => new(left._vector & right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator |(Simd256<T> left, Simd256<T> right) => new(left._vector | right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator ^(Simd256<T> left, Simd256<T> right) => new(left._vector ^ right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator <(Simd256<T> left, Simd256<T> right) => new(Vector256.LessThan(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator <=(Simd256<T> left, Simd256<T> right) => new(Vector256.LessThanOrEqual(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator >(Simd256<T> left, Simd256<T> right) => new(Vector256.GreaterThan(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> operator >=(Simd256<T> left, Simd256<T> right) => new(Vector256.GreaterThanOrEqual(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Equal(Simd256<T> left, Simd256<T> right) => new(Vector256.Equals(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllLessOrEqual(Simd256<T> left, Simd256<T> right) =>
        Vector256.ExtractMostSignificantBits(Vector256.LessThanOrEqual(left._vector, right._vector)) == (1u << Count) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Select(Simd256<T> mask, Simd256<T> whenSet, Simd256<T> otherwise) =>
        new(Vector256.ConditionalSelect(mask._vector, whenSet._vector, otherwise._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> SelectLess(Simd256<T> left, Simd256<T> right, Simd256<T> whenSet, Simd256<T> otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(left._vector, right._vector), whenSet._vector, otherwise._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> SelectEqual(Simd256<T> left, Simd256<T> right, Simd256<T> whenSet, Simd256<T> otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(left._vector, right._vector), whenSet._vector, otherwise._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> SelectOdd(Simd256<T> integer, Simd256<T> whenOdd, Simd256<T> otherwise)
    {
        // The blend looks at the sign bit alone.
        Vector256<T> isOdd = Vector256.ShiftLeft(integer._vector.As<T, long>(), 63).As<long, T>();
        if (Avx.IsSupported)
            return new(Avx.BlendVariable(otherwise._vector.As<T, double>(), whenOdd._vector.As<T, double>(), isOdd.As<T, double>()).As<double, T>());
        return new(Vector256.ConditionalSelect(Vector256.ShiftRightArithmetic(isOdd.As<T, long>(), 63).As<long, T>(), whenOdd._vector, otherwise._vector));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> FusedMultiplyAdd(Simd256<T> left, Simd256<T> right, Simd256<T> addend) =>
        new(MultiplyAdd(left._vector, right._vector, addend._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> FusedMultiplyAdd(Simd256<T> left, Simd256<T> right, double addend) =>
        new(MultiplyAdd(left._vector, right._vector, Constant(addend)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> FusedMultiplyAdd(Simd256<T> left, double right, Simd256<T> addend) =>
        new(MultiplyAdd(left._vector, Constant(right), addend._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> FusedMultiplyAdd(Simd256<T> left, double right, double addend) =>
        new(MultiplyAdd(left._vector, Constant(right), Constant(addend)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> FusedMultiplySubtract(Simd256<T> left, Simd256<T> right, Simd256<T> subtrahend)
    {
        if (!Fma.IsSupported) return FusedMultiplyAdd(left, right, -subtrahend);
        return new(typeof(T) == typeof(float)
            ? Fma.MultiplySubtract(left._vector.As<T, float>(), right._vector.As<T, float>(), subtrahend._vector.As<T, float>()).As<float, T>()
            : Fma.MultiplySubtract(left._vector.As<T, double>(), right._vector.As<T, double>(), subtrahend._vector.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> FusedSubtractProduct(Simd256<T> left, Simd256<T> right, Simd256<T> minuend)
    {
        if (!Fma.IsSupported) return FusedMultiplyAdd(-left, right, minuend);
        return new(typeof(T) == typeof(float)
            ? Fma.MultiplyAddNegated(left._vector.As<T, float>(), right._vector.As<T, float>(), minuend._vector.As<T, float>()).As<float, T>()
            : Fma.MultiplyAddNegated(left._vector.As<T, double>(), right._vector.As<T, double>(), minuend._vector.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> FusedSubtractProduct(Simd256<T> left, Simd256<T> right, double minuend) =>
        FusedSubtractProduct(left, right, new Simd256<T>(Constant(minuend)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Sqrt(Simd256<T> value) => new(Vector256.Sqrt(value._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Abs(Simd256<T> value) => new(Vector256.Abs(value._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Max(Simd256<T> left, Simd256<T> right)
    {
        // One instruction where the processor has one with just this rule for NaN.
        if (Avx.IsSupported && typeof(T) == typeof(float))
            return new(Avx.Max(left._vector.As<T, float>(), right._vector.As<T, float>()).As<float, T>());
        if (Avx.IsSupported)
            return new(Avx.Max(left._vector.As<T, double>(), right._vector.As<T, double>()).As<double, T>());
        return Select(left > right, left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Min(Simd256<T> left, Simd256<T> right)
    {
        // One instruction where the processor has one with just this rule for NaN.
        if (Avx.IsSupported && typeof(T) == typeof(float))
            return new(Avx.Min(left._vector.As<T, float>(), right._vector.As<T, float>()).As<float, T>());
        if (Avx.IsSupported)
            return new(Avx.Min(left._vector.As<T, double>(), right._vector.As<T, double>()).As<double, T>());
        return Select(left < right, left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> InDouble<TMap>(Simd256<T> value, TMap map)
        where TMap : struct, IMap1<double>
    {
        if (typeof(T) != typeof(float)) return new(map.Invoke(new Simd256<double>(value._vector.As<T, double>()))._vector.As<double, T>());
        if (Avx512F.IsSupported)
        {
            Simd512<double> wide = map.Invoke(new Simd512<double>(Avx512F.ConvertToVector512Double(value._vector.As<T, float>())));
            return new(Avx512F.ConvertToVector256Single(Unsafe.BitCast<Simd512<double>, Vector512<double>>(wide)).As<float, T>());
        }

        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(value._vector.As<T, float>());
        Simd256<double> first = map.Invoke(new Simd256<double>(lower)), second = map.Invoke(new Simd256<double>(upper));
        return new(Vector256.Narrow(first._vector, second._vector).As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> InDouble<TMap>(Simd256<T> left, Simd256<T> right, TMap map)
        where TMap : struct, IMap2<double>
    {
        if (typeof(T) != typeof(float))
        {
            Simd256<double> a = new(left._vector.As<T, double>()), b = new(right._vector.As<T, double>());
            return new(map.Invoke(a, b)._vector.As<double, T>());
        }

        if (Avx512F.IsSupported)
        {
            Simd512<double> a = new(Avx512F.ConvertToVector512Double(left._vector.As<T, float>())), b = new(Avx512F.ConvertToVector512Double(right._vector.As<T, float>())), wide = map.Invoke(a, b);
            return new(Avx512F.ConvertToVector256Single(Unsafe.BitCast<Simd512<double>, Vector512<double>>(wide)).As<float, T>());
        }

        (Vector256<double> lowerLeft, Vector256<double> upperLeft) = Vector256.Widen(left._vector.As<T, float>());
        (Vector256<double> lowerRight, Vector256<double> upperRight) = Vector256.Widen(right._vector.As<T, float>());
        Simd256<double> first = map.Invoke(new Simd256<double>(lowerLeft), new Simd256<double>(lowerRight));
        Simd256<double> second = map.Invoke(new Simd256<double>(upperLeft), new Simd256<double>(upperRight));
        return new(Vector256.Narrow(first._vector, second._vector).As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Maximum(Simd256<T> left, Simd256<T> right) => new(Vector256.Max(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> Minimum(Simd256<T> left, Simd256<T> right) => new(Vector256.Min(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> AddBits(Simd256<T> left, Simd256<T> right) =>
        new(typeof(T) == typeof(float)
            ? (left._vector.As<T, int>() + right._vector.As<T, int>()).As<int, T>()
            : (left._vector.As<T, long>() + right._vector.As<T, long>()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> SubtractBits(Simd256<T> left, Simd256<T> right) =>
        new(typeof(T) == typeof(float)
            ? (left._vector.As<T, int>() - right._vector.As<T, int>()).As<int, T>()
            : (left._vector.As<T, long>() - right._vector.As<T, long>()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> ShiftLeftBits(Simd256<T> value, int count) =>
        new(typeof(T) == typeof(float)
            ? Vector256.ShiftLeft(value._vector.As<T, int>(), count).As<int, T>()
            : Vector256.ShiftLeft(value._vector.As<T, long>(), count).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> LookUp(ref readonly float eight, Simd256<T> indices)
    {
        if (Avx2.IsSupported) return new(Avx2.PermuteVar8x32(Vector256.LoadUnsafe(in eight), indices._vector.As<T, int>()).As<float, T>());
        return new(Vector256.Create(
            Unsafe.BitCast<Simd128<T>, Vector128<T>>(Simd128<T>.LookUp(in eight, new(indices._vector.GetLower()))),
            Unsafe.BitCast<Simd128<T>, Vector128<T>>(Simd128<T>.LookUp(in eight, new(indices._vector.GetUpper())))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> LookUp(ref readonly double eight, Simd256<T> indices)
    {
        if (Avx2.IsSupported)
        {
            // Halves 2i and 2i + 1 of sixteen, of which a permutation reaches eight.
            Vector256<int> numbers = Avx2.Shuffle(indices._vector.As<T, int>(), 0b10_10_00_00);
            numbers = numbers + numbers + Vector256.Create(0, 1, 0, 1, 0, 1, 0, 1);
            Vector256<float> first = Vector256.LoadUnsafe(in eight).AsSingle(), last = Vector256.LoadUnsafe(in eight, 4).AsSingle();
            Vector256<double> isLast = Vector256.ShiftLeft(indices._vector.As<T, long>(), 61).AsDouble();
            return new(Avx.BlendVariable(
                Avx2.PermuteVar8x32(first, numbers).AsDouble(), Avx2.PermuteVar8x32(last, numbers).AsDouble(), isLast).As<double, T>());
        }

        return new(Vector256.Create(
            Unsafe.BitCast<Simd128<T>, Vector128<T>>(Simd128<T>.LookUp(in eight, new(indices._vector.GetLower()))),
            Unsafe.BitCast<Simd128<T>, Vector128<T>>(Simd128<T>.LookUp(in eight, new(indices._vector.GetUpper())))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> LargerMagnitude(Simd256<T> left, Simd256<T> right) => Max(Abs(left), Abs(right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> LookUpHalf(ref readonly float sixteen, Simd256<T> indices) => LookUp(in sixteen, indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> TurnHalf(Simd256<T> value, Simd256<T> indices) => value ^ (ShiftLeftBits(indices, 28) & -0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256<T> ShiftRightBits(Simd256<T> value, int count) =>
        new(typeof(T) == typeof(float)
            ? Vector256.ShiftRightLogical(value._vector.As<T, int>(), count).As<int, T>()
            : Vector256.ShiftRightLogical(value._vector.As<T, long>(), count).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> MultiplyAdd(Vector256<T> left, Vector256<T> right, Vector256<T> addend) =>
        typeof(T) == typeof(float)
            ? Vector256.FusedMultiplyAdd(left.As<T, float>(), right.As<T, float>(), addend.As<T, float>()).As<float, T>()
            : Vector256.FusedMultiplyAdd(left.As<T, double>(), right.As<T, double>(), addend.As<T, double>()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Constant(double value) =>
        typeof(T) == typeof(float) ? Vector256.Create((float)value).As<float, T>() : Vector256.Create(value).As<double, T>();
}
