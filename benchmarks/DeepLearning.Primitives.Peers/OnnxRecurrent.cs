namespace DeepLearning.Primitives.Peers;

/// <summary>
/// An ONNX model of one recurrent node, whose weights are constants: X [time, batch, input], and where asked for
/// sequence_lens [batch], initial_h and initial_c [directions, batch, hidden], to Y [time, directions, batch, hidden], Y_h and, of
/// an LSTM, Y_c [directions, batch, hidden].
/// </summary>
internal sealed record OnnxRecurrent(string Operator, string Direction, int Time, int Batch, int Input, int Hidden)
{
    private const int Float = 1, Int32 = 6;

    public int Directions => Direction == "bidirectional" ? 2 : 1;

    public int Gates => Operator switch { "LSTM" => 4, "GRU" => 3, _ => 1 };

    /// <summary>W [directions, gates·hidden, input], R [directions, gates·hidden, hidden], B [directions, 2·gates·hidden].</summary>
    public required float[] W { get; init; }

    public required float[] R { get; init; }

    public required float[] B { get; init; }

    /// <summary>P [directions, 3·hidden] of an LSTM, in the order i, o, f; empty for none.</summary>
    public float[] P { get; init; } = [];

    /// <summary>linear_before_reset of a GRU.</summary>
    public bool ResetsAfterProduct { get; init; }

    public bool HasLengths { get; init; }

    public bool HasInitialStates { get; init; }

    /// <summary>What a run is given, with shapes; sequence_lens is of int32, the others of float.</summary>
    public IEnumerable<(string Name, long[] Shape)> Inputs
    {
        get
        {
            yield return ("X", [Time, Batch, Input]);
            if (HasLengths) yield return ("sequence_lens", [Batch]);
            if (!HasInitialStates) yield break;
            yield return ("initial_h", [Directions, Batch, Hidden]);
            if (Operator == "LSTM") yield return ("initial_c", [Directions, Batch, Hidden]);
        }
    }

    public IEnumerable<(string Name, long[] Shape)> Outputs
    {
        get
        {
            yield return ("Y", [Time, Directions, Batch, Hidden]);
            yield return ("Y_h", [Directions, Batch, Hidden]);
            if (Operator == "LSTM") yield return ("Y_c", [Directions, Batch, Hidden]);
        }
    }

    /// <summary>The model as onnx.proto has it; the numbers are its fields'.</summary>
    public byte[] ToBytes()
    {
        const int IrVersion = 8, Opset = 14;
        return new ProtobufMessage()
            .Add(1, IrVersion)
            .Add(7, Graph())
            .Add(8, new ProtobufMessage().Add(1, "").Add(2, Opset))
            .ToArray();
    }

    private ProtobufMessage Graph()
    {
        ProtobufMessage graph = new ProtobufMessage().Add(1, Node()).Add(2, "recurrent");
        graph.Add(5, Constant("W", W, [Directions, Gates * Hidden, Input]));
        graph.Add(5, Constant("R", R, [Directions, Gates * Hidden, Hidden]));
        graph.Add(5, Constant("B", B, [Directions, 2 * Gates * Hidden]));
        if (P.Length > 0) graph.Add(5, Constant("P", P, [Directions, 3 * Hidden]));
        foreach ((string name, long[] shape) in Inputs) graph.Add(11, Value(name, name == "sequence_lens" ? Int32 : Float, shape));
        foreach ((string name, long[] shape) in Outputs) graph.Add(12, Value(name, Float, shape));
        return graph;
    }

    private ProtobufMessage Node()
    {
        ProtobufMessage node = new();
        HashSet<string> given = [.. Inputs.Select(i => i.Name), "W", "R", "B", .. P.Length > 0 ? ["P"] : (string[])[]];
        // An input in the middle that is not given has an empty name.
        foreach (string name in (string[])["X", "W", "R", "B", "sequence_lens", "initial_h", .. Operator == "LSTM" ? ["initial_c", "P"] : (string[])[]])
            node.Add(1, given.Contains(name) ? name : "");
        foreach ((string name, _) in Outputs) node.Add(2, name);
        node.Add(4, Operator).Add(5, Attribute("hidden_size", Hidden));
        node.Add(5, new ProtobufMessage().Add(1, "direction").Add(4, Direction).Add(20, 3));
        if (Operator == "GRU") node.Add(5, Attribute("linear_before_reset", ResetsAfterProduct ? 1 : 0));
        return node;
    }

    private static ProtobufMessage Attribute(string name, int value) => new ProtobufMessage().Add(1, name).Add(3, value).Add(20, 2);

    private static ProtobufMessage Constant(string name, float[] values, long[] shape)
    {
        ProtobufMessage tensor = new();
        foreach (long length in shape) tensor.Add(1, length);
        return tensor.Add(2, Float).Add(8, name).Add(9, System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values));
    }

    private static ProtobufMessage Value(string name, int type, long[] shape)
    {
        ProtobufMessage lengths = new();
        foreach (long length in shape) lengths.Add(1, new ProtobufMessage().Add(1, length));
        return new ProtobufMessage().Add(1, name).Add(2, new ProtobufMessage().Add(1, new ProtobufMessage().Add(1, type).Add(2, lengths)));
    }
}
