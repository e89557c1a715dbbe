using System.IO.Compression;

namespace CharacterGru;

/// <summary>A text as numbers of characters: the first nine tenths to learn from, the rest held out.</summary>
internal sealed class Book
{
    private Book(string alphabet, int[] train, int[] heldOut) => (Alphabet, Train, HeldOut) = (alphabet, train, heldOut);

    /// <summary>Every character of the text, in order of its code.</summary>
    public string Alphabet { get; }

    public int[] Train { get; }

    public int[] HeldOut { get; }

    /// <summary>Jane Austen's <i>Pride and Prejudice</i> (1813), which is embedded in the program.</summary>
    public static Book Load()
    {
        const string Name = "pride_and_prejudice.txt.gz";
        using Stream file = typeof(Book).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidDataException($"The resource {Name} is missing.");
        using var unzipped = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        string text = unzipped.ReadToEnd();
        string alphabet = new([.. text.Distinct().Order()]);
        int[] numbers = [.. text.Select(c => alphabet.IndexOf(c, StringComparison.Ordinal))];
        int train = numbers.Length * 9 / 10;
        return new(alphabet, numbers[..train], numbers[train..]);
    }
}
