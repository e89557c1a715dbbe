using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Reduction = TorchSharp.torch.nn.Reduction;

namespace DeepLearning.Primitives.GoldenVectors;

/// <summary>Every other loss that libtorch has: each with its reductions, and with its parameters where they change the formula.</summary>
internal static class MoreLossCases
{
    private static readonly Reduction[] s_reductions = [Reduction.Mean, Reduction.Sum, Reduction.None];

    public static void Write(VectorFile file)
    {
        Elementwise(file);
        Labels(file);
        Rows(file);
        Ctc(file);
        PositiveWeights(file);
    }

    /// <summary>One for each of five classes, alone and with a weight for each element.</summary>
    private static void PositiveWeights(VectorFile file)
    {
        Tensor x = file.Uniform(3, 4, 5), t = (file.Uniform(0.5, 4, 5) + 0.5).to(ScalarType.Float32).to(ScalarType.Float64);
        Tensor positive = tensor(new double[] { 0, 0.5, 1, 2.5, 16 }), weights = tensor(new double[] { 1, 0, 0.5, 2 });
        foreach (Reduction r in s_reductions)
        {
            Case("bce_logits_classes", v => F.binary_cross_entropy_with_logits(v, t, reduction: r, pos_weights: positive));
            // PyTorch's mean divides by all elements, weights or not: here they are 20 of a sum of 3.5 · 5.
            if (r != Reduction.Mean) Case("bce_logits_all", v => F.binary_cross_entropy_with_logits(v, t, weights.unsqueeze(1), r, positive));

            void Case(string name, Func<Tensor, Tensor> loss)
            {
                file.Gradient($"loss/{name}/{r}".ToLowerInvariant(), v => loss(v[0]), single: false, ("x", x));
                file.Write("target", t);
            }
        }
    }

    private static void Elementwise(VectorFile file)
    {
        Tensor x = file.Uniform(3, 4, 5), t = file.Uniform(3, 4, 5), p = (file.Uniform(0.49, 4, 5) + 0.5).to(ScalarType.Float32).to(ScalarType.Float64);
        Tensor q = (file.Uniform(0.5, 4, 5) + 0.5).to(ScalarType.Float32).to(ScalarType.Float64), logs = p.log(), counts = (9 * q).floor();
        Tensor edges = tensor(new double[] { 0, 1, 0, 1, 0.5, 0 }), edgeTargets = tensor(new double[] { 0, 1, 1, 0, 0.25, 0.5 });
        foreach (Reduction r in s_reductions)
        {
            Pair("mse", (a, b) => F.mse_loss(a, b, r), x, t);
            Pair("l1", (a, b) => F.l1_loss(a, b, r), x, t);
            Pair("huber_1", (a, b) => F.huber_loss(a, b, 1, r), x, t);
            Pair("huber_0.5", (a, b) => F.huber_loss(a, b, 0.5, r), x, t);
            Pair("smooth_l1_1", (a, b) => F.smooth_l1_loss(a, b, r, 1), x, t);
            Pair("smooth_l1_2", (a, b) => F.smooth_l1_loss(a, b, r, 2), x, t);
            Pair("bce", (a, b) => F.binary_cross_entropy(a, b, reduction: r), p, q);
            Pair("bce_edges", (a, b) => F.binary_cross_entropy(a, b, reduction: r), edges, edgeTargets);
            Pair("bce_logits_1", (a, b) => F.binary_cross_entropy_with_logits(a, b, reduction: r), 10 * x, q);
            Pair("bce_logits_2.5", (a, b) => F.binary_cross_entropy_with_logits(a, b, reduction: r, pos_weights: tensor(2.5, ScalarType.Float64)), x, q);
            Pair("poisson_log", (a, b) => F.poisson_nll_loss(a, b, reduction: r), x, counts);
            Pair("poisson_log_full", (a, b) => F.poisson_nll_loss(a, b, full: true, reduction: r), x, counts);
            Pair("poisson_rate", (a, b) => F.poisson_nll_loss(a, b, log_input: false, reduction: r), p, counts);
            Pair("kl", (a, b) => F.kl_div(a, b, false, r), logs, q);
            Pair("kl_log", (a, b) => F.kl_div(a, b, true, r), logs, t);

            void Pair(string name, Func<Tensor, Tensor, Tensor> loss, Tensor input, Tensor target)
            {
                file.Gradient($"loss/{name}/{r}".ToLowerInvariant(), v => loss(v[0], target), single: false, ("x", input));
                file.Write("target", target);
            }
        }

        // TorchSharp's own loss sums over the last dimension first and differentiates no variance; the sum is PyTorch's.
        file.Gradient("loss/gaussian/sum", v => F.gaussian_nll_loss(v[0], t, 2 * p, eps: 1e-6f, reduction: Reduction.Sum), single: false, ("x", x));
        file.Write("target", t);
        file.Write("variance", 2 * p);
        file.Gradient("loss/kl_batch/mean", v => F.kl_div(v[0], q, false, Reduction.Sum) / 4, single: false, ("x", logs));
        file.Write("target", q);
    }

