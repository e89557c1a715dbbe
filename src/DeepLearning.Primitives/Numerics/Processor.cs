using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <summary>
/// What differs between processors of the same instructions. It decides which way numbers take and how they are brought
/// from memory, never which bits come out. Measured on Intel's Ice Lake and AMD's Zen 5.
/// </summary>
internal static class Processor
{
    private static readonly bool s_isAmd = IsMadeByAmd();

    /// <summary>True where asking for memory ahead of time only takes the place of what the processor fetches by itself.</summary>
    public static bool FetchesByItself => s_isAmd;

    /// <summary>True where roots come out of the divider as fast as out of Newton's steps.</summary>
    public static bool HasFastDivider => s_isAmd;

    /// <summary>
    /// Bytes read and written from which on results had better go past the caches. Where the last cache is fast, what fills
    /// no more than half of it stays there until it is read.
    /// </summary>
    public static nuint BeyondFrom { get; } = s_isAmd ? LastCache() / 2 : 1 << 22;

    private static bool IsMadeByAmd() => X86Base.IsSupported && X86Base.CpuId(0, 0) is { Ebx: 0x68747541, Edx: 0x69746e65, Ecx: 0x444d4163 };

    /// <summary>The size of the third-level cache that this core shares with its neighbours, as AMD tells it.</summary>
    private static nuint LastCache()
    {
        const int topology = unchecked((int)0x8000001d), thirdLevel = 3;
        if ((uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < unchecked((uint)topology)) return 1 << 23;
        (int kind, int shape, int sets, _) = X86Base.CpuId(topology, thirdLevel);
        if ((kind & 31) == 0) return 1 << 23;
        nuint ways = ((uint)shape >> 22) + 1, partitions = (((uint)shape >> 12) & 1023) + 1, line = ((uint)shape & 4095) + 1;
        return ways * partitions * line * ((nuint)(uint)sets + 1);
    }
}
