namespace CharacterGru;

/// <summary>
/// How long to learn: for so many seconds, or for so many steps. With steps the learning rate follows their number and not the
/// clock, so that every run has the same bits.
/// </summary>
internal readonly record struct Plan(double Seconds, int? Steps)
{
    /// <summary>How much of the way is done, from 0 to 1; measurements that end it take <paramref name="reserve"/> seconds.</summary>
    public double Part(int step, double seconds, double reserve) =>
        Math.Clamp(Steps is { } steps ? (double)step / steps : seconds / Math.Max(1e-3, Seconds - reserve), 0, 1);
}
