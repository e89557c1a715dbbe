namespace DeepLearning.Primitives;

/// <summary>A number that the JIT compiler sees as a constant.</summary>
internal interface ICount
{
    static abstract int Count { get; }
}

internal readonly struct Zero : ICount
{
    public static int Count => 0;
}

internal readonly struct One : ICount
{
    public static int Count => 1;
}

internal readonly struct Two : ICount
{
    public static int Count => 2;
}

internal readonly struct Three : ICount
{
    public static int Count => 3;
}

internal readonly struct Four : ICount
{
    public static int Count => 4;
}

internal readonly struct Five : ICount
{
    public static int Count => 5;
}

internal readonly struct Six : ICount
{
    public static int Count => 6;
}

internal readonly struct Eight : ICount
{
    public static int Count => 8;
}
