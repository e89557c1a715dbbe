using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Primitives;

/// <summary>Copies of rows that are shorter than what a call to copy one would take.</summary>
internal static unsafe class Blocks
{
    /// <summary>Copies rows of <paramref name="width"/> elements; the strides say how far apart they begin.</summary>
    public static void Copy<T>(T* from, nint fromStride, T* to, nint toStride, int rows, int width)
        where T : unmanaged
    {
        int bytes = width * sizeof(T);
        fromStride *= sizeof(T);
        toStride *= sizeof(T);
        if (bytes >= 64) Copy<Vector512<byte>>((byte*)from, fromStride, (byte*)to, toStride, rows, bytes);
        else if (bytes >= 32) Copy<Vector256<byte>>((byte*)from, fromStride, (byte*)to, toStride, rows, bytes);
        else if (bytes >= 16) Copy<Vector128<byte>>((byte*)from, fromStride, (byte*)to, toStride, rows, bytes);
        else if (bytes >= 8) Copy<ulong>((byte*)from, fromStride, (byte*)to, toStride, rows, bytes);
        else Copy<uint>((byte*)from, fromStride, (byte*)to, toStride, rows, bytes);
    }

    /// <summary>The last part of a row reaches back over what is copied already.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Copy<TPart>(byte* from, nint fromStride, byte* to, nint toStride, int rows, int bytes)
        where TPart : unmanaged
    {
        int last = bytes - sizeof(TPart);
        for (; rows > 0; rows--, from += fromStride, to += toStride)
        {
            for (int at = 0; at < last; at += sizeof(TPart)) Unsafe.WriteUnaligned(to + at, Unsafe.ReadUnaligned<TPart>(from + at));
            Unsafe.WriteUnaligned(to + last, Unsafe.ReadUnaligned<TPart>(from + last));
        }
    }
}
