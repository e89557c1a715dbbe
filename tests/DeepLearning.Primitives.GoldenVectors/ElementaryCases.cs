using static TorchSharp.torch;

namespace DeepLearning.Primitives.GoldenVectors;

/// <summary>More functions of one number, and the softmax family along axes that are not the last.</summary>
internal static class ElementaryCases
{
    public static void Write(VectorFile file)
    {
        Tensor points = FunctionCases.Points();
        Map("rsqrt", x => x.rsqrt(), points[points > 0]);
        Map("sin", x => x.sin(), points);
        Map("cos", x => x.cos(), points);
        Map("clamp", x => x.clamp(-1, 2), points);
        Map("pow", x => x.pow(3), points);
        Tensor cube = points[TensorIndex.Slice(0, 36)].reshape(3, 3, 4);
        Map("softmax_axis", x => x.softmax(1), cube);
        Map("log_softmax_axis", x => x.log_softmax(0), cube);
        Map("softmin", x => (-x).softmax(1), cube);
        Map("logsumexp", x => x.logsumexp(1), cube);

        void Map(string name, Func<Tensor, Tensor> function, Tensor input) => file.Gradient(name, v => function(v[0]), true, ("x", input));
    }
}
