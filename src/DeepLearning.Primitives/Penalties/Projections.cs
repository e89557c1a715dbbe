using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// The nearest point of a set: the proximal step of a constraint, taken after a step of gradient descent. What lies in the
/// set already stays as it is, on the simplex up to rounding.
/// </summary>
/// <remarks>
/// The functions share their parameters: a destination is as long as the input or longer, the rest untouched, and may be the
/// input itself. Wrong lengths or an overlap throw <see cref="ArgumentException"/>, element types other than float and double
/// <see cref="NotSupportedException"/>.
/// </remarks>
public static class Projections
{
    /// <summary>Onto [<paramref name="low"/>, <paramref name="high"/>], element by element; NaN stays. With ∞ a half-line: [0, ∞) for weights that may not be negative.</summary>
    /// <param name="x">The point.</param>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound, not below the lower.</param>
    /// <param name="destination">Where the projection goes; may be <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">The bounds cross or are NaN, or the destination does not fit.</exception>
    public static void Box<T>(ReadOnlySpan<T> x, T low, T high, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        if (!(low <= high)) throw new ArgumentException($"[{low}, {high}] is empty.", nameof(high));
        Guard.Destination(x, destination);
        Elementwise.Map(x, destination, new Bound<T>(low, high));
    }

    /// <summary>Onto the points of norm √Σx² up to the radius: x · radius / norm outside. A point with NaN or ∞ gives NaN.</summary>
    /// <param name="x">The point.</param>
    /// <param name="radius">The radius, 0 or more.</param>
    /// <param name="destination">Where the projection goes; may be <paramref name="x"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is negative or NaN.</exception>
    /// <exception cref="ArgumentException">The destination does not fit.</exception>
    public static void L2Ball<T>(ReadOnlySpan<T> x, T radius, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MaxNorm(x, Math.Max(1, x.Length), radius, destination);

    /// <summary>
    /// Each row onto the points of norm up to <paramref name="max"/>: the max-norm constraint of N. Srivastava and others
    /// (2014), a row being the weights into one unit. A row with NaN or ∞ gives NaN.
    /// </summary>
    /// <param name="x">The rows.</param>
    /// <param name="rowLength">The elements in a row, 1 or more.</param>
    /// <param name="max">The largest norm, 0 or more.</param>
    /// <param name="destination">Where the projections go; may be <paramref name="x"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The row length is below 1, or the norm negative or NaN.</exception>
    /// <exception cref="ArgumentException">The input does not make whole rows, or the destination does not fit.</exception>
    public static void MaxNorm<T>(ReadOnlySpan<T> x, int rowLength, T max, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(x.Length, rowLength, nameof(x));
        CheckRadius(max, nameof(max));
        Guard.Destination(x, destination);
        RowScaling.Run(x, rowLength, destination, new NormUpTo<T>(max));
    }

    /// <summary>Each row onto the points of norm 1: x / norm. A row of zeros, to which all are near, stays; one with NaN or ∞ gives NaN.</summary>
    /// <param name="x">The rows.</param>
    /// <param name="rowLength">The elements in a row, 1 or more.</param>
    /// <param name="destination">Where the projections go; may be <paramref name="x"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The row length is below 1.</exception>
    /// <exception cref="ArgumentException">The input does not make whole rows, or the destination does not fit.</exception>
    public static void UnitNorm<T>(ReadOnlySpan<T> x, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(x.Length, rowLength, nameof(x));
        Guard.Destination(x, destination);
        RowScaling.Run(x, rowLength, destination, default(NormOne<T>));
    }

    /// <summary>
    /// Onto the simplex, the points without negative elements whose sum is <paramref name="sum"/>: max(x − τ, 0) with the τ
    /// that makes it so (C. Michelot's algorithm, 1986). A largest element of ∞ or a NaN gives NaN.
    /// </summary>
    /// <param name="x">The point.</param>
    /// <param name="sum">What the elements sum to, 0 or more and finite: 1 for probabilities.</param>
    /// <param name="destination">Where the projection goes; may be <paramref name="x"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sum is negative or not finite.</exception>
    /// <exception cref="ArgumentException">The destination does not fit.</exception>
    public static void Simplex<T>(ReadOnlySpan<T> x, T sum, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Settings.NonNegative(sum, nameof(sum));
        Guard.Destination(x, destination);
        T largest = T.NegativeInfinity;
        foreach (T element in x) largest = T.Max(largest, element);
        if (x.IsEmpty) return;
        if (T.IsFinite(largest)) Elementwise.Map(x, destination, new Excess<T>(largest, Level(x, largest, sum, magnitudes: false)));
        else destination[..x.Length].Fill(T.NaN);
    }

    /// <summary>
    /// Onto the points of norm Σ|x| up to the radius: the soft threshold that makes the norm so (J. Duchi and others, 2008),
    /// with exact zeros. A point with NaN or ∞ gives NaN.
    /// </summary>
    /// <param name="x">The point.</param>
    /// <param name="radius">The radius, 0 or more and finite.</param>
    /// <param name="destination">Where the projection goes; may be <paramref name="x"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is negative or not finite.</exception>
    /// <exception cref="ArgumentException">The destination does not fit.</exception>
    public static void L1Ball<T>(ReadOnlySpan<T> x, T radius, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Settings.NonNegative(radius, nameof(radius));
        Guard.Destination(x, destination);
        if (Reduce.SumOfMagnitudes(x) <= radius)
        {
            x.CopyTo(destination);
            return;
        }

        T largest = T.Zero;
        foreach (T element in x) largest = T.Max(largest, T.Abs(element));
        if (T.IsFinite(largest)) Penalties.SoftThreshold(x, T.Max(T.Zero, largest + Level(x, largest, radius, magnitudes: true)), destination);
        else destination[..x.Length].Fill(T.NaN);
    }

    /// <summary>
    /// The level τ, counted from the largest element, above which the elements (or their magnitudes) hold
    /// <paramref name="sum"/>: from the level of all elements up, leaving out those below until none is.
    /// </summary>
    private static T Level<T>(ReadOnlySpan<T> x, T largest, T sum, bool magnitudes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double wanted = double.CreateChecked(sum), level = double.NegativeInfinity;
        while (true)
        {
            double total = 0;
            int count = 0;
            foreach (T element in x)
            {
                // Differences first: elements that lie close together far from 0 keep their digits.
                double depth = double.CreateChecked((magnitudes ? T.Abs(element) : element) - largest);
                if (!(depth > level)) continue;
                total += depth;
                count++;
            }

            // The same elements give the same level; and with a sum of 0 it rises to the largest, above which is nothing.
            double next = (total - wanted) / count;
            if (!(next > level)) return T.CreateChecked(level);
            level = next;
        }
    }

    private static void CheckRadius<T>(T radius, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(radius >= T.Zero)) throw new ArgumentOutOfRangeException(name, radius, "It must be 0 or more.");
    }

    private readonly struct Bound<T>(T low, T high) : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector least = TVector.Create(low), most = TVector.Create(high);
            return TVector.Select(a < least, least, TVector.Select(a > most, most, a));
        }
    }

    private readonly struct Excess<T>(T largest, T level) : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector above = a - TVector.Create(largest) - TVector.Create(level);
            return TVector.Select(above <= 0, 0, above);
        }
    }

    private readonly struct NormUpTo<T>(T max) : IRowFactor<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public (T, T) Of(T norm) => norm <= max ? (T.One, T.One) : (norm, T.IsFinite(norm) ? max : T.NaN);
    }

    private readonly struct NormOne<T> : IRowFactor<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public (T, T) Of(T norm) => T.IsZero(norm) ? (T.One, T.One) : (norm, T.IsFinite(norm) ? T.One : T.NaN);
    }
}
