using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>
/// What a register tile does with vectors, on the runtime's own vector types: wrapped in a struct, as
/// <see cref="ISimd{TSelf, T}"/> has them, two dozen live accumulators are spilled to the stack.
/// </summary>
internal unsafe interface ITileVector<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    static abstract TVector Create(T value);

    static abstract TVector Load(byte* source);

    static abstract void Store(TVector value, byte* destination);

    static abstract TVector FusedMultiplyAdd(TVector left, TVector right, TVector addend);
}

/// <summary><see cref="ITileVector{TVector, T}"/> on 128 bits.</summary>
internal readonly unsafe struct Tile128<T> : ITileVector<Vector128<T>, T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Create(T value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(byte* source) => Vector128.Load((T*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<T> value, byte* destination) => value.Store((T*)destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> FusedMultiplyAdd(Vector128<T> left, Vector128<T> right, Vector128<T> addend) =>
        typeof(T) == typeof(float)
            ? Vector128.FusedMultiplyAdd(left.As<T, float>(), right.As<T, float>(), addend.As<T, float>()).As<float, T>()
            : Vector128.FusedMultiplyAdd(left.As<T, double>(), right.As<T, double>(), addend.As<T, double>()).As<double, T>();
}

/// <summary><see cref="ITileVector{TVector, T}"/> on 256 bits.</summary>
internal readonly unsafe struct Tile256<T> : ITileVector<Vector256<T>, T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Create(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(byte* source) => Vector256.Load((T*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> value, byte* destination) => value.Store((T*)destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> FusedMultiplyAdd(Vector256<T> left, Vector256<T> right, Vector256<T> addend) =>
        typeof(T) == typeof(float)
            ? Vector256.FusedMultiplyAdd(left.As<T, float>(), right.As<T, float>(), addend.As<T, float>()).As<float, T>()
            : Vector256.FusedMultiplyAdd(left.As<T, double>(), right.As<T, double>(), addend.As<T, double>()).As<double, T>();
}

/// <summary><see cref="ITileVector{TVector, T}"/> on 512 bits.</summary>
internal readonly unsafe struct Tile512<T> : ITileVector<Vector512<T>, T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Create(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(byte* source) => Vector512.Load((T*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> value, byte* destination) => value.Store((T*)destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> FusedMultiplyAdd(Vector512<T> left, Vector512<T> right, Vector512<T> addend) =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(left.As<T, float>(), right.As<T, float>(), addend.As<T, float>()).As<float, T>()
            : Vector512.FusedMultiplyAdd(left.As<T, double>(), right.As<T, double>(), addend.As<T, double>()).As<double, T>();
}
