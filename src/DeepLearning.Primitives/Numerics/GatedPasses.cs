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

    /// <summary>Elements of b that are asked about at once: they stay in the first cache until they are computed.</summary>
    private const int Block = 1024;

    private interface IPass<T, TGate>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        void Invoke<TVector, TIsOrdinary>(int start, int end)
            where TVector : unmanaged, ISimd<TVector, T>
            where TIsOrdinary : struct, IFlag;
    }

    /// <summary>True for halves of at least a vector that are not so long that threads had better share one.</summary>
    public static bool Takes<T>(int half)
        where T : unmanaged => half >= Simd128<T>.Count && half < Long;

    public static void Value<T, TGate>(ReadOnlySpan<T> x, int half, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        fixed (T* from = x, to = destination)
            Run<T, TGate, Values<T, TGate>>(from, x.Length / half / 2, half, new(from, half, to));
    }

    public static void Gradient<T, TGate>(ReadOnlySpan<T> x, ReadOnlySpan<T> upstream, int half, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        fixed (T* from = x, g = upstream, to = destination)
            Run<T, TGate, Gradients<T, TGate>>(from, x.Length / half / 2, half, new(from, g, half, to));
    }

    private static void Run<T, TGate, TPass>(T* x, int rows, int half, TPass pass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
        where TPass : struct, IPass<T, TGate>
    {
        if (Vector512.IsHardwareAccelerated && half >= Simd512<T>.Count) Run<T, TGate, TPass, Simd512<T>>(x, rows, half, pass);
        else if (Vector256.IsHardwareAccelerated && half >= Simd256<T>.Count) Run<T, TGate, TPass, Simd256<T>>(x, rows, half, pass);
        else Run<T, TGate, TPass, Simd128<T>>(x, rows, half, pass);
    }

    /// <summary>A few rows at a time in the gate's ordinary form where they allow it: the other one is a call, around which registers are saved.</summary>
    private static void Run<T, TGate, TPass, TVector>(T* x, int rows, int half, TPass pass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
        where TPass : struct, IPass<T, TGate>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        int most = TGate.HasOrdinaryForm ? Math.Max(1, Block / half) : rows;
        for (int row = 0; row < rows; row += most)
        {
            int end = Math.Min(row + most, rows);
            if (TGate.HasOrdinaryForm && AreOrdinary<T, TGate, TVector>(x, row, end, (nuint)half)) pass.Invoke<TVector, Yes>(row, end);
            else pass.Invoke<TVector, No>(row, end);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool AreOrdinary<T, TGate, TVector>(T* x, int start, int end, nuint half)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        nuint last = half - (nuint)TVector.Count;
        for (int row = start; row < end; row++)
        {
            T* b = x + (((nuint)row * 2 + 1) * half);
            TVector tail = TVector.Load(ref *b, last);
            nuint i = 0;
            do
            {
                if (!TGate.AreOrdinary(TVector.Load(ref *b, i), tail)) return false;
                i += (nuint)TVector.Count;
            }
            while (i < last);
        }

        return true;
    }

    private readonly struct Values<T, TGate>(T* x, int half, T* to) : IPass<T, TGate>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public void Invoke<TVector, TIsOrdinary>(int start, int end)
            where TVector : unmanaged, ISimd<TVector, T>
            where TIsOrdinary : struct, IFlag
        {
            nuint length = (nuint)half, last = length - (nuint)TVector.Count;
            for (int row = start; row < end; row++)
            {
                T* a = x + ((nuint)row * 2 * length), b = a + length, y = to + ((nuint)row * length);
                nuint i = 0;
                while (true)
                {
                    TVector v = TVector.Load(ref *b, i), gate = TIsOrdinary.IsSet ? TGate.OrdinaryValue(v) : default(TGate).Value(v);
                    (TVector.Load(ref *a, i) * gate).Store(ref *y, i);
                    if (i == last) break;
                    i = Math.Min(i + (nuint)TVector.Count, last);
                }
            }
        }
    }

    private readonly struct Gradients<T, TGate>(T* x, T* upstream, int half, T* to) : IPass<T, TGate>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public void Invoke<TVector, TIsOrdinary>(int start, int end)
            where TVector : unmanaged, ISimd<TVector, T>
            where TIsOrdinary : struct, IFlag
        {
            nuint length = (nuint)half, last = length - (nuint)TVector.Count;
            for (int row = start; row < end; row++)
            {
                nuint at = (nuint)row * 2 * length;
                T* a = x + at, b = a + length, toA = to + at, toB = toA + length, g = upstream + ((nuint)row * length);
                nuint i = 0;
                while (true)
                {
                    TVector u = TVector.Load(ref *a, i), v = TVector.Load(ref *b, i), arriving = TVector.Load(ref *g, i);
                    TVector gate = TIsOrdinary.IsSet ? TGate.OrdinaryValue(v) : default(TGate).Value(v);
                    default(GradientThrough<T>).Invoke(arriving, gate).Store(ref *toA, i);
                    Gated.OfGate<T, TGate, TVector>(arriving, u, v, gate).Store(ref *toB, i);
                    if (i == last) break;
                    i = Math.Min(i + (nuint)TVector.Count, last);
                }
            }
        }
    }
}
