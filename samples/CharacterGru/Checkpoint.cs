using System.Runtime.InteropServices;
using DeepLearning.Primitives;

namespace CharacterGru;

/// <summary>
/// A training in a file: the kind of model, each parameter's name and numbers, where the training stands and what its optimizer
/// remembers, so that it goes on as if it had never stopped.
/// </summary>
internal static class Checkpoint
{
    private const string Magic = "CharacterGru 2";

    /// <summary>Writes the whole file beside the old one before it takes its place.</summary>
    public static void Save(string path, Model model, Trainer trainer)
    {
        string temporary = path + ".new";
        using (FileStream file = File.Create(temporary)) Write(file, model, trainer);
        File.Move(temporary, path, overwrite: true);
    }

    /// <exception cref="InvalidDataException">The file is no checkpoint, or one of another text.</exception>
    public static (Model Model, Trainer Trainer) Load(string path, Book book)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Read(file, book);
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException($"{path} ends too early.");
        }
    }

    public static void Write(Stream file, Model model, Trainer trainer)
    {
        using var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(model.Cell);
        writer.Write(model.Characters);
        writer.Write(model.HiddenSize);
        foreach (Parameter<float> parameter in model.Parameters)
        {
            writer.Write(parameter.Name);
            writer.Write(MemoryMarshal.AsBytes(parameter.Value));
        }

        trainer.Save(writer);
    }

    public static (Model Model, Trainer Trainer) Read(Stream file, Book book)
    {
        using var reader = new BinaryReader(file, System.Text.Encoding.UTF8, leaveOpen: true);
        if (reader.ReadString() != Magic) throw new InvalidDataException("It is no checkpoint of this program, or of another version.");
        string cell = reader.ReadString();
        if (reader.ReadInt32() != book.Alphabet.Length) throw new InvalidDataException("It is of a text with other characters.");
        var model = new Model(cell, book.Alphabet.Length, reader.ReadInt32(), new Philox(0));
        foreach (Parameter<float> parameter in model.Parameters)
        {
            if (reader.ReadString() != parameter.Name) throw new InvalidDataException($"It lacks {parameter.Name}.");
            file.ReadExactly(MemoryMarshal.AsBytes(parameter.Value));
        }

        var trainer = new Trainer(model, book);
        trainer.Load(reader);
        return (model, trainer);
    }
}
