using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>Row kernels over a class axis that need not be the last: [outer, classes, inner].</summary>
internal static class ClassAxis
{
    /// <summary>
    /// Runs the kernel over the rows of x. Rows that are not contiguous are copied together, worked on in place, and the
    /// gradient copied back.
    /// </summary>
    public static void Run<T, TKernel>(
        ReadOnlySpan<T> x, ReadOnlySpan<int> labels, Span<T> gradient, Span<T> losses, int innerLength, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowKernel<T, int>
    {
        int rows = losses.Length;
        if (innerLength == 1)
        {
            RowDriver.Run(rows, x, labels, gradient, losses, kernel);
            return;
        }

        using Rented<T> copy = new(x.Length);
        ToRows(x, x.Length / rows, innerLength, copy.Span);
        RowDriver.Run(rows, copy.Span, labels, gradient.IsEmpty ? default : copy.Span, losses, kernel);
        if (!gradient.IsEmpty) FromRows(copy.Span, x.Length / rows, innerLength, gradient);
    }

    /// <summary>[outer, classes, inner] → [outer, inner, classes]</summary>
    public static void ToRows<T>(ReadOnlySpan<T> x, int classes, int innerLength, Span<T> rows) =>
        Permutation.Copy(
            x, [x.Length / classes / innerLength, innerLength, classes], [classes * innerLength, 1, innerLength], rows);

    /// <summary>[outer, inner, classes] → [outer, classes, inner]</summary>
    public static void FromRows<T>(ReadOnlySpan<T> rows, int classes, int innerLength, Span<T> x) =>
        Permutation.Copy(
            rows, [rows.Length / classes / innerLength, classes, innerLength], [classes * innerLength, 1, classes], x);
}
