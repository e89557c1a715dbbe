using TorchSharp;
using static DeepLearning.Primitives.Peers.Operands;
using F = TorchSharp.torch.nn.functional;

namespace DeepLearning.Primitives.Peers;

/// <summary>Losses forward and backward: value and gradient in one call against libtorch's loss and its gradient.</summary>
internal static class LossRows
{
    public static IEnumerable<Table> Tables() =>
    [
        new("Losses forward and backward, 1k", "libtorch", Elementwise(1 << 10, 5)),
        new("Losses forward and backward, 1M", "libtorch", Elementwise(1 << 20, 2)),
        new("Losses of rows forward and backward", "libtorch", [.. Labels(128, 1000, 3), .. Labels(256, 32_000, 2), .. Metric(128, 64), Ctc(100, 16, 32, 20)]),
    ];

    private static IEnumerable<Row> Elementwise(int n, double goal)
    {
        float[] x = Floats(n), t = Floats(n, -4, 4), p = Floats(n, 0.01f, 0.99f), q = Floats(n, 0, 1), g = new float[n];
        torch.Tensor tx = Tensor(x, n).requires_grad_(), tt = Tensor(t, n), tp = Tensor(p, n).requires_grad_(), tq = Tensor(q, n);
        float[] signs = Array.ConvertAll(t, v => v < 0 ? -1f : 1f), logs = Array.ConvertAll(p, MathF.Log), counts = Array.ConvertAll(q, v => MathF.Floor(9 * v));
        torch.Tensor ts = Tensor(signs, n), tl = Tensor(logs, n).requires_grad_(), tc = Tensor(counts, n);
        yield return Both("MSE", () => Losses.MeanSquaredError<float>(x, t, g), tx, () => F.mse_loss(tx, tt));
        yield return Both("MAE", () => Losses.MeanAbsoluteError<float>(x, t, g), tx, () => F.l1_loss(tx, tt));
        yield return Both("Huber", () => Losses.Huber<float>(x, t, g), tx, () => F.huber_loss(tx, tt));
        yield return Both("smooth L1", () => Losses.SmoothL1<float>(x, t, g), tx, () => F.smooth_l1_loss(tx, tt));
        yield return Both("log-cosh", () => Losses.LogCosh<float>(x, t, g), tx, () => (tx - tt).cosh().log().mean());
        yield return Both("hinge", () => Losses.Hinge<float>(x, signs, g), tx, () => (1 - ts * tx).clamp_min(0).mean());
        yield return Both("quantile", () => Losses.Quantile<float>(x, t, g), tx, () => torch.maximum(0.5 * (tt - tx), -0.5 * (tt - tx)).mean());
        yield return Both("BCE", () => Losses.BinaryCrossEntropy<float>(p, q, g), tp, () => F.binary_cross_entropy(tp, tq));
        yield return Both("BCE with logits", () => Losses.BinaryCrossEntropyWithLogits<float>(x, q, g), tx, () => F.binary_cross_entropy_with_logits(tx, tq));
        yield return Both("focal, binary", () => Losses.BinaryFocalLoss<float>(x, q, g), tx, () => Focal(tx, tq));
        yield return Both("Poisson NLL", () => Losses.PoissonNegativeLogLikelihood<float>(x, counts, g), tx, () => F.poisson_nll_loss(tx, tc));
        yield return Both("KL divergence", () => Losses.KullbackLeibler<float>(logs, q, g), tl, () => F.kl_div(tl, tq, log_target: false, reduction: torch.nn.Reduction.Sum));

        Row Both(string name, Action ours, torch.Tensor input, Func<torch.Tensor> theirs) =>
            new($"{name} {Name(n)}", goal, ours, () => Gradient(input, theirs)) { NeedsGradients = true };
    }

