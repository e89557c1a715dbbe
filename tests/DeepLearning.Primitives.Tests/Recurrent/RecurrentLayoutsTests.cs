using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Weights in others' layouts, through steps written as the others define them.</summary>
public class RecurrentLayoutsTests
{
    private const int Input = 3, Hidden = 4;

    public static TheoryData<RecurrentLayout, RecurrentUnit> Pairs
    {
        get
        {
            TheoryData<RecurrentLayout, RecurrentUnit> pairs = [];
            foreach (RecurrentLayout layout in Enum.GetValues<RecurrentLayout>())
                foreach (RecurrentUnit unit in Enum.GetValues<RecurrentUnit>())
                    if (layout != RecurrentLayout.Flax || unit != RecurrentUnit.GruResetBefore) pairs.Add(layout, unit);
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_step_in_another_layout_is_the_same(RecurrentLayout layout, RecurrentUnit unit)
    {
        int gates = unit switch { RecurrentUnit.Lstm => 4, RecurrentUnit.Rnn => 1, _ => 3 };
        double[][] own =
            [Numbers(gates * Hidden * Input, 1), Numbers(gates * Hidden * Hidden, 2), Numbers(gates * Hidden, 3), Numbers(gates * Hidden, 4)];
        RecurrentWeights<double> weights = new() { Input = own[0], Hidden = own[1], InputBias = own[2], HiddenBias = own[3] };
        double[] w = new double[own[0].Length], r = new double[own[1].Length], b = new double[RecurrentLayouts.BiasLength(layout, unit, Hidden)];
        RecurrentLayouts.Export(layout, unit, Input, Hidden, weights, w, r, b);

        double[] x = Numbers(Input, 5), h = Numbers(Hidden, 6), c = Numbers(Hidden, 7);
        double[] expected = Step(unit, own, x, h, c), actual = StepIn(layout, unit, w, r, b, x, h, c);
        // A few sums of eight products below 1, in another order.
        for (int i = 0; i < Hidden; i++) Assert.Equal(expected[i], actual[i], 1e-14);

        double[][] back = [new double[own[0].Length], new double[own[1].Length], new double[own[2].Length], new double[own[3].Length]];
        RecurrentLayouts.Import<double>(
            layout, unit, Input, Hidden, w, r, b, new() { Input = back[0], Hidden = back[1], InputBias = back[2], HiddenBias = back[3] });
        Assert.Equal(own[0], back[0]);
        Assert.Equal(own[1], back[1]);
        double[] again = Step(unit, back, x, h, c);
        for (int i = 0; i < Hidden; i++) Assert.Equal(expected[i], again[i], 1e-14);
    }

    [Fact]
    public void What_a_layout_lacks_is_named() => Assert.Contains(
        "Flax", Assert.Throws<NotSupportedException>(() => RecurrentLayouts.BiasLength(RecurrentLayout.Flax, RecurrentUnit.GruResetBefore, 4)).Message,
        StringComparison.Ordinal);

    private static double[] Step(RecurrentUnit unit, double[][] weights, double[] x, double[] h, double[] c) => new RecurrentReference
    {
        Kind = unit switch
        {
            RecurrentUnit.Lstm => RecurrentKind.Lstm,
            RecurrentUnit.Gru => RecurrentKind.Gru,
            RecurrentUnit.GruResetBefore => RecurrentKind.GruResetBefore,
            _ => RecurrentKind.Rnn,
        },
        Hidden = Hidden,
        State = Hidden,
        Parameters = new() { ["weight_ih_l0"] = weights[0], ["weight_hh_l0"] = weights[1], ["bias_ih_l0"] = weights[2], ["bias_hh_l0"] = weights[3] },
    }.Run(x, 1, 1, [1], h, c).Output;

    /// <summary>The step as the documents of each define it, with its own order of gates, transposition and biases.</summary>
    private static double[] StepIn(RecurrentLayout layout, RecurrentUnit unit, double[] w, double[] r, double[] b, double[] x, double[] h, double[] c)
    {
        string gates = (layout, unit) switch
        {
            (_, RecurrentUnit.Rnn) => "n",
            (RecurrentLayout.Onnx, RecurrentUnit.Lstm) => "iofg",
            (_, RecurrentUnit.Lstm) => "ifgo",
            (RecurrentLayout.Flax, _) => "rzn",
            _ => "zrn",
        };
        int count = gates.Length;
        double Weight(double[] matrix, int gate, int i, int k, int length) => layout switch
        {
            RecurrentLayout.Onnx => matrix[(((gate * Hidden) + i) * length) + k],
            RecurrentLayout.Flax => matrix[(gate * length * Hidden) + (k * Hidden) + i],
            _ => matrix[(k * count * Hidden) + (gate * Hidden) + i],
        };
        bool hasTwo = b.Length == 2 * count * Hidden, hasOneMore = b.Length == (count + 1) * Hidden && count > 1;
        double FromInput(char gate, int i)
        {
            int g = gates.IndexOf(gate, StringComparison.Ordinal);
            return b[(g * Hidden) + i] + Enumerable.Range(0, Input).Sum(k => Weight(w, g, i, k, Input) * x[k]);
        }

        double FromState(char gate, int i, double[] state)
        {
            int g = gates.IndexOf(gate, StringComparison.Ordinal);
            double bias = hasTwo ? b[((count + g) * Hidden) + i] : hasOneMore && gate == 'n' ? b[(count * Hidden) + i] : 0;
            return bias + Enumerable.Range(0, Hidden).Sum(k => Weight(r, g, i, k, Hidden) * state[k]);
        }

        double Sum(char gate, int i) => FromInput(gate, i) + FromState(gate, i, h);
        static double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));
        double[] reset = [.. Enumerable.Range(0, Hidden).Select(i => count == 3 ? Sigmoid(Sum('r', i)) : 0)];
        double[] resetState = [.. reset.Select((v, i) => v * h[i])];
        return
        [
            .. Enumerable.Range(0, Hidden).Select(i => unit switch
            {
                RecurrentUnit.Lstm => Sigmoid(Sum('o', i)) * Math.Tanh((Sigmoid(Sum('f', i)) * c[i]) + (Sigmoid(Sum('i', i)) * Math.Tanh(Sum('g', i)))),
                RecurrentUnit.Rnn => Math.Tanh(Sum('n', i)),
                RecurrentUnit.Gru => Blend(i, FromInput('n', i) + (reset[i] * FromState('n', i, h))),
                _ => Blend(i, FromInput('n', i) + FromState('n', i, resetState)),
            }),
        ];

        double Blend(int i, double sum)
        {
            double z = Sigmoid(Sum('z', i));
            return ((1 - z) * Math.Tanh(sum)) + (z * h[i]);
        }
    }

    private static double[] Numbers(int count, int seed) => RecurrentTests.Numbers<double>(count, seed);
}
