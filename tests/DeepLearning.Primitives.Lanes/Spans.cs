using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives.Lanes;

/// <summary>
/// Every public span function of one of these four forms, whoever adds it: at each offset from 0 to 15 elements, element by
/// element, and each row alone. A difference is reported and counted.
/// </summary>
internal static class Spans
{
    private const int Offsets = 16, QuickLength = 37, LongestQuickRow = 30;

    private delegate void Map<T>(ReadOnlySpan<T> x, Span<T> destination);

    private delegate void Map2<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination);

    private delegate void RowMap<T>(ReadOnlySpan<T> x, int rowLength, Span<T> destination);

    private delegate void RowMap2<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, int rowLength, Span<T> destination);

    public static int Run<T>(bool quick)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int failures = 0;
        foreach (MethodInfo method in ((Type[])[typeof(Activations), typeof(Elementary)])
            .SelectMany(c => c.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Where(m => m.IsGenericMethodDefinition && m.GetGenericArguments().Length == 1)
            .OrderBy(m => m.Name, StringComparer.Ordinal))
        {
            MethodInfo closed = method.MakeGenericMethod(typeof(T));
            if (Bind<Map<T>>(closed) is { } map) Check(closed.Name, 1, (x, _, _, to) => map(x, to));
            else if (Bind<Map2<T>>(closed) is { } map2) Check(closed.Name, 1, (x, y, _, to) => map2(x, y, to));
            else if (Bind<RowMap<T>>(closed) is { } rows) foreach (int length in RowLengths(quick)) Check(closed.Name, length, (x, _, n, to) => rows(x, n, to));
            else if (Bind<RowMap2<T>>(closed) is { } rows2) foreach (int length in RowLengths(quick)) Check(closed.Name, length, (x, y, n, to) => rows2(x, y, n, to));
        }

        return failures;

        void Check(string name, int rowLength, Call<T> call)
        {
            string full = $"{name} of {typeof(T).Name}, spans{(rowLength == 1 ? "" : $", rows of {rowLength}")}";
            int length = rowLength == 1 ? (quick ? QuickLength : 203) : 4 * rowLength;
            T[] x = new T[length + Offsets], y = new T[x.Length], first = new T[length];
            new Philox(seed: 11).Normal<T>(x, T.Zero, T.CreateChecked(4));
            new Philox(seed: 12).Normal<T>(y, T.Zero, T.One);
            T untouched = T.CreateChecked(1e30);
            first.AsSpan().Fill(untouched);
            try
            {
                call(x.AsSpan(0, length), y.AsSpan(0, length), rowLength, first);
            }
            catch (ArgumentException)
            {
                // Its two inputs are of different lengths; the catalogue has it.
                return;
            }

            // A gated unit halves a row, log-sum-exp makes one number of it.
            int written = first.AsSpan().IndexOf(untouched) is >= 0 and int end ? end : length, perRow = written / (length / rowLength);
            string? fault = null;
            for (int offset = 1; offset < Offsets; offset++)
            {
                T[] shiftedX = new T[length + offset], shiftedY = new T[length + offset], to = new T[length + offset];
                x.AsSpan(0, length).CopyTo(shiftedX.AsSpan(offset));
                y.AsSpan(0, length).CopyTo(shiftedY.AsSpan(offset));
                call(shiftedX.AsSpan(offset), shiftedY.AsSpan(offset), rowLength, to.AsSpan(offset));
                if (!Same(first.AsSpan(0, written), to.AsSpan(offset))) fault ??= $"offset {offset}";
            }

            T[] alone = new T[perRow];
            for (int row = 0; row < length / rowLength; row++)
            {
                call(x.AsSpan(row * rowLength, rowLength), y.AsSpan(row * rowLength, rowLength), rowLength, alone);
                if (!Same(first.AsSpan(row * perRow, perRow), alone)) fault ??= $"{(rowLength == 1 ? "element" : "row")} {row} alone";
            }

            if (fault is not null)
            {
                Console.Error.WriteLine($"DIFFERS: {full}: {fault}");
                failures++;
            }

            string small = rowLength == 1 ? Hash.Of<T>(first.AsSpan(0, QuickLength)) : rowLength <= LongestQuickRow ? Hash.Of<T>(first.AsSpan(0, written)) : "-";
            Workload.Print(full, small, quick ? "-" : Hash.Of<T>(first.AsSpan(0, written)));
        }
    }

    private delegate void Call<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, int rowLength, Span<T> destination);

    private static int[] RowLengths(bool quick) => quick ? [8, LongestQuickRow] : [8, LongestQuickRow, 48, 300, 1100];

    private static TDelegate? Bind<TDelegate>(MethodInfo method)
        where TDelegate : Delegate => (TDelegate?)Delegate.CreateDelegate(typeof(TDelegate), method, throwOnBindFailure: false);

    private static bool Same<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < a.Length; i++)
        {
            if (T.IsNaN(a[i]) && T.IsNaN(b[i])) continue;
            if (!MemoryMarshal.AsBytes(a.Slice(i, 1)).SequenceEqual(MemoryMarshal.AsBytes(b.Slice(i, 1)))) return false;
        }

        return true;
    }
}
