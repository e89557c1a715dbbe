namespace DeepLearning.Primitives;

/// <summary>
/// Which rows of a ragged batch are alive at which step. The rows are put in order of length, longest first (equal ones stay
/// in their order), so that those alive at a step are the first ones; the packed rows of all steps, step after step, hold
/// nothing else. Going backward, each row begins at its own last step, so that the steps are the same for both directions.
/// </summary>
internal sealed class SequencePlan
{
    private int[] _order = [];
    private int[] _places = [];
    private int[] _lengths = [];
    private int[] _offsets = [0];

    public int Time { get; private set; }

    public int Batch { get; private set; }

    public bool BatchMajor { get; private set; }

    /// <summary>All packed rows: the sum of the lengths.</summary>
    public int Total => _offsets[Time];

    /// <summary>True when every row has all steps: packed rows are then in time-major order.</summary>
    public bool IsFull => Total == Time * Batch;

    /// <summary>True when the packed rows, in this direction, are the sequence as it stands.</summary>
    public bool IsInPlace(bool reverse) => IsFull && ((!reverse && (!BatchMajor || Batch == 1)) || Time <= 1);

    /// <summary>Where the rows of a step begin among the packed ones.</summary>
    public int Offset(int step) => _offsets[step];

    /// <summary>The rows alive at a step.</summary>
    public int Count(int step) => _offsets[step + 1] - _offsets[step];

    /// <summary>The place in the batch of the row that is in this place by length.</summary>
    public int Row(int sorted) => _order[sorted];

    /// <summary>
    /// Whether a row of the batch is alive at a step, and its place by length. Through the rows of a sequence it is quickest to go
    /// in the order of the batch, in which they stand in memory.
    /// </summary>
    public bool IsAlive(int row, int step, out int sorted)
    {
        sorted = _places[row];
        return sorted < Count(step);
    }

    /// <summary>The length of the row in this place by length.</summary>
    public int Length(int sorted) => _lengths[_order[sorted]];

    /// <summary>Where in the sequence, in rows, the input of a sorted row at a step stands, and its output.</summary>
    public int Position(int step, int sorted, bool reverse)
    {
        int row = _order[sorted], time = reverse ? _lengths[row] - 1 - step : step;
        return BatchMajor ? (row * Time) + time : (time * Batch) + row;
    }

    /// <summary>Clears the rows, of <paramref name="width"/> elements, that lie beyond the lengths.</summary>
    public void ClearBeyond<T>(Span<T> sequence, int width)
    {
        if (IsFull) return;
        for (int step = 0; step < Time; step++)
        {
            for (int row = 0; row < Batch; row++)
            {
                if (!IsAlive(row, step, out int sorted))
                    sequence.Slice(Position(step, sorted, reverse: false) * width, width).Clear();
            }
        }
    }

    /// <summary>The index of the last packed row of a sorted row, counted after the <see cref="Batch"/> initial states.</summary>
    public int Final(int sorted) => Length(sorted) == 0 ? sorted : Batch + _offsets[Length(sorted) - 1] + sorted;

    /// <summary>Makes the plan; without lengths every row has all <paramref name="time"/> steps.</summary>
    /// <exception cref="ArgumentException">There are not as many lengths as rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative or above <paramref name="time"/>.</exception>
    public void Set(int time, int batch, ReadOnlySpan<int> lengths, bool batchMajor)
    {
        Check(time, batch, lengths);
        (Time, Batch, BatchMajor) = (time, batch, batchMajor);
        if (_order.Length < batch) (_order, _places, _lengths) = (new int[batch], new int[batch], new int[batch]);
        if (_offsets.Length < time + 2) _offsets = new int[time + 2];
        if (lengths.IsEmpty) _lengths.AsSpan(0, batch).Fill(time);
        else lengths.CopyTo(_lengths);
        // Rows by length: first how many have each, then, from the longest on, how many are longer: their first places.
        Span<int> places = _offsets.AsSpan(0, time + 1);
        places.Clear();
        for (int row = 0; row < batch; row++) places[_lengths[row]]++;
        for (int length = time, longer = 0; length >= 0; length--) longer += Take(ref places[length], longer);
        for (int row = 0; row < batch; row++) _order[_places[row] = places[_lengths[row]]++] = row;
        // The place after the last row of a length is how many rows are at least as long.
        for (int step = 0, offset = 0; step <= time; step++)
        {
            int alive = step < time ? places[step + 1] : 0;
            places[step] = offset;
            offset += alive;
        }

        static int Take(ref int count, int place)
        {
            int taken = count;
            count = place;
            return taken;
        }
    }

    /// <summary>Throws what is wrong with the lengths of a batch.</summary>
    public static void Check(int time, int batch, ReadOnlySpan<int> lengths)
    {
        if (!lengths.IsEmpty && lengths.Length != batch)
            throw new ArgumentException($"There are {lengths.Length} lengths for a batch of {batch} rows.", nameof(lengths));
        for (int row = 0; row < lengths.Length; row++)
        {
            if ((uint)lengths[row] > (uint)time)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(lengths), lengths[row], $"The length of row {row} is {lengths[row]}; the sequence has {time} steps.");
            }
        }
    }
}
