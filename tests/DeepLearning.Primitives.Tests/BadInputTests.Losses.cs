using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <content>Losses, on spans and on a tape.</content>
public partial class BadInputTests
{
    public static TheoryData<string, Action, string, string[]> LossesOnSpans => new()
    {
        { "CrossEntropy, rows", () => Losses.CrossEntropy(s_seven, s_labels), "logits", ["7", "3"] },
        { "CrossEntropy, label", () => Losses.CrossEntropy(s_six, s_labels), "labels", ["row 1", "is 2", "2 classes"] },
        { "CrossEntropy, gradient", () => Losses.CrossEntropy<float>(s_six, [0, 2], s_five), "gradient", ["5", "6"] },
        {
            "CrossEntropy, weights",
            () => Losses.CrossEntropy<float>(s_six, [0, 2], new CrossEntropyOptions { ClassWeights = new double[4] }),
            "options", ["4", "3 classes"]
        },
        {
            "CrossEntropy, none",
            () => Losses.CrossEntropy<float>(s_six, [0, 2], new CrossEntropyOptions { Reduction = Reduction.None }),
            "options", ["CrossEntropyPerRow"]
        },
        { "MeanSquaredError", () => Losses.MeanSquaredError<float>(s_six, s_five), "targets", ["5", "6", "predictions"] },
        { "MeanSquaredError, gradient", () => Losses.MeanSquaredError<float>(s_six, s_six, s_five), "gradient", ["5", "6"] },
        { "MeanSquaredError, shifted", () => Losses.MeanSquaredError<float>(s_six.AsSpan(0, 4), s_four, s_six.AsSpan(1)), "gradient", ["overlaps predictions"] },
        { "MeanSquaredError, weights", () => Losses.MeanSquaredError<float>(s_six, s_six, weights: s_five), "weights", ["5", "6"] },
        { "MeanSquaredError, weight", () => Losses.MeanSquaredError<float>(s_six, s_six, weights: s_bad), "weights", ["weights[1] is -2"] },
        { "MeanSquaredError, none", () => Losses.MeanSquaredError<float>(s_six, s_six, new() { Reduction = Reduction.None }), "losses", ["None"] },
        { "BinaryCrossEntropy, probability", () => Losses.BinaryCrossEntropy<float>(s_bad, s_three), "probabilities", ["probabilities[1] is -2", "[0, 1]"] },
        { "BinaryCrossEntropy, target", () => Losses.BinaryCrossEntropy<float>(s_three, s_bad), "targets", ["targets[1] is -2", "[0, 1]"] },
        { "BinaryCrossEntropyWithLogits", () => Losses.BinaryCrossEntropyWithLogits<float>(s_three, s_bad), "targets", ["targets[1] is -2", "[0, 1]"] },
        { "BinaryCrossEntropyWithLogits, lengths", () => Losses.BinaryCrossEntropyWithLogits<float>(s_six, s_five), "targets", ["5", "6", "logits"] },
        { "BinaryFocalLoss", () => Losses.BinaryFocalLoss<float>(s_three, s_bad), "targets", ["targets[1] is -2"] },
        { "Hinge", () => Losses.Hinge<float>(s_three, s_three), "targets", ["targets[0] is 0", "−1 or 1"] },
        { "SquaredHinge", () => Losses.SquaredHinge<float>(s_three, s_three), "targets", ["targets[0] is 0", "−1 or 1"] },
        { "MarginRanking", () => Losses.MarginRanking<float>(s_three, s_three, s_three), "targets", ["targets[0] is 0", "−1 or 1"] },
        { "PoissonNegativeLogLikelihood", () => Losses.PoissonNegativeLogLikelihood<float>(s_three, s_bad), "targets", ["targets[1] is -2"] },
        { "GaussianNegativeLogLikelihood", () => Losses.GaussianNegativeLogLikelihood<float>(s_three, s_three, s_bad), "variances", ["variances[1] is -2"] },
        { "KullbackLeibler", () => Losses.KullbackLeibler<float>(s_three, s_bad), "targets", ["targets[1] is -2", "[0, 1]"] },
        { "JensenShannon", () => Losses.JensenShannon<float>(s_bad, s_three), "probabilities", ["probabilities[1] is -2"] },
        { "NegativeLogLikelihood", () => Losses.NegativeLogLikelihood<float>(s_six, [0, 2, 1]), "labels", ["row 1 is 2", "2 classes"] },
        { "NegativeLogLikelihood, inner", () => Losses.NegativeLogLikelihood<float>(s_six, [0, 1, 1], innerLength: 2), "innerLength", ["3", "2"] },
        { "FocalLoss, weights", () => Losses.FocalLoss<float>(s_six, [0, 1, 1], weights: s_bad), "weights", ["weights[1] is -2"] },
        { "FocalLoss, weights' length", () => Losses.FocalLoss<float>(s_six, [0, 1, 1], weights: s_five), "weights", ["5", "3"] },
        { "MultiClassHinge", () => Losses.MultiClassHinge<float>(s_seven, [0, 1, 1]), "scores", ["7", "3"] },
        { "SoftCrossEntropy", () => Losses.SoftCrossEntropy<float>(s_three, s_bad, 3), "targets", ["row 0, class 1", "-2", "[0, 1]"] },
        { "SoftCrossEntropy, rows", () => Losses.SoftCrossEntropy<float>(s_seven, s_seven, 3), "logits", ["7", "3"] },
        { "CosineEmbedding", () => Losses.CosineEmbedding<float>(s_six, s_six, s_four), "left", ["6", "4"] },
        { "CosineEmbedding, target", () => Losses.CosineEmbedding<float>(s_six, s_six, s_three), "targets", ["targets[0] is 0"] },
        { "TripletMargin", () => Losses.TripletMargin<float>(s_six, s_six, s_five, 3), "negatives", ["5", "6"] },
        { "TripletMargin, overlap", () => Losses.TripletMargin<float>(s_six, s_six, s_six, 3, null, s_six), "anchorGradient", ["overlaps"] },
        { "InfoNce", () => Losses.InfoNce<float>(s_six, s_six, 4), "queries", ["6", "4"] },
        { "Dice", () => Losses.Dice<float>(s_three, s_bad, 3), "targets", ["targets[1] is -2"] },
        { "Tversky", () => Losses.Tversky<float>(s_bad, s_three, 3), "probabilities", ["probabilities[1] is -2"] },
        { "SoftF1", () => Losses.SoftF1<float>(s_six, s_six, 4), "probabilities", ["6", "4"] },
        { "Ctc, steps", () => Losses.ConnectionistTemporalClassification<float>(s_six, [1], [3], [1], 3), "inputLengths", ["inputLengths[0] is 3", "2 steps"] },
        { "Ctc, label", () => Losses.ConnectionistTemporalClassification<float>(s_six, [3], [2], [1], 3), "labels", ["Label 0 of sequence 0 is 3", "3 classes"] },
        { "Ctc, blank as a label", () => Losses.ConnectionistTemporalClassification<float>(s_six, [0], [2], [1], 3), "labels", ["is 0", "blank"] },
        { "Ctc, labels", () => Losses.ConnectionistTemporalClassification<float>(s_six, [1, 2, 1], [1, 1], [1, 1], 3), "labels", ["3 labels", "2"] },
        { "Ctc, length", () => Losses.ConnectionistTemporalClassification<float>(s_six, [1], [2], [-1], 3), "labelLengths", ["-1"] },
        { "Ctc, blank", () => Losses.ConnectionistTemporalClassification<float>(s_six, [1], [2], [1], 3, new() { Blank = 3 }), "options", ["3 classes"] },
        { "CrossEntropy, negative weight", () => Losses.CrossEntropy<float>(s_six, [0, 1, 1], null, default, s_bad), "weights", ["weights[1] is -2"] },
        { "SoftCrossEntropy, weight", () => Losses.SoftCrossEntropy<float>(s_six, s_six, 2, weights: s_bad), "weights", ["weights[1] is -2"] },
        { "InfoNce, weight", () => Losses.InfoNce<float>(s_six, s_six, 2, weights: s_bad), "weights", ["weights[1] is -2"] },
        { "InfoNce, none", () => Losses.InfoNce<float>(s_six, s_six, 2, new() { Reduction = Reduction.None }), "losses", ["None"] },
        { "Ctc, weight", () => Losses.ConnectionistTemporalClassification<float>(s_six, [1, 1, 1], [1, 1, 1], [1, 1, 1], 2, weights: s_bad), "weights", ["weights[1] is -2"] },
        { "BinaryCrossEntropyWithLogits, classes", () => Losses.BinaryCrossEntropyWithLogits<float>(s_six, s_six, new() { PositiveWeights = new double[4] }), "options", ["PositiveWeights has 4", "6"] },
        { "PositiveWeights", () => _ = new BinaryCrossEntropyOptions { PositiveWeights = (double[])[1, -2] }, "value", ["PositiveWeights", "-2"] },
        { "LabelSmoothing, one", () => _ = new CrossEntropyOptions { LabelSmoothing = 1 }, "value", ["LabelSmoothing", "1"] },
        { "Reduction", () => _ = new LossOptions { Reduction = (Reduction)9 }, "value", ["9"] },
        { "WhenEmpty", () => _ = new CrossEntropyOptions { WhenEmpty = (Undefined)(-1) }, "value", ["-1"] },
        { "Delta", () => _ = new HuberOptions { Delta = 0 }, "value", ["Delta", "0"] },
        { "Beta", () => _ = new SmoothL1Options { Beta = -1 }, "value", ["Beta", "-1"] },
        { "Quantile", () => _ = new QuantileOptions { Quantile = 1 }, "value", ["Quantile", "1"] },
        { "PositiveWeight", () => _ = new BinaryCrossEntropyOptions { PositiveWeight = double.NaN }, "value", ["PositiveWeight"] },
        { "Gamma", () => _ = new FocalOptions { Gamma = -1 }, "value", ["Gamma"] },
        { "Alpha", () => _ = new BinaryFocalOptions { Alpha = 1.5 }, "value", ["Alpha", "1.5"] },
        { "RowLength", () => _ = new KullbackLeiblerOptions { RowLength = 0 }, "value", ["RowLength"] },
        { "Temperature", () => _ = new InfoNceOptions { Temperature = 0 }, "value", ["Temperature"] },
        { "CrossEntropyPerRow", () => Losses.CrossEntropyPerRow(s_six, [0, 0, 1], null, s_six.AsSpan(0, 2)), "losses", ["2", "3"] },
        { "LabelSmoothing", () => _ = new CrossEntropyOptions { LabelSmoothing = 1.5 }, "value", ["LabelSmoothing", "1.5"] },
        { "ClassWeights", () => _ = new CrossEntropyOptions { ClassWeights = new double[] { 1, -2 } }, "value", ["ClassWeights", "-2"] },
    };

