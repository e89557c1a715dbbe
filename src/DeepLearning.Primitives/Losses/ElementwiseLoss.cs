using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>A loss of one prediction x and one target t: on vectors, and its derivatives on a tape.</summary>
internal interface IElementwiseLoss<T> : IPairLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>∂/∂x made of operations on a tape, for gradients of gradients.</summary>
    Variable<T> Derivative(Variable<T> x, Variable<T> t);

    /// <summary>∂/∂t made of operations on a tape.</summary>
    Variable<T> TargetDerivative(Variable<T> x, Variable<T> t);

    /// <summary>Which of a refused pair is outside, and what it must be.</summary>
    static virtual (bool IsTarget, string Rule) Refusal(T x, T t) => (true, "");
}

/// <summary>The span forms of the elementwise losses: the checks, the divisor of the mean, and the driver below.</summary>
internal static class ElementwiseLoss
{
    public const string Probability = "must lie in [0, 1]";

    public static T Checked<T, TLoss>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        LossOptions options,
        Span<T> gradient,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        TLoss loss,
        [CallerArgumentExpression(nameof(predictions))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementwiseLoss<T>
    {
        Guard.ElementType<T>();
        Guard.SameLength(predictions, targets, name);
        CheckOutput(predictions, gradient, name, nameof(gradient));
        CheckOutput(targets, gradient, nameof(targets), nameof(gradient));
        CheckOutput(predictions, losses, name, nameof(losses));
        CheckOutput(targets, losses, nameof(targets), nameof(losses));
        Guard.Apart((ReadOnlySpan<T>)gradient, losses, nameof(gradient), nameof(losses));
        Guard.Apart(weights, gradient);
        Guard.Apart(weights, losses);
        if (options.Reduction == Reduction.None && losses.IsEmpty && !predictions.IsEmpty)
            throw new ArgumentException("Reduction.None asks for a span for the losses.", nameof(losses));
        CheckClasses(options.PerClass, predictions.Length, name);
        Validate<T, TLoss>(predictions, targets, weights, name);
        if (!gradient.IsEmpty) gradient = gradient[..predictions.Length];
        if (!losses.IsEmpty) losses = losses[..predictions.Length];
        return Core(predictions, targets, options, gradient, weights, losses, loss);
    }

    /// <summary>The same with a gradient that must be there.</summary>
    public static T WithGradient<T, TLoss>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        LossOptions options,
        Span<T> gradient,
        TLoss loss,
        [CallerArgumentExpression(nameof(predictions))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementwiseLoss<T>
    {
        Guard.Destination(predictions, gradient, name);
        return Checked(predictions, targets, options, gradient, default, default, loss, name);
    }

    /// <summary>Refuses weights and pairs that do not fit.</summary>
    public static void Validate<T, TLoss>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementwiseLoss<T>
    {
        CheckWeights(weights, predictions.Length, name);
        int outside = PairLoss.FirstOutside<T, TLoss>(predictions, targets, weights);
        if (outside < 0) return;
        (bool isTarget, string rule) = TLoss.Refusal(predictions[outside], targets[outside]);
        T value = isTarget ? targets[outside] : predictions[outside];
        string parameter = isTarget ? nameof(targets) : name;
        throw new ArgumentOutOfRangeException(parameter, value, $"{parameter}[{outside}] is {value}, and {rule}.");
    }

    /// <summary>Everything is valid; the gradient and the losses are empty or of the predictions' length.</summary>
    public static T Core<T, TLoss>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        LossOptions options,
        Span<T> gradient,
        ReadOnlySpan<T> weights,
        Span<T> losses,
        TLoss loss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementwiseLoss<T>
    {
        double divisor = Divisor(options, weights, predictions.Length);
        if (divisor == 0)
        {
            T result = options.Nothing<T>();
            gradient.Clear();
            losses.Clear();
            return result;
        }

        T total = PairLoss.Run(
            predictions, targets, weights, options.PerClass.As<T>(), gradient, losses, T.CreateTruncating(1 / divisor), loss);
        return T.CreateTruncating(double.CreateTruncating(total) / divisor);
    }

    /// <summary>What the sum of the losses is divided by; 0 when nothing counts.</summary>
    public static double Divisor<T>(LossOptions options, ReadOnlySpan<T> weights, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double total = weights.IsEmpty
            ? length : double.CreateTruncating(Reduce.Sum(weights)) * ((double)length / weights.Length);
        return total == 0 ? 0 : options.Reduction == Reduction.Mean ? total / options.ElementsPerRow : 1;
    }

    /// <summary>Whole rows of as many elements as there are classes, if there are any.</summary>
    public static void CheckClasses(WeightList perClass, int length, string name)
    {
        if (perClass.Count == 0 || length % perClass.Count == 0) return;
        throw new ArgumentException(
            $"{perClass.Name} has {perClass.Count} elements, and the {length} of {name} make no whole rows of as many.", "options");
    }

    public static void CheckWeights<T>(ReadOnlySpan<T> weights, int length, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (weights.IsEmpty) return;
        if (length % weights.Length != 0)
        {
            throw new ArgumentException(
                $"weights has {weights.Length} elements, which do not share the {length} of {name} evenly.", nameof(weights));
        }

        int outside = PairLoss.FirstOutside<T, Weight<T>>(weights, weights, default);
        if (outside < 0) return;
        throw new ArgumentOutOfRangeException(
            nameof(weights), weights[outside], $"weights[{outside}] is {weights[outside]}, and must be finite and not negative.");
    }

    private static void CheckOutput<T>(ReadOnlySpan<T> input, Span<T> output, string inputName, string outputName)
    {
        if (!output.IsEmpty) Guard.Destination(input, output, inputName, outputName);
    }

    /// <summary>No loss, only the domain of weights.</summary>
    private readonly struct Weight<T> : IPairLoss<T>
        where T : unmanaged
    {
        public static bool HasDomain => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector IsOutside<TVector>(TVector x, TVector t)
            where TVector : struct, ISimd<TVector, T> =>
            ((x >= 0) & (x <= (typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue))) ^ TVector.CreateBits(-1);

        public TVector Value<TVector>(TVector x, TVector t, bool ordinary, out TVector derivative)
            where TVector : struct, ISimd<TVector, T> => derivative = 0;
    }
}
