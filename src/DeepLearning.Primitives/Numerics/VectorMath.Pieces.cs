using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives;

/// <summary>
/// The table of a function of floats from 0 on, in eight columns, one for each piece: its center, the function's value
/// there, and the coefficients of a polynomial in the distance from the center.
/// </summary>
internal interface IPieces
{
    static abstract ReadOnlySpan<float> Table { get; }

    /// <summary>The pieces end where 1 + scale·x is 2ⁿ or 1.5·2ⁿ, the last one at 16.</summary>
    static abstract double Scale { get; }
}

/// <summary>The pieces of an odd function that rises to 1.</summary>
internal interface IOddPieces : IPieces
{
    /// <summary>From here on the function is 1.</summary>
    static abstract double Limit { get; }
}

/// <remarks>
/// No division, no branch and one form for all x: a permutation of eight numbers that are in a register anyway costs as
/// much as one multiplication. The centers are floats at which the function is a float by chance, to 2⁻³⁴, and the
/// polynomials are Sollya's fpminimax.
/// </remarks>
internal static partial class VectorMath
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector OddInPieces<TVector, T, TPieces>(TVector x)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
        where TPieces : IOddPieces
    {
        // A NaN stands on the right of Min and so stays.
        TVector magnitude = TVector.Min(TPieces.Limit, TVector.Abs(x));
        TVector slope = SlopeInPieces<TVector, T, TPieces>(magnitude, out TVector distance, out TVector value);
        // The first piece, whose value is 0, is about 0: there the function is x·(1 + slope) to the last bit.
        return TVector.FusedMultiplyAdd(slope, distance, TVector.SelectLess(value, 0.1, magnitude, value)) | (x & -0.0);
    }

    /// <summary>The function at x is value + slope·distance, from the center of the piece that x lies in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SlopeInPieces<TVector, T, TPieces>(TVector x, out TVector distance, out TVector value)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
        where TPieces : IPieces
    {
        // Twice 1 + scale·x lies between 2 and 32, whose exponents leave the fourth bit of the index 0.
        TVector piece = TVector.ShiftRightBits(TVector.FusedMultiplyAdd(x, 2 * TPieces.Scale, 2), 22);
        distance = x - Row<TVector, T, TPieces>(0, piece);
        value = Row<TVector, T, TPieces>(1, piece);
        // Even and odd powers side by side: the chain of additions is half as long.
        TVector square = distance * distance, even = Row<TVector, T, TPieces>(8, piece), odd = Row<TVector, T, TPieces>(7, piece);
        even = TVector.FusedMultiplyAdd(even, square, Row<TVector, T, TPieces>(6, piece));
        odd = TVector.FusedMultiplyAdd(odd, square, Row<TVector, T, TPieces>(5, piece));
        even = TVector.FusedMultiplyAdd(even, square, Row<TVector, T, TPieces>(4, piece));
        odd = TVector.FusedMultiplyAdd(odd, square, Row<TVector, T, TPieces>(3, piece));
        even = TVector.FusedMultiplyAdd(even, square, Row<TVector, T, TPieces>(2, piece));
        return TVector.FusedMultiplyAdd(odd, distance, even);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Row<TVector, T, TPieces>(int row, TVector piece)
        where T : unmanaged
        where TVector : struct, ISimd<TVector, T>
        where TPieces : IPieces =>
        TVector.LookUp(in Unsafe.Add(ref MemoryMarshal.GetReference(TPieces.Table), 8 * row), piece);

    private readonly struct TanhPieces : IOddPieces
    {
        public static double Scale => 1.66;

        public static double Limit => 9.02;

        public static ReadOnlySpan<float> Table =>
        [
            0, 0.394502f, 0.875142f, 1.41187f, 2.235145f, 3.55356f, 5.24997f, 7.76846f,
            0, 0.37523487f, 0.7039772f, 0.8878906f, 0.977371f, 0.99836284f, 0.9999449f, 0.99999964f,
            0, 0.8591988f, 0.5044161f, 0.21165031f, 0.04474584f, 0.0032716482f, 0.00011018875f, 7.15296e-7f,
            -1.968752e-7f, -0.32240146f, -0.35509855f, -0.18792243f, -0.043733746f, -0.0032663385f, -0.00011025419f, -7.165538e-7f,
            -0.33332324f, -0.16542836f, 0.081835255f, 0.09630566f, 0.02783333f, 0.002170163f, 7.3077936e-5f, 4.7656854e-7f,
            -0.0001924278f, 0.16958503f, 0.060828134f, -0.022860652f, -0.012618466f, -0.0010771257f, -3.615933e-5f, -2.32913e-7f,
            0.13504656f, 0.010835117f, -0.05864437f, -0.0071460893f, 0.0040079183f, 0.00042714208f, 1.5251686e-5f, 9.537642e-8f,
            -0.007461098f, -0.07136286f, 0.011713392f, 0.009687471f, -0.00069849857f, -0.00014309838f, -5.674164e-6f, -3.8386716e-8f,
            -0.040274188f, 0.03059435f, 0.009604467f, -0.0039150524f, -3.8527332e-6f, 3.4621902e-5f, 1.2015915e-6f, 9.868913e-9f,
        ];
    }

    private readonly struct ErfPieces : IOddPieces
    {
        public static double Scale => 3.5;

        public static double Limit => 3.95;

        public static ReadOnlySpan<float> Table =>
        [
            0, 0.199714f, 0.411033f, 0.71196f, 1.1527f, 1.73471f, 2.410245f, 3.3592925f,
            0, 0.22239251f, 0.43895394f, 0.68599963f, 0.89693314f, 0.9858428f, 0.99934703f, 0.999998f,
            0.12837917f, 1.0842587f, 0.9529757f, 0.67969924f, 0.2988137f, 0.055663172f, 0.00338443f, 1.4173132e-5f,
            1.8969665e-7f, -0.21654317f, -0.39170438f, -0.4839188f, -0.3444431f, -0.09655942f, -0.008158057f, -4.758819e-5f,
            -0.376137f, -0.33253443f, -0.21032514f, 0.00313124f, 0.16509f, 0.09311437f, 0.011989484f, 0.00010201035f,
            0.0002536378f, 0.106574096f, 0.1737775f, 0.16020991f, 0.019708045f, -0.04858008f, -0.011722162f, -0.00015686374f,
            0.10989058f, 0.07125045f, 0.034696136f, -0.047577642f, -0.05865506f, 0.00576204f, 0.007612744f, 0.00017928373f,
            0.016406585f, -0.25042802f, -0.050236024f, -0.03219251f, 0.01635368f, 0.009698704f, -0.002951347f, -0.0001390512f,
            -0.061817467f, 2.833732f, -0.00658414f, 0.046232f, 0.008772705f, -0.005983671f, 0.0004891081f, 5.2697986e-5f,
        ];
    }
}
