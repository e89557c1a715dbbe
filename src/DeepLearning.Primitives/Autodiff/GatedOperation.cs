using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = a · f(b), where a and b are the first and the second half of the input along an axis.</summary>
internal sealed class GatedOperation<T, TGate> : Operation<T>, IRentable<GatedOperation<T, TGate>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TGate : struct, IUnaryFunction<T>
{
    private int _axis;

    public override string Name => $"GLU of {typeof(TGate).Name.Split('`')[0]}";

    public static GatedOperation<T, TGate> Create() => new();

    public static Variable<T> Apply(Variable<T> x, int axis)
    {
        Shape shape = x.Shape;
        axis = shape.Axis(axis, nameof(axis));
        if (shape[axis] % 2 != 0) throw new ArgumentException($"Axis {axis} of {shape} has an odd length, which has no halves.", nameof(axis));
        GatedOperation<T, TGate> operation = x.Tape.Rent<GatedOperation<T, TGate>>();
        operation._axis = axis;
        return x.Tape.Apply(operation, x);
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => Half<T>.ShapeOf(inputs[0].Shape, _axis);

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output) =>
        Gated.Value<T, TGate>(inputs[0].Value, inputs[0].Shape.Product(_axis, inputs[0].Shape.Rank), output);

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> x = step.Input(0), upstream = step.Upstream;
        if (!step.IsRecorded)
        {
            Variable<T> gradient = step.NewGradient(0, out Span<T> elements);
            Gated.Gradient<T, TGate>(x.Value, upstream.Value, x.Shape.Product(_axis, x.Shape.Rank), elements);
            step.Add(0, gradient);
            return;
        }

        Variable<T> a = Half<T>.Apply(x, _axis, 0), b = Half<T>.Apply(x, _axis, 1), gate = b.Apply<TGate>();
        step.Add(0, Joined<T>.Apply(upstream.Through(gate), upstream.Through(a).Through(default(TGate).Derivative(b, gate)), _axis));
    }
}

/// <summary>One half of a tensor along an axis.</summary>
internal sealed class Half<T> : Operation<T>, IRentable<Half<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int _axis, _which;

    public static Half<T> Create() => new();

    public static Variable<T> Apply(Variable<T> x, int axis, int which)
    {
        Half<T> operation = x.Tape.Rent<Half<T>>();
        (operation._axis, operation._which) = (axis, which);
        return x.Tape.Apply(operation, x);
    }

    /// <summary>The shape with half the length along the axis.</summary>
    public static Shape ShapeOf(in Shape shape, int axis)
    {
        Span<int> lengths = stackalloc int[Shape.MaxRank];
        Shape.AsSpan(in shape).CopyTo(lengths);
        lengths[axis] /= 2;
        return Shape.Create(lengths[..shape.Rank]);
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => ShapeOf(inputs[0].Shape, _axis);

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        ReadOnlySpan<T> x = inputs[0].Value;
        int half = inputs[0].Shape.Product(_axis, inputs[0].Shape.Rank) / 2;
        for (int i = 0; i < output.Length; i += half) x.Slice((2 * i) + (_which * half), half).CopyTo(output[i..]);
    }

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> zeros = step.Upstream.Tape.NewConstant(step.Upstream.Shape, out Span<T> elements), upstream = step.Upstream;
        elements.Clear();
        step.Add(0, _which == 0 ? Joined<T>.Apply(upstream, zeros, _axis) : Joined<T>.Apply(zeros, upstream, _axis));
    }
}

/// <summary>Two tensors of one shape as the halves of another along an axis.</summary>
internal sealed class Joined<T> : Operation<T>, IRentable<Joined<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int _axis;

    public static Joined<T> Create() => new();

    public static Variable<T> Apply(Variable<T> first, Variable<T> second, int axis)
    {
        Joined<T> operation = first.Tape.Rent<Joined<T>>();
        operation._axis = axis;
        return first.Tape.Apply(operation, first, second);
    }

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs)
    {
        Span<int> lengths = stackalloc int[Shape.MaxRank];
        Shape shape = inputs[0].Shape;
        Shape.AsSpan(in shape).CopyTo(lengths);
        lengths[_axis] *= 2;
        return Shape.Create(lengths[..shape.Rank]);
    }

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output)
    {
        ReadOnlySpan<T> first = inputs[0].Value, second = inputs[1].Value;
        int half = inputs[0].Shape.Product(_axis, inputs[0].Shape.Rank);
        for (int i = 0; i < first.Length; i += half)
        {
            first.Slice(i, half).CopyTo(output[(2 * i)..]);
            second.Slice(i, half).CopyTo(output[((2 * i) + half)..]);
        }
    }

    public override void Backward(BackwardStep<T> step)
    {
        for (int i = 0; i < 2; i++)
            if (step.Needs(i)) step.Add(i, Half<T>.Apply(step.Upstream, _axis, i));
    }
}

