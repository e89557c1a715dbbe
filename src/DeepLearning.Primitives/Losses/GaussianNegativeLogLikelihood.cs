using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>Settings of the Gaussian negative log-likelihood; the defaults are PyTorch's. Make one and keep it.</summary>
public sealed class GaussianOptions : LossOptions
{
    internal static new GaussianOptions Default { get; } = new();

    /// <summary>True to add the constant ½·log 2π. Default false.</summary>
    public bool Full { get; init; }

    /// <summary>ε: smaller variances count as this, though their gradient is not cut. Default 1e-6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite and positive.</exception>
    public double Epsilon { get; init => field = Positive(value, nameof(Epsilon)); } = 1e-6;
}

public static partial class Losses
{
    /// <summary>
    /// Gaussian negative log-likelihood: <c>½·(log v + (x − t)²/v)</c> of a mean x and a variance v, no variance below ε (PyTorch's
    /// <c>gaussian_nll_loss</c>).
    /// </summary>
    /// <param name="means">The predicted means; any shape, row-major.</param>
    /// <param name="targets">As many.</param>
    /// <param name="variances">As many, not negative.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="gradient">
    /// The gradient in the means (with Reduction.None that of the sum): as long or longer, the rest untouched; apart from all
    /// other spans. Empty where not wanted.
    /// </param>
    /// <param name="varianceGradient">The same in the variances.</param>
    /// <param name="weights">None, or one for each element or row of neighbours, finite and not negative; 0 masks.</param>
    /// <param name="losses">The loss of each element, weight included; empty where not wanted.</param>
    /// <returns>The mean, or else the sum of the losses; when nothing counts, 0 or what the options say.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, outputs overlap, or Reduction.None without losses.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A variance is negative, or a weight negative or not finite; nothing is written.</exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T GaussianNegativeLogLikelihood<T>(
        ReadOnlySpan<T> means,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> variances,
        GaussianOptions? options = null,
        Span<T> gradient = default,
        Span<T> varianceGradient = default,
        ReadOnlySpan<T> weights = default,
        Span<T> losses = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= GaussianOptions.Default;
        Guard.ElementType<T>();
        Guard.SameLength(means, targets);
        Guard.SameLength(means, variances);
        CheckVariances(variances, weights);
        RowLoss.CheckGradient(means, targets, variances, weights, losses, ref gradient, nameof(gradient), means.Length);
        RowLoss.CheckGradient(means, targets, variances, weights, losses, ref varianceGradient, nameof(varianceGradient), means.Length);
        Guard.Apart((ReadOnlySpan<T>)gradient, varianceGradient, nameof(gradient), nameof(varianceGradient));
        if (!losses.IsEmpty) LabelLoss.CheckLosses(means, means.Length, ref losses, weights);
        Guard.Apart(targets, losses);
        Guard.Apart(variances, losses);
        if (options.Reduction == Reduction.None && losses.IsEmpty && !means.IsEmpty)
            throw new ArgumentException("Reduction.None asks for a span for the losses.", nameof(losses));

        double divisor = ElementwiseLoss.Divisor(options, weights, means.Length);
        if (divisor == 0)
        {
            T result = options.Nothing<T>();
            gradient.Clear();
            varianceGradient.Clear();
            losses.Clear();
            return result;
        }

        using Rented<T> rented = new(losses.IsEmpty ? means.Length : 0), expanded = new(weights.IsEmpty ? 0 : means.Length);
        if (losses.IsEmpty) losses = rented.Span;
        T scale = T.CreateTruncating(1 / divisor);
        Elementwise.Map(means, targets, variances, losses, new GaussianCost<T>(options.Epsilon, options.Full));
        if (!gradient.IsEmpty) Elementwise.Map(means, targets, variances, gradient, new GaussianSlope<T>(options.Epsilon, scale));
        if (!varianceGradient.IsEmpty)
            Elementwise.Map(means, targets, variances, varianceGradient, new GaussianVarianceSlope<T>(options.Epsilon, scale));
        if (!weights.IsEmpty)
        {
            int perWeight = means.Length / weights.Length;
            for (int i = 0; i < weights.Length; i++) expanded.Span.Slice(i * perWeight, perWeight).Fill(weights[i]);
            Weigh(losses, expanded.Span);
            Weigh(gradient, expanded.Span);
            Weigh(varianceGradient, expanded.Span);
        }

