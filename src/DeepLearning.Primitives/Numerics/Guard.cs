using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>The checks at the public entrances. Each throws one exception that names the parameter and both sizes.</summary>
internal static class Guard
{
    /// <summary>Refuses every element type but float and double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ElementType<T>()
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) ThrowElementType(typeof(T));
    }

    /// <summary>Two inputs of one length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SameLength<T, TOther>(
        ReadOnlySpan<T> expected,
        ReadOnlySpan<TOther> actual,
        [CallerArgumentExpression(nameof(expected))] string expectedName = "",
        [CallerArgumentExpression(nameof(actual))] string actualName = "") =>
        Length(actual.Length, expected.Length, expectedName, actualName);

    /// <summary>A length that must be <paramref name="expected"/> exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Length(int actual, int expected, string expectedName, string actualName)
    {
        if (actual != expected) ThrowLength(actual, expected, expectedName, actualName);
    }

    /// <summary>As many elements as the shape of <paramref name="owner"/> asks for; nothing is put into words unless it throws.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Length(int actual, in Shape shape, string owner, string actualName)
    {
        if (actual != shape.ElementCount) ThrowLength(actual, shape.ElementCount, $"{owner} {shape}", actualName);
    }

    /// <summary>
    /// A destination that holds the input's length, and is the input itself or lies apart from it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Destination<T>(
        ReadOnlySpan<T> input,
        Span<T> destination,
        [CallerArgumentExpression(nameof(input))] string inputName = "",
        [CallerArgumentExpression(nameof(destination))] string destinationName = "")
    {
        if (destination.Length < input.Length) ThrowShort(destination.Length, input.Length, inputName, destinationName);
        destination = destination[..input.Length];
        if (!Unsafe.AreSame(ref input.Reference(), ref destination.Reference()) && Overlap(input, destination))
            ThrowOverlap(inputName, destinationName);
    }

    /// <summary>
    /// Whether <see cref="Destination"/> would return. Its words would cost a short function the registers of their calls: what
    /// refuses them had better be another method.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDestination<T>(ReadOnlySpan<T> input, Span<T> destination) =>
        destination.Length >= input.Length
        && (Unsafe.AreSame(ref input.Reference(), ref destination.Reference()) || !Overlap(input, destination[..input.Length]));

    /// <summary>Two inputs of one length, and a destination for both.</summary>
    public static void Pair<T>(
        ReadOnlySpan<T> left,
        ReadOnlySpan<T> right,
        Span<T> destination,
        [CallerArgumentExpression(nameof(left))] string leftName = "",
        [CallerArgumentExpression(nameof(right))] string rightName = "")
    {
        SameLength(left, right, leftName, rightName);
        Destination(left, destination, leftName);
        Destination(right, destination, rightName);
    }

    /// <summary>Two spans that share no element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apart<T>(
        ReadOnlySpan<T> input,
        ReadOnlySpan<T> destination,
        [CallerArgumentExpression(nameof(input))] string inputName = "",
        [CallerArgumentExpression(nameof(destination))] string destinationName = "")
    {
        if (Overlap(input, destination)) ThrowApart(inputName, destinationName);
    }

    /// <summary>What MemoryExtensions.Overlaps says, without the call, which is a good part of a short span's time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Overlap<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
    {
        nint distance = Unsafe.ByteOffset(ref a.Reference(), ref b.Reference());
        return ((nuint)distance < (nuint)a.Length * (nuint)Unsafe.SizeOf<T>() && !b.IsEmpty)
            || ((nuint)(-distance) < (nuint)b.Length * (nuint)Unsafe.SizeOf<T>() && !a.IsEmpty);
    }

    /// <summary>Elements that make whole rows, and how many.</summary>
    public static int Rows(int length, int rowLength, string name, string rowLengthName = "rowLength")
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rowLength, rowLengthName);
        (int rows, int rest) = Math.DivRem(length, rowLength);
        if (rest != 0) ThrowRows(length, rowLength, name);
        return rows;
    }

    /// <summary>A destination of another length than any input's.</summary>
    public static void AtLeast(int actual, int expected, string expectedName, string actualName)
    {
        if (actual < expected) ThrowShort(actual, expected, expectedName, actualName);
    }

    /// <summary>What logits are divided by: positive and finite, also as a <typeparamref name="T"/>, which it is returned as.</summary>
    public static T Temperature<T>(double temperature)
        where T : IFloatingPointIeee754<T>
    {
        T divisor = T.CreateTruncating(temperature);
        return divisor > T.Zero && T.IsFinite(divisor) ? divisor
            : throw new ArgumentOutOfRangeException(nameof(temperature), temperature, $"The temperature must be a positive, finite {typeof(T).Name}.");
    }

    private static void ThrowElementType(Type type) =>
        throw new NotSupportedException($"The element type {type.Name} is not supported: use float or double.");

    private static void ThrowLength(int actual, int expected, string expectedName, string actualName) =>
        throw new ArgumentException($"{actualName} has {actual} elements, {expectedName} asks for {expected}.", actualName);

    private static void ThrowShort(int actual, int expected, string inputName, string destinationName) =>
        throw new ArgumentException(
            $"{destinationName} has {actual} elements, too few for the {expected} of {inputName}.", destinationName);

    private static void ThrowOverlap(string inputName, string destinationName) =>
        throw new ArgumentException(
            $"{destinationName} overlaps {inputName} without being the same span: pass the same span, or one that lies apart.",
            destinationName);

    private static void ThrowRows(int length, int rowLength, string name) =>
        throw new ArgumentException($"{name} has {length} elements, which do not make whole rows of {rowLength}.", name);

    private static void ThrowApart(string inputName, string destinationName) =>
        throw new ArgumentException($"{destinationName} overlaps {inputName}.", destinationName);
}
