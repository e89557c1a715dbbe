using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <summary><see cref="ISimd{TSelf, T}"/> on 512 bits.</summary>
internal readonly partial struct Simd512<T>(Vector512<T> vector) : ISimd<Simd512<T>, T>
    where T : unmanaged
{
    private readonly Vector512<T> _vector = vector;

    public static int Count => Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Simd512<T>(double value) => new(Constant(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Create(T value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> CreateBits(long bits) =>
        new(typeof(T) == typeof(float) ? Vector512.Create((int)bits).As<int, T>() : Vector512.Create(bits).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Load(ref T source, nuint elementOffset) => new(Vector512.LoadUnsafe(ref source, elementOffset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> LoadMask(ref bool source, nuint elementOffset)
    {
        ref byte first = ref Unsafe.As<bool, byte>(ref Unsafe.Add(ref source, elementOffset));
        if (typeof(T) == typeof(float))
        {
            Vector128<byte> bytes = Unsafe.ReadUnaligned<Vector128<byte>>(ref first);
            Vector256<ushort> sixteen = Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes));
            Vector512<uint> words = Vector512.Create(Vector256.WidenLower(sixteen), Vector256.WidenUpper(sixteen));
            return new(Vector512.GreaterThan(words, Vector512<uint>.Zero).As<uint, T>());
        }

        Vector128<ushort> eight = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref first)).AsByte());
        Vector256<uint> half = Vector256.Create(Vector128.WidenLower(eight), Vector128.WidenUpper(eight));
        Vector512<ulong> wide = Vector512.Create(Vector256.WidenLower(half), Vector256.WidenUpper(half));
        return new(Vector512.GreaterThan(wide, Vector512<ulong>.Zero).As<ulong, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref T destination, nuint elementOffset) => _vector.StoreUnsafe(ref destination, elementOffset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void StorePastCaches(ref T destination, nuint elementOffset) =>
        _vector.StoreAlignedNonTemporal((T*)Unsafe.AsPointer(ref Unsafe.Add(ref destination, elementOffset)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator +(Simd512<T> left, Simd512<T> right) => new(left._vector + right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator -(Simd512<T> left, Simd512<T> right) => new(left._vector - right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator *(Simd512<T> left, Simd512<T> right) => new(left._vector * right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator /(Simd512<T> left, Simd512<T> right) => new(left._vector / right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator -(Simd512<T> value) => new(-value._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator &(Simd512<T> left, Simd512<T> right) => new(left._vector & right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator |(Simd512<T> left, Simd512<T> right) => new(left._vector | right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator ^(Simd512<T> left, Simd512<T> right) => new(left._vector ^ right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator <(Simd512<T> left, Simd512<T> right) => new(Vector512.LessThan(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator <=(Simd512<T> left, Simd512<T> right) => new(Vector512.LessThanOrEqual(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator >(Simd512<T> left, Simd512<T> right) => new(Vector512.GreaterThan(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> operator >=(Simd512<T> left, Simd512<T> right) => new(Vector512.GreaterThanOrEqual(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Equal(Simd512<T> left, Simd512<T> right) => new(Vector512.Equals(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllLessOrEqual(Simd512<T> left, Simd512<T> right) => Vector512.LessThanOrEqualAll(left._vector, right._vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Select(Simd512<T> mask, Simd512<T> whenSet, Simd512<T> otherwise) =>
        new(Vector512.ConditionalSelect(mask._vector, whenSet._vector, otherwise._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> SelectLess(Simd512<T> left, Simd512<T> right, Simd512<T> whenSet, Simd512<T> otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(left._vector, right._vector), whenSet._vector, otherwise._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> SelectEqual(Simd512<T> left, Simd512<T> right, Simd512<T> whenSet, Simd512<T> otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(left._vector, right._vector), whenSet._vector, otherwise._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> SelectOdd(Simd512<T> integer, Simd512<T> whenOdd, Simd512<T> otherwise)
    {
        Vector512<T> isEven = Vector512.Equals(integer._vector.As<T, long>() & Vector512<long>.One, Vector512<long>.Zero).As<long, T>();
        return new(Vector512.ConditionalSelect(isEven, otherwise._vector, whenOdd._vector));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> FusedMultiplyAdd(Simd512<T> left, Simd512<T> right, Simd512<T> addend) =>
        new(MultiplyAdd(left._vector, right._vector, addend._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> FusedMultiplyAdd(Simd512<T> left, Simd512<T> right, double addend) =>
        new(MultiplyAdd(left._vector, right._vector, Constant(addend)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> FusedMultiplyAdd(Simd512<T> left, double right, Simd512<T> addend) =>
        new(MultiplyAdd(left._vector, Constant(right), addend._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> FusedMultiplyAdd(Simd512<T> left, double right, double addend) =>
        new(MultiplyAdd(left._vector, Constant(right), Constant(addend)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> FusedMultiplySubtract(Simd512<T> left, Simd512<T> right, Simd512<T> subtrahend)
    {
        if (!Avx512F.IsSupported) return FusedMultiplyAdd(left, right, -subtrahend);
        return new(typeof(T) == typeof(float)
            ? Avx512F.FusedMultiplySubtract(left._vector.As<T, float>(), right._vector.As<T, float>(), subtrahend._vector.As<T, float>()).As<float, T>()
            : Avx512F.FusedMultiplySubtract(left._vector.As<T, double>(), right._vector.As<T, double>(), subtrahend._vector.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> FusedSubtractProduct(Simd512<T> left, Simd512<T> right, Simd512<T> minuend)
    {
        if (!Avx512F.IsSupported) return FusedMultiplyAdd(-left, right, minuend);
        return new(typeof(T) == typeof(float)
            ? Avx512F.FusedMultiplyAddNegated(left._vector.As<T, float>(), right._vector.As<T, float>(), minuend._vector.As<T, float>()).As<float, T>()
            : Avx512F.FusedMultiplyAddNegated(left._vector.As<T, double>(), right._vector.As<T, double>(), minuend._vector.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> FusedSubtractProduct(Simd512<T> left, Simd512<T> right, double minuend) =>
        FusedSubtractProduct(left, right, new Simd512<T>(Constant(minuend)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Sqrt(Simd512<T> value) => new(Vector512.Sqrt(value._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Abs(Simd512<T> value) => new(Vector512.Abs(value._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Max(Simd512<T> left, Simd512<T> right)
    {
        // One instruction where the processor has one with just this rule for NaN.
        if (Avx512F.IsSupported && typeof(T) == typeof(float))
            return new(Avx512F.Max(left._vector.As<T, float>(), right._vector.As<T, float>()).As<float, T>());
        if (Avx512F.IsSupported)
            return new(Avx512F.Max(left._vector.As<T, double>(), right._vector.As<T, double>()).As<double, T>());
        if (!Avx.IsSupported) return Select(left > right, left, right);
        Simd256<T> lower = Simd256<T>.Max(new(left._vector.GetLower()), new(right._vector.GetLower()));
        Simd256<T> upper = Simd256<T>.Max(new(left._vector.GetUpper()), new(right._vector.GetUpper()));
        return new(Vector512.Create(
            Unsafe.BitCast<Simd256<T>, Vector256<T>>(lower), Unsafe.BitCast<Simd256<T>, Vector256<T>>(upper)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Min(Simd512<T> left, Simd512<T> right)
    {
        // One instruction where the processor has one with just this rule for NaN.
        if (Avx512F.IsSupported && typeof(T) == typeof(float))
            return new(Avx512F.Min(left._vector.As<T, float>(), right._vector.As<T, float>()).As<float, T>());
        if (Avx512F.IsSupported)
            return new(Avx512F.Min(left._vector.As<T, double>(), right._vector.As<T, double>()).As<double, T>());
        if (!Avx.IsSupported) return Select(left < right, left, right);
        Simd256<T> lower = Simd256<T>.Min(new(left._vector.GetLower()), new(right._vector.GetLower()));
        Simd256<T> upper = Simd256<T>.Min(new(left._vector.GetUpper()), new(right._vector.GetUpper()));
        return new(Vector512.Create(
            Unsafe.BitCast<Simd256<T>, Vector256<T>>(lower), Unsafe.BitCast<Simd256<T>, Vector256<T>>(upper)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> InDouble<TMap>(Simd512<T> value, TMap map)
        where TMap : struct, IMap1<double>
    {
        if (typeof(T) != typeof(float)) return new(map.Invoke(new Simd512<double>(value._vector.As<T, double>()))._vector.As<double, T>());
        (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(value._vector.As<T, float>());
        Simd512<double> first = map.Invoke(new Simd512<double>(lower)), second = map.Invoke(new Simd512<double>(upper));
        return new(Vector512.Narrow(first._vector, second._vector).As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> InDouble<TMap>(Simd512<T> left, Simd512<T> right, TMap map)
        where TMap : struct, IMap2<double>
    {
        if (typeof(T) != typeof(float))
        {
            Simd512<double> a = new(left._vector.As<T, double>()), b = new(right._vector.As<T, double>());
            return new(map.Invoke(a, b)._vector.As<double, T>());
        }

        (Vector512<double> lowerLeft, Vector512<double> upperLeft) = Vector512.Widen(left._vector.As<T, float>());
        (Vector512<double> lowerRight, Vector512<double> upperRight) = Vector512.Widen(right._vector.As<T, float>());
        Simd512<double> first = map.Invoke(new Simd512<double>(lowerLeft), new Simd512<double>(lowerRight));
        Simd512<double> second = map.Invoke(new Simd512<double>(upperLeft), new Simd512<double>(upperRight));
        return new(Vector512.Narrow(first._vector, second._vector).As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Maximum(Simd512<T> left, Simd512<T> right) => new(Vector512.Max(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> Minimum(Simd512<T> left, Simd512<T> right) => new(Vector512.Min(left._vector, right._vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> AddBits(Simd512<T> left, Simd512<T> right) =>
        new(typeof(T) == typeof(float)
            ? (left._vector.As<T, int>() + right._vector.As<T, int>()).As<int, T>()
            : (left._vector.As<T, long>() + right._vector.As<T, long>()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> SubtractBits(Simd512<T> left, Simd512<T> right) =>
        new(typeof(T) == typeof(float)
            ? (left._vector.As<T, int>() - right._vector.As<T, int>()).As<int, T>()
            : (left._vector.As<T, long>() - right._vector.As<T, long>()).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> ShiftLeftBits(Simd512<T> value, int count) =>
        new(typeof(T) == typeof(float)
            ? Vector512.ShiftLeft(value._vector.As<T, int>(), count).As<int, T>()
            : Vector512.ShiftLeft(value._vector.As<T, long>(), count).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> LookUp(ref readonly float eight, Simd512<T> indices)
    {
        // Of sixteen numbers only the lower eight are named; to repeat them would take an instruction more on some processors.
        if (Avx512F.IsSupported) return new(Avx512F.PermuteVar16x32(Vector256.LoadUnsafe(in eight).ToVector512Unsafe(), indices._vector.As<T, int>()).As<float, T>());
        return new(Vector512.Create(
            Unsafe.BitCast<Simd256<T>, Vector256<T>>(Simd256<T>.LookUp(in eight, new(indices._vector.GetLower()))),
            Unsafe.BitCast<Simd256<T>, Vector256<T>>(Simd256<T>.LookUp(in eight, new(indices._vector.GetUpper())))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> LookUp(ref readonly double eight, Simd512<T> indices)
    {
        if (Avx512F.IsSupported) return new(Avx512F.PermuteVar8x64(Vector512.LoadUnsafe(in eight), indices._vector.As<T, long>()).As<double, T>());
        return new(Vector512.Create(
            Unsafe.BitCast<Simd256<T>, Vector256<T>>(Simd256<T>.LookUp(in eight, new(indices._vector.GetLower()))),
            Unsafe.BitCast<Simd256<T>, Vector256<T>>(Simd256<T>.LookUp(in eight, new(indices._vector.GetUpper())))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> LookUpHalf(ref readonly float sixteen, Simd512<T> indices) =>
        Avx512F.IsSupported
            ? new(Avx512F.PermuteVar16x32(Vector512.LoadUnsafe(in sixteen), indices._vector.As<T, int>()).As<float, T>())
            : LookUp(in sixteen, indices) ^ (ShiftLeftBits(indices, 28) & -0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> TurnHalf(Simd512<T> value, Simd512<T> indices) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512<T> ShiftRightBits(Simd512<T> value, int count) =>
        new(typeof(T) == typeof(float)
            ? Vector512.ShiftRightLogical(value._vector.As<T, int>(), count).As<int, T>()
            : Vector512.ShiftRightLogical(value._vector.As<T, long>(), count).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> MultiplyAdd(Vector512<T> left, Vector512<T> right, Vector512<T> addend) =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(left.As<T, float>(), right.As<T, float>(), addend.As<T, float>()).As<float, T>()
            : Vector512.FusedMultiplyAdd(left.As<T, double>(), right.As<T, double>(), addend.As<T, double>()).As<double, T>();

    /// <remarks>
    /// A plain constant the JIT would put back into its place of use, a load each time, whenever it sees one. What a
    /// broadcast instruction gives is no constant to it, so that it stays in a register all through a loop. The maps of
    /// double, and float's in double, have more constants than there are registers.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Constant(double value)
    {
        if (typeof(T) != typeof(float)) return Vector512.Create(value).As<double, T>();
        return Avx512F.IsSupported && BitConverter.DoubleToInt64Bits(value) != 0
            ? Avx512F.BroadcastScalarToVector512(Vector128.CreateScalarUnsafe((float)value)).As<float, T>()
            : Vector512.Create((float)value).As<float, T>();
    }
}
