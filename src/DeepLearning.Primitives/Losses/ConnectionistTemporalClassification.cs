using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>Settings of connectionist temporal classification. Make one and keep it.</summary>
public sealed class CtcOptions : LossOptions
{
    internal static new CtcOptions Default { get; } = new();

    /// <summary>The class that stands for no label. Default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Blank { get; init => field = (int)NotNegative(value, nameof(Blank)); }

    /// <summary>True to count a sequence that is too short for its labels, and so costs +∞, as 0. Default false.</summary>
    public bool ZeroInfinity { get; init; }
}

public static partial class Losses
{
    /// <summary>
    /// Connectionist temporal classification (Graves et al. 2006): −log of the probability, summed over all alignments, that a
    /// sequence of class probabilities spells its labels, with blanks between them and repetitions merged. In log space and in
    /// double; the mean divides each loss by the number of its labels (at least 1) and then averages over the batch, by the
    /// weights, as PyTorch's <c>ctc_loss</c> does.
    /// </summary>
    /// <remarks>
    /// The gradient is the one in the log-probabilities as they stand: minus the probability of each class at each step given
    /// the labels. (PyTorch adds the softmax to it, which its log-softmax takes out again.) A sequence that cannot spell its
    /// labels costs +∞, or 0 where the options say so, and has zero gradient, as do the steps beyond a sequence's length.
    /// Large batches are split over threads by sequences, with the same bits.
    /// </remarks>
    /// <param name="logProbabilities">[time, batch, classes], as of a log-softmax.</param>
    /// <param name="labels">The labels of all sequences one after the other, or [batch, longest] with anything as padding.</param>
    /// <param name="inputLengths">[batch]: the steps of each sequence, at most time.</param>
    /// <param name="labelLengths">[batch]: the labels of each sequence.</param>
    /// <param name="classes">The number of classes, the blank included.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="gradient">
    /// The gradient (with Reduction.None that of the sum): as long or longer, the rest untouched; apart from the
    /// log-probabilities. Empty where only the loss is wanted.
    /// </param>
    /// <param name="losses">[batch]: the loss of each sequence, weight included and undivided; empty where not wanted.</param>
    /// <param name="weights">[batch]: finite and not negative; a sequence of weight 0 counts nowhere, whatever it holds. None are all 1.</param>
    /// <returns>The mean, or else the sum of the losses; when nothing counts, 0 or what the options say.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, outputs overlap, or Reduction.None without losses.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A length is negative or beyond the time, a label is no class or the blank, the blank is no class, or a weight is negative
    /// or not finite; nothing is written.
    /// </exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static T ConnectionistTemporalClassification<T>(
        ReadOnlySpan<T> logProbabilities,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<int> inputLengths,
        ReadOnlySpan<int> labelLengths,
        int classes,
        CtcOptions? options = null,
        Span<T> gradient = default,
        Span<T> losses = default,
        ReadOnlySpan<T> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= CtcOptions.Default;
        Guard.ElementType<T>();
        ValidateCtc(logProbabilities.Length, labels, inputLengths, labelLengths, classes, options);
        RowLoss.Check(logProbabilities, default, default, inputLengths.Length, options, weights, ref losses);
        RowLoss.CheckGradient(logProbabilities, default, default, weights, losses, ref gradient, nameof(gradient), logProbabilities.Length);
        return CtcCore(logProbabilities, labels, inputLengths, labelLengths, classes, options, gradient, default, weights, losses);
    }

    /// <summary>
    /// Everything is valid. The gradient; or, with a direction, the gradient's derivative along it. Either is empty or as long
    /// as the log-probabilities.
    /// </summary>
    internal static T CtcCore<T>(
        ReadOnlySpan<T> x,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<int> inputLengths,
        ReadOnlySpan<int> labelLengths,
        int classes,
        CtcOptions options,
        Span<T> gradient,
        ReadOnlySpan<T> direction,
        ReadOnlySpan<T> weights,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int batch = inputLengths.Length;
        double divisor = RowLoss.Divisor(options, weights, batch);
        T nothing = divisor == 0 ? options.Nothing<T>() : T.Zero;
        gradient.Clear();
        losses.Clear();
        if (divisor == 0) return nothing;
        using Rented<double> each = new(batch);
        using Rented<int> starts = new(batch);
        bool isPadded = Sum(labelLengths) != labels.Length;
        for (int i = 0, start = 0; i < batch; start += labelLengths[i++]) starts.Span[i] = isPadded ? i * (labels.Length / batch) : start;
        CtcBatch<T> sequences = new()
        {
            X = x,
            Labels = labels,
            Starts = starts.Span,
            InputLengths = inputLengths,
            LabelLengths = labelLengths,
            Classes = classes,
            Options = options,
            Gradient = gradient,
            Direction = direction,
            Weights = weights,
            Losses = losses,
            Shares = each.Span,
            Divisor = divisor,
        };
        // Some ten elementary functions for each step and symbol.
        long work = 10L * (x.Length / batch / classes) * ((2 * (labels.Length / batch)) + 1);
        Parallelism.For(batch, (int)Math.Max(1, Elementwise.Grain / Math.Max(1, work)), sequences);
        return T.CreateTruncating(Reduce.Sum<double>(each.Span));
    }

    internal static void ValidateCtc(
        int length,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<int> inputLengths,
        ReadOnlySpan<int> labelLengths,
        int classes,
        CtcOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (options.Blank >= classes)
            throw new ArgumentOutOfRangeException(nameof(options), options.Blank, $"The blank is {options.Blank}, and there are {classes} classes.");
        int batch = inputLengths.Length;
        Guard.SameLength(inputLengths, labelLengths);
        if (batch == 0 ? length != 0 : length % (batch * classes) != 0)
        {
            throw new ArgumentException(
                $"logProbabilities has {length} elements, which do not make whole steps of {batch} × {classes}.", "logProbabilities");
        }

        int time = batch == 0 ? 0 : length / batch / classes, total = 0, longest = 0;
        for (int i = 0; i < batch; i++)
        {
            if ((uint)inputLengths[i] > (uint)time)
                throw new ArgumentOutOfRangeException(nameof(inputLengths), inputLengths[i], $"inputLengths[{i}] is {inputLengths[i]}, and there are {time} steps.");
            if (labelLengths[i] < 0)
                throw new ArgumentOutOfRangeException(nameof(labelLengths), labelLengths[i], $"labelLengths[{i}] is {labelLengths[i]}, and must not be negative.");
            total = checked(total + labelLengths[i]);
            longest = Math.Max(longest, labelLengths[i]);
        }

        bool isPadded = total != labels.Length;
        if (isPadded && (batch == 0 || labels.Length % batch != 0 || labels.Length / batch < longest))
            throw new ArgumentException($"{labels.Length} labels are neither the {total} of labelLengths nor {batch} rows of {longest} or more.", nameof(labels));
        for (int i = 0, start = 0; i < batch; i++)
        {
            ReadOnlySpan<int> own = labels.Slice(isPadded ? i * (labels.Length / batch) : start, labelLengths[i]);
            start += own.Length;
            for (int j = 0; j < own.Length; j++)
            {
                if ((uint)own[j] < (uint)classes && own[j] != options.Blank) continue;
                throw new ArgumentOutOfRangeException(
                    nameof(labels), own[j], $"Label {j} of sequence {i} is {own[j]}, and must be one of {classes} classes and not the blank, {options.Blank}.");
            }
        }
    }

    private static int Sum(ReadOnlySpan<int> values)
    {
        int sum = 0;
        foreach (int value in values) sum += value;
        return sum;
    }
}

