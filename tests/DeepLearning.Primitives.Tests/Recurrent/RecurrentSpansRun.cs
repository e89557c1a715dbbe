using System.Numerics;

namespace DeepLearning.Primitives.Tests;

/// <summary>The span functions of one kind of unit, forward and backward, on arrays of their own.</summary>
internal sealed class RecurrentSpansRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RecurrentKind _kind;
    private readonly RecurrentShape _shape;
    private readonly Parameter<T>[] _weights;
    private readonly T[] _sequence;
    private readonly int[]? _lengths;
    private readonly bool _reverse;
    private readonly T[] _workspace;

    public RecurrentSpansRun(RecurrentKind kind, RecurrentShape shape, Parameter<T>[] weights, T[] sequence, int[]? lengths, bool reverse)
    {
        (_kind, _shape, _weights, _sequence, _lengths, _reverse) = (kind, shape, weights, sequence, lengths, reverse);
        Output = new T[shape.Time * shape.Batch * shape.HiddenSize];
        (FinalHidden, FinalCell) = (new T[shape.Batch * shape.HiddenSize], new T[shape.Batch * shape.HiddenSize]);
        SequenceGradient = new T[sequence.Length];
        WeightGradients = [.. weights.Select(w => new T[w.Value.Length])];
        _workspace = new T[kind switch
        {
            RecurrentKind.Lstm => Recurrent.LstmWorkspace<T>(shape),
            RecurrentKind.Gru or RecurrentKind.GruResetBefore => Recurrent.GruWorkspace<T>(shape),
            _ => Recurrent.RnnWorkspace<T>(shape),
        }];
        Array.Fill(_workspace, T.NaN);
        Array.Fill(Output, T.NaN);
        Forward();
        AllocatedAgain = Allocation.Of(Forward);
    }

    public T[] Output { get; }

    public T[] FinalHidden { get; }

    public T[] FinalCell { get; }

    public T[] SequenceGradient { get; }

    public T[][] WeightGradients { get; }

    /// <summary>Bytes that another run forward, and another one backward, allocate.</summary>
    public long AllocatedAgain { get; private set; }

    private RecurrentWeights<T> Weights => new()
    {
        Input = _weights[0].Value,
        Hidden = _weights[1].Value,
        InputBias = _weights.Length > 2 ? _weights[2].Value : default,
        HiddenBias = _weights.Length > 2 ? _weights[3].Value : default,
    };

    /// <summary>More than once: what the forward pass kept is kept.</summary>
    public void Backward(T[] upstream)
    {
        Run(upstream);
        AllocatedAgain += Allocation.Of(() => Run(upstream));
    }

    private void Forward()
    {
        switch (_kind)
        {
            case RecurrentKind.Lstm:
                Recurrent.LstmForward(_shape, Weights, _sequence, default, default, Output, FinalHidden, FinalCell, _workspace, _lengths, _reverse);
                break;
            case RecurrentKind.Gru or RecurrentKind.GruResetBefore:
                bool before = _kind == RecurrentKind.GruResetBefore;
                Recurrent.GruForward(_shape, Weights, _sequence, default, Output, FinalHidden, _workspace, _lengths, _reverse, before);
                break;
            default:
                bool rectified = _kind == RecurrentKind.RectifiedRnn;
                Recurrent.RnnForward(_shape, Weights, _sequence, default, Output, FinalHidden, _workspace, _lengths, _reverse, rectified);
                break;
        }
    }

    private void Run(T[] upstream)
    {
        RecurrentGradients<T> gradients = new()
        {
            Sequence = SequenceGradient,
            Input = WeightGradients[0],
            Hidden = WeightGradients[1],
            InputBias = WeightGradients.Length > 2 ? WeightGradients[2] : default,
            HiddenBias = WeightGradients.Length > 2 ? WeightGradients[3] : default,
        };
        switch (_kind)
        {
            case RecurrentKind.Lstm:
                Recurrent.LstmBackward(_shape, Weights, _sequence, upstream, default, default, gradients, _workspace, _lengths, _reverse);
                break;
            case RecurrentKind.Gru or RecurrentKind.GruResetBefore:
                bool before = _kind == RecurrentKind.GruResetBefore;
                Recurrent.GruBackward(_shape, Weights, _sequence, upstream, default, gradients, _workspace, _lengths, _reverse, before);
                break;
            default:
                bool rectified = _kind == RecurrentKind.RectifiedRnn;
                Recurrent.RnnBackward(_shape, Weights, _sequence, upstream, default, gradients, _workspace, _lengths, _reverse, rectified);
                break;
        }
    }
}
