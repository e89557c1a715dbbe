using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// Keeps gradients short, between <see cref="GradientTape{T}.Backward"/> and <see cref="Optimizer{T}.Step"/>. Parameters
/// whose gradient was not filled since their last step take no part, as in a step.
/// </summary>
public static class GradientClipping
{
    /// <summary>Every element of every gradient into [−max, max]; NaN stays.</summary>
    /// <param name="parameters">The parameters, as an optimizer lists them.</param>
    /// <param name="max">The largest magnitude, 0 or more.</param>
    /// <exception cref="ArgumentNullException">The parameters, or one of them, are null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bound is negative or NaN.</exception>
    public static void ByValue<T>(IReadOnlyList<Parameter<T>> parameters, T max)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(parameters, max, nameof(max));
        for (int i = 0; i < parameters.Count; i++)
            if (TryGradient(parameters[i], out Span<T> gradient)) Projections.Box(gradient, -max, max, gradient);
    }

    /// <summary>
    /// The gradient of each parameter to a norm √Σg² of at most <paramref name="max"/>: multiplied by max / norm where it is
    /// longer, left alone where it is not.
    /// </summary>
    /// <param name="parameters">The parameters, as an optimizer lists them.</param>
    /// <param name="max">The largest norm, 0 or more.</param>
    /// <param name="throwIfNotFinite">False to leave a gradient alone whose norm is infinite or NaN, rather than throw.</param>
    /// <exception cref="ArgumentNullException">The parameters, or one of them, are null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bound is negative or NaN.</exception>
    /// <exception cref="InvalidOperationException">A norm is infinite or NaN; no gradient has changed.</exception>
    public static void ByNorm<T>(IReadOnlyList<Parameter<T>> parameters, T max, bool throwIfNotFinite = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(parameters, max, nameof(max));
        for (int i = 0; i < parameters.Count && throwIfNotFinite; i++)
            if (TryGradient(parameters[i], out Span<T> gradient)) Finite(Norm.L2<T>(gradient), parameters[i]);
        for (int i = 0; i < parameters.Count; i++)
            if (TryGradient(parameters[i], out Span<T> gradient)) Shorten(gradient, Norm.L2<T>(gradient), max);
    }

    /// <summary>
    /// All gradients together to a norm of at most <paramref name="max"/>, keeping their direction (R. Pascanu and others,
    /// 2013): each multiplied by max / norm if the norm of all is larger, left alone if not.
    /// </summary>
    /// <param name="parameters">The parameters, as an optimizer lists them.</param>
    /// <param name="max">The largest norm, 0 or more.</param>
    /// <param name="throwIfNotFinite">False to leave the gradients alone when the norm is infinite or NaN, rather than throw.</param>
    /// <returns>The norm of all gradients as they came.</returns>
    /// <exception cref="ArgumentNullException">The parameters, or one of them, are null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bound is negative or NaN.</exception>
    /// <exception cref="InvalidOperationException">The norm is infinite or NaN; no gradient has changed.</exception>
    public static T ByGlobalNorm<T>(IReadOnlyList<Parameter<T>> parameters, T max, bool throwIfNotFinite = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(parameters, max, nameof(max));
        T largest = T.Zero;
        for (int i = 0; i < parameters.Count; i++)
        {
            if (!TryGradient(parameters[i], out Span<T> gradient)) continue;
            T norm = Norm.L2<T>(gradient);
            if (throwIfNotFinite) Finite(norm, parameters[i]);
            largest = T.Max(largest, norm);
        }

        if (T.IsZero(largest) || !T.IsFinite(largest)) return largest;
        // Shares of the largest norm, whose squares neither overflow nor vanish.
        double sum = 0;
        for (int i = 0; i < parameters.Count; i++)
        {
            if (!TryGradient(parameters[i], out Span<T> gradient)) continue;
            double share = double.CreateChecked(Norm.L2<T>(gradient)) / double.CreateChecked(largest);
            sum += share * share;
        }

        T all = T.CreateSaturating(double.CreateChecked(largest) * Math.Sqrt(sum));
        if (throwIfNotFinite && !T.IsFinite(all)) throw new InvalidOperationException($"The gradients together have the norm {all}.");
        for (int i = 0; i < parameters.Count; i++)
            if (TryGradient(parameters[i], out Span<T> gradient)) Shorten(gradient, all, max);
        return all;
    }

    /// <summary>
    /// Adaptive clipping (A. Brock and others, 2021): the gradient of each unit to a norm of at most
    /// <paramref name="clipping"/> · max(norm of the unit's weights, <paramref name="epsilon"/>). The units of a parameter
    /// with several dimensions are its rows, all that share the first index; one with fewer is a unit as a whole.
    /// </summary>
    /// <param name="parameters">The parameters, as an optimizer lists them.</param>
    /// <param name="clipping">How long a gradient may be beside its weights, 0 or more: 0.01 in the paper.</param>
    /// <param name="epsilon">What counts as the norm of shorter weights, 0 or more, so that weights of 0 can leave it: 0.001 in the paper.</param>
    /// <param name="throwIfNotFinite">False to leave a unit's gradient alone whose norm is infinite or NaN, rather than throw.</param>
    /// <exception cref="ArgumentNullException">The parameters, or one of them, are null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A bound is negative or NaN.</exception>
    /// <exception cref="InvalidOperationException">A norm is infinite or NaN; no gradient has changed.</exception>
    public static void Adaptive<T>(IReadOnlyList<Parameter<T>> parameters, T clipping, T epsilon, bool throwIfNotFinite = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(parameters, clipping, nameof(clipping));
        if (!(epsilon >= T.Zero)) throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "It must be 0 or more.");
        for (int i = 0; i < parameters.Count && throwIfNotFinite; i++)
            if (TryGradient(parameters[i], out Span<T> gradient)) Finite(Norm.L2<T>(gradient), parameters[i]);
        for (int i = 0; i < parameters.Count; i++)
        {
            if (!TryGradient(parameters[i], out Span<T> gradient)) continue;
            Shape shape = parameters[i].Shape;
            int length = shape.Rank < 2 ? gradient.Length : shape.Product(1, shape.Rank);
            for (int at = 0; at < gradient.Length; at += length)
            {
                Span<T> unit = gradient.Slice(at, length);
                T weights = Norm.L2<T>(parameters[i].Value.Slice(at, length));
                Shorten(unit, Norm.L2<T>(unit), clipping * T.Max(weights, epsilon));
            }
        }
    }

    private static void Shorten<T>(Span<T> gradient, T norm, T max)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (norm > max && T.IsFinite(norm)) Elementwise.Map(gradient, gradient, new Scale<T>(max / norm));
    }

    private static void Finite<T>(T norm, Parameter<T> parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!T.IsFinite(norm)) throw new InvalidOperationException($"The gradient of {parameter} has the norm {norm}.");
    }

    private static bool TryGradient<T>(Parameter<T> parameter, out Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        gradient = parameter.GradientSlab.Span;
        return parameter.HasGradient;
    }

    private static void Check<T>(IReadOnlyList<Parameter<T>> parameters, T bound, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        for (int i = 0; i < parameters.Count; i++) ArgumentNullException.ThrowIfNull(parameters[i], nameof(parameters));
        if (!(bound >= T.Zero)) throw new ArgumentOutOfRangeException(name, bound, "It must be 0 or more.");
    }
}
