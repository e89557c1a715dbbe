using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// Softmax of rows of which each sees only a first part: query i of a matrix [queries, keys] the keys 0 … i + offset. What
/// a row does not see is neither read nor computed.
/// </summary>
internal static unsafe class CausalKernel
{
    private const int Grain = 1 << 15;

    public static void Run<T>(ReadOnlySpan<T> x, int queries, int keys, int offset, Span<T> destination, SoftmaxForm form)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.IsEmpty) return;
        fixed (T* from = x, to = destination)
            Parallelism.For(x.Length / keys, Math.Max(1, Grain / keys), new Body<T>(from, to, queries, keys, offset, form));
    }

    private readonly struct Body<T>(T* from, T* to, int queries, int keys, int offset, SoftmaxForm form) : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Invoke(int start, int end)
        {
            T hidden = form == SoftmaxForm.Probabilities ? T.Zero : T.NegativeInfinity;
            for (int row = start; row < end; row++)
            {
                nint at = (nint)row * keys;
                int seen = (int)Math.Clamp((row % queries) + 1L + offset, 0, keys);
                if (seen > 0) SoftmaxKernel.Run(new ReadOnlySpan<T>(from + at, seen), seen, new Span<T>(to + at, seen), form, T.One);
                new Span<T>(to + at + seen, keys - seen).Fill(hidden);
            }
        }
    }
}