    [Theory]
    [MemberData(nameof(LossesOnSpans), DisableDiscoveryEnumeration = true)]
    public void Losses_name_what_is_wrong(string call, Action action, string parameter, string[] words) =>
        Says(call, action, parameter, words);

    public static TheoryData<string, Action, string, string[]> LossesOnATape => new()
    {
        { "CrossEntropy, rows", () => Of(2, 3).CrossEntropy([0]), "labels", ["[2, 3]", "2 rows", "1 labels"] },
        { "CrossEntropy, label", () => Of(2, 3).CrossEntropy([0, 3]), "labels", ["row 1", "3", "3 classes"] },
        { "CrossEntropy, axis", () => Of(2, 3).CrossEntropy([0, 1], axis: 2), "axis", ["2", "[2, 3]"] },
        { "CrossEntropy, weights", () => Of(2, 3).CrossEntropy([0, 1], weights: s_three), "weights", ["3", "2"] },
        { "MeanSquaredError, shapes", () => Of(2, 3).MeanSquaredError(On(3, 2)), "targets", ["[2, 3]", "[3, 2]"] },
        { "MeanSquaredError, span", () => Of(2, 3).MeanSquaredError(s_five), "targets", ["5", "6"] },
        { "BinaryCrossEntropy, tape", () => Of(3).BinaryCrossEntropy(s_bad), "targets", ["targets[1] is -2"] },
        { "SoftCrossEntropy, tape", () => Of(2, 3).SoftCrossEntropy(On(2, 4)), "targets", ["[2, 3]", "[2, 4]"] },
        { "InfoNce, tape", () => Of(2, 3).InfoNce(On(2, 4)), "keys", ["[2, 3]", "[2, 4]"] },
        { "Ctc, tape", () => Of(2, 3).ConnectionistTemporalClassification([1], [2], [1]), "inputLengths", ["[2, 3]"] },
    };

    [Theory]
    [MemberData(nameof(LossesOnATape), DisableDiscoveryEnumeration = true)]
    public void Losses_on_a_tape_name_what_is_wrong(string call, Action action, string parameter, string[] words) =>
        Says(call, action, parameter, words);
}
