using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

public static partial class Regularization
{
    /// <summary>
    /// Smoothed targets for class indices (C. Szegedy and others, 2016): (1 − ε)·[class is the label] + ε / classes, a row for
    /// each label.
    /// </summary>
    /// <param name="labels">The class of each sample.</param>
    /// <param name="classes">The number of classes, 1 or more.</param>
    /// <param name="smoothing">ε, from 0 (one-hot rows) up to, not including, 1.</param>
    /// <param name="destination">Labels × classes or longer, the rest untouched.</param>
    /// <exception cref="ArgumentOutOfRangeException">A label or the smoothing is out of range, or there are no classes.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SmoothLabels<T>(ReadOnlySpan<int> labels, int classes, T smoothing, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        Settings.Fraction(smoothing, nameof(smoothing));
        LabelCounts.CheckIndices(labels, classes, nameof(labels));
        if (destination.Length < (long)labels.Length * classes)
        {
            throw new ArgumentException(
                $"destination has {destination.Length} elements, too few for the {(long)labels.Length * classes} of {labels.Length} labels of {classes} classes.",
                nameof(destination));
        }

        T rest = smoothing / T.CreateChecked(classes);
        destination[..(labels.Length * classes)].Fill(rest);
        for (int row = 0; row < labels.Length; row++) destination[(row * classes) + labels[row]] = T.One - smoothing + rest;
    }

    /// <summary>Smoothed targets of target probabilities: (1 − ε)·t + ε / classes.</summary>
    /// <param name="targets">Rows of probabilities.</param>
    /// <param name="classes">The number of classes, 1 or more: the length of a row.</param>
    /// <param name="smoothing">ε, from 0 up to, not including, 1.</param>
    /// <param name="destination">As long as the targets or longer, the rest untouched; may be the targets themselves.</param>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing is out of range, or there are no classes.</exception>
    /// <exception cref="ArgumentException">
    /// The targets do not make whole rows, or the destination is too short or a shifted part of them.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void SmoothTargets<T>(ReadOnlySpan<T> targets, int classes, T smoothing, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(targets.Length, classes, nameof(targets));
        Settings.Fraction(smoothing, nameof(smoothing));
        Guard.Destination(targets, destination);
        Elementwise.Map(targets, destination, new Smooth<T>(T.One - smoothing, smoothing / T.CreateChecked(classes)));
    }

    private readonly struct Smooth<T>(T scale, T offset) : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> =>
            TVector.FusedMultiplyAdd(a, TVector.Create(scale), TVector.Create(offset));
    }
}
