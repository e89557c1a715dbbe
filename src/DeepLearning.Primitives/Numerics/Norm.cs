using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>√Σx², also where the squares of the elements overflow or vanish.</summary>
internal static class Norm
{
    public static T L2<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = Reduce.SumOfSquares(x);
        // Above this, what squares lose below the normal numbers is less than a rounding.
        T small = T.CreateChecked(typeof(T) == typeof(float) ? 1e-29 : 1e-290);
        return T.IsNaN(sum) || (sum > small && T.IsFinite(sum)) ? T.Sqrt(sum) : Scaled(x);
    }

    /// <summary>The norm of the elements brought near 1 by a power of two.</summary>
    private static T Scaled<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T largest = T.Zero, sum = T.Zero;
        foreach (T element in x) largest = T.Max(largest, T.Abs(element));
        if (T.IsZero(largest) || !T.IsFinite(largest)) return largest;
        int exponent = T.ILogB(largest);
        foreach (T element in x)
        {
            T scaled = T.ScaleB(element, -exponent);
            sum += scaled * scaled;
        }

        return T.ScaleB(T.Sqrt(sum), exponent);
    }
}

/// <summary>What a row is divided by, and then multiplied by, from its norm: an element over its row's norm never overflows.</summary>
internal interface IRowFactor<T>
{
    (T Divisor, T Factor) Of(T norm);
}

/// <summary>Rows multiplied by numbers that depend on their norms.</summary>
internal static class RowScaling
{
    public static void Run<T, TFactor>(ReadOnlySpan<T> x, int rowLength, Span<T> destination, TFactor factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFactor : struct, IRowFactor<T>
    {
        if (x.IsEmpty) return;
        RowDriver.Run<T, T, Kernel<T, TFactor>>(
            x.Length / rowLength, x, default, destination[..x.Length], default, new(factor, rowLength));
    }

    private readonly struct Kernel<T, TFactor>(TFactor factor, int rowLength) : IRowKernel<T, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFactor : struct, IRowFactor<T>
    {
        public void Invoke(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, Span<T> d)
        {
            for (int at = 0; at < a.Length; at += rowLength)
            {
                ReadOnlySpan<T> x = a.Slice(at, rowLength);
                Span<T> destination = c.Slice(at, rowLength);
                (T divisor, T scale) = factor.Of(Norm.L2(x));
                // Zeros without a sign, and elements that nothing has touched.
                if (T.IsZero(scale)) destination.Clear();
                else if (scale == T.One && divisor == T.One) x.CopyTo(destination);
                else Elementwise.Map(x, destination, new DivideAndScale<T>(divisor, scale));
            }
        }
    }

    private readonly struct DivideAndScale<T>(T divisor, T factor) : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => a / TVector.Create(divisor) * TVector.Create(factor);
    }
}
