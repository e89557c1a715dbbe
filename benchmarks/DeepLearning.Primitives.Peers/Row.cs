namespace DeepLearning.Primitives.Peers;

/// <summary>One line of a table: the same work done by us and by a peer, and how many times faster ours shall be.</summary>
internal sealed record Row(string Work, double? Goal, Action Ours, Action Theirs)
{
    /// <summary>How often the work happens in one call; times are shown for one.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>True when libtorch needs its gradient machinery; otherwise it runs in inference mode.</summary>
    public bool NeedsGradients { get; init; }
}

/// <summary>A table: rows against one peer, and the goal of the geometric mean of their ratios where there is one.</summary>
internal sealed record Table(string Title, string Peer, IEnumerable<Row> Rows)
{
    public double? MeanGoal { get; init; }

    /// <summary>Threads on both sides, where it is not what the command line says.</summary>
    public int? Threads { get; init; }
}
