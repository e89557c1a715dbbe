using System.Numerics;
using System.Runtime.InteropServices;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>What each public entrance says about arguments it refuses: the parameter, both sizes, the index.</summary>
public class BadInputTests
{
    private static readonly float[] s_five = new float[5], s_six = new float[6], s_seven = new float[7], s_four = new float[4], s_three = new float[3], s_bad = [0, -2, 1];
    private static readonly int[] s_labels = [0, 2, 1];
    private static readonly Parameter<float> s_w = new("w", [2]);

    /// <summary>The call, the parameter that is named, and what else the message says.</summary>
    public static TheoryData<string, Action, string, string[]> Spans => new()
    {
        { "Sigmoid", () => Activations.Sigmoid(s_six, s_five), "destination", ["5", "6", "x"] },
        { "Sigmoid, shifted", () => Activations.Sigmoid(s_six.AsSpan(0, 4), s_six.AsSpan(1)), "destination", ["overlaps x"] },
        { "SigmoidGradient", () => Activations.SigmoidGradient(s_six, s_five, s_six), "upstream", ["5", "6", "output"] },
        { "TanhGradient", () => Activations.TanhGradient(s_six, s_six, s_five), "destination", ["5", "6"] },
        { "ReluGradient", () => Activations.ReluGradient(s_five, s_six, s_six), "upstream", ["5", "6"] },
        { "Gelu", () => Activations.Gelu(s_six, s_five), "destination", ["5", "6", "x"] },
        { "GeluGradient", () => Activations.GeluGradient(s_six, s_five, s_six), "upstream", ["5", "6", "input"] },
        { "Silu, beta", () => Activations.Silu(s_six, s_six, 0), "beta", ["beta", "0"] },
        { "Silu, NaN", () => Activations.SiluGradient(s_six, s_six, s_six, double.NaN), "beta", ["NaN"] },
        { "Softplus, beta", () => Activations.Softplus(s_six, s_six, 1e-12), "beta", ["beta", "1E-12"] },
        { "Softplus, infinite", () => Activations.Softplus(s_six, s_six, double.PositiveInfinity), "beta", ["finite"] },
        { "Elu, NaN", () => Activations.Elu(s_six, s_six, double.NaN), "alpha", ["alpha", "finite", "Single"] },
        { "Elu, beyond float", () => Activations.EluGradient(s_six, s_six, s_six, 1e300), "alpha", ["finite", "Single"] },
        { "Celu", () => Activations.Celu(s_six, s_six, 0), "alpha", ["alpha", "0"] },
        { "Celu, negative", () => Activations.CeluGradient(s_six, s_six, s_six, -1), "alpha", ["-1"] },
        { "LeakyRelu", () => Activations.LeakyRelu(s_six, s_six, double.NegativeInfinity), "negativeSlope", ["finite"] },
        { "HardTanh", () => Activations.HardTanh(s_six, s_six, 2, 1), "minimum", ["2", "1", "maximum"] },
        { "HardTanh, NaN", () => Activations.HardTanhGradient(s_six, s_six, s_six, -1, double.NaN), "maximum", ["NaN"] },
        { "Squareplus", () => Activations.Squareplus(s_six, s_six, -4), "b", ["-4"] },
        { "Squareplus, large", () => Activations.Squareplus(s_six, s_six, 1e10), "b", ["1000000000"] },
        { "Softshrink", () => Activations.Softshrink(s_six, s_six, -0.5), "lambda", ["-0.5"] },
        { "Hardshrink", () => Activations.Hardshrink(s_six, s_six, double.NaN), "lambda", ["NaN"] },
        { "Threshold", () => Activations.Threshold(s_six, s_six, double.NaN, 0), "threshold", ["NaN"] },
        { "Threshold, value", () => Activations.Threshold(s_six, s_six, 0, double.PositiveInfinity), "value", ["finite"] },
        { "PRelu, slope", () => Activations.PRelu(s_six, s_six.AsSpan(0, 0), 1, s_six), "slope", ["empty"] },
        { "PRelu, channels", () => Activations.PRelu(s_seven, [1f, 2f], 2, s_seven), "x", ["7", "4"] },
        { "PRelu, length", () => Activations.PRelu(s_six, [1f, 2f], 0, s_six), "channelLength", ["0"] },
        { "PReluGradient", () => Activations.PReluGradient(s_six, [1f], s_five, 1, s_six), "upstream", ["5", "6"] },
        { "Glu, odd", () => Activations.Glu(s_six, 3, s_five), "rowLength", ["3", "odd"] },
        { "Glu, rows", () => Activations.SwiGlu(s_six, 4, s_five), "x", ["6", "4"] },
        { "Glu, destination", () => Activations.GeGlu(new float[20], 4, s_six), "destination", ["6", "20"] },
        { "Glu, in place", () => Activations.ReGlu(s_six, 2, s_six), "destination", ["overlaps x"] },
        { "GluGradient", () => Activations.GluGradient(s_six, s_five, 2, new float[6]), "upstream", ["5", "3"] },
        { "Exp", () => Elementary.Exp(s_six, s_five), "destination", ["5", "6"] },
        { "LogGradient", () => Elementary.LogGradient(s_six, s_five, s_six), "upstream", ["5", "6", "input"] },
        { "Softmax, rows", () => Activations.Softmax(s_seven, 3, s_seven), "logits", ["7", "3"] },
        { "Softmax, length", () => Activations.Softmax(s_six, 0, s_six), "rowLength", ["0"] },
        { "Softmax, destination", () => Activations.Softmax(s_six, 3, s_five), "destination", ["5", "6"] },
        { "SoftmaxGradient", () => Activations.SoftmaxGradient(s_six, s_five, 3, s_six), "upstream", ["5", "6"] },
        { "LogSoftmax", () => Activations.LogSoftmax(s_seven, -3, s_seven), "rowLength", ["-3"] },
        { "LogSoftmaxGradient", () => Activations.LogSoftmaxGradient(s_seven, s_seven, 2, s_seven), "output", ["7", "2"] },
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
        { "L1Gradient", () => Penalties.L1Gradient(s_six, 1, s_five), "destination", ["5", "6", "weights"] },
        { "L2Gradient", () => Penalties.L2Gradient(s_six.AsSpan(1), 1, s_six), "destination", ["overlaps weights"] },
        { "SoftThreshold", () => Penalties.SoftThreshold(s_six, -1, s_six), "threshold", ["-1"] },
        { "MatMul, a", () => LinearAlgebra.MatMul(s_five, s_six, s_seven, 2, 3, 2), "a", ["[2, 3] × [3, 2]", "5", "6"] },
        { "MatMul, b", () => LinearAlgebra.MatMul(s_six, s_five, s_seven, 2, 3, 2), "b", ["[2, 3] × [3, 2]", "5", "6"] },
        { "MatMul, c", () => LinearAlgebra.MatMul(s_six, s_six, s_five, 2, 3, 2), "c", ["[2, 2]", "5", "4"] },
        { "MatMul, overlap", () => LinearAlgebra.MatMul(s_six, s_six, s_six.AsSpan(0, 4), 2, 3, 2), "c", ["overlaps a"] },
        { "MatMul, size", () => LinearAlgebra.MatMul(s_six, s_six, s_six, 2, -3, 2), "k", ["-3", "negative"] },
        { "MatMul, overflow", () => LinearAlgebra.MatMul(s_six, s_six, s_six, 65536, 65536, 1), "a", ["4294967296"] },
        { "Add, lengths", () => new ConfusionMatrix(3).Add([0, 1], [0]), "predicted", ["1", "2", "actual"] },
        { "Add, actual", () => new ConfusionMatrix(3).Add([0, 3], [0, 1]), "actual", ["actual[1] is 3", "[0, 3)"] },
        { "Add, predicted", () => new ConfusionMatrix(3).Add([0, 1], [-1, 1]), "predicted", ["predicted[0] is -1", "[0, 3)"] },
        { "Add, weight", () => new ConfusionMatrix(3).Add([0, 1], [0, 1], [1, -1]), "weights", ["weights[1] is -1"] },
        { "ConfusionMatrix", () => _ = new ConfusionMatrix(0), "classes", ["0"] },
        { "Merge", () => new ConfusionMatrix(3).Merge(new ConfusionMatrix(2)), "other", ["2", "3"] },
        { "F1", () => new ConfusionMatrix(3).F1(3), "label", ["3", "[0, 3)"] },
        { "F1, binary", () => new ConfusionMatrix(3).F1(Average.Binary), "average", ["3", "positiveLabel"] },
        { "F1, labels", () => new ConfusionMatrix(3).F1(Average.Macro, [1, 1]), "labels", ["1", "twice"] },
        { "F1, no labels", () => new ConfusionMatrix(3).F1(Average.Macro, []), "labels", ["empty"] },
        { "AddScores", () => new MultilabelMatrix(2).AddScores([0, 1], [0.5f, float.NaN], 0.5f), "scores", ["scores[1]", "NaN"] },
        { "RocAuc", () => Metrics.RocAuc([0, 2], [0.5, 0.1]), "actual", ["actual[1] is 2", "[0, 2)"] },
        { "LogLoss", () => Metrics.LogLoss([0, 1], [0.5, 1.1]), "probabilities", ["probabilities[1]", "1.1"] },
        { "R2", () => Metrics.R2([0.5, 1], [0.5, double.NaN]), "predicted", ["predicted[1]", "NaN"] },
        { "Dropout", () => Regularization.Dropout(s_six, 2, new Philox(1), s_six), "rate", ["2"] },
        { "Simplex", () => Projections.Simplex(s_six, -1, s_six), "sum", ["-1"] },
        { "GroupLasso", () => Penalties.GroupLasso<float>(s_seven, 2), "weights", ["7", "2"] },
        { "ByGlobalNorm", () => GradientClipping.ByGlobalNorm([s_w], -1), "max", ["-1"] },
        { "FBeta", () => new ConfusionMatrix(3).FBeta(-1, 1), "beta", ["-1"] },
        { "Accuracy", () => Metrics.Accuracy([0, 1], [0]), "predicted", ["1", "2"] },
        { "F1Score", () => Metrics.F1Score([0, -4], [0, 1]), "actual", ["actual[1] is -4"] },
        { "Next", () => new Philox(1).Next(0), "exclusiveMax", ["0"] },
        { "Position", () => new Philox(1).Position = -1, "value", ["-1"] },
        { "Uniform", () => new Philox(1).Uniform(s_six, 2, 1), "high", ["2", "1"] },
        { "Normal, mean", () => new Philox(1).Normal(s_six, float.NaN, 1), "mean", ["NaN"] },
        { "Normal, deviation", () => new Philox(1).Normal(s_six, 0, -1), "standardDeviation", ["-1"] },
        { "MaxDegreeOfParallelism", () => Compute.MaxDegreeOfParallelism = 0, "value", ["0"] },
    };

