using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

public static partial class Activations
{
    /// <summary>The logarithm of the sum of the exponentials of each row: y = m + log Σⱼ e^(xⱼ − m), m being the row's maximum.</summary>
    /// <remarks>A row that is all −∞ gives −∞, one that holds +∞ gives +∞, one that holds NaN gives NaN.</remarks>
    /// <param name="logits">[rows, rowLength]; may be empty.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows] or longer, the rest untouched; apart from the logits.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The logits are not whole rows, or the destination is too short or overlaps them.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void LogSumExp<T>(ReadOnlySpan<T> logits, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int rows = Guard.Rows(logits.Length, rowLength, nameof(logits));
        Guard.AtLeast(destination.Length, rows, "the rows of logits", nameof(destination));
        destination = destination[..rows];
        Guard.Apart(logits, destination);
        SoftmaxKernel.Run(logits, rowLength, destination, SoftmaxForm.LogOfSum, T.One);
    }

    /// <summary>The gradient of <see cref="LogSumExp"/>: gᵣ·e^(xᵢ − yᵣ) for the elements i of row r; zeros in a row that is all −∞.</summary>
    /// <param name="input">[rows, rowLength]: the logits.</param>
    /// <param name="output">[rows]: what <see cref="LogSumExp"/> gave.</param>
    /// <param name="upstream">[rows]: the gradient of the loss with respect to the output.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be the input itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowLength"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The lengths do not fit, or the destination is a shifted part of the input or overlaps another one.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void LogSumExpGradient<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        int rows = Guard.Rows(input.Length, rowLength, nameof(input));
        Guard.Length(output.Length, rows, "the rows of input", nameof(output));
        Guard.SameLength(output, upstream);
        Guard.Destination(input, destination);
        destination = destination[..input.Length];
        Guard.Apart(output, destination);
        Guard.Apart(upstream, destination);
        if (rows != 0) Primitives.LogSumExp<T>.Gradient(input, [rows, rowLength], output, [rows, 1], upstream, destination);
    }
}

/// <summary>y = log Σ eˣ over some axes, on a tape.</summary>
internal sealed class LogSumExp<T> : AxisOperation<T>, IRentable<LogSumExp<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static LogSumExp<T> Create() => new();

    /// <summary>Rows in one pass; other axes in two, the first of which leaves the exponentials in the destination.</summary>
    public static void Gradient(
        ReadOnlySpan<T> x, in Shape shape, ReadOnlySpan<T> y, in Shape yShape, ReadOnlySpan<T> upstream, Span<T> destination)
    {
        int kept = yShape.Rank;
        while (kept > 0 && yShape[kept - 1] == 1) kept--;
        int rowLength = shape.Product(kept, shape.Rank);
        if (rowLength == x.Length / y.Length && LogSumExpGradientKernel.Takes(rowLength))
        {
            LogSumExpGradientKernel.Run(x, y, upstream, rowLength, destination);
            return;
        }

        Broadcasting.Map(x, in shape, y, in yShape, destination, default(ExpOfDistance));
        Broadcasting.Map(upstream, in yShape, destination, in shape, destination, default(GradientThrough<T>));
    }

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> x = step.Input(0), y = step.Output;
        if (step.IsRecorded)
        {
            step.Add(0, step.Upstream.Through((x - y.Apply<ZeroForNothing>()).Exp()));
            return;
        }

        Variable<T> gradient = step.NewGradient(0, out Span<T> elements);
        if (!elements.IsEmpty) Gradient(x.Value, x.Shape, y.Value, y.Shape, step.Upstream.Value, elements);
        step.Add(0, gradient);
    }

    protected override void Reduce(ReadOnlySpan<T> x, int outer, int length, int inner, Span<T> destination)
    {
        if (length == 0) destination.Fill(T.NegativeInfinity);
        if (!x.IsEmpty) SoftmaxColumns.Run(x, length, inner, destination, SoftmaxForm.LogOfSum, T.One);
    }

    /// <summary>e^(x − y), 0 where y is −∞ and so is every x.</summary>
    private readonly struct ExpOfDistance : IMap2<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector y)
            where TVector : struct, ISimd<TVector, T> => VectorMath.Exp<TVector, T>(x - default(ZeroForNothing).Value(y));
    }

    /// <summary>x, but 0 for −∞.</summary>
    private readonly struct ZeroForNothing : IUnaryFunction<T>
    {
        public static DerivativeFrom From => DerivativeFrom.Input;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector x)
            where TVector : struct, ISimd<TVector, T> => TVector.SelectEqual(x, double.NegativeInfinity, 0.0, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Derivative<TVector>(TVector x, TVector y)
            where TVector : struct, ISimd<TVector, T> => TVector.SelectEqual(x, double.NegativeInfinity, 0.0, 1.0);

        public Variable<T> Derivative(Variable<T> x, Variable<T> y) => x.ConstantDerivative<ZeroForNothing>();
    }
}

public readonly partial struct Variable<T>
{
    /// <summary><c>log Σ eˣ</c> of all elements, of shape <c>[]</c>; −∞ when there is none.</summary>
    public Variable<T> LogSumExp() => ReduceMask<LogSumExp<T>>(AllAxes(), keepDimensions: false);

    /// <summary><c>log Σ eˣ</c> over the named axes (negative: counted from the end), which leave the shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    /// <exception cref="ArgumentException">An axis is named twice.</exception>
    public Variable<T> LogSumExp(params ReadOnlySpan<int> axes) => LogSumExp(axes, keepDimensions: false);

    /// <summary><c>log Σ eˣ</c> over the named axes, which stay in the shape with length 1 when asked.</summary>
    /// <inheritdoc cref="LogSumExp(ReadOnlySpan{int})"/>
    public Variable<T> LogSumExp(ReadOnlySpan<int> axes, bool keepDimensions) => ReduceAxes<LogSumExp<T>>(axes, keepDimensions);
}
