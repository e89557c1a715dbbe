using Xunit;

namespace DeepLearning.Primitives.Tests;

public class LibtorchVectorsTests
{
    [Fact]
    public void Every_tensor_has_as_many_values_as_its_shape_says()
    {
        string[] names = [.. LibtorchVectors.Names("")];
        Assert.NotEmpty(names);
        foreach (LibtorchTensor tensor in names.SelectMany(n => LibtorchVectors.Find(n).Tensors.Values))
            Assert.Equal(tensor.Lengths.Aggregate(1, (a, b) => a * b), tensor.Doubles.Length);
    }

    [Fact]
    public void A_case_holds_what_was_computed()
    {
        LibtorchCase product = LibtorchVectors.Find("matmul/matrix");
        double[] a = product["a"].Doubles, b = product["b"].Doubles;
        double expected = a[0] * b[0] + a[1] * b[5] + a[2] * b[10] + a[3] * b[15];
        Assert.Equal(expected, product["output"].Doubles[0], 1e-14); // four products below 4: a few roundings of 2⁻⁵³ · 4
        Assert.Equal([3, 5], product["output"].Lengths);
    }

    [Fact]
    public void An_unknown_name_is_named()
    {
        var noCase = Assert.Throws<KeyNotFoundException>(() => LibtorchVectors.Find("nothing"));
        var noTensor = Assert.Throws<KeyNotFoundException>(() => LibtorchVectors.Find("tanh")["z"]);
        Assert.Contains("no case 'nothing'", noCase.Message, StringComparison.Ordinal);
        Assert.Contains("no 'z'", noTensor.Message, StringComparison.Ordinal);
    }
}
