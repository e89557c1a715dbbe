using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

public static partial class Activations
{
    /// <summary>
    /// A random point of the probability simplex for each row, softmax((x + noise) / temperature) with noise of the standard
    /// Gumbel distribution: as the temperature goes to 0, class i is drawn with the probability softmax(x)ᵢ (Jang, Gu and
    /// Poole, <i>Categorical Reparameterization with Gumbel-Softmax</i>, ICLR 2017).
    /// </summary>
    /// <remarks>
    /// The numbers depend on the generator's state alone: a word for each float, two for each double. The gradient from the
    /// output is that of softmax under the same temperature.
    /// </remarks>
    /// <param name="logits">[rows, rowLength]; may be empty.</param>
    /// <param name="rowLength">Elements in a row.</param>
    /// <param name="destination">[rows, rowLength] or longer, the rest untouched; may be <paramref name="logits"/> itself.</param>
    /// <param name="random">Where the noise comes from.</param>
    /// <param name="temperature">Positive and finite.</param>
    /// <param name="isHard">Whether the result is rounded to the class with the largest share: 1 there, 0 elsewhere.</param>
    /// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="rowLength"/> is not positive, or <paramref name="temperature"/> not positive and finite.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The logits are not whole rows, or the destination is too short or a shifted part of the logits.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither float nor double.</exception>
    public static void GumbelSoftmax<T>(
        ReadOnlySpan<T> logits, int rowLength, Span<T> destination, Philox random, double temperature, bool isHard = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        Guard.Rows(logits.Length, rowLength, nameof(logits));
        Guard.Destination(logits, destination);
        ArgumentNullException.ThrowIfNull(random);
        Guard.Temperature<T>(temperature);
        T[] rented = ArrayPool<T>.Shared.Rent(logits.Length);
        Span<T> noise = rented.AsSpan(0, logits.Length);
        GumbelNoise(noise, random);
        Elementwise.Map<T, Add<T>>(logits, noise, destination, default);
        ArrayPool<T>.Shared.Return(rented);
        destination = destination[..logits.Length];
        Softmax(destination, rowLength, destination, temperature);
        if (isHard) Hardmax(destination, rowLength, destination);
    }

    /// <summary>−log(−log(1 − u)), u uniform on (0, 1).</summary>
    internal static void GumbelNoise<T>(Span<T> destination, Philox random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        random.Uniform(destination);
        Elementwise.Map(destination, destination, default(Gumbel<T>));
    }

    private readonly struct Gumbel<T> : IMap1<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector u)
            where TVector : struct, ISimd<TVector, T>
        {
            // Uniform numbers are multiples of 2⁻²⁴ (2⁻⁵³); half of that more, and none is 0. The largest would round to 1.
            TVector half = typeof(T) == typeof(float) ? 1 / 33554432.0 : 1 / 18014398509481984.0;
            TVector largest = typeof(T) == typeof(float) ? 1 - (1 / 16777216.0) : 1 - (1 / 9007199254740992.0);
            return -VectorMath.Log<TVector, T>(-VectorMath.Log1P<TVector, T>(-TVector.Min(u + half, largest)));
        }
    }
}

public readonly partial struct Variable<T>
{
    /// <summary>
    /// A random point of the probability simplex for each row along an axis:
    /// <see cref="Activations.GumbelSoftmax{T}(ReadOnlySpan{T}, int, Span{T}, Philox, double, bool)"/>. The noise is a constant.
    /// </summary>
    /// <param name="random">Where the noise comes from.</param>
    /// <param name="temperature">Positive and finite.</param>
    /// <param name="isHard">
    /// Whether the value is rounded to the class with the largest share, the gradient staying that of the unrounded one.
    /// </param>
    /// <param name="axis">Where the rows lie; negative: counted from the end.</param>
    /// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
    /// <exception cref="ArgumentException">The variable is a scalar.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the temperature is not positive and finite.</exception>
    public Variable<T> GumbelSoftmax(Philox random, double temperature = 1, bool isHard = false, int axis = -1)
    {
        ArgumentNullException.ThrowIfNull(random);
        Guard.Temperature<T>(temperature);
        RowAxis<Softmax<T>>(axis);
        Variable<T> noise = Tape.NewConstant(Shape, out Span<T> elements);
        Activations.GumbelNoise(elements, random);
        Variable<T> soft = (this + noise).Softmax(axis, temperature);
        return isHard ? soft.ApplyToRows<Hardmax<T>>(axis) : soft;
    }
}
