using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>y = f(x), element by element: its value and derivative on vectors, and its derivative on a tape.</summary>
internal interface IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What the derivative is computed from; the other argument is left undefined.</summary>
    static abstract DerivativeFrom From { get; }

    /// <summary>True for a function with a shorter form for ordinary inputs: see <see cref="IOrdinaryMap1{T}"/>.</summary>
    static virtual bool HasOrdinaryForm => false;

    /// <inheritdoc cref="IOrdinaryMap1{T}.AreOrdinary"/>
    static virtual bool AreOrdinary<TVector>(TVector x0, TVector x1)
        where TVector : struct, ISimd<TVector, T> => false;

    static virtual TVector OrdinaryValue<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T> => x;

    /// <summary>True when the derivative has a shorter form for what <see cref="AreOrdinary"/>; it comes from one of x and y then.</summary>
    static virtual bool HasOrdinaryDerivative => false;

    static virtual TVector OrdinaryDerivative<TVector>(TVector from)
        where TVector : struct, ISimd<TVector, T> => from;

    /// <summary>See <see cref="IStreamMap{T}.IsLight"/>, of the value.</summary>
    static virtual bool HasLightValue => false;

    /// <summary>See <see cref="IStreamMap{T}.IsLight"/>, of the derivative.</summary>
    static virtual bool HasLightDerivative => false;

    /// <summary>See <see cref="IStreamMap{T}.IsLong"/>, of the value.</summary>
    static virtual bool HasLongValue => false;

    /// <summary>See <see cref="IStreamMap{T}.IsLong"/>, of the derivative.</summary>
    static virtual bool HasLongDerivative => false;

    /// <summary>See <see cref="IStreamMap{T}.IsInDouble"/>.</summary>
    static virtual bool IsInDouble => false;

    TVector Value<TVector>(TVector x)
        where TVector : struct, ISimd<TVector, T>;

    TVector Derivative<TVector>(TVector x, TVector y)
        where TVector : struct, ISimd<TVector, T>;

    /// <summary>The same derivative made of operations on a tape, for gradients of gradients.</summary>
    Variable<T> Derivative(Variable<T> x, Variable<T> y);
}

[Flags]
internal enum DerivativeFrom
{
    Input = 1,
    Output = 2,
    Both = Input | Output,
}

/// <summary>A unary function on a tape: one shared object where it has no parameters, a rented one where it has.</summary>
internal sealed class UnaryOperation<T, TFunction> : Operation<T>, IRentable<UnaryOperation<T, TFunction>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : struct, IUnaryFunction<T>
{
    public static readonly UnaryOperation<T, TFunction> Instance = new();

    private TFunction _function;

    public static UnaryOperation<T, TFunction> Create() => new();

    public UnaryOperation<T, TFunction> With(TFunction function)
    {
        _function = function;
        return this;
    }

    public override string Name => typeof(TFunction).Name.Split('`')[0];

    public override Shape GetShape(ReadOnlySpan<Variable<T>> inputs) => inputs[0].Shape;

    public override void Forward(ReadOnlySpan<Variable<T>> inputs, Span<T> output) =>
        UnaryFunction.Value(inputs[0].Value, output, _function);

    public override void Backward(BackwardStep<T> step)
    {
        Variable<T> x = step.Input(0), y = step.Output;
        if (step.IsRecorded)
        {
            step.Add(0, step.Upstream.Through(_function.Derivative(x, y)));
            return;
        }

        Variable<T> gradient = step.NewGradient(0, out Span<T> elements);
        UnaryFunction.Gradient(x.Value, y.Value, step.Upstream.Value, elements, _function);
        step.Add(0, gradient);
    }
}

/// <summary>The span forms of a unary function: the drivers below the public methods.</summary>
internal static class UnaryFunction
{
    /// <summary><c>destination = f(x)</c>, after the checks of a public entrance.</summary>
    public static void Checked<T, TFunction>(ReadOnlySpan<T> x, Span<T> destination, TFunction function = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
    {
        Guard.ElementType<T>();
        if (!Guard.IsDestination(x, destination)) Refuse(x, destination);
        Value(x, destination, function);
    }

    [DoesNotReturn]
    private static void Refuse<T>(ReadOnlySpan<T> x, Span<T> destination)
    {
        Guard.Destination(x, destination);
        throw new UnreachableException();
    }

    /// <summary><c>destination = upstream · f′</c>, after the checks of a public entrance.</summary>
    public static void CheckedGradient<T, TFunction>(
        ReadOnlySpan<T> from,
        ReadOnlySpan<T> upstream,
        Span<T> destination,
        TFunction function = default,
        [CallerArgumentExpression(nameof(from))] string fromName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
    {
        Guard.ElementType<T>();
        Guard.SameLength(from, upstream, fromName);
        Guard.Destination(from, destination, fromName);
        Guard.Destination(upstream, destination);
        Gradient(from, from, upstream, destination, function);
    }

    public static void Value<T, TFunction>(ReadOnlySpan<T> x, Span<T> destination, TFunction function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T> => OrdinaryMap.Map(x, destination, new ValueMap<T, TFunction>(function));

    public static void Gradient<T, TFunction>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> upstream, Span<T> destination, TFunction function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
    {
        if (TFunction.From == DerivativeFrom.Both)
            Elementwise.Map(x, y, upstream, destination, new GradientFromBoth<T, TFunction>(function));
        else
            OrdinaryMap.Map(TFunction.From == DerivativeFrom.Input ? x : y, upstream, destination, new GradientFromOne<T, TFunction>(function));
    }

    private readonly struct ValueMap<T, TFunction>(TFunction function) : IOrdinaryMap1<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
    {
        public static bool IsLong => TFunction.HasLongValue;

        public static bool IsLight => TFunction.HasLightValue;

        public static bool HasOrdinaryForm => TFunction.HasOrdinaryForm;

        public static bool IsInDouble => TFunction.IsInDouble;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => function.Value(a);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool AreOrdinary<TVector>(TVector a0, TVector a1)
            where TVector : struct, ISimd<TVector, T> => TFunction.AreOrdinary(a0, a1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector InvokeOrdinary<TVector>(TVector a)
            where TVector : struct, ISimd<TVector, T> => TFunction.OrdinaryValue(a);
    }

    private readonly struct GradientFromOne<T, TFunction>(TFunction function) : IOrdinaryMap2<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
    {
        public static bool IsLong => TFunction.HasLongDerivative;

        public static bool IsLight => TFunction.HasLightDerivative;

        public static bool HasOrdinaryForm => TFunction.HasOrdinaryDerivative;

        public static bool IsInDouble => TFunction.IsInDouble;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, T> => default(GradientThrough<T>).Invoke(b, function.Derivative(a, a));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool AreOrdinary<TVector>(TVector a0, TVector a1)
            where TVector : struct, ISimd<TVector, T> => TFunction.AreOrdinary(a0, a1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector InvokeOrdinary<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, T> => default(GradientThrough<T>).Invoke(b, TFunction.OrdinaryDerivative(a));
    }

    private readonly struct GradientFromBoth<T, TFunction>(TFunction function) : IMap3<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
    {
        public static bool IsLong => TFunction.HasLongDerivative;

        public static bool IsLight => TFunction.HasLightDerivative;

        public static bool IsInDouble => TFunction.IsInDouble;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b, TVector c)
            where TVector : struct, ISimd<TVector, T> => default(GradientThrough<T>).Invoke(c, function.Derivative(a, b));
    }
}
