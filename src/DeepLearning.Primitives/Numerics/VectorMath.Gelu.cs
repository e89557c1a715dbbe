using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

internal static partial class VectorMath
{
    /// <summary>From here on Φ(−x) is 0; float's is where <see cref="DecayInRange{TVector, T}"/> of −x²/2 is 0 as well.</summary>
    private const double FloatNormalLimit = 16.271, DoubleNormalLimit = 39;

    /// <summary>x·Φ(x), with Φ(x) = ½·erfc(−x/√2): float within 2 ULP everywhere, down to the last subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gelu<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // x·Φ(x) = max(x, 0) − |x|·Φ(−|x|) on both sides. A NaN stays on the right of Min.
        TVector magnitude = TVector.Min(typeof(T) == typeof(float) ? FloatNormalLimit : DoubleNormalLimit, TVector.Abs(x)), part;
        if (typeof(T) == typeof(float))
        {
            TVector power = HalfSquareDecay<TVector, T>(magnitude, out TVector half, out TVector decay);
            TVector slope = SlopeInPieces<TVector, T, GeluPieces>(magnitude, out TVector distance, out TVector value);
            // In the first piece, where the table says 0, the largest term is −|x|/2.
            part = Decayed<TVector, T>(TVector.SelectLess(-0.1, value, half, value), slope * distance, power, decay);
        }
        else part = -magnitude * DoubleNormalTail<TVector, T>(magnitude);
        return TVector.FusedMultiplyAdd(part, DecayUnit<TVector, T>(), TVector.Max(x, 0));
    }

    /// <summary>Φ(x) + x·φ(x), with φ(x) = e^(−x²/2)/√(2π).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector GeluDerivative<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        TVector magnitude = TVector.Min(typeof(T) == typeof(float) ? FloatNormalLimit : DoubleNormalLimit, TVector.Abs(x)), left;
        TVector power = HalfSquareDecay<TVector, T>(magnitude, out _, out TVector decay);
        if (typeof(T) == typeof(float))
        {
            TVector slope = SlopeInPieces<TVector, T, GeluSlopePieces>(magnitude, out TVector distance, out TVector value);
            left = Decayed<TVector, T>(value, slope * distance, power, decay);
        }
        else
        {
            TVector density = TVector.FusedMultiplyAdd(power, decay, power) * 0.3989422804014327;
            left = TVector.FusedSubtractProduct(magnitude, density, DoubleNormalTail<TVector, T>(magnitude));
        }

        left = left * DecayUnit<TVector, T>();
        return TVector.Select(x < 0, left, 1 - left);
    }

    /// <summary>(value + rise)·(1 + decay)·power. The value, which is exact, joins last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Decayed<TVector, T>(TVector value, TVector rise, TVector power, TVector decay)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> =>
        (value + TVector.FusedMultiplyAdd(rise, decay, TVector.FusedMultiplyAdd(value, decay, rise))) * power;

    /// <summary>
    /// e^(−x²/2) = unit·power·(1 + decay), as <see cref="Decay{TVector, T}(TVector, out TVector)"/> gives it; half is −x/2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector HalfSquareDecay<TVector, T>(TVector x, out TVector half, out TVector decay)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        half = -0.5 * x;
        TVector square = half * x;
        return DecayInRange<TVector, T>(square, TVector.FusedMultiplySubtract(half, x, square), out decay);
    }

    /// <summary>½·erfc(x/√2) over the unit, in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector DoubleNormalTail<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // z + low = x/√2. erfc′/erfc = −(z + √(z² + 4/π)), to the few bits that the small low needs.
        TVector z = Product<TVector, T>(x, 0.7071067811865476, -4.833646656726457e-17, out TVector low);
        TVector tail = ErfcOfPositive<TVector, T>(z, out TVector rounded);
        TVector slope = z + TVector.Sqrt(TVector.FusedMultiplyAdd(z, z, 1.2732395447351628));
        tail = TVector.FusedSubtractProduct(tail, low * slope, tail) * ScaledPower<TVector, T>(rounded);
        TVector small = TVector.FusedSubtractProduct(z, ErfRatio<TVector, T>(z * z), 1 - z) * (1 / DecayUnit<TVector, T>());
        return 0.5 * TVector.Select(z < 0.46, small, tail);
    }

    /// <summary>−x·e^(x²/2)·Φ(−x), to which the first piece adds x/2.</summary>
    private readonly struct GeluPieces : IPieces
    {
        public static double Scale => 0.92;

        public static ReadOnlySpan<float> Table =>
        [
            0, 0.81289804f, 1.6278007f, 2.7171738f, 4.340975f, 6.504237f, 9.798448f, 14.126178f,
            0, -0.23543964f, -0.31708518f, -0.35875332f, -0.38047737f, -0.3901127f, -0.39491057f, -0.3969724f,
            0, -0.15671901f, -0.061546553f, -0.022831408f, -0.0074921907f, -0.0025485423f, -0.00079891644f, -0.00027484683f,
            0.39894179f, 0.09980438f, 0.03176456f, 0.009170523f, 0.0022032673f, 0.00054142316f, 0.00011763728f, 2.862486e-5f,
            -0.24998282f, -0.051315367f, -0.013538204f, -0.003109781f, -0.00055812154f, -0.00010042972f, -1.5258683e-5f, -2.637634e-6f,
            0.13277762f, 0.0228372f, 0.0050742906f, 0.00094399514f, 0.00012839203f, 1.7154647e-5f, 1.8314685e-6f, 2.2657605e-7f,
            -0.061370555f, -0.0091279475f, -0.0017284537f, -0.00026398033f, -2.7651133e-5f, -2.7706405e-6f, -2.0928442e-7f, -1.8606242e-8f,
            0.023314757f, 0.0033847853f, 0.0005724918f, 7.157123e-5f, 6.169542e-6f, 4.5006715e-7f, 2.5877853e-8f, 1.5638485e-9f,
            -0.005385552f, -0.0010574007f, -0.0001710341f, -1.7977665e-5f, -1.2151471e-6f, -6.657969e-8f, -2.8826852e-9f, -1.2273685e-10f,
        ];
    }

    /// <summary>e^(x²/2)·Φ(−x) − x/√(2π), which is e^(x²/2) times the derivative at −x.</summary>
    private readonly struct GeluSlopePieces : IPieces
    {
        public static double Scale => 0.92;

        public static ReadOnlySpan<float> Table =>
        [
            0.27211297f, 0.81541955f, 1.6295955f, 2.7205002f, 4.355913f, 6.512782f, 9.780122f, 14.134143f,
            0.29902408f, -0.036087133f, -0.45546776f, -0.95342433f, -1.650385f, -2.5383213f, -3.8613267f, -5.610621f,
            -0.6869764f, -0.5620504f, -0.48068902f, -0.43905538f, -0.41729575f, -0.40775013f, -0.40298867f, -0.40091f,
            0.16460186f, 0.07810835f, 0.030716432f, 0.01138526f, 0.003713414f, 0.0012696587f, 0.0004016292f, 0.00013719712f,
            -0.08108051f, -0.033137366f, -0.010563942f, -0.0030466919f, -0.00072617136f, -0.00017958746f, -3.948603e-5f, -9.512836e-6f,
            0.03563096f, 0.012770536f, 0.0033733724f, 0.0007741099f, 0.00013739195f, 2.4948267e-5f, 3.839166e-6f, 6.565913e-7f,
            -0.0142962895f, -0.004583128f, -0.0010117039f, -0.00018690544f, -2.5224514e-5f, -3.4602547e-6f, -3.7288825e-7f, -4.845311e-8f,
            0.0053768978f, 0.0015322763f, 0.00029919954f, 4.49924e-5f, 4.8617267e-6f, 4.7633074e-7f, 3.866875e-8f, 3.3111824e-9f,
            -0.0017019401f, -0.0002088848f, -8.150252e-5f, -1.1963891e-5f, -8.846846e-7f, -3.7951622e-8f, -3.443179e-9f, 1.761571e-10f,
        ];
    }
}
