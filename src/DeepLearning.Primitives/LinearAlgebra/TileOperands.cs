namespace DeepLearning.Primitives;

/// <summary>
/// What a register tile of c = start + a·b is made of. Element (i, p) of a stands at A + i·RowA + p·StepA, so that a may be in
/// place, transposed or packed; rows of b, of c and of what c begins with are contiguous. All strides are in bytes.
/// </summary>
internal unsafe struct TileOperands
{
    /// <summary>The columns of a, and rows of b: at least one.</summary>
    public int K;

    public byte* A, B, C;

    public nint RowA, StepA, RowB, RowC;

    /// <summary>What is added to: c itself, or another; null for zeros. With a stride of 0 one row for all.</summary>
    public byte* Start;

    public nint RowStart;

    /// <summary>What is fetched into a near cache meanwhile: a place, and a step for each of <see cref="K"/>.</summary>
    public byte* Next;

    public nint NextStep;
}
