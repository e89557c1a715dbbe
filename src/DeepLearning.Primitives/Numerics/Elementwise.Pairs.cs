using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <content>What is computed aside.</content>
internal static unsafe partial class Elementwise
{
    /// <summary>Two vectors of each stream, held back while the loop over others may write what they were read from.</summary>
    internal struct Pairs<TVector>
        where TVector : unmanaged
    {
        public Pair<TVector> A, B, C, D;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load<T, TMap>(T* a, T* b, T* c, T* d)
            where T : unmanaged
            where TMap : struct, IStreamMap<T>
        {
            if ((TMap.Reads & 1) != 0) A = *(Pair<TVector>*)a;
            if ((TMap.Reads & 2) != 0) B = *(Pair<TVector>*)b;
            if ((TMap.Reads & 4) != 0) C = *(Pair<TVector>*)c;
            if ((TMap.Reads & 8) != 0) D = *(Pair<TVector>*)d;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store<T, TMap>(ref T a, ref T b, ref T c, ref T d)
            where T : unmanaged
            where TMap : struct, IStreamMap<T>
        {
            if ((TMap.Writes & 1) != 0) Unsafe.As<T, Pair<TVector>>(ref a) = A;
            if ((TMap.Writes & 2) != 0) Unsafe.As<T, Pair<TVector>>(ref b) = B;
            if ((TMap.Writes & 4) != 0) Unsafe.As<T, Pair<TVector>>(ref c) = C;
            if ((TMap.Writes & 8) != 0) Unsafe.As<T, Pair<TVector>>(ref d) = D;
        }
    }

    /// <summary>The results of two vectors; the map reads no stream that it writes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Aside<T, TMap, TVector>(in TMap map, ref T a, ref T b, ref T c, ref T d, ref Pairs<TVector> results)
        where T : unmanaged
        where TMap : struct, IStreamMap<T>
        where TVector : unmanaged, ISimd<TVector, T>
    {
        ref T toA = ref (TMap.Writes & 1) != 0 ? ref Unsafe.As<Pair<TVector>, T>(ref results.A) : ref a;
        ref T toB = ref (TMap.Writes & 2) != 0 ? ref Unsafe.As<Pair<TVector>, T>(ref results.B) : ref b;
        ref T toC = ref (TMap.Writes & 4) != 0 ? ref Unsafe.As<Pair<TVector>, T>(ref results.C) : ref c;
        ref T toD = ref (TMap.Writes & 8) != 0 ? ref Unsafe.As<Pair<TVector>, T>(ref results.D) : ref d;
        Body<T, TMap, TVector>(in map, ref toA, ref toB, ref toC, ref toD, 2 * (nuint)TVector.Count);
    }

    internal struct Pair<TVector>
        where TVector : unmanaged
    {
        public TVector First, Second;
    }
}
