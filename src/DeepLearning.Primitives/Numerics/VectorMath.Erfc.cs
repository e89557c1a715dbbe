using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives;

/// <remarks>
/// erfc x = e^−x²·G(x) for x ≥ 0, where G varies so little that eight pieces of a polynomial give it, as in
/// <see cref="OddInPieces{TVector, T, TPieces}"/>. A float's ULP leaves room for one rounding alone: both factors are a
/// float of a table and a small rest, e^−x² because its exponent is cut at eighths of ln 2, and only the product of the
/// two table floats is large. What that product loses is kept too.
/// </remarks>
internal static partial class VectorMath
{
    /// <summary>1.5·2²³ + 8·(bias + 64): a number n added to this has n/8 + bias + 64 above its lowest three bits.</summary>
    private const double EighthsRounder = 0xc00000 + (8 * (127 + 64));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfcOfFloats<TVector, T>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
    {
        // From 10.06 on the answer is 0. A NaN stands on the right of Min and so stays.
        TVector magnitude = TVector.Min(10.06, TVector.Abs(x));
        TVector piece = TVector.ShiftRightBits(TVector.FusedMultiplyAdd(magnitude, 2.98, 2), 22);
        TVector distance = magnitude - Tail<TVector, T>(0, piece), square = distance * distance;
        TVector even = Tail<TVector, T>(9, piece), odd = Tail<TVector, T>(8, piece);
        even = TVector.FusedMultiplyAdd(even, square, Tail<TVector, T>(7, piece));
        odd = TVector.FusedMultiplyAdd(odd, square, Tail<TVector, T>(6, piece));
        even = TVector.FusedMultiplyAdd(even, square, Tail<TVector, T>(5, piece));
        odd = TVector.FusedMultiplyAdd(odd, square, Tail<TVector, T>(4, piece));
        even = TVector.FusedMultiplyAdd(even, square, Tail<TVector, T>(3, piece));
        // G = g + distance·(slope + bend)
        TVector g = Tail<TVector, T>(1, piece), slope = Tail<TVector, T>(2, piece);
        TVector bend = TVector.FusedMultiplyAdd(odd, distance, even) * distance;

        // −x² = n·ln 2/8 + r: e^−x² = 2^⌊n/8⌋·e·(1 + eʳ⁻ − 1), with e a float near 2^(n mod 8)/8, and r less ln of their ratio.
        TVector h = -(magnitude * magnitude), low = TVector.FusedMultiplyAdd(magnitude, magnitude, h);
        TVector rounded = TVector.FusedMultiplyAdd(h, 11.541560327111707, EighthsRounder), n = rounded - EighthsRounder;
        TVector r = TVector.FusedMultiplyAdd(n, -3.993273e-6, TVector.FusedMultiplyAdd(n, -0.086639404296875, h));
        TVector eighth = rounded & TVector.CreateBits(7);
        r = r - (Eighths<TVector, T>(1, eighth) + low);
        TVector e = Eighths<TVector, T>(0, eighth), p = TVector.FusedMultiplyAdd(r, 4.1666668e-2, 0.16666667);
        p = TVector.FusedMultiplyAdd(TVector.FusedMultiplyAdd(p, r, 0.5), r * r, r);

        TVector product = e * g, lost = TVector.FusedMultiplySubtract(e, g, product), step = e * distance;
        lost = TVector.FusedMultiplyAdd(slope, TVector.FusedMultiplySubtract(e, distance, step), lost);
        lost = TVector.FusedMultiplyAdd(p, TVector.FusedMultiplyAdd(slope + bend, step, product), lost);
        TVector tail = product + TVector.FusedMultiplyAdd(slope, step, TVector.FusedMultiplyAdd(bend, step, lost));
        // 2^⌊n/8⌋ in two factors, since it may be no normal number; only the last product can round. Where it would come to 0,
        // which x86 processors are slow at, a factor is 0 already.
        tail = TVector.Select(TVector.Equal(magnitude, 10.06), 0, tail);
        tail = tail * TVector.ShiftLeftBits(TVector.ShiftRightBits(rounded, 3), 23) * 5.421010862427522e-20;
        return TVector.Select(x < 0, 2 - tail, tail);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Tail<TVector, T>(int row, TVector piece)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => TVector.LookUp(in Unsafe.Add(ref MemoryMarshal.GetReference(TailTable), 8 * row), piece);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Eighths<TVector, T>(int row, TVector n)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T> => TVector.LookUp(in Unsafe.Add(ref MemoryMarshal.GetReference(EighthsTable), 8 * row), n);

    /// <summary>2^(i/8), and the logarithm of that float less i·ln 2/8.</summary>
    private static ReadOnlySpan<float> EighthsTable =>
    [
        1, 1.0905077f, 1.1892071f, 1.2968396f, 1.4142135f, 1.5422108f, 1.6817929f, 1.8340081f,
        0, 1.19921572e-08f, -3.193418e-08f, 3.09907212e-08f, -1.7114271e-08f, -5.233334e-09f, 1.4719606e-08f, 6.1282598e-09f,
    ];

    /// <summary>Centers, G there, and the coefficients of its polynomials from the linear one on.</summary>
    private static ReadOnlySpan<float> TailTable =>
    [
        0.16222f, 0.50186664f, 0.97097665f, 1.65085f, 2.5696f, 3.9169333f, 6.0452f, 8.5651f,
        0.84037364f, 0.6147346f, 0.4356451f, 0.29852927f, 0.20574994f, 0.13974194f, 0.09210074f, 0.065430686f,
        -0.8557283f, -0.5113496f, -0.2823767f, -0.14272505f, -0.07098901f, -0.033659432f, -0.014844408f, -0.007538469f,
        0.7015572f, 0.35810533f, 0.16146389f, 0.06291161f, 0.023336591f, 0.007900188f, 0.002363312f, 0.0008629473f,
        -0.49461797f, -0.22108209f, -0.083733656f, -0.025911648f, -0.007348909f, -0.0018099737f, -0.0003718229f, -9.816041e-5f,
        0.31069514f, 0.1235649f, 0.04008157f, 0.010067755f, 0.0022260407f, 0.0004053587f, 5.782946e-5f, 1.1095895e-5f,
        -0.17744629f, -0.06384917f, -0.017905248f, -0.0037154877f, -0.00065091543f, -8.87426e-5f, -8.867011e-6f, -1.2465038e-6f,
        0.09179461f, 0.03116794f, 0.007541451f, 0.0013104597f, 0.00018624033f, 1.909367e-5f, 1.3485471e-6f, 1.4005175e-7f,
        -0.051677737f, -0.0097040525f, -0.0031950544f, -0.0004553825f, -5.2538864e-5f, -4.2886604e-6f, -2.2320926e-7f, -1.5926442e-8f,
        0.062713005f, -0.0059702257f, 0.0012721898f, 0.00014610204f, 1.0987323e-5f, 8.749862e-7f, 3.3455148e-8f, 1.4568872e-9f,
    ];
}