        return T.CreateTruncating(double.CreateTruncating(Reduce.Sum<T>(losses)) / divisor);

        static void Weigh(Span<T> values, ReadOnlySpan<T> weights) =>
            Elementwise.Map<T, TimesWeight<T>>(values, weights[..values.Length], values, default);
    }

    internal static void CheckVariances<T>(ReadOnlySpan<T> variances, ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseLoss.CheckWeights(weights, variances.Length, nameof(variances));
        // What a Poisson target may be, a variance may be.
        int outside = PairLoss.FirstOutside<T, Poisson<T, Yes, No>>(variances, variances, weights);
        if (outside < 0) return;
        throw new ArgumentOutOfRangeException(
            nameof(variances), variances[outside], $"variances[{outside}] is {variances[outside]}, and must not be negative.");
    }

    private readonly struct GaussianCost<T>(double epsilon, bool isFull) : IMap3<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector t, TVector v)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector variance = TVector.Max(epsilon, v), difference = x - t;
            TVector cost = 0.5 * (VectorMath.Log<TVector, T>(variance) + (difference * (difference / variance)));
            return isFull ? cost + 0.91893853320467274 : cost;
        }
    }

    private readonly struct GaussianSlope<T>(double epsilon, T scale) : IMap3<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector t, TVector v)
            where TVector : struct, ISimd<TVector, T> => (x - t) / TVector.Max(epsilon, v) * TVector.Create(scale);
    }

    private readonly struct GaussianVarianceSlope<T>(double epsilon, T scale) : IMap3<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector t, TVector v)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector inverse = 1 / TVector.Max(epsilon, v), difference = x - t;
            return 0.5 * (inverse - (difference * inverse * (difference * inverse))) * TVector.Create(scale);
        }
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>Gaussian negative log-likelihood of these means: <c>½·(log v + (x − t)²/v)</c>, no variance below ε.</summary>
    /// <param name="targets">Of the same shape.</param>
    /// <param name="variances">Of the same shape, not negative.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="weights">None, or one for each element or each row of neighbouring elements; copied.</param>
    /// <returns>The mean or the sum, of shape <c>[]</c>; with Reduction.None the losses, of this variable's shape.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the weights do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A variance or weight is out of range.</exception>
    public Variable<T> GaussianNegativeLogLikelihood(
        Variable<T> targets, Variable<T> variances, GaussianOptions? options = null, ReadOnlySpan<T> weights = default)
    {
        options ??= GaussianOptions.Default;
        CheckSameShape(targets, nameof(GaussianNegativeLogLikelihood));
        CheckSameShape(variances, nameof(GaussianNegativeLogLikelihood));
        Losses.CheckVariances(variances.Value, weights);
        Shape shape = Shape;
        int count = shape.ElementCount, perWeight = weights.IsEmpty ? 1 : Math.Max(1, count / weights.Length);
        Variable<T> x = Rows(this, weights), t = Rows(targets, weights), v = Rows(variances, weights);
        // The value is bounded from below, the gradient is not.
        v = v.Detach().Apply(new Bounded<T>(options.Epsilon, double.PositiveInfinity)).DifferentiatedAs(v);
        Variable<T> difference = x - t, cost = 0.5 * (v.Log() + (difference * (difference / v)));
        if (options.Full) cost += 0.91893853320467274;
        double divisor = Primitives.ElementwiseLoss.Divisor(options, weights, count);
        if (options.Reduction != Reduction.None && divisor == 0) return Tape.Scalar(options.Nothing<T>());
        if (!weights.IsEmpty)
        {
            Variable<T> factors = Tape.NewConstant([weights.Length, 1], out Span<T> elements);
            weights.CopyTo(elements);
            cost *= factors;
        }

        return options.Reduction == Reduction.None ? cost.Reshape(shape) : cost.Sum() / divisor;

        Variable<T> Rows(Variable<T> variable, ReadOnlySpan<T> weights) => variable.Reshape(count / perWeight, perWeight).WeighedRows(weights);
    }
}
