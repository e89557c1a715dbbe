using System.Numerics;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives;

/// <content>What an optimizer remembers from step to step, to files and back.</content>
public abstract partial class Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static ReadOnlySpan<byte> Heading => "DeepLearning.Primitives optimizer 1\n"u8;

    /// <summary>Arrays as long as a parameter, and numbers, that are remembered of one.</summary>
    private protected abstract (int Arrays, int Numbers) MemoryOfOne { get; }

    /// <summary>
    /// Writes what the steps so far have left: momenta, moments and how often each parameter was stepped. Together with the
    /// parameters' values it lets another program go on with the same bits. Settings such as the learning rate are not in it.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="destination"/> is null.</exception>
    public void SaveState(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using BinaryWriter writer = new(destination, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Heading);
        writer.Write(Kind);
        writer.Write(_parameters.Length);
        for (int i = 0; i < _parameters.Length; i++)
        {
            writer.Write(_parameters[i].Name);
            writer.Write(_parameters[i].Value.Length);
            writer.Write(_memories[i] is not null);
            if (_memories[i] is not { } memory) continue;
            foreach (T[] array in memory.Arrays) writer.Write(MemoryMarshal.AsBytes(array.AsSpan()));
            writer.Write(MemoryMarshal.AsBytes(memory.Numbers.AsSpan()));
        }
    }

    /// <summary>
    /// Reads what <see cref="SaveState"/> of an optimizer of this kind, for the same parameters, has written; the stream is left
    /// behind its end.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="source"/> is null.</exception>
    /// <exception cref="InvalidDataException">
    /// The stream holds no such thing, that of another kind of optimizer or of other parameters, or ends too early. Nothing has
    /// changed.
    /// </exception>
    public void LoadState(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using BinaryReader reader = new(source, System.Text.Encoding.UTF8, leaveOpen: true);
        try
        {
            // Compared before anything is taken for a length.
            Span<byte> heading = stackalloc byte[Heading.Length];
            source.ReadExactly(heading);
            if (!heading.SequenceEqual(Heading)) throw new InvalidDataException("This is no optimizer's state.");
            Expect(Kind, reader.ReadString(), "kind");
            Expect(_parameters.Length, reader.ReadInt32(), "number of parameters");
            Memory?[] memories = new Memory?[_parameters.Length];
            for (int i = 0; i < memories.Length; i++)
            {
                Parameter<T> parameter = _parameters[i];
                Expect(parameter.Name, reader.ReadString(), $"name of parameter {i}");
                Expect(parameter.Value.Length, reader.ReadInt32(), $"length of {parameter.Name}");
                if (!reader.ReadBoolean()) continue;
                Memory memory = memories[i] = new(parameter.Value.Length, MemoryOfOne);
                foreach (T[] array in memory.Arrays) source.ReadExactly(MemoryMarshal.AsBytes(array.AsSpan()));
                source.ReadExactly(MemoryMarshal.AsBytes(memory.Numbers.AsSpan()));
            }

            memories.CopyTo(_memories, 0);
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException("The optimizer's state ends too early, or is damaged.", e);
        }

        static void Expect<TItem>(TItem expected, TItem found, string what)
        {
            if (!EqualityComparer<TItem>.Default.Equals(expected, found))
                throw new InvalidDataException($"Optimizer state: the {what} is '{found}', not '{expected}'.");
        }
    }

    /// <summary>The optimizer and its element type, as a file has them.</summary>
    private string Kind => $"{GetType().Name.Split('`')[0]} of {typeof(T).Name}";

    /// <summary>What is remembered of a parameter; zeros the first time.</summary>
    private protected Memory MemoryOf(int index, out bool isNew)
    {
        isNew = _memories[index] is null;
        return _memories[index] ??= new(_parameters[index].Value.Length, MemoryOfOne);
    }

    private protected sealed class Memory(int length, (int Arrays, int Numbers) count)
    {
        public T[][] Arrays { get; } = [.. Enumerable.Range(0, count.Arrays).Select(_ => new T[length])];

        public double[] Numbers { get; } = new double[count.Numbers];
    }
}
