using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

public static partial class Regularization
{
    /// <summary>
    /// Mixup (H. Zhang and others, 2018): row i becomes λ·row i + (1 − λ)·row <c>partners[i]</c>. Mix the targets with the
    /// same partners and λ.
    /// </summary>
    /// <param name="rows">The samples, or their targets.</param>
    /// <param name="rowLength">The elements in a row, 1 or more.</param>
    /// <param name="partners">A row for each row: <see cref="Philox.Permutation"/> makes them.</param>
    /// <param name="lambda">λ, from 0 to 1: <see cref="MixupLambda"/> draws it.</param>
    /// <param name="destination">As long as the rows or longer, the rest untouched; shares no element with them.</param>
    /// <exception cref="ArgumentOutOfRangeException">A partner or λ is out of range, or the row length below 1.</exception>
    /// <exception cref="ArgumentException">
    /// The rows are not whole, there is not one partner for each, or the destination is too short or overlaps them.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void Mixup<T>(ReadOnlySpan<T> rows, int rowLength, ReadOnlySpan<int> partners, T lambda, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int count = Guard.Rows(rows.Length, rowLength, nameof(rows));
        Guard.Length(partners.Length, count, nameof(rows), nameof(partners));
        if (!(lambda >= T.Zero && lambda <= T.One))
            throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "λ lies from 0 to 1.");
        LabelCounts.CheckIndices(partners, count, nameof(partners));
        Guard.Destination(rows, destination);
        Guard.Apart<T>(rows, destination);
        for (int i = 0; i < count; i++)
        {
            Elementwise.Map(
                rows.Slice(i * rowLength, rowLength),
                rows.Slice(partners[i] * rowLength, rowLength),
                destination.Slice(i * rowLength, rowLength),
                new Mix<T>(lambda, T.One - lambda));
        }
    }

    /// <summary>A λ for <see cref="Mixup"/>: a number of the distribution Beta(α, α), near 0 or 1 for small α, near ½ for large.</summary>
    /// <param name="alpha">α, above 0 and finite: 0.1 to 0.4 in the paper.</param>
    /// <param name="random">Where it comes from.</param>
    /// <exception cref="ArgumentOutOfRangeException">α is not above 0 and finite.</exception>
    public static double MixupLambda(double alpha, Philox random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (!(alpha > 0 && double.IsFinite(alpha)))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "α must be above 0 and finite.");
        // With logarithms, since for small α both numbers may be too small for a double.
        double difference = LogGamma(alpha, random) - LogGamma(alpha, random);
        return difference > 0 ? 1 / (1 + Exp(-difference)) : Exp(difference) / (1 + Exp(difference));
    }

    /// <summary>
    /// The logarithm of a number of the gamma distribution: G. Marsaglia and W. W. Tsang's method (2000), for shapes below 1
    /// by way of the shape one larger.
    /// </summary>
    private static double LogGamma(double shape, Philox random)
    {
        if (shape < 1) return LogGamma(shape + 1, random) + (Log(Uniform(random)) / shape);
        double d = shape - (1.0 / 3), c = 1 / Math.Sqrt(9 * d), x = 0;
        while (true)
        {
            random.Normal(new Span<double>(ref x));
            double root = 1 + (c * x), cube = root * root * root;
            if (root > 0 && Log(Uniform(random)) < (0.5 * x * x) + (d * (1 - cube + Log(cube)))) return Log(d * cube);
        }
    }

    /// <summary>Above 0 and up to 1.</summary>
    private static double Uniform(Philox random)
    {
        double u = 0;
        random.Uniform(new Span<double>(ref u));
        return 1 - u;
    }

    // The library's own, which give the same bits on every machine.
    private static double Log(double x)
    {
        Elementary.Log(new ReadOnlySpan<double>(in x), new Span<double>(ref x));
        return x;
    }

    private static double Exp(double x)
    {
        Elementary.Exp(new ReadOnlySpan<double>(in x), new Span<double>(ref x));
        return x;
    }

    private readonly struct Mix<T>(T own, T other) : IMap2<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, T> =>
            TVector.FusedMultiplyAdd(a, TVector.Create(own), b * TVector.Create(other));
    }
}
