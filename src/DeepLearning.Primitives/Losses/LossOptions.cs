using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>What all losses share: how those of a batch become one. Make one and keep it.</summary>
public class LossOptions
{
    internal static LossOptions Default { get; } = new();

    /// <summary>Mean (the default), sum, or the losses as they are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration.</exception>
    public Reduction Reduction
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"Reduction has no value {(int)value}.");
    } = Reduction.Mean;

    /// <summary>The mean when nothing counts. Default NaN; the gradient is zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration.</exception>
    public Undefined WhenEmpty
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"WhenEmpty has no value {(int)value}.");
    } = Undefined.NaN;

    /// <summary>Elements that the mean counts as one.</summary>
    internal virtual int ElementsPerRow => 1;

    /// <summary>A number for each class along the last axis, where the loss takes one.</summary>
    internal virtual WeightList PerClass => WeightList.None;

    /// <summary>What the loss is when nothing counts.</summary>
    internal T Nothing<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (Reduction, WhenEmpty) switch
        {
            (not Reduction.Mean, _) or (_, Undefined.Zero) => T.Zero,
            (_, Undefined.NaN) => T.NaN,
            (_, Undefined.One) => T.One,
            _ => throw new InvalidOperationException("Nothing counts: the mean of the losses is undefined."),
        };

    /// <summary>A setting that is a number of some range.</summary>
    private protected static double Within(double value, bool isValid, string name, string range) => isValid
        ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"{name} must be {range}.");

    private protected static double NotNegative(double value, string name) =>
        Within(value, value >= 0 && double.IsFinite(value), name, "finite and not negative");

    private protected static double Positive(double value, string name) =>
        Within(value, value > 0 && double.IsFinite(value), name, "finite and positive");
}
