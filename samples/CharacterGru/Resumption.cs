namespace CharacterGru;

/// <summary>The check of <c>--smoke</c> that a checkpoint forgets nothing.</summary>
internal static class Resumption
{
    /// <summary>
    /// Begins the training that has led to <paramref name="learned"/> once more, stops it half-way, and goes on from its checkpoint:
    /// true when that leads to the same numbers.
    /// </summary>
    public static bool HasTheSameBits(Func<(Model Model, Trainer Trainer)> begin, Book book, Model learned)
    {
        (Model model, Trainer trainer) = begin();
        using var stop = new CancellationTokenSource();
        int half = trainer.Plan.Steps!.Value / 2;
        foreach (Progress _ in trainer.Train(stop.Token, onStep: step => { if (step == half) stop.Cancel(); }))
        {
        }

        using var file = new MemoryStream();
        Checkpoint.Write(file, model, trainer);
        file.Position = 0;
        (model, trainer) = Checkpoint.Read(file, book);
        foreach (Progress _ in trainer.Train(CancellationToken.None))
        {
        }

        return model.Parameters.Zip(learned.Parameters).All(p => p.First.Value.SequenceEqual(p.Second.Value));
    }
}
