using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>The checks of numbers that functions take beside their elements; each returns the number as a <typeparamref name="T"/>.</summary>
internal static class NumberGuard<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The least factor by which an argument may be scaled, and the largest of a moderate number.</summary>
    private const double LeastScale = 1e-9, LargestModerate = 1e9;

    public static T Finite(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        T result = T.CreateSaturating(value);
        return T.IsFinite(result) ? result : throw new ArgumentOutOfRangeException(name, value, $"{name} must be a finite {typeof(T).Name}.");
    }

    public static T NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 0 ? Finite(value, name) : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 0 or more.");

    public static T Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value > 0 ? Scale(value, name) : throw new ArgumentOutOfRangeException(name, value, $"{name} must be more than 0.");

    /// <summary>A factor of the argument: of any sign, but not 0 or so near it that its inverse means nothing.</summary>
    public static T Scale(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Math.Abs(value) < LeastScale
            ? throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {LeastScale} in magnitude.")
            : Finite(value, name);

    public static T Moderate(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value > LargestModerate
            ? throw new ArgumentOutOfRangeException(name, value, $"{name} must be at most {LargestModerate}.")
            : Positive(value, name);
}
