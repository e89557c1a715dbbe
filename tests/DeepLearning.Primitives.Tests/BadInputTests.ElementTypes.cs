using System.Numerics;
using System.Runtime.InteropServices;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <content>Element types.</content>
public partial class BadInputTests
{
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
}
