using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// Stochastic gradient descent as PyTorch defines it: <c>d = g + λw</c>, <c>v = μv + (1 − τ)d</c> (the first time
/// <c>v = d</c>), <c>w ← w − η(d + μv)</c> with Nesterov's look-ahead, else <c>w ← w − ηv</c>.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Sgd<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T _momentum;
    private T _dampening;
    private T _weightDecay;

    /// <summary>An optimizer with a <see cref="Optimizer{T}.LearningRate"/> of 0.01.</summary>
    /// <exception cref="ArgumentNullException">The parameters, or one of them, are null.</exception>
    /// <exception cref="ArgumentException">A parameter is given twice.</exception>
    public Sgd(IEnumerable<Parameter<T>> parameters)
        : base(parameters, 0.01)
    {
    }

    /// <inheritdoc cref="Sgd{T}(IEnumerable{Parameter{T}})"/>
    public Sgd(params ReadOnlySpan<Parameter<T>> parameters)
        : this(parameters.ToArray().AsEnumerable())
    {
    }

    /// <summary>μ, how much of the last step is kept: from 0 (the default) up to 1.</summary>
    public T Momentum
    {
        get => _momentum;
        set => _momentum = Settings.Fraction(value, nameof(Momentum));
    }

    /// <summary>τ, how much of a new gradient the momentum leaves out: from 0 (the default) up to 1.</summary>
    public T Dampening
    {
        get => _dampening;
        set => _dampening = Settings.Fraction(value, nameof(Dampening));
    }

    /// <summary>λ, added to the gradient as λw: the gradient of ½λ·Σw². 0 by default.</summary>
    public T WeightDecay
    {
        get => _weightDecay;
        set => _weightDecay = Settings.NonNegative(value, nameof(WeightDecay));
    }

    /// <summary>True looks ahead along the momentum; false by default. Has no effect without momentum.</summary>
    public bool Nesterov { get; set; }

    /// <summary>The velocity, from the first step with momentum on.</summary>
    private protected override (int Arrays, int Numbers) MemoryOfOne => (1, 0);

    private protected override void Update(int index, Span<T> value, ReadOnlySpan<T> gradient)
    {
        if (T.IsZero(_momentum))
        {
            Elementwise.Map(value, gradient, value, new Plain(LearningRate, _weightDecay));
            return;
        }

        Span<T> velocity = MemoryOf(index, out bool isNew).Arrays[0];
        T keep = isNew ? T.One : T.One - _dampening;
        Elementwise.Update(value, velocity, velocity, gradient, new WithMomentum(LearningRate, _momentum, keep, _weightDecay, Nesterov));
    }

    private readonly struct Plain(T learningRate, T weightDecay) : IMap2<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector direction = TVector.FusedMultiplyAdd(TVector.Create(weightDecay), a, b);
            return TVector.FusedMultiplyAdd(-TVector.Create(learningRate), direction, a);
        }
    }

    /// <summary>Streams: weights, velocities, –, gradients.</summary>
    private readonly struct WithMomentum(T learningRate, T momentum, T keep, T weightDecay, bool nesterov) : IStreamMap<T>
    {
        public static int Reads => 0b1011;

        public static int Writes => 0b0011;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector direction = TVector.FusedMultiplyAdd(TVector.Create(weightDecay), a, d);
            b = TVector.FusedMultiplyAdd(TVector.Create(momentum), b, TVector.Create(keep) * direction);
            TVector step = nesterov ? TVector.FusedMultiplyAdd(TVector.Create(momentum), b, direction) : b;
            a = TVector.FusedMultiplyAdd(-TVector.Create(learningRate), step, a);
        }
    }
}
