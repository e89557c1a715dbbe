using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>A loss of a row of numbers, one for each class, and the class that is right.</summary>
internal interface ILabelLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The loss; the gradient times <paramref name="scale"/> too, unless that is empty.</summary>
    T Value(ReadOnlySpan<T> x, int label, T scale, Span<T> gradient);

    /// <summary>
    /// The derivative of each row's loss made of operations on a tape, from x: [rows, classes] and the place of the
    /// <paramref name="label"/> in each: 1 there, 0 elsewhere. Rows that do not count hold numbers that any loss can bear.
    /// </summary>
    Variable<T> Derivative(Variable<T> x, Variable<T> label);
}

/// <summary>The span forms of losses with class indices: the checks, the divisor of the mean, and the rows.</summary>
internal static class LabelLoss
{
    public static T Checked<T, TLoss>(
        ReadOnlySpan<T> x,
        ReadOnlySpan<int> labels,
        ClassLossOptions options,
        Span<T> gradient,
        ReadOnlySpan<T> weights,
        int innerLength,
        Span<T> losses,
        TLoss loss,
        [CallerArgumentExpression(nameof(x))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, ILabelLoss<T>
    {
        Validate(x, labels, options, weights, innerLength, name);
        CheckGradient(x, ref gradient, weights, name);
        if (!losses.IsEmpty) CheckLosses(x, labels.Length, ref losses, weights, name);
        Guard.Apart((ReadOnlySpan<T>)gradient, losses, nameof(gradient), nameof(losses));
        if (options.Reduction == Reduction.None && losses.IsEmpty && !labels.IsEmpty)
            throw new ArgumentException("Reduction.None asks for a span for the losses.", nameof(losses));
        return Core(x, labels, options, gradient, weights, innerLength, losses, loss);
    }

    /// <summary>Everything is valid; the gradient is empty or as long as x, the losses are empty or one for each row.</summary>
    public static T Core<T, TLoss>(
        ReadOnlySpan<T> x,
        ReadOnlySpan<int> labels,
        ClassLossOptions options,
        Span<T> gradient,
        ReadOnlySpan<T> weights,
        int innerLength,
        Span<T> losses,
        TLoss loss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, ILabelLoss<T>
    {
        double divisor = Divisor(labels, options, weights);
        if (divisor == 0)
        {
            T result = options.Nothing<T>();
            gradient.Clear();
            losses.Clear();
            return result;
        }

        using Rented<T> rented = new(losses.IsEmpty ? labels.Length : 0);
        if (losses.IsEmpty) losses = rented.Span;
        for (int row = 0; row < labels.Length; row++)
            losses[row] = T.CreateTruncating(options.WeightOf(labels[row])) * (weights.IsEmpty ? T.One : weights[row]);
        ClassAxis.Run(x, labels, gradient, losses, innerLength, new Rows<T, TLoss>(loss, T.CreateTruncating(1 / divisor)));
        return T.CreateTruncating(double.CreateTruncating(Reduce.Sum<T>(losses)) / divisor);
    }

    /// <summary>What the sum of the losses is divided by: Σ of the rows' weights for the mean; 0 when nothing counts.</summary>
    public static double Divisor<T>(ReadOnlySpan<int> labels, ClassLossOptions options, ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double total = 0;
        for (int row = 0; row < labels.Length; row++)
            total += options.WeightOf(labels[row]) * (weights.IsEmpty ? 1 : double.CreateTruncating(weights[row]));
        return total == 0 || options.Reduction == Reduction.Mean ? total : 1;
    }

    public static void Validate<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> labels,
        ClassLossOptions options,
        ReadOnlySpan<T> weights,
        int innerLength,
        [CallerArgumentExpression(nameof(logits))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        ArgumentOutOfRangeException.ThrowIfLessThan(innerLength, 1);
        if (labels.Length == 0 ? logits.Length != 0 : logits.Length % labels.Length != 0)
        {
            throw new ArgumentException(
                $"{name} has {logits.Length} elements, which do not make {labels.Length} rows, one for each label.", name);
        }

        if (labels.Length % innerLength != 0)
            throw new ArgumentException($"{labels.Length} labels do not make whole runs of {innerLength}.", nameof(innerLength));
        if (!weights.IsEmpty) Guard.Length(weights.Length, labels.Length, "one for each label", nameof(weights));
        ElementwiseLoss.CheckWeights(weights, labels.Length, nameof(labels));
        if (labels.IsEmpty) return;
        int classes = logits.Length / labels.Length;
        if (options.Weights.Length != 0 && options.Weights.Length != classes)
        {
            throw new ArgumentException(
                $"ClassWeights has {options.Weights.Length} elements, the {name} have {classes} classes.", nameof(options));
        }

        for (int row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)classes && labels[row] != options.IgnoreIndex)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels), labels[row], $"The label of row {row} is {labels[row]}, and there are {classes} classes.");
            }
        }
    }

    public static void CheckGradient<T>(
        ReadOnlySpan<T> x,
        ref Span<T> gradient,
        ReadOnlySpan<T> weights,
        [CallerArgumentExpression(nameof(x))] string name = "")
    {
        if (gradient.IsEmpty) return;
        Guard.Destination(x, gradient, name);
        Guard.Apart(weights, gradient);
        gradient = gradient[..x.Length];
    }

    public static void CheckLosses<T>(
        ReadOnlySpan<T> x,
        int rows,
        ref Span<T> losses,
        ReadOnlySpan<T> weights,
        [CallerArgumentExpression(nameof(x))] string name = "")
    {
        if (losses.Length < rows)
            throw new ArgumentException($"losses has {losses.Length} elements, too few for {rows} rows.", nameof(losses));
        losses = losses[..rows];
        Guard.Apart(x, (ReadOnlySpan<T>)losses, name, nameof(losses));
        Guard.Apart(weights, losses);
    }

    /// <summary>The losses hold the rows' weights at first.</summary>
    private readonly struct Rows<T, TLoss>(TLoss loss, T scale) : IRowKernel<T, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, ILabelLoss<T>
    {
        public void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<int> labels, Span<T> gradient, Span<T> losses)
        {
            int classes = x.Length / labels.Length;
            for (int row = 0; row < labels.Length; row++)
            {
                T weight = losses[row];
                Span<T> slopes = gradient.IsEmpty ? gradient : gradient.Slice(row * classes, classes);
                if (weight == T.Zero) slopes.Clear();
                else losses[row] = weight * loss.Value(x.Slice(row * classes, classes), labels[row], weight * scale, slopes);
            }
        }
    }
}
