using System.Numerics.Tensors;
using Xunit;

namespace DeepLearning.Primitives.Tests;

public class TensorInteropTests
{
    [Fact]
    public void Tensors_come_in_row_major_whatever_their_strides_and_go_out_as_copies()
    {
        Tensor<float> tensor = Tensor.Create([1f, 2, 3, 4, 5, 6], [2, 3]);
        GradientTape<float> tape = new();
        Variable<float> rows = tape.Constant(tensor.AsReadOnlyTensorSpan());
        Assert.Equal([2, 3], rows.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], rows.Value.ToArray());
        Variable<float> part = tape.Constant(tensor.AsReadOnlyTensorSpan().Slice([0..2, 1..3]));
        Assert.Equal([2, 3, 5, 6], part.Value.ToArray());
        Tensor<float> doubled = (part * 2).ToTensor();
        tape.Reset();
        Assert.Equal([2, 2], doubled.Lengths.ToArray());
        Assert.Equal(10, doubled[1, 0]);
    }

    [Fact]
    public void Tensors_without_elements_or_with_too_many_dimensions()
    {
        GradientTape<float> tape = new();
        Assert.Equal([0, 3], tape.Constant(Tensor.Create<float>([], [0, 3]).AsReadOnlyTensorSpan()).Shape);
        Tensor<float> deep = Tensor.Create([1f], [1, 1, 1, 1, 1, 1, 1, 1, 1]);
        Assert.Throws<ArgumentException>(() => tape.Constant(deep.AsReadOnlyTensorSpan()));
    }
}
