using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Primitives;

/// <summary>Copies of blocks of a and b in the order in which the tiles read them.</summary>
internal static unsafe class MatrixPacking<T, TVector>
    where T : unmanaged
    where TVector : struct, ISimd<TVector, T>
{
    /// <summary>
    /// Packs k rows of <paramref name="columns"/> elements into panels of <paramref name="width"/> columns, each k short
    /// rows one behind the other. Whole vectors are copied: what they bring from behind a row, as far as
    /// <paramref name="end"/> allows, lies in columns that reach no result or is overwritten by the next row.
    /// </summary>
    public static void Rows(byte* b, nint stride, byte* end, int k, int columns, byte* to, int width, nint panelBytes)
    {
        int vector = TVector.Count, whole = (width + vector - 1) / vector * vector;
        if (columns <= width)
        {
            // Of a single panel all rows but the last few can be copied without a look at where b ends.
            nint room = (nint)(end - b) - (whole * sizeof(T));
            int safe = room < 0 ? 0 : (int)Math.Min(k, (room / stride) + 1);
            nint row = width * sizeof(T);
            switch (whole / vector)
            {
                case 1: Panel<One>(b, stride, safe, to, row); break;
                case 2: Panel<Two>(b, stride, safe, to, row); break;
                case 3: Panel<Three>(b, stride, safe, to, row); break;
                case 4: Panel<Four>(b, stride, safe, to, row); break;
                default: safe = 0; break;
            }

            k -= safe;
            b += safe * stride;
            to += safe * row;
        }

        for (; k > 0; k--, b += stride, to += width * sizeof(T))
        {
            T* from = (T*)b, panel = (T*)to;
            for (int j = 0; j < columns; j += width, from += width, panel = (T*)((byte*)panel + panelBytes))
            {
                if ((byte*)(from + whole) <= end)
                {
                    for (int i = 0; i < width; i += vector) TVector.Load(ref *from, (nuint)i).Store(ref *panel, (nuint)i);
                }
                else
                {
                    int inside = Math.Min(width, columns - j);
                    for (int i = 0; i < inside; i++) panel[i] = from[i];
                    for (int i = inside; i < width; i++) panel[i] = default;
                }
            }
        }
    }

    /// <summary>Copies k rows of a number of vectors.</summary>
    private static void Panel<TVectors>(byte* b, nint stride, int k, byte* to, nint row)
        where TVectors : struct, ICount
    {
        nuint vector = (nuint)TVector.Count;
        for (; k > 0; k--, b += stride, to += row)
        {
            ref T from = ref *(T*)b, panel = ref *(T*)to;
            TVector.Load(ref from, 0).Store(ref panel, 0);
            if (TVectors.Count > 1) TVector.Load(ref from, vector).Store(ref panel, vector);
            if (TVectors.Count > 2) TVector.Load(ref from, 2 * vector).Store(ref panel, 2 * vector);
            if (TVectors.Count > 3) TVector.Load(ref from, 3 * vector).Store(ref panel, 3 * vector);
        }
    }

    /// <summary>
    /// Packs the transpose of <paramref name="columns"/> rows of k elements into k rows of <paramref name="width"/>
    /// elements, with zeros in the columns that do not exist.
    /// </summary>
    public static void Transposed(byte* b, nint stride, int k, int columns, T* to, int width)
    {
        int vector = TVector.Count, lane = Vector128<T>.Count;
        for (int j = 0; j < width; j += vector, b += vector * stride)
        {
            int p = 0;
            if (columns - j >= vector)
                for (; p <= k - lane; p += lane) Block(b + (p * sizeof(T)), stride, to + (p * width) + j, width);
            int rows = Math.Min(vector, columns - j);
            for (int i = 0; i < vector; i++)
            {
                T* row = (T*)(b + (i * stride));
                if (i < rows) for (int q = p; q < k; q++) to[(q * width) + j + i] = row[q];
                else for (int q = p; q < k; q++) to[(q * width) + j + i] = default;
            }
        }
    }

    /// <summary>
    /// One vector of rows by one 128-bit lane of columns. Lane l of vector i holds row i + l·(rows a lane): transposing
    /// inside the lanes then leaves whole rows of the result.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(byte* b, nint stride, T* to, int width)
    {
        nint lane = Vector128<T>.Count * stride;
        if (typeof(T) == typeof(float))
        {
            TVector r0 = Lanes(b, lane), r1 = Lanes(b + stride, lane);
            TVector r2 = Lanes(b + (2 * stride), lane), r3 = Lanes(b + (3 * stride), lane);
            TVector low01 = Low<float>(r0, r1), high01 = High<float>(r0, r1);
            TVector low23 = Low<float>(r2, r3), high23 = High<float>(r2, r3);
            Low<double>(low01, low23).Store(ref *to, 0);
            High<double>(low01, low23).Store(ref *(to + width), 0);
            Low<double>(high01, high23).Store(ref *(to + (2 * width)), 0);
            High<double>(high01, high23).Store(ref *(to + (3 * width)), 0);
        }
        else
        {
            TVector r0 = Lanes(b, lane), r1 = Lanes(b + stride, lane);
            Low<double>(r0, r1).Store(ref *to, 0);
            High<double>(r0, r1).Store(ref *(to + width), 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Lanes(byte* b, nint stride)
    {
        if (typeof(TVector) == typeof(Simd512<T>))
        {
            Vector512<byte> vector = Vector128.Load(b).ToVector256Unsafe().ToVector512Unsafe();
            vector = Insert(vector, b + stride, 1);
            vector = Insert(vector, b + (2 * stride), 2);
            return Unsafe.BitCast<Vector512<byte>, TVector>(Insert(vector, b + (3 * stride), 3));
        }

        if (typeof(TVector) == typeof(Simd256<T>))
            return Unsafe.BitCast<Vector256<byte>, TVector>(Vector256.Create(Vector128.Load(b), Vector128.Load(b + stride)));
        return Unsafe.BitCast<Vector128<byte>, TVector>(Vector128.Load(b));
    }

    /// <summary>Straight from memory, which takes no shuffle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Insert(Vector512<byte> vector, byte* b, [ConstantExpected] byte lane) =>
        Avx512F.InsertVector128(vector.AsSingle(), Vector128.Load((float*)b), lane).AsByte();

    /// <summary>The lower halves of each lane of both, interleaved as elements of <typeparamref name="TElement"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Low<TElement>(TVector left, TVector right)
    {
        if (typeof(TVector) == typeof(Simd512<T>))
        {
            Vector512<double> x = Unsafe.BitCast<TVector, Vector512<double>>(left);
            Vector512<double> y = Unsafe.BitCast<TVector, Vector512<double>>(right);
            return Unsafe.BitCast<Vector512<double>, TVector>(typeof(TElement) == typeof(float)
                ? Avx512F.UnpackLow(x.AsSingle(), y.AsSingle()).AsDouble() : Avx512F.UnpackLow(x, y));
        }

        if (typeof(TVector) == typeof(Simd256<T>))
        {
            Vector256<double> x = Unsafe.BitCast<TVector, Vector256<double>>(left);
            Vector256<double> y = Unsafe.BitCast<TVector, Vector256<double>>(right);
            return Unsafe.BitCast<Vector256<double>, TVector>(typeof(TElement) == typeof(float)
                ? Avx.UnpackLow(x.AsSingle(), y.AsSingle()).AsDouble() : Avx.UnpackLow(x, y));
        }

        Vector128<double> u = Unsafe.BitCast<TVector, Vector128<double>>(left);
        Vector128<double> v = Unsafe.BitCast<TVector, Vector128<double>>(right);
        if (typeof(TElement) == typeof(double)) return Unsafe.BitCast<Vector128<double>, TVector>(Vector128.Create(u[0], v[0]));
        Vector128<float> f = u.AsSingle(), g = v.AsSingle();
        return Unsafe.BitCast<Vector128<float>, TVector>(
            Sse.IsSupported ? Sse.UnpackLow(f, g)
            : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(f, g)
            : Vector128.Create(f[0], g[0], f[1], g[1]));
    }

    /// <summary>The upper halves of each lane of both, interleaved as elements of <typeparamref name="TElement"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector High<TElement>(TVector left, TVector right)
    {
        if (typeof(TVector) == typeof(Simd512<T>))
        {
            Vector512<double> x = Unsafe.BitCast<TVector, Vector512<double>>(left);
            Vector512<double> y = Unsafe.BitCast<TVector, Vector512<double>>(right);
            return Unsafe.BitCast<Vector512<double>, TVector>(typeof(TElement) == typeof(float)
                ? Avx512F.UnpackHigh(x.AsSingle(), y.AsSingle()).AsDouble() : Avx512F.UnpackHigh(x, y));
        }

        if (typeof(TVector) == typeof(Simd256<T>))
        {
            Vector256<double> x = Unsafe.BitCast<TVector, Vector256<double>>(left);
            Vector256<double> y = Unsafe.BitCast<TVector, Vector256<double>>(right);
            return Unsafe.BitCast<Vector256<double>, TVector>(typeof(TElement) == typeof(float)
                ? Avx.UnpackHigh(x.AsSingle(), y.AsSingle()).AsDouble() : Avx.UnpackHigh(x, y));
        }

        Vector128<double> u = Unsafe.BitCast<TVector, Vector128<double>>(left);
        Vector128<double> v = Unsafe.BitCast<TVector, Vector128<double>>(right);
        if (typeof(TElement) == typeof(double)) return Unsafe.BitCast<Vector128<double>, TVector>(Vector128.Create(u[1], v[1]));
        Vector128<float> f = u.AsSingle(), g = v.AsSingle();
        return Unsafe.BitCast<Vector128<float>, TVector>(
            Sse.IsSupported ? Sse.UnpackHigh(f, g)
            : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(f, g)
            : Vector128.Create(f[2], g[2], f[3], g[3]));
    }
}
