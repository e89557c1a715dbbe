using Xunit;

namespace DeepLearning.Primitives.Tests;

public class ShapeTests
{
    [Fact]
    public void A_collection_expression_makes_a_shape()
    {
        Shape shape = [64, 1, 784];
        Assert.Equal((3, 64 * 784, 784, 64), (shape.Rank, shape.ElementCount, shape[^1], shape[0]));
        Assert.Equal("[64, 1, 784]", shape.ToString());
        Assert.Equal([64, 1, 784], shape.ToArray());
    }

    [Fact]
    public void The_shape_of_a_scalar_is_empty_and_default()
    {
        Shape scalar = [];
        Assert.Equal(1, scalar.ElementCount);
        Assert.Equal(default, scalar);
        Assert.Equal(1, default(Shape).ElementCount);
        Assert.Equal("[]", scalar.ToString());
    }

    [Fact]
    public void Shapes_are_equal_when_their_lengths_are()
    {
        Shape a = [2, 3], b = [2, 3], c = [2, 3, 1];
        Assert.True(a == b && a != c && a.Equals((object)b) && a.GetHashCode() == b.GetHashCode());
    }

    [Fact]
    public void Impossible_shapes_are_refused()
    {
        Assert.Contains("negative", Assert.Throws<ArgumentException>(() => Shape.Create([2, -1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Shape.Create([1, 1, 1, 1, 1, 1, 1, 1, 1]));
        Assert.Throws<ArgumentException>(() => Shape.Create([65536, 65536]));
        Assert.Throws<ArgumentException>(() => Shape.Create([65536, 65536, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Shape.Create([2])[1]);
        Assert.Equal(0, Shape.Create([0, int.MaxValue]).ElementCount);
    }
}
