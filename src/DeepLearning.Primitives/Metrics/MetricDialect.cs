namespace DeepLearning.Primitives;

/// <summary>
/// Whose rules decide where libraries disagree about precision, recall, Fβ and their averages. The counts are the same
/// for all; 0 / 0 is 0 by default in each.
/// </summary>
public enum MetricDialect
{
    /// <summary>
    /// This library's: averages over the labels seen, or those named; a weighted average without any support is undefined;
    /// a score equal to the threshold is a positive decision.
    /// </summary>
    Default,

    /// <summary>
    /// As the default, but a weighted average without any support is the plain mean of the labels' scores (scikit-learn 1.3
    /// and later).
    /// </summary>
    ScikitLearn,

    /// <summary>
    /// TorchMetrics 1.x: the macro average of classes leaves out those neither actual nor predicted, also when they are
    /// named; averages of nothing are 0; 0 / 0 may be <see cref="Undefined.Zero"/> or <see cref="Undefined.One"/>; only a
    /// score above the threshold is a positive decision.
    /// </summary>
    TorchMetrics,

    /// <summary>
    /// Keras 3: averages run over all labels, absent ones too; Fβ is made of precision and recall with 1e-7 added to each of
    /// the three denominators, so that a perfect score can be below 1; 0 / 0 is <see cref="Undefined.Zero"/>; only a score
    /// above the threshold is a positive decision, and without a threshold every score equal to the row's largest is one.
    /// </summary>
    Keras,
}
