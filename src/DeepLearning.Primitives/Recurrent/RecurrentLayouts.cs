using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>A kind of recurrent unit.</summary>
public enum RecurrentUnit
{
    /// <summary>Long short-term memory: gates i, f, g, o.</summary>
    Lstm,

    /// <summary>A gated recurrent unit with the reset after the product: gates r, z, n.</summary>
    Gru,

    /// <summary>A gated recurrent unit with the reset before the product.</summary>
    GruResetBefore,

    /// <summary>A plain recurrent unit.</summary>
    Rnn,
}

/// <summary>How others lay out the weights of a recurrent layer. This library's own is PyTorch's.</summary>
public enum RecurrentLayout
{
    /// <summary>
    /// ONNX: W [gates·hidden, input], R [gates·hidden, hidden], B = Wb ‖ Rb; gates i, o, f, c and z, r, h. The reset is after the
    /// product where <c>linear_before_reset</c> is 1.
    /// </summary>
    Onnx,

    /// <summary>
    /// Keras: kernel [input, gates·hidden], recurrent kernel [hidden, gates·hidden]; gates i, f, c, o and z, r, h. One bias; two
    /// rows of
    /// it, input and recurrent, for a GRU with <c>reset_after</c>.
    /// </summary>
    Keras,

    /// <summary>
    /// Flax: a kernel [input, hidden] and [hidden, hidden] for each gate, here one after the other; gates i, f, g, o and r, z,
    /// n. One
    /// bias for each gate; a GRU has one more, of the recurrent product of n.
    /// </summary>
    Flax,

    /// <summary>
    /// oneDNN: weights_layer [input, gates, hidden] (ldigo), weights_iter [hidden, gates, hidden]; gates i, f, c̃, o and u, r,
    /// o. One bias for
    /// each gate; lbr_gru has one more, of the recurrent product of o.
    /// </summary>
    OneDnn,
}

