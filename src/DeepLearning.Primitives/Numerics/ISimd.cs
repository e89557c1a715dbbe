namespace DeepLearning.Primitives;

/// <summary>
/// A vector of <typeparamref name="T"/> of some width. A kernel is written once against this interface and compiled
/// for 512, 256 and 128 bits; every operation acts on each element alone and rounds as IEEE 754 says, so that the
/// bits of a result depend neither on the width nor on the element's position.
/// </summary>
/// <remarks>
/// Comparisons give a mask: all bits of an element set, or none. The <c>Bits</c> operations treat each element as an
/// integer of its own size, which is how exponents are taken apart and put together.
/// </remarks>
internal interface ISimd<TSelf, T>
    where TSelf : struct, ISimd<TSelf, T>
    where T : unmanaged
{
    /// <summary>Elements in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>The same value in every element; a constant when the argument is one.</summary>
    static abstract implicit operator TSelf(double value);

    static abstract TSelf Create(T value);

    /// <summary>The same integer, as wide as an element, in every element.</summary>
    static abstract TSelf CreateBits(long bits);

    static abstract TSelf Load(ref T source, nuint elementOffset);

    void Store(ref T destination, nuint elementOffset);

    /// <summary>The same to memory itself, without reading what stood there: the place is fixed and aligned to the vector.</summary>
    void StorePastCaches(ref T destination, nuint elementOffset);

    /// <summary>The mask that is set where a boolean is true.</summary>
    static abstract TSelf LoadMask(ref bool source, nuint elementOffset);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf value);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator |(TSelf left, TSelf right);

    static abstract TSelf operator ^(TSelf left, TSelf right);

    static abstract TSelf operator <(TSelf left, TSelf right);

    static abstract TSelf operator <=(TSelf left, TSelf right);

    static abstract TSelf operator >(TSelf left, TSelf right);

    static abstract TSelf operator >=(TSelf left, TSelf right);

    /// <summary>The mask of equal elements; NaN equals nothing.</summary>
    static abstract TSelf Equal(TSelf left, TSelf right);

    /// <summary>True when <c>left ≤ right</c> in every element; a NaN makes it false.</summary>
    static abstract bool AllLessOrEqual(TSelf left, TSelf right);

    /// <summary><paramref name="whenSet"/> where the mask is set, <paramref name="otherwise"/> elsewhere.</summary>
    static abstract TSelf Select(TSelf mask, TSelf whenSet, TSelf otherwise);

    /// <summary>The same with the mask <c>left &lt; right</c>, which the JIT then keeps in a mask register.</summary>
    static abstract TSelf SelectLess(TSelf left, TSelf right, TSelf whenSet, TSelf otherwise);

    /// <summary>Likewise with the mask of equal elements.</summary>
    static abstract TSelf SelectEqual(TSelf left, TSelf right, TSelf whenSet, TSelf otherwise);

    /// <summary>The first of the two where the integer is odd; double only.</summary>
    static abstract TSelf SelectOdd(TSelf integer, TSelf whenOdd, TSelf otherwise);

    /// <summary><c>left · right + addend</c>, rounded once.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf left, TSelf right, TSelf addend);

    // The same with constants, which need no variable of their own then: the JIT would copy it at every use.
    static abstract TSelf FusedMultiplyAdd(TSelf left, TSelf right, double addend);

    static abstract TSelf FusedMultiplyAdd(TSelf left, double right, TSelf addend);

    static abstract TSelf FusedMultiplyAdd(TSelf left, double right, double addend);

    /// <summary><c>left · right − subtrahend</c>, rounded once; written with a sign, it is an instruction more.</summary>
    static abstract TSelf FusedMultiplySubtract(TSelf left, TSelf right, TSelf subtrahend);

    /// <summary><c>minuend − left · right</c>, rounded once.</summary>
    static abstract TSelf FusedSubtractProduct(TSelf left, TSelf right, TSelf minuend);

    static abstract TSelf FusedSubtractProduct(TSelf left, TSelf right, double minuend);

    static abstract TSelf Sqrt(TSelf value);

    static abstract TSelf Abs(TSelf value);

    /// <summary><c>left &gt; right ? left : right</c>: a NaN on either side gives <paramref name="right"/>.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary><c>left &lt; right ? left : right</c>: a NaN on either side gives <paramref name="right"/>.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>The larger of |left| and |right|; where one is NaN, that or the other.</summary>
    static abstract TSelf LargerMagnitude(TSelf left, TSelf right);

    /// <summary>Maps the elements as doubles, in vectors of the same width, and rounds the results.</summary>
    static abstract TSelf InDouble<TMap>(TSelf value, TMap map)
        where TMap : struct, IMap1<double>;

    /// <summary>Maps pairs of elements as doubles, in vectors of the same width, and rounds the results.</summary>
    static abstract TSelf InDouble<TMap>(TSelf left, TSelf right, TMap map)
        where TMap : struct, IMap2<double>;

    /// <summary>The larger of the two, NaN if either is NaN, and +0 above −0.</summary>
    static abstract TSelf Maximum(TSelf left, TSelf right);

    /// <summary>The smaller of the two, NaN if either is NaN, and −0 below +0.</summary>
    static abstract TSelf Minimum(TSelf left, TSelf right);

    /// <summary>True where the processor has <see cref="Scale"/> as an instruction; a constant to the JIT.</summary>
    static virtual bool HasScale => false;

    /// <summary><c>value · 2ⁿ</c> for an integer n, rounded once, also where 2ⁿ or the result is no normal number.</summary>
    static virtual TSelf Scale(TSelf value, TSelf n) => throw new PlatformNotSupportedException();

    /// <summary>x − n for the integer n nearest to x, of two the even one; 0 for ±∞. Where <see cref="HasScale"/>.</summary>
    static virtual TSelf FromNearest(TSelf x) => throw new PlatformNotSupportedException();

    /// <summary>True where the processor takes floats apart by instructions; a constant to the JIT.</summary>
    static virtual bool HasParts => false;

    /// <summary>The n of x = 2ⁿ·m with m in [1, 2), as a number, also of a subnormal x; −∞ for 0.</summary>
    static virtual TSelf Exponent(TSelf x) => throw new PlatformNotSupportedException();

    /// <summary>The m of x = 2ⁿ·m with m in [¾, 1½), also of a subnormal x; 1 for 0 and for ∞.</summary>
    static virtual TSelf Fraction(TSelf x) => throw new PlatformNotSupportedException();

    /// <summary>y, but what a logarithm is where x is 0, infinite, negative or no number.</summary>
    static virtual TSelf WithLimitsOfLog(TSelf y, TSelf x) => throw new PlatformNotSupportedException();

    /// <summary>True where the processor estimates 1/√x by an instruction; a constant to the JIT.</summary>
    static virtual bool HasRootEstimate => false;

    /// <summary>1/√x within 2⁻¹⁴ of itself, for an x above 0. Its bits are the processor's own: no result may depend on them.</summary>
    static virtual TSelf RootEstimate(TSelf x) => throw new PlatformNotSupportedException();

    static abstract TSelf AddBits(TSelf left, TSelf right);

    static abstract TSelf SubtractBits(TSelf left, TSelf right);

    static abstract TSelf ShiftLeftBits(TSelf value, int count);

    /// <summary>The one of eight numbers that an element's lowest three bits name, the fourth being 0; float only.</summary>
    static abstract TSelf LookUp(ref readonly float eight, TSelf indices);

    /// <summary>The one of eight numbers that an element's lowest three bits name; double only.</summary>
    static abstract TSelf LookUp(ref readonly double eight, TSelf indices);

    /// <summary>
    /// The one of sixteen numbers that an element's lowest four bits name, the second eight being the negatives of the first,
    /// but for zeros; float only. Where instructions reach only eight its sign is left to <see cref="TurnHalf"/>.
    /// </summary>
    static abstract TSelf LookUpHalf(ref readonly float sixteen, TSelf indices);

    /// <summary>Gives a sum of products with one number of <see cref="LookUpHalf"/> each the sign that those lack.</summary>
    static abstract TSelf TurnHalf(TSelf value, TSelf indices);

    /// <summary>Shifts zeros in from the left.</summary>
    static abstract TSelf ShiftRightBits(TSelf value, int count);
}