/// <summary>The span forms of y = a · f(b): rows of which a is the first half and b the second.</summary>
internal static class Gated
{
    /// <summary>After the checks of a public entrance.</summary>
    public static void Checked<T, TGate>(ReadOnlySpan<T> x, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        Guard.ElementType<T>();
        Rows(x.Length, rowLength, nameof(x));
        if (destination.Length < x.Length / 2)
            throw new ArgumentException($"destination has {destination.Length} elements, too few for half of the {x.Length} of x.", nameof(destination));
        Guard.Apart(x, destination[..(x.Length / 2)], nameof(x), nameof(destination));
        Value<T, TGate>(x, rowLength, destination);
    }

    /// <summary>After the checks of a public entrance.</summary>
    public static void CheckedGradient<T, TGate>(ReadOnlySpan<T> input, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        Guard.ElementType<T>();
        Rows(input.Length, rowLength, nameof(input));
        Guard.Length(upstream.Length, input.Length / 2, "half of the input", nameof(upstream));
        Guard.Destination(input, destination);
        Guard.Apart(input, destination[..input.Length], nameof(input), nameof(destination));
        Guard.Apart(upstream, destination[..input.Length], nameof(upstream), nameof(destination));
        Gradient<T, TGate>(input, upstream, rowLength, destination);
    }

    public static void Value<T, TGate>(ReadOnlySpan<T> x, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T> =>
        ForRows(x.Length, rowLength, new ValueRows<T, TGate>(x, rowLength / 2, destination));

    public static void Gradient<T, TGate>(ReadOnlySpan<T> x, ReadOnlySpan<T> upstream, int rowLength, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T> =>
        ForRows(x.Length, rowLength, new GradientRows<T, TGate>(x, upstream, rowLength / 2, destination));

    /// <summary>Several rows at once where that pays; a single one is split by the maps themselves.</summary>
    private static void ForRows<TBody>(int length, int rowLength, TBody body)
        where TBody : struct, IParallelBody, allows ref struct
    {
        if (length == 0) return;
        int rows = length / rowLength;
        if (length < 2 * Elementwise.Grain) body.Invoke(0, rows);
        else Parallelism.For(rows, Math.Max(1, Elementwise.Grain / rowLength), body);
    }

    private readonly ref struct ValueRows<T, TGate>(ReadOnlySpan<T> x, int half, Span<T> destination) : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _destination = destination;
        private readonly int _half = half;

        public void Invoke(int start, int end)
        {
            if (GatedPasses.Takes<T>(_half))
            {
                GatedPasses.Value<T, TGate>(_x[(2 * start * _half)..(2 * end * _half)], _half, _destination[(start * _half)..(end * _half)]);
                return;
            }

            for (int i = start * _half; i < end * _half; i += _half)
                Elementwise.Map(_x.Slice(2 * i, _half), _x.Slice((2 * i) + _half, _half), _destination.Slice(i, _half), default(Product<T, TGate>));
        }
    }

    private readonly ref struct GradientRows<T, TGate>(ReadOnlySpan<T> x, ReadOnlySpan<T> upstream, int half, Span<T> destination) : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        private readonly ReadOnlySpan<T> _x = x, _upstream = upstream;
        private readonly Span<T> _destination = destination;
        private readonly int _half = half;

        public void Invoke(int start, int end)
        {
            if (GatedPasses.Takes<T>(_half))
            {
                Range rows = (2 * start * _half)..(2 * end * _half);
                GatedPasses.Gradient<T, TGate>(_x[rows], _upstream[(start * _half)..(end * _half)], _half, _destination[rows]);
                return;
            }

            for (int i = start * _half; i < end * _half; i += _half)
            {
                ReadOnlySpan<T> a = _x.Slice(2 * i, _half), b = _x.Slice((2 * i) + _half, _half), g = _upstream.Slice(i, _half);
                Elementwise.Map(g, b, _destination.Slice(2 * i, _half), default(ProductGradient<T, TGate>));
                Elementwise.Map(g, a, b, _destination.Slice((2 * i) + _half, _half), default(GateGradient<T, TGate>));
            }
        }
    }

    private static void Rows(int length, int rowLength, string name)
    {
        Guard.Rows(length, rowLength, name);
        if (rowLength % 2 != 0) throw new ArgumentException($"rowLength is {rowLength}: a row of odd length has no halves.", nameof(rowLength));
    }

    private readonly struct Product<T, TGate> : IMap2<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, T> => a * default(TGate).Value(b);
    }

    private readonly struct ProductGradient<T, TGate> : IMap2<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector upstream, TVector b)
            where TVector : struct, ISimd<TVector, T> => default(GradientThrough<T>).Invoke(upstream, default(TGate).Value(b));
    }

    private readonly struct GateGradient<T, TGate> : IMap3<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector upstream, TVector a, TVector b)
            where TVector : struct, ISimd<TVector, T> =>
            OfGate<T, TGate, TVector>(upstream, a, b, (TGate.From & DerivativeFrom.Output) == 0 ? b : default(TGate).Value(b));
    }

    /// <summary>∂y/∂b from b and the gate; 0 where nothing arrives, whatever the factors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OfGate<T, TGate, TVector>(TVector upstream, TVector a, TVector b, TVector gate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGate : struct, IUnaryFunction<T>
        where TVector : struct, ISimd<TVector, T> =>
        TVector.SelectEqual(upstream, 0.0, upstream, upstream * a * default(TGate).Derivative(b, gate));
}