/// <summary>CTC on a tape. The forward pass leaves the gradient behind.</summary>
internal sealed class CtcOperation<T> : Operation<T>, IRentable<CtcOperation<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private CtcOptions _options = CtcOptions.Default;
    private int[] _integers = [];
    private int _batch;
    private int _labels;
    private Slab<T> _weights;
    private Slab<T> _gradient;
    // Set for the operation that is the gradient of another.
    private bool _isGradient;

    public override string Name => _isGradient ? "ConnectionistTemporalClassification, gradient" : "ConnectionistTemporalClassification";

    public static CtcOperation<T> Create() => new();

    public CtcOperation<T> With(
        ReadOnlySpan<int> labels, ReadOnlySpan<int> inputLengths, ReadOnlySpan<int> labelLengths, CtcOptions options, Slab<T> weights)
    {
        (_batch, _labels, _options, _weights, _isGradient) = (inputLengths.Length, labels.Length, options, weights, false);
        int length = (2 * _batch) + _labels;
        if (_integers.Length < length) _integers = new int[length];
        inputLengths.CopyTo(_integers);
        labelLengths.CopyTo(_integers.AsSpan(_batch));
        labels.CopyTo(_integers.AsSpan(2 * _batch));
        return this;
    }

    private ReadOnlySpan<int> InputLengths => _integers.AsSpan(0, _batch);

    private ReadOnlySpan<int> LabelLengths => _integers.AsSpan(_batch, _batch);

    private ReadOnlySpan<int> Labels => _integers.AsSpan(2 * _batch, _labels);

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) =>
        _isGradient ? inputs[0].Shape : _options.Reduction == Reduction.None ? [_batch] : [];

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        if (_isGradient)
        {
            _gradient.Span.CopyTo(output);
            return;
        }

        ReadOnlySpan<T> x = inputs[0].Value;
        _gradient = inputs[0].IsDifferentiable ? inputs[0].Tape.Allocate(x.Length) : default;
        bool isReduced = _options.Reduction != Reduction.None;
        T loss = Losses.CtcCore(
            x, Labels, InputLengths, LabelLengths, inputs[0].Shape[2], _options, _gradient.Span, default, _weights.Span, isReduced ? default : output);
        if (isReduced) output[0] = loss;
    }

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> x = step.Input(0);
        if (_isGradient)
        {
            if (step.IsRecorded) throw new NotSupportedException("ConnectionistTemporalClassification has gradients to second order only.");
            Variable<T> product = step.NewGradient(0, out Span<T> elements);
            Losses.CtcCore(
                x.Value, Labels, InputLengths, LabelLengths, x.Shape[2], _options, elements, step.Upstream.Value, _weights.Span, default);
            step.Add(0, product);
            return;
        }

        Variable<T> gradient = x.Tape.View(_gradient, x.Shape), upstream = step.Upstream;
        if (step.IsRecorded) gradient = x.Tape.Apply(x.Tape.Rent<CtcOperation<T>>().WithGradient(this), x);
        if (_options.Reduction == Reduction.None) upstream = upstream.Reshape(_batch, 1);
        step.Add(0, upstream.ThroughLoss(gradient));
    }

    private CtcOperation<T> WithGradient(CtcOperation<T> of)
    {
        With(of.Labels, of.InputLengths, of.LabelLengths, of._options, of._weights);
        (_gradient, _isGradient) = (of._gradient, true);
        return this;
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// Connectionist temporal classification of these log-probabilities, [time, batch, classes], as
    /// <see cref="Losses.ConnectionistTemporalClassification{T}"/> defines it; has gradients to second order.
    /// </summary>
    /// <param name="labels">The labels of all sequences one after the other, or [batch, longest] with padding; copied.</param>
    /// <param name="inputLengths">The steps of each sequence; copied.</param>
    /// <param name="labelLengths">The labels of each sequence; copied.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults.</param>
    /// <param name="weights">None, or one for each sequence; copied.</param>
    /// <returns>The mean or the sum, of shape <c>[]</c>; with Reduction.None the losses, of shape [batch].</returns>
    /// <exception cref="ArgumentException">The shape is not of three dimensions, or the lengths do not fit it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length, a label, the blank or a weight is out of range.</exception>
    /// <exception cref="InvalidOperationException">Nothing counts, and the options ask for this exception.</exception>
    public Variable<T> ConnectionistTemporalClassification(
        ReadOnlySpan<int> labels,
        ReadOnlySpan<int> inputLengths,
        ReadOnlySpan<int> labelLengths,
        CtcOptions? options = null,
        ReadOnlySpan<T> weights = default)
    {
        options ??= CtcOptions.Default;
        Shape shape = Shape;
        if (shape.Rank != 3 || shape[1] != inputLengths.Length)
        {
            throw new ArgumentException(
                $"ConnectionistTemporalClassification: {shape} is not [time, {inputLengths.Length}, classes].", nameof(inputLengths));
        }

        Losses.ValidateCtc(shape.ElementCount, labels, inputLengths, labelLengths, shape[2], options);
        RowLoss.CheckWeights(weights, inputLengths.Length);
        return Tape.Apply(
            Tape.Rent<CtcOperation<T>>().With(labels, inputLengths, labelLengths, options, Saved(weights)), this);
    }
}