    [Theory]
    [MemberData(nameof(Spans), DisableDiscoveryEnumeration = true)]
    public void Span_functions_name_what_is_wrong(string call, Action action, string parameter, string[] words) =>
        Says(call, action, parameter, words);

    public static TheoryData<string, Action, string, string[]> Tape => new()
    {
        { "Shape, negative", () => Shape.Create([2, -3]), "lengths", ["Dimension 1", "-3"] },
        { "Shape, rank", () => Shape.Create(new int[9]), "lengths", ["8", "9"] },
        { "Shape, overflow", () => Shape.Create([65536, 65536]), "lengths", ["[65536, 65536]"] },
        { "Constant", () => new GradientTape<float>().Constant(s_five, [2, 3]), "values", ["5", "[2, 3]", "6"] },
        { "Parameter", () => _ = new Parameter<float>("w", [2, 3], s_five), "value", ["5", "[2, 3]", "6"] },
        { "SetGradient", () => new Parameter<float>("w", [2, 3]).SetGradient(s_five), "gradient", ["5", "w", "6"] },
        { "Watch", () => new GradientTape<float>().Watch(null!), "parameter", [] },
        { "Add", () => _ = Of(2, 3) + On(2, 4), "right", ["Add", "[2, 3]", "[2, 4]"] },
        { "MatMul", () => Of(64, 784).MatMul(On(128, 10)), "right", ["[64, 784] × [128, 10]: inner lengths 784 and 128 differ"] },
        { "MatMul, batch", () => Of(2, 3, 4).MatMul(On(3, 4, 5)), "right", ["[2, 3, 4]", "[3, 4, 5]", "[2]", "[3]"] },
        { "MatMul, one matrix", () => Of(2, 3, 4).MatMul(On(5, 6)), "right", ["[2, 3, 4] × [5, 6]", "4 and 5"] },
        { "MatMul, scalar", () => Of().MatMul(On(3)), "right", ["[]", "[3]"] },
        { "Reshape", () => Of(2, 3).Reshape(4, 2), "shape", ["[2, 3]", "6", "[4, 2]", "8"] },
        { "BroadcastTo", () => Of(2, 3).BroadcastTo([4, 3]), "shape", ["[2, 3]", "[4, 3]"] },
        { "Transpose", () => Of(2, 3).Transpose(0, 0), "order", ["[0, 0]", "[2, 3]"] },
        { "Sum", () => Of(2, 3).Sum(2), "axes", ["2", "[2, 3]"] },
        { "Max, twice", () => Of(2, 3).Max(1, -1), "axes", ["-1", "twice"] },
        { "Softmax", () => Of().Softmax(), "logits", ["scalar"] },
        { "Silu", () => Of(2).Silu(0), "beta", ["0"] },
        { "HardTanh", () => Of(2).HardTanh(1, 1), "minimum", ["1"] },
        { "Glu", () => Of(2, 3).Glu(), "axis", ["Axis 1", "[2, 3]", "odd"] },
        { "SwiGlu, axis", () => Of(2, 4).SwiGlu(2), "axis", ["2", "[2, 4]"] },
        { "PRelu", () => Of(2, 3).PRelu(On(2)), "slope", ["[2]", "3", "axis 1", "[2, 3]"] },
        { "PRelu, axis", () => Of(2).PRelu(On(2)), "axis", ["1", "[2]"] },
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
        { "Backward", () => OwnTape.Backward(new GradientTape<float>().Constant(1)), "loss", ["another tape"] },
        { "Gradients", () => OwnTape.Gradients(OwnTape.Constant(1), new GradientTape<float>().Constant(1)), "variables", ["another tape"] },
        { "Linear, input", () => _ = new Linear<float>(0, 3, new Philox(1)), "inputSize", ["0"] },
        { "Linear, output", () => _ = new Linear<float>(3, -2, new Philox(1)), "outputSize", ["-2"] },
        { "Linear, random", () => _ = new Linear<float>(3, 2, null!), "random", [] },
        { "Linear, initialization", () => _ = new Linear<float>(3, 2, new Philox(1), initialization: (Initialization)9), "initialization", ["9"] },
        { "Linear.Forward", () => new Linear<float>(3, 2, new Philox(1)).Forward(Of(4, 5)), "right", ["[4, 5]", "[2, 3]", "5", "3"] },
        { "Sgd, null", () => _ = new Sgd<float>((IEnumerable<Parameter<float>>)null!), "parameters", [] },
        { "Adam, twice", () => _ = new Adam<float>(s_w, s_w), "parameters", ["w [2]", "twice"] },
        { "AdamW, null inside", () => _ = new AdamW<float>(s_w, null!), "parameters", [] },
        { "LearningRate", () => new Sgd<float>(s_w).LearningRate = -1, "LearningRate", ["-1"] },
        { "LearningRate, NaN", () => new Adam<float>(s_w).LearningRate = float.NaN, "LearningRate", ["NaN"] },
        { "Momentum", () => new Sgd<float>(s_w).Momentum = 1, "Momentum", ["1"] },
        { "Dampening", () => new Sgd<float>(s_w).Dampening = -0.5f, "Dampening", ["-0.5"] },
        { "WeightDecay", () => new Sgd<float>(s_w).WeightDecay = float.PositiveInfinity, "WeightDecay", [] },
        { "Beta1", () => new Adam<float>(s_w).Beta1 = 1, "Beta1", ["1"] },
        { "Beta2", () => new AdamW<float>(s_w).Beta2 = float.NaN, "Beta2", ["NaN"] },
        { "Epsilon", () => new Adam<float>(s_w).Epsilon = -1, "Epsilon", ["-1"] },
        { "Order", () => _ = new GradientCheckOptions { Order = 3 }, "value", ["3"] },
        { "Verify, null", () => GradientCheck.Verify(null!), "function", [] },
        { "Differentiate, null", () => Differentiate.Gradient<double>(null!, [1]), "function", [] },
        { "HessianVectorProduct", () => Differentiate.HessianVectorProduct<double>(v => v.Sum(), [1, 2], [1]), "direction", ["1", "2", "at"] },
        { "JacobianVectorProduct", () => Differentiate.JacobianVectorProduct<double>(v => v, [1, 2], [1]), "direction", ["1", "2"] },
    };

