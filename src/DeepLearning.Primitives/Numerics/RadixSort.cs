namespace DeepLearning.Primitives;

/// <summary>Sorting numbers by their bits, digit by digit from the lowest.</summary>
internal static class RadixSort
{
    private const int DigitBits = 11, Digits = 1 << DigitBits, Passes = 6;

    /// <summary>Below this, comparing is faster.</summary>
    private const int Least = 1 << 12;

    /// <summary>The integer that lies among integers as the number lies among numbers; both zeros are one, NaN has no place.</summary>
    public static ulong Key(double value)
    {
        // −0 + 0 is +0.
        long bits = BitConverter.DoubleToInt64Bits(value + 0.0);
        return (ulong)(bits ^ ((bits >> 63) | long.MinValue));
    }

    /// <summary>The number of a key.</summary>
    public static double Value(ulong key)
    {
        long bits = (long)key;
        return BitConverter.Int64BitsToDouble(bits < 0 ? bits ^ long.MinValue : ~bits);
    }

    /// <summary>Sorts in ascending order. A digit that all keys share, as the low ones of floats, costs nothing.</summary>
    public static void Sort(Span<ulong> keys)
    {
        if (keys.Length < Least)
        {
            keys.Sort();
            return;
        }

        int[] counts = new int[Passes * Digits];
        foreach (ulong key in keys)
        {
            for (int pass = 0; pass < Passes; pass++) counts[(pass * Digits) + Digit(key, pass)]++;
        }

        ulong[] buffer = GC.AllocateUninitializedArray<ulong>(keys.Length);
        Span<ulong> from = keys, to = buffer;
        for (int pass = 0; pass < Passes; pass++)
        {
            Span<int> places = counts.AsSpan(pass * Digits, Digits);
            if (places[Digit(from[0], pass)] == keys.Length) continue;
            int place = 0;
            for (int digit = 0; digit < Digits; digit++) (places[digit], place) = (place, place + places[digit]);
            foreach (ulong key in from) to[places[Digit(key, pass)]++] = key;
            Span<ulong> swapped = from;
            from = to;
            to = swapped;
        }

        if (from != keys) from.CopyTo(keys);
    }

    private static int Digit(ulong key, int pass) => (int)(key >> (pass * DigitBits)) & (Digits - 1);
}
