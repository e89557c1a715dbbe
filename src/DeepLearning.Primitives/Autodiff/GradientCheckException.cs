namespace DeepLearning.Primitives;

/// <summary>A gradient disagrees with central differences.</summary>
public sealed class GradientCheckException : Exception
{
    /// <summary>An exception without a message.</summary>
    public GradientCheckException()
    {
    }

    /// <summary>An exception that names the worst element.</summary>
    public GradientCheckException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a cause.</summary>
    public GradientCheckException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
