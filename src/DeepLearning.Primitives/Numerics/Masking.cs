using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>Choices between elements by booleans. Spans are of one length; arguments are checked by the callers.</summary>
internal static unsafe class Masking
{
    /// <summary><c>destination = condition ? whenTrue : whenFalse</c></summary>
    public static void Select<T>(ReadOnlySpan<bool> condition, ReadOnlySpan<T> whenTrue, ReadOnlySpan<T> whenFalse, Span<T> destination)
        where T : unmanaged
    {
        fixed (bool* mask = condition)
        fixed (T* a = whenTrue, b = whenFalse, to = destination)
            Run(new Choice<T>(mask, a, 1, b, 1, to), condition.Length);
    }

    /// <summary><c>destination = condition ? whenTrue : whenFalse</c></summary>
    public static void Select<T>(ReadOnlySpan<bool> condition, ReadOnlySpan<T> whenTrue, T whenFalse, Span<T> destination)
        where T : unmanaged
    {
        fixed (bool* mask = condition)
        fixed (T* a = whenTrue, to = destination)
            Run(new Choice<T>(mask, a, 1, &whenFalse, 0, to), condition.Length);
    }

    /// <summary><c>destination = condition ? whenTrue : whenFalse</c></summary>
    public static void Select<T>(ReadOnlySpan<bool> condition, T whenTrue, ReadOnlySpan<T> whenFalse, Span<T> destination)
        where T : unmanaged
    {
        fixed (bool* mask = condition)
        fixed (T* b = whenFalse, to = destination)
            Run(new Choice<T>(mask, &whenTrue, 0, b, 1, to), condition.Length);
    }

    private static void Run<T>(Choice<T> choice, int length)
        where T : unmanaged
    {
        if (length < 2 * Elementwise.Grain || !Parallelism.IsWorthwhile) choice.Invoke(0, length);
        else Parallelism.For(length, Elementwise.Grain, choice);
    }

    /// <summary>A stride of 0 repeats the first element.</summary>
    private readonly struct Choice<T>(bool* mask, T* a, int aStride, T* b, int bStride, T* to) : IParallelBody
        where T : unmanaged
    {
        public void Invoke(int start, int end)
        {
            int at = Vector512.IsHardwareAccelerated ? Vectors<Simd512<T>>(start, end)
                : Vector256.IsHardwareAccelerated ? Vectors<Simd256<T>>(start, end) : Vectors<Simd128<T>>(start, end);
            for (; at < end; at++) to[at] = mask[at] ? a[at * aStride] : b[at * bStride];
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private int Vectors<TVector>(int at, int end)
            where TVector : unmanaged, ISimd<TVector, T>
        {
            for (; at <= end - TVector.Count; at += TVector.Count)
            {
                TVector whenTrue = aStride == 0 ? TVector.Create(*a) : TVector.Load(ref a[at], 0);
                TVector whenFalse = bStride == 0 ? TVector.Create(*b) : TVector.Load(ref b[at], 0);
                TVector.Select(TVector.LoadMask(ref mask[at], 0), whenTrue, whenFalse).Store(ref to[at], 0);
            }

            return at;
        }
    }
}