/// <summary>Converts weights of one layer and direction between this library's layout, which is PyTorch's, and others'.</summary>
public static partial class RecurrentLayouts
{
    /// <summary>The elements of the bias in a layout.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layout or unit, or the size is below 1.</exception>
    /// <exception cref="NotSupportedException">The layout has no such unit.</exception>
    public static int BiasLength(RecurrentLayout layout, RecurrentUnit unit, int hiddenSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenSize, 1);
        return checked(Parts(layout, unit) * hiddenSize);
    }

    /// <summary>Writes weights in another layout. Biases that it has only one of are added up.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="unit">The kind of unit.</param>
    /// <param name="inputSize">The length of an input.</param>
    /// <param name="hiddenSize">The number of units.</param>
    /// <param name="weights">The weights; without biases they count as zeros.</param>
    /// <param name="input">As long as <c>weights.Input</c>.</param>
    /// <param name="hidden">As long as <c>weights.Hidden</c>.</param>
    /// <param name="bias"><see cref="BiasLength"/> elements.</param>
    /// <exception cref="ArgumentException">A span has another length, or two that are read and written overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layout or unit, or a size is below 1.</exception>
    /// <exception cref="NotSupportedException">
    /// The layout has no such unit, or <typeparamref name="T"/> is neither float nor double.
    /// </exception>
    public static void Export<T>(
        RecurrentLayout layout,
        RecurrentUnit unit,
        int inputSize,
        int hiddenSize,
        RecurrentWeights<T> weights,
        Span<T> input,
        Span<T> hidden,
        Span<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        ReadOnlySpan<int> order = Order(layout, unit);
        Check(layout, unit, inputSize, hiddenSize, weights.Input.Length, weights.Hidden.Length, input.Length, hidden.Length, bias.Length);
        ReadOnlySpan<T> inputBias = weights.InputBias, hiddenBias = weights.HiddenBias;
        Guard.Length(hiddenBias.Length, inputBias.Length, "weights.InputBias", "weights.HiddenBias");
        if (!inputBias.IsEmpty) Guard.Length(inputBias.Length, order.Length * hiddenSize, "the unit", "weights.InputBias");
        Guard.Apart(weights.Input, input);
        Guard.Apart(weights.Hidden, hidden);
        Guard.Apart(inputBias, bias, "weights.InputBias");
        Guard.Apart(hiddenBias, bias, "weights.HiddenBias");
        for (int gate = 0; gate < order.Length; gate++)
        {
            for (int i = 0; i < hiddenSize; i++)
            {
                int row = (order[gate] * hiddenSize) + i;
                for (int k = 0; k < inputSize; k++)
                    input[Place(layout, gate, i, k, order.Length, hiddenSize, inputSize)] = weights.Input[(row * inputSize) + k];
                for (int k = 0; k < hiddenSize; k++)
                    hidden[Place(layout, gate, i, k, order.Length, hiddenSize, hiddenSize)] = weights.Hidden[(row * hiddenSize) + k];
            }
        }

        if (inputBias.IsEmpty)
        {
            bias.Clear();
            return;
        }

        int parts = Parts(layout, unit), gates = order.Length;
        for (int part = 0; part < parts; part++)
        {
            for (int i = 0; i < hiddenSize; i++)
            {
                int row = (order[Math.Min(part % gates, gates - 1)] * hiddenSize) + i;
                // The bias that there is one more of belongs to the last gate's recurrent product.
                if (parts == gates + 1 && part == gates) row = (order[^1] * hiddenSize) + i;
                bool isApart = parts == 2 * gates || (parts == gates + 1 && part >= gates - 1);
                T value = !isApart ? inputBias[row] + hiddenBias[row] : part < gates ? inputBias[row] : hiddenBias[row];
                bias[(part * hiddenSize) + i] = value;
            }
        }
    }

    /// <summary>
    /// Reads weights from another layout. Where that has one bias it becomes the input's, and the hidden one zeros.
    /// </summary>
    /// <param name="layout">The layout.</param>
    /// <param name="unit">The kind of unit.</param>
    /// <param name="inputSize">The length of an input.</param>
    /// <param name="hiddenSize">The number of units.</param>
    /// <param name="input">In the layout.</param>
    /// <param name="hidden">In the layout.</param>
    /// <param name="bias">In the layout, <see cref="BiasLength"/> elements; empty for zeros.</param>
    /// <param name="weights">Where the weights go; all four are asked for.</param>
    /// <exception cref="ArgumentException">A span has another length, or two that are read and written overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layout or unit, or a size is below 1.</exception>
    /// <exception cref="NotSupportedException">
    /// The layout has no such unit, or <typeparamref name="T"/> is neither float nor double.
    /// </exception>
    public static void Import<T>(
        RecurrentLayout layout,
        RecurrentUnit unit,
        int inputSize,
        int hiddenSize,
        ReadOnlySpan<T> input,
        ReadOnlySpan<T> hidden,
        ReadOnlySpan<T> bias,
        RecurrentGradients<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.ElementType<T>();
        ReadOnlySpan<int> order = Order(layout, unit);
        int parts = Parts(layout, unit), gates = order.Length;
        Check(
            layout, unit, inputSize, hiddenSize, weights.Input.Length, weights.Hidden.Length, input.Length, hidden.Length,
            bias.IsEmpty ? parts * hiddenSize : bias.Length);
        Guard.Length(weights.InputBias.Length, gates * hiddenSize, "the unit", "weights.InputBias");
        Guard.Length(weights.HiddenBias.Length, gates * hiddenSize, "the unit", "weights.HiddenBias");
        Guard.Apart(input, weights.Input);
        Guard.Apart(hidden, weights.Hidden);
        Guard.Apart(bias, weights.InputBias);
        Guard.Apart(bias, weights.HiddenBias);
        for (int gate = 0; gate < gates; gate++)
        {
            for (int i = 0; i < hiddenSize; i++)
            {
                int row = (order[gate] * hiddenSize) + i;
                for (int k = 0; k < inputSize; k++)
                    weights.Input[(row * inputSize) + k] = input[Place(layout, gate, i, k, gates, hiddenSize, inputSize)];
                for (int k = 0; k < hiddenSize; k++)
                    weights.Hidden[(row * hiddenSize) + k] = hidden[Place(layout, gate, i, k, gates, hiddenSize, hiddenSize)];
            }
        }

        weights.InputBias.Clear();
        weights.HiddenBias.Clear();
        if (bias.IsEmpty) return;
        for (int part = 0; part < parts; part++)
        {
            int gate = parts == gates + 1 && part == gates ? order[^1] : order[part % gates];
            Span<T> to = part < gates ? weights.InputBias : weights.HiddenBias;
            bias.Slice(part * hiddenSize, hiddenSize).CopyTo(to[(gate * hiddenSize)..]);
        }
    }

    /// <summary>Which of PyTorch's gates stands at each place.</summary>
    private static ReadOnlySpan<int> Order(RecurrentLayout layout, RecurrentUnit unit) => (unit, layout) switch
    {
        (RecurrentUnit.Lstm, RecurrentLayout.Onnx) => [0, 3, 1, 2],
        (RecurrentUnit.Lstm, _) => [0, 1, 2, 3],
        (RecurrentUnit.Rnn, _) => [0],
        (RecurrentUnit.Gru or RecurrentUnit.GruResetBefore, RecurrentLayout.Flax) => [0, 1, 2],
        (RecurrentUnit.Gru or RecurrentUnit.GruResetBefore, _) => [1, 0, 2],
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "No such unit."),
    };

    /// <summary>Pieces of the bias, each as long as there are units.</summary>
    private static int Parts(RecurrentLayout layout, RecurrentUnit unit)
    {
        if (layout == RecurrentLayout.Flax && unit == RecurrentUnit.GruResetBefore)
            throw new NotSupportedException("Flax has no GRU with the reset before the product.");
        int gates = Order(layout, unit).Length;
        return layout switch
        {
            RecurrentLayout.Onnx => 2 * gates,
            RecurrentLayout.Keras => unit == RecurrentUnit.Gru ? 2 * gates : gates,
            RecurrentLayout.Flax or RecurrentLayout.OneDnn => unit == RecurrentUnit.Gru ? gates + 1 : gates,
            _ => throw new ArgumentOutOfRangeException(nameof(layout), layout, "No such layout."),
        };
    }

    /// <summary>Where the weight of a unit of a gate for element k of what it is multiplied with stands.</summary>
    private static int Place(RecurrentLayout layout, int gate, int unit, int k, int gates, int hiddenSize, int length) => layout switch
    {
        RecurrentLayout.Onnx => (((gate * hiddenSize) + unit) * length) + k,
        RecurrentLayout.Flax => (((gate * length) + k) * hiddenSize) + unit,
        _ => (((k * gates) + gate) * hiddenSize) + unit,
    };

    private static void Check(
        RecurrentLayout layout, RecurrentUnit unit, int inputSize, int hiddenSize, int ownInput, int ownHidden, int input, int hidden, int bias)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenSize, 1);
        int sums = checked(Order(layout, unit).Length * hiddenSize);
        Guard.Length(ownInput, checked(sums * inputSize), "the unit", "weights.Input");
        Guard.Length(ownHidden, checked(sums * hiddenSize), "the unit", "weights.Hidden");
        Guard.Length(input, checked(sums * inputSize), "the unit", nameof(input));
        Guard.Length(hidden, checked(sums * hiddenSize), "the unit", nameof(hidden));
        Guard.Length(bias, BiasLength(layout, unit, hiddenSize), "the unit", nameof(bias));
    }
}
