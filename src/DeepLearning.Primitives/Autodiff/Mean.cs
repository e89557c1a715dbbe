namespace DeepLearning.Primitives;

public readonly partial struct Variable<T>
{
    /// <summary>The mean of all elements, of shape <c>[]</c>: Σx / n; NaN when there is none.</summary>
    public Variable<T> Mean() => Sum() / Shape.ElementCount;

    /// <summary>The mean over the named axes (negative: counted from the end), which leave the shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ArgumentException">An axis is named twice.</exception>
    public Variable<T> Mean(params ReadOnlySpan<int> axes) => Mean(axes, keepDimensions: false);

    /// <summary>The mean over the named axes, which stay in the shape with length 1 when asked.</summary>
    /// <inheritdoc cref="Mean(ReadOnlySpan{int})"/>
    public Variable<T> Mean(ReadOnlySpan<int> axes, bool keepDimensions)
    {
        Variable<T> sum = Sum(axes, keepDimensions);
        double terms = 1;
        foreach (int axis in axes) terms *= Shape[Shape.Axis(axis, nameof(axes))];
        return sum / terms;
    }
}
