using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>
/// a · f(b) and its gradient over rows whose halves are a and b. The last vector of a half reaches back over elements that
/// are done already; the results lie apart from the input.
/// </summary>
internal static unsafe class GatedPasses
{
    /// <summary>From here on, the start of a map is nothing beside the map itself.</summary>
    private const int Long = 1 << 14;

    /// <summary>True for halves of at least a vector that are not so long that threads had better share one.</summary>
    public static bool Takes<T>(int half)
        where T : unmanaged => half >= Simd128<T>.Count && half < Long;

    public static void Value<T, TGate>(ReadOnlySpan<T> x, int half, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        int rows = x.Length / half / 2;
        fixed (T* from = x, to = destination)
        {
            if (Vector512.IsHardwareAccelerated && half >= Simd512<T>.Count) Value<T, TGate, Simd512<T>>(from, rows, (nuint)half, to);
            else if (Vector256.IsHardwareAccelerated && half >= Simd256<T>.Count) Value<T, TGate, Simd256<T>>(from, rows, (nuint)half, to);
            else Value<T, TGate, Simd128<T>>(from, rows, (nuint)half, to);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Value<T, TGate, TVector>(T* x, int rows, nuint half, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        nuint last = half - (nuint)TVector.Count;
        for (; rows > 0; rows--, x += 2 * half, to += half)
        {
            nuint i = 0;
            while (true)
            {
                (TVector.Load(ref *x, i) * default(TGate).Value(TVector.Load(ref *x, half + i))).Store(ref *to, i);
                if (i == last) break;
                i = Math.Min(i + (nuint)TVector.Count, last);
            }
        }
    }

    public static void Gradient<T, TGate>(ReadOnlySpan<T> x, ReadOnlySpan<T> upstream, int half, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        int rows = x.Length / half / 2;
        fixed (T* from = x, g = upstream, to = destination)
        {
            if (Vector512.IsHardwareAccelerated && half >= Simd512<T>.Count) Gradient<T, TGate, Simd512<T>>(from, g, rows, (nuint)half, to);
            else if (Vector256.IsHardwareAccelerated && half >= Simd256<T>.Count) Gradient<T, TGate, Simd256<T>>(from, g, rows, (nuint)half, to);
            else Gradient<T, TGate, Simd128<T>>(from, g, rows, (nuint)half, to);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Gradient<T, TGate, TVector>(T* x, T* upstream, int rows, nuint half, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        nuint last = half - (nuint)TVector.Count;
        for (; rows > 0; rows--, x += 2 * half, upstream += half, to += 2 * half)
        {
            nuint i = 0;
            while (true)
            {
                TVector a = TVector.Load(ref *x, i), b = TVector.Load(ref *x, half + i), g = TVector.Load(ref *upstream, i);
                TVector gate = default(TGate).Value(b);
                default(GradientThrough<T>).Invoke(g, gate).Store(ref *to, i);
                Gated.OfGate<T, TGate, TVector>(g, a, b, gate).Store(ref *to, half + i);
                if (i == last) break;
                i = Math.Min(i + (nuint)TVector.Count, last);
            }
        }
    }
}
