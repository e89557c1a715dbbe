using static TorchSharp.torch;

namespace DeepLearning.Primitives.GoldenVectors;

/// <summary>Cross entropy of class indices, with each of its options and with all of them.</summary>
internal static class LossCases
{
    private const long Ignored = -100;

    public static void Write(VectorFile file)
    {
        Tensor logits = file.Uniform(5, 6, 4);
        Tensor labels = tensor(new long[] { 0, 3, 1, 1, 2, 0 }), holes = tensor(new long[] { 0, Ignored, 1, 1, Ignored, 2 });
        Tensor weights = tensor(new double[] { 1, 0.25, 2, 0.5 }), zeroWeight = tensor(new double[] { 1, 0, 2, 0.5 });
        Tensor wide = tensor(new double[] { 1000, 0, -1000, 0, 1000, -1000, 500, 500, 500 }).reshape(3, 3);

        foreach (nn.Reduction reduction in (nn.Reduction[])[nn.Reduction.Mean, nn.Reduction.Sum, nn.Reduction.None])
        {
            Case("plain", labels, null, 0);
            Case("smoothing", labels, null, 0.1);
            Case("weights", labels, weights, 0);
            Case("zero_weight", labels, zeroWeight, 0);
            Case("ignored", holes, null, 0);
            Case("smoothing_weights", labels, weights, 0.1);
            Case("smoothing_ignored", holes, null, 0.1);
            Case("weights_ignored", holes, weights, 0);
            Case("combined", holes, weights, 0.1);
            Case("combined_more", holes, zeroWeight, 0.3);
            Loss($"cross_entropy/wide/{reduction}", wide, tensor(new long[] { 0, 2, 1 }), null, 0, reduction);

            void Case(string name, Tensor target, Tensor? weight, double smoothing) =>
                Loss($"cross_entropy/{name}/{reduction}", logits, target, weight, smoothing, reduction);
        }

        void Loss(string name, Tensor input, Tensor target, Tensor? weight, double smoothing, nn.Reduction reduction)
        {
            file.Gradient(name.ToLowerInvariant(), v => nn.functional.cross_entropy(
                v[0], target, weight?.to(v[0].dtype), Ignored, reduction, smoothing), single: false, ("logits", input));
            file.Write("labels", target);
            file.Write("labelSmoothing", smoothing);
            if (weight is not null) file.Write("classWeights", weight);
        }
    }
}
