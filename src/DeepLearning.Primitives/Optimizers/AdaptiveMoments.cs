using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// What <see cref="Adam{T}"/> and <see cref="AdamW{T}"/> share: running means of the gradients and of their squares.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class AdaptiveMoments<T> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T _beta1 = T.CreateChecked(0.9);
    private T _beta2 = T.CreateChecked(0.999);
    private T _epsilon = T.CreateChecked(1e-8);
    private T _weightDecay;

    private protected AdaptiveMoments(IEnumerable<Parameter<T>> parameters)
        : base(parameters, 0.001)
    {
    }

    /// <summary>β₁, how much of the running mean of gradients is kept; 0.9 by default.</summary>
    public T Beta1
    {
        get => _beta1;
        set => _beta1 = Settings.Fraction(value, nameof(Beta1));
    }

    /// <summary>β₂, how much of the running mean of squared gradients is kept; 0.999 by default.</summary>
    public T Beta2
    {
        get => _beta2;
        set => _beta2 = Settings.Fraction(value, nameof(Beta2));
    }

    /// <summary>ε, added to the root of the corrected mean square; 1e-8 by default.</summary>
    public T Epsilon
    {
        get => _epsilon;
        set => _epsilon = Settings.NonNegative(value, nameof(Epsilon));
    }

    /// <summary>
    /// λ: added to the gradient as λw by <see cref="Adam{T}"/> (0 by default), taken off the weights by
    /// <see cref="AdamW{T}"/> (0.01 by default).
    /// </summary>
    public T WeightDecay
    {
        get => _weightDecay;
        set => _weightDecay = Settings.NonNegative(value, nameof(WeightDecay));
    }

    private protected abstract bool DecaysWeights { get; }

    /// <summary>Means and squares; powers of β₁ and β₂.</summary>
    private protected override (int Arrays, int Numbers) MemoryOfOne => (2, 2);

    private protected override void Update(int index, Span<T> value, ReadOnlySpan<T> gradient)
    {
        Memory memory = MemoryOf(index, out bool isNew);
        double[] powers = memory.Numbers;
        if (isNew) powers.AsSpan().Fill(1);
        // Powers by repeated products: a library's pow has other last bits on other platforms.
        powers[0] *= double.CreateChecked(_beta1);
        powers[1] *= double.CreateChecked(_beta2);
        double rate = double.CreateChecked(LearningRate);
        Kernel kernel = new()
        {
            Beta1 = _beta1,
            Rest1 = T.One - _beta1,
            Beta2 = _beta2,
            Rest2 = T.One - _beta2,
            Rate = T.CreateChecked(rate / (1 - powers[0])),
            RootCorrection = T.CreateChecked(Math.Sqrt(1 - powers[1])),
            Epsilon = _epsilon,
            CoupledDecay = DecaysWeights ? T.Zero : _weightDecay,
            Shrink = DecaysWeights ? T.CreateChecked(1 - (rate * double.CreateChecked(_weightDecay))) : T.One,
        };
        Elementwise.Update(value, memory.Arrays[0], memory.Arrays[1], gradient, kernel);
    }

    /// <summary>Streams: weights, means, squares, gradients.</summary>
    private readonly struct Kernel : IStreamMap<T>
    {
        public static int Reads => 0b1111;

        public static int Writes => 0b0111;

        public required T Beta1 { get; init; }

        public required T Rest1 { get; init; }

        public required T Beta2 { get; init; }

        public required T Rest2 { get; init; }

        public required T Rate { get; init; }

        public required T RootCorrection { get; init; }

        public required T Epsilon { get; init; }

        public required T CoupledDecay { get; init; }

        public required T Shrink { get; init; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TVector : struct, ISimd<TVector, T>
        {
            TVector gradient = TVector.FusedMultiplyAdd(TVector.Create(CoupledDecay), a, d);
            b = TVector.FusedMultiplyAdd(TVector.Create(Beta1), b, TVector.Create(Rest1) * gradient);
            c = TVector.FusedMultiplyAdd(TVector.Create(Beta2), c, TVector.Create(Rest2) * gradient * gradient);
            TVector denominator = (TVector.Sqrt(c) / TVector.Create(RootCorrection)) + TVector.Create(Epsilon);
            a = (TVector.Create(Shrink) * a) - (TVector.Create(Rate) * (b / denominator));
        }
    }
}
