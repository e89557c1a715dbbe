using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Losses of rows in float: what they are in double, on spans and on a tape, for ordinary rows and for huge ones.</summary>
public class RowLossFloatTests
{
    private const int Length = RowLossCase.Length;

    private static readonly float[] s_likes = [1, -1, -1, 1];

    private static readonly double[] s_doubleLikes = [1, -1, -1, 1];

    /// <summary>Whether rows may be of any size; the loss and its gradients in two types; on a tape.</summary>
    private sealed record Case(
        string Name,
        int Inputs,
        bool IsScaled,
        Func<float[][], float[][], float> Float,
        Func<double[][], double[][], double> Double,
        Func<Variable<float>[], Variable<float>> Tape);

    private static readonly Case[] s_cases =
    [
        new("CosineEmbedding", 2, true, (x, g) => Losses.CosineEmbedding<float>(x[0], x[1], s_likes, null, g[0], g[1]), (x, g) => Losses.CosineEmbedding<double>(x[0], x[1], s_doubleLikes, null, g[0], g[1]), x => x[0].CosineEmbedding(x[1], s_likes)),
        new("TripletMargin", 3, true, (x, g) => Losses.TripletMargin<float>(x[0], x[1], x[2], Length, null, g[0], g[1], g[2]), (x, g) => Losses.TripletMargin<double>(x[0], x[1], x[2], Length, null, g[0], g[1], g[2]), x => x[0].TripletMargin(x[1], x[2])),
        new("InfoNce", 2, true, (x, g) => Losses.InfoNce<float>(x[0], x[1], Length, null, g[0], g[1]), (x, g) => Losses.InfoNce<double>(x[0], x[1], Length, null, g[0], g[1]), x => x[0].InfoNce(x[1])),
        new("SoftCrossEntropy", 2, false, (x, g) => Losses.SoftCrossEntropy<float>(x[0], x[1], Length, null, g[0]), (x, g) => Losses.SoftCrossEntropy<double>(x[0], x[1], Length, null, g[0]), x => x[0].SoftCrossEntropy(x[1].Detach())),
        new("Tversky", 2, false, (x, g) => Losses.Tversky<float>(x[0], x[1], Length, null, g[0]), (x, g) => Losses.Tversky<double>(x[0], x[1], Length, null, g[0]), x => x[0].Tversky(x[1].Detach())),
        new("SoftF1", 2, false, (x, g) => Losses.SoftF1<float>(x[0], x[1], Length, null, g[0]), (x, g) => Losses.SoftF1<double>(x[0], x[1], Length, null, g[0]), x => x[0].SoftF1(x[1].Detach())),
        new("Gaussian", 3, false, (x, g) => Losses.GaussianNegativeLogLikelihood<float>(x[0], x[1], x[2], null, g[0], g[2]), (x, g) => Losses.GaussianNegativeLogLikelihood<double>(x[0], x[1], x[2], null, g[0], g[2]), x => x[0].GaussianNegativeLogLikelihood(x[1].Detach(), x[2])),
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, s_cases.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Floats_are_as_good_as_their_digits(int index)
    {
        Case loss = s_cases[index];
        foreach (float size in loss.IsScaled ? (float[])[1, 1e30f, 1e-30f] : [1])
        {
            float[][] x = [.. Enumerable.Range(0, loss.Inputs).Select(k => Enumerable.Range(0, RowLossCase.Count * Length).Select(i => (float)(0.04 + (0.9 * ((0.5 + ((i + (k * 100) + 1) * 0.6180339887498949)) % 1)))).ToArray())];
            for (int i = Length; i < 2 * Length; i++) foreach (float[] input in x) input[i] *= size;
            double[][] wide = [.. x.Select(v => Array.ConvertAll(v, f => (double)f))], expected = [.. wide.Select(v => new double[v.Length])];
            float[][] gradients = [.. x.Select(v => new float[v.Length])];
            double reference = loss.Double(wide, expected);
            Parameter<float>[] parameters = [.. x.Select((v, i) => new Parameter<float>($"x{i}", [RowLossCase.Count, Length], v))];
            GradientTape<float> tape = new();
            Variable<float> onTape = loss.Tape([.. parameters.Select(tape.Watch)]);
            tape.Backward(onTape);
            // Some twenty roundings, of numbers as large as the row's own.
            Near(reference, loss.Float(x, gradients), 2e-6 * Math.Max(1, Math.Abs(reference)), $"{loss.Name}, {size}");
            Near(reference, onTape.Item, 2e-6 * Math.Max(1, Math.Abs(reference)), $"{loss.Name}, {size}, tape");
            for (int input = 0; input < loss.Inputs; input++)
            {
                if (expected[input].All(v => v == 0)) continue;
                for (int i = 0; i < expected[input].Length; i++)
                {
                    int row = i / Length * Length;
                    double most = Math.Max(0.1, expected[input][row..(row + Length)].Max(Math.Abs));
                    Near(expected[input][i], gradients[input][i], 5e-6 * most, $"{loss.Name}, {size}, gradient {input}, {i}");
                    Near(expected[input][i], parameters[input].Gradient[i], 5e-6 * most, $"{loss.Name}, {size}, gradient {input}, {i}, tape");
                }
            }
        }

        static void Near(double expected, double actual, double tolerance, string what) =>
            Assert.True(Math.Abs(expected - actual) <= tolerance, $"{what}: {actual}, expected {expected}");
    }
}
