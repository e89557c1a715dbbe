using System.Runtime.InteropServices;
using DeepLearning.Primitives;

namespace CharacterGru;

/// <summary>A model in a file: what kind it is, then each parameter's name and numbers.</summary>
internal static class Checkpoint
{
    private const string Magic = "CharacterGru 1";

    /// <summary>Writes the whole file beside the old one before it takes its place.</summary>
    public static void Save(string path, Model model)
    {
        string temporary = path + ".new";
        using (var writer = new BinaryWriter(File.Create(temporary)))
        {
            writer.Write(Magic);
            writer.Write(model.Cell);
            writer.Write(model.Characters);
            writer.Write(model.HiddenSize);
            foreach (Parameter<float> parameter in model.Parameters)
            {
                writer.Write(parameter.Name);
                writer.Write(MemoryMarshal.AsBytes(parameter.Value));
            }
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <exception cref="InvalidDataException">The file is no checkpoint, or one of other characters.</exception>
    public static Model Load(string path, int characters)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        try
        {
            if (reader.ReadString() != Magic) throw new InvalidDataException($"{path} is no checkpoint of this program.");
            string cell = reader.ReadString();
            if (reader.ReadInt32() != characters) throw new InvalidDataException($"{path} is of a text with other characters.");
            var model = new Model(cell, characters, reader.ReadInt32(), new Philox(0));
            foreach (Parameter<float> parameter in model.Parameters)
            {
                if (reader.ReadString() != parameter.Name) throw new InvalidDataException($"{path} lacks {parameter.Name}.");
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(parameter.Value));
            }

            return model;
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException($"{path} ends too early.");
        }
    }
}