    private static void Labels(VectorFile file)
    {
        Tensor x = file.Uniform(2, 6, 4), image = file.Uniform(2, 2, 4, 3), weights = tensor(new double[] { 1, 0.25, 2, 0.5 });
        Tensor labels = tensor(new long[] { 0, 3, 1, -100, 2, 0 }), all = tensor(new long[] { 0, 3, 1, 1, 2, 0 });
        foreach (Reduction r in s_reductions)
        {
            Case("nll", x, all, v => F.nll_loss(v, all, reduction: r));
            Case("nll_weights", x, all, v => F.nll_loss(v, all, weights.to(v.dtype), r));
            Case("nll_image", image, all, v => F.nll_loss(v, all.reshape(2, 3), weights.to(v.dtype), r));
            Case("cross_entropy_image", image, labels, v => F.cross_entropy(v, labels.reshape(2, 3), weights.to(v.dtype), -100, r, 0.1));
            Case("multi_margin_1", x, all, v => F.multi_margin_loss(v, all, 1, 1, null, r));
            Case("multi_margin_2", x, all, v => F.multi_margin_loss(v, all, 2, 0.5, null, r));

            Tensor soft = file.Uniform(1, 6, 4).softmax(-1);
            file.Gradient($"loss/soft_cross_entropy/{r}".ToLowerInvariant(), v => F.cross_entropy(v[0], soft, reduction: r), single: false, ("x", x));
            file.Write("target", soft);
            file.Gradient($"loss/soft_cross_entropy_all/{r}".ToLowerInvariant(), v => F.cross_entropy(v[0], soft, weights, -100, r, 0.2), single: false, ("x", x));
            file.Write("target", soft);

            void Case(string name, Tensor input, Tensor target, Func<Tensor, Tensor> loss)
            {
                file.Gradient($"loss/{name}/{r}".ToLowerInvariant(), v => loss(v[0]), single: false, ("x", input));
                file.Write("labels", target);
            }
        }
    }

    private static void Rows(VectorFile file)
    {
        Tensor a = file.Uniform(1, 4, 5), b = file.Uniform(1, 4, 5), c = file.Uniform(1, 4, 5), signs = tensor(new double[] { 1, -1, -1, 1 });
        foreach (Reduction r in s_reductions)
        {
            Case("cosine_0", v => F.cosine_embedding_loss(v[0], v[1], signs, 0, r), ("a", a), ("b", b));
            Case("cosine_0.1", v => F.cosine_embedding_loss(v[0], v[1], signs, 0.1, r), ("a", a), ("b", b));
            Case("ranking", v => F.margin_ranking_loss(v[0], v[1], signs, 0.3, r), ("a", a.sum(1)), ("b", b.sum(1)));
            Case("triplet", v => F.triplet_margin_loss(v[0], v[1], v[2], 1, 2, 1e-6, false, r), ("a", a), ("b", b), ("c", c));
            Case("triplet_swap", v => F.triplet_margin_loss(v[0], v[1], v[2], 1, 2, 1e-6, true, r), ("a", a), ("b", b), ("c", c));

            void Case(string name, Func<Tensor[], Tensor> loss, params (string, Tensor)[] inputs)
            {
                file.Gradient($"loss/{name}/{r}".ToLowerInvariant(), loss, single: false, inputs);
                file.Write("target", signs);
            }
        }
    }

    private static void Ctc(VectorFile file)
    {
        Tensor x = file.Uniform(2, 9, 3, 5), labels = tensor(new long[] { 1, 1, 3, 2, 3, 4, 4, 2 });
        Tensor steps = tensor(new long[] { 9, 6, 2 }), counts = tensor(new long[] { 4, 2, 2 });
        foreach (Reduction r in s_reductions)
        {
            // The third sequence is too short for its two equal labels; through the softmax, whose share the gradient holds.
            file.Gradient($"loss/ctc/{r}".ToLowerInvariant(), v => F.ctc_loss(v[0].log_softmax(2), labels, steps, counts, 0, true, r), single: false, ("x", x));
            file.Write("labels", labels);
            file.Write("steps", steps);
            file.Write("counts", counts);
        }
    }
}
