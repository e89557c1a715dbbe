using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <content>Maps with one output as maps of streams: the output is a, the inputs b, c and d.</content>
internal static unsafe partial class Elementwise
{
    private readonly struct Streams1<T, TMap>(TMap map) : IStreamMap<T>
        where T : unmanaged
        where TMap : struct, IMap1<T>
    {
        public static int Reads => 0b0010;

        public static int Writes => 0b0001;

        public static bool IsLong => TMap.IsLong;

        public static bool IsLight => TMap.IsLight;

        public static bool IsInDouble => TMap.IsInDouble;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TVector : struct, ISimd<TVector, T> => a = map.Invoke(b);
    }

    private readonly struct Streams2<T, TMap>(TMap map) : IStreamMap<T>
        where T : unmanaged
        where TMap : struct, IMap2<T>
    {
        public static int Reads => 0b0110;

        public static int Writes => 0b0001;

        public static bool IsLong => TMap.IsLong;

        public static bool IsLight => TMap.IsLight;

        public static bool IsInDouble => TMap.IsInDouble;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TVector : struct, ISimd<TVector, T> => a = map.Invoke(b, c);
    }

    private readonly struct Streams3<T, TMap>(TMap map) : IStreamMap<T>
        where T : unmanaged
        where TMap : struct, IMap3<T>
    {
        public static int Reads => 0b1110;

        public static int Writes => 0b0001;

        public static bool IsLong => TMap.IsLong;

        public static bool IsLight => TMap.IsLight;

        public static bool IsInDouble => TMap.IsInDouble;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TVector : struct, ISimd<TVector, T> => a = map.Invoke(b, c, d);
    }
}
