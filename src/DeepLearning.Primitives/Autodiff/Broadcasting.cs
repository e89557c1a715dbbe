using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Shapes aligned at their ends, as NumPy does it.</summary>
internal static class Broadcasting
{
    /// <summary><c>destination = map(a, b)</c>; the destination has the shape that both broadcast to.</summary>
    public static void Map<T, TMap>(ReadOnlySpan<T> a, in Shape aShape, ReadOnlySpan<T> b, in Shape bShape, Span<T> destination, TMap map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IMap2<T>
    {
        Shape.TryBroadcast(in aShape, in bShape, out Shape shape);
        Span<int> aStrides = stackalloc int[Shape.MaxRank], bStrides = stackalloc int[Shape.MaxRank];
        Strides(in aShape, aStrides[..shape.Rank]);
        Strides(in bShape, bStrides[..shape.Rank]);
        Strided.Map(Shape.AsSpan(in shape), a, aStrides, b, bStrides, destination, map);
    }

    /// <summary>Repeats <paramref name="x"/> to fill the larger shape.</summary>
    public static void Repeat<T>(ReadOnlySpan<T> x, in Shape xShape, Span<T> destination, in Shape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<int> strides = stackalloc int[Shape.MaxRank];
        Strides(in xShape, strides[..shape.Rank]);
        Strided.Map(Shape.AsSpan(in shape), x, strides, x, strides, destination, default(First<T>));
    }

    /// <summary>Repeats booleans to fill the larger shape.</summary>
    public static void Repeat(ReadOnlySpan<bool> x, in Shape xShape, Span<bool> destination, in Shape shape)
    {
        if (xShape == shape)
        {
            x.CopyTo(destination);
            return;
        }

        Span<int> strides = stackalloc int[Shape.MaxRank];
        Strides(in xShape, strides[..shape.Rank]);
        Permutation.Copy(x, Shape.AsSpan(in shape), strides[..shape.Rank], destination);
    }

    /// <summary>The strides of a shape seen as one of <c>strides.Length</c> dimensions: 0 where it repeats.</summary>
    private static void Strides(in Shape shape, Span<int> strides)
    {
        strides.Clear();
        int step = 1;
        for (int i = 1; i <= shape.Rank; i++)
        {
            int length = Shape.AsSpan(in shape)[^i];
            strides[^i] = length == 1 ? 0 : step;
            step *= length;
        }
    }

    private readonly struct First<T> : IMap2<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, T> => a;
    }
}