    private static IEnumerable<Row> Labels(int rows, int classes, double goal)
    {
        float[] x = Floats(rows * classes), g = new float[x.Length], soft = new float[x.Length];
        int[] labels = Operands.Labels(rows, classes);
        Activations.Softmax<float>(x, classes, soft);
        torch.Tensor tx = Tensor(x, rows, classes).requires_grad_(), target = Tensor(labels), ts = Tensor(soft, rows, classes);
        string shape = $"{rows}×{classes}";
        CrossEntropyOptions smooth = new() { LabelSmoothing = 0.1 };
        yield return new($"cross entropy {shape}", goal, () => Losses.CrossEntropy<float>(x, labels, g), () => Gradient(tx, () => F.cross_entropy(tx, target))) { NeedsGradients = true };
        yield return new($"cross entropy, smoothed {shape}", goal, () => Losses.CrossEntropy<float>(x, labels, smooth, g), () => Gradient(tx, () => F.cross_entropy(tx, target, label_smoothing: 0.1))) { NeedsGradients = true };
        yield return new($"soft cross entropy {shape}", 2, () => Losses.SoftCrossEntropy<float>(x, soft, classes, null, g), () => Gradient(tx, () => F.cross_entropy(tx, ts))) { NeedsGradients = true };
        yield return new($"multi-class hinge {shape}", 2, () => Losses.MultiClassHinge<float>(x, labels, null, g), () => Gradient(tx, () => F.multi_margin_loss(tx, target))) { NeedsGradients = true };
    }

    private static IEnumerable<Row> Metric(int rows, int length)
    {
        float[] a = Floats(rows * length), b = Floats(rows * length, -4, 4), c = Floats(rows * length, -3, 5), g = new float[a.Length], h = new float[a.Length], k = new float[a.Length];
        float[] signs = Array.ConvertAll(Operands.Labels(rows, 2), l => (2f * l) - 1);
        torch.Tensor ta = Tensor(a, rows, length).requires_grad_(), tb = Tensor(b, rows, length), tc = Tensor(c, rows, length), ts = Tensor(signs, rows);
        yield return new($"cosine embedding {rows}×{length}", 2, () => Losses.CosineEmbedding<float>(a, b, signs, null, g, h), () => Gradient(ta, () => F.cosine_embedding_loss(ta, tb, ts))) { NeedsGradients = true };
        yield return new($"triplet margin {rows}×{length}", 2, () => Losses.TripletMargin<float>(a, b, c, length, null, g, h, k), () => Gradient(ta, () => F.triplet_margin_loss(ta, tb, tc))) { NeedsGradients = true };
    }

    private static Row Ctc(int time, int batch, int classes, int labels)
    {
        float[] x = Floats(time * batch * classes), logs = new float[x.Length], g = new float[x.Length];
        Activations.LogSoftmax<float>(x, classes, logs);
        int[] targets = Array.ConvertAll(Operands.Labels(batch * labels, classes - 1), l => l + 1);
        int[] steps = [.. Enumerable.Repeat(time, batch)], counts = [.. Enumerable.Repeat(labels, batch)];
        torch.Tensor tx = Tensor(logs, time, batch, classes).requires_grad_(), tt = Tensor(targets).reshape(batch, labels), tn = Tensor(steps), tc = Tensor(counts);
        return new(
            $"CTC {time} steps, {batch}×{labels} labels", 1,
            () => Losses.ConnectionistTemporalClassification<float>(logs, targets, steps, counts, classes, null, g),
            () => Gradient(tx, () => F.ctc_loss(tx, tt, tn, tc)))
        { NeedsGradients = true };
    }

    private static torch.Tensor Focal(torch.Tensor x, torch.Tensor t)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor p = x.sigmoid(), right = p * t + (1 - p) * (1 - t);
        return (F.binary_cross_entropy_with_logits(x, t, reduction: torch.nn.Reduction.None) * (1 - right).square()).mean().MoveToOuterDisposeScope();
    }

    internal static void Gradient(torch.Tensor input, Func<torch.Tensor> theirs)
    {
        using var scope = torch.NewDisposeScope();
        torch.autograd.grad([theirs()], [input])[0].Dispose();
    }
}