    [ThreadStatic]
    private static GradientTape<float>? t_tape;

    private static GradientTape<float> OwnTape => t_tape ??= new();

    [Theory]
    [MemberData(nameof(Tape), DisableDiscoveryEnumeration = true)]
    public void Tapes_layers_and_optimizers_name_what_is_wrong(string call, Action action, string parameter, string[] words) =>
        Says(call, action, parameter, words);

    [Fact]
    public void A_gradient_that_does_not_fit_is_refused()
    {
        Refused(Fault.OtherTape, "another tape");
        Refused(Fault.Reshaped, "[3, 2]", "[2, 3]");
        Refused(Fault.TooSmall, "[]", "[2, 3]");
        Refused(Fault.NoSuchInput, "Faulty has 1 inputs");

        static void Refused(Fault fault, params string[] words)
        {
            Parameter<float> w = new("w", [2, 3]);
            GradientTape<float> tape = new();
            Variable<float> loss = tape.Apply(new Faulty(fault), tape.Watch(w)).Sum();
            ArgumentException e = Assert.ThrowsAny<ArgumentException>(() => tape.Backward(loss));
            Assert.All(words, word => Assert.Contains(word, e.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_function_that_throws_under_a_gradient_check_leaves_the_parameter_as_it_was()
    {
        Parameter<double> w = new("w", [2], [3, 5]);
        int calls = 0;
        Assert.Throws<TimeoutException>(() => GradientCheck.Verify(x => ++calls < 3 ? x[0].Sum() : throw new TimeoutException(), w));
        Assert.Equal([3, 5], w.Value.ToArray());
    }

    private enum Fault
    {
        OtherTape,
        Reshaped,
        TooSmall,
        NoSuchInput,
    }

    private sealed class Faulty(Fault fault) : Operation<float>
    {
        public override Shape GetShape(ReadOnlySpan<Variable<float>> inputs) => inputs[0].Shape;

        public override void Forward(ReadOnlySpan<Variable<float>> inputs, Span<float> output) => inputs[0].Value.CopyTo(output);

        public override void Backward(BackwardStep<float> step) => step.Add(0, fault switch
        {
            Fault.OtherTape => new GradientTape<float>().Constant(new float[6], [2, 3]),
            Fault.Reshaped => step.Upstream.Reshape(3, 2),
            Fault.TooSmall => step.Upstream.Sum(),
            _ => step.Input(1),
        });
    }

    [Fact]
    public void Element_types_other_than_float_and_double_are_refused_everywhere()
    {
        Refused<Half>();
        Refused<NFloat>();

        static void Refused<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] x = new T[4];
            Action[] calls =
            [
                () => Activations.Sigmoid<T>(x, x), () => Activations.SigmoidGradient<T>(x, x, x), () => Activations.Tanh<T>(x, x),
                () => Activations.TanhGradient<T>(x, x, x), () => Activations.Relu<T>(x, x), () => Activations.ReluGradient<T>(x, x, x),
                () => Activations.Gelu<T>(x, x), () => Activations.GeluGradient<T>(x, x, x), () => Activations.Silu<T>(x, x),
                () => Activations.Elu<T>(x, x), () => Activations.PRelu<T>(x, new T[1], 1, x), () => Activations.Glu<T>(x, 2, new T[2]),
                () => Activations.GluGradient<T>(x, new T[2], 2, new T[4]),
                () => Activations.Softmax<T>(x, 2, x), () => Activations.SoftmaxGradient<T>(x, x, 2, x),
                () => Activations.LogSoftmax<T>(x, 2, x), () => Activations.LogSoftmaxGradient<T>(x, x, 2, x),
                () => Elementary.Exp<T>(x, x), () => Elementary.ExpM1<T>(x, x), () => Elementary.Log<T>(x, x), () => Elementary.Log1P<T>(x, x),
                () => Elementary.Sqrt<T>(x, x), () => Elementary.Abs<T>(x, x), () => Elementary.Erf<T>(x, x), () => Elementary.Erfc<T>(x, x),
                () => Losses.CrossEntropy<T>(x, [0, 1]), () => Losses.CrossEntropy<T>(x, [0, 1], x), () => Losses.CrossEntropyPerRow<T>(x, [0, 1], null, x),
                () => Losses.MeanSquaredError<T>(x, x), () => Losses.BinaryCrossEntropy<T>(x, x, x), () => Losses.KullbackLeibler<T>(x, x, gradient: x),
                () => Losses.NegativeLogLikelihood<T>(x, [0, 1]), () => Losses.SoftCrossEntropy<T>(x, x, 2), () => Losses.MarginRanking<T>(x, x, x),
                () => Losses.CosineEmbedding<T>(x, x, x), () => Losses.TripletMargin<T>(x, x, x, 2), () => Losses.InfoNce<T>(x, x, 2), () => Losses.Dice<T>(x, x, 2),
                () => Losses.SoftF1<T>(x, x, 2), () => Losses.GaussianNegativeLogLikelihood<T>(x, x, x),
                () => Losses.ConnectionistTemporalClassification<T>(x, [1], [2], [1], 2),
                () => Penalties.L1<T>(x), () => Penalties.L2<T>(x), () => Penalties.L1Gradient(x, T.One, x),
                () => Penalties.L2Gradient(x, T.One, x), () => Penalties.SoftThreshold(x, T.One, x),
                () => LinearAlgebra.MatMul<T>(x, x, new T[4], 2, 2, 2), () => new Philox(1).Uniform<T>(x), () => new Philox(1).Normal<T>(x),
                () => new Philox(1).Uniform(x, T.Zero, T.One), () => _ = new GradientTape<T>(), () => _ = new Parameter<T>("w", [2]),
                () => _ = new Linear<T>(2, 2, new Philox(1)), () => _ = new Sgd<T>(), () => _ = new Adam<T>(), () => _ = new AdamW<T>(),
                () => Differentiate.Gradient<T>(v => v.Sum(), x), () => Differentiate.Hessian<T>(v => v.Sum(), x),
            ];
            foreach (Action call in calls)
                Assert.Contains(typeof(T).Name, Assert.Throws<NotSupportedException>(call).Message, StringComparison.Ordinal);
            Assert.All(x, v => Assert.Equal(T.Zero, v));
        }
    }

    private static Variable<float> Of(params int[] lengths)
    {
        OwnTape.Reset();
        return On(lengths);
    }

    private static Variable<float> On(params int[] lengths)
    {
        Shape shape = Shape.Create(lengths);
        return OwnTape.Constant(new float[shape.ElementCount], shape);
    }

    private static void Says(string call, Action action, string parameter, string[] words)
    {
        ArgumentException e = Assert.ThrowsAny<ArgumentException>(action);
        Assert.True(e.ParamName == parameter, $"{call} names {e.ParamName}: {e.Message}");
        Assert.All(words, word => Assert.Contains(word, e.Message, StringComparison.Ordinal));
    }
}
