using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <content>Metrics.</content>
public partial class BadInputTests
{
    public static TheoryData<string, Action, string, string[]> OfMetrics => new()
    {
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
        { "RocAuc, NaN", () => Metrics.RocAuc([0, 1], [0.5, double.NaN]), "scores", ["scores[1] is NaN"] },
        { "RocAuc, weight", () => Metrics.RocAuc([0, 1], [0.5, 1], weights: [1, -1]), "weights", ["weights[1] is -1"] },
        { "AveragePrecision, NaN", () => Metrics.AveragePrecision([0, 1], [float.NaN, 0]), "scores", ["scores[0] is NaN"] },
        { "MulticlassRocAuc, NaN", () => Metrics.MulticlassRocAuc([0, 1], [0, 1, 2, float.NaN], MulticlassComparison.OneVersusRest), "scores", ["scores[3] is NaN"] },
        { "MulticlassAveragePrecision, rows", () => Metrics.MulticlassAveragePrecision([0, 1], [0f, 1, 2]), "scores", ["3 scores", "2 samples"] },
        { "MultilabelRocAuc, label", () => Metrics.MultilabelRocAuc([0, 2], [0f, 1], 2), "actual", ["actual[1] is 2"] },
        { "MultilabelAveragePrecision, NaN", () => Metrics.MultilabelAveragePrecision([0, 1], [0, float.NaN], 2), "scores", ["scores[1] is NaN"] },
        { "TopKAccuracy, NaN", () => Metrics.TopKAccuracy([0], [0, double.NaN], 1), "scores", ["scores[1] is NaN"] },
        { "BrierScore", () => Metrics.BrierScore([0, 1], [0.5, -0.1]), "probabilities", ["probabilities[1]", "-0.1"] },
        { "ExpectedCalibrationError, NaN", () => Metrics.ExpectedCalibrationError([0, 1], [0.5, double.NaN]), "probabilities", ["probabilities[1]", "NaN"] },
        { "F1Score, no labels", () => Metrics.F1Score([0, 1], [0, 1], Average.Macro, []), "labels", ["empty"] },
        { "ClassificationReport, no labels", () => _ = new ClassificationReport(new ConfusionMatrix(2), labels: []), "labels", ["empty"] },
        { "MatthewsCorrelation", () => Metrics.MatthewsCorrelation([0, 1], [0, 1], weights: [1, double.PositiveInfinity]), "weights", ["weights[1]"] },
        { "ExplainedVariance, outputs", () => Metrics.ExplainedVariance([0.5, 1, 2], [0.5, 1, 2], outputs: 2), "actual", ["3", "2"] },
        { "FBeta", () => new ConfusionMatrix(3).FBeta(-1, 1), "beta", ["-1"] },
        { "Accuracy", () => Metrics.Accuracy([0, 1], [0]), "predicted", ["1", "2"] },
        { "F1Score", () => Metrics.F1Score([0, -4], [0, 1]), "actual", ["actual[1] is -4"] },
    };

    [Theory]
    [MemberData(nameof(OfMetrics), DisableDiscoveryEnumeration = true)]
    public void Metrics_name_what_is_wrong(string call, Action action, string parameter, string[] words) =>
        Says(call, action, parameter, words);
}
