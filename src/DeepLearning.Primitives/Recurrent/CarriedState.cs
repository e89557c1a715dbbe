using System.Numerics;

namespace DeepLearning.Primitives;

/// <summary>
/// States that outlive a tape's steps: a sequence too long for one backward pass is run in pieces, each going on from where the
/// last one
/// ended. Gradients do not pass from piece to piece.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <example><code>
/// CarriedState&lt;float&gt; state = lstm.NewState(batch: 32);
/// foreach (var piece in pieces)
/// {
///     tape.Reset();
///     var result = lstm.Continue(tape.Constant(piece, [time, 32, 28]), state);
/// }
/// </code></example>
public sealed class CarriedState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Shape _hiddenShape;
    private readonly Shape _cellShape;
    private readonly T[] _hidden;
    private readonly T[] _cell;

    internal CarriedState(Shape hidden, Shape cell)
    {
        (_hiddenShape, _cellShape) = (hidden, cell);
        (_hidden, _cell) = (new T[hidden.ElementCount], new T[cell.ElementCount]);
    }

    /// <summary>The hidden states, [layers · directions, batch, state].</summary>
    public Span<T> Hidden => _hidden;

    /// <summary>The cell states, [layers · directions, batch, hidden]; empty but for an LSTM.</summary>
    public Span<T> Cell => _cell;

    /// <summary>Back to zeros: a new sequence begins in every row.</summary>
    public void Clear()
    {
        Hidden.Clear();
        Cell.Clear();
    }

    internal Variable<T> HiddenOn(GradientTape<T> tape) => Copy(tape, _hidden, _hiddenShape);

    internal Variable<T> CellOn(GradientTape<T> tape) => Copy(tape, _cell, _cellShape);

    private static Variable<T> Copy(GradientTape<T> tape, T[] from, Shape shape)
    {
        Variable<T> copy = tape.NewConstant(shape, out Span<T> elements);
        from.CopyTo(elements);
        return copy;
    }
}
