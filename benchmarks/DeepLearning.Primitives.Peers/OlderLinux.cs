using System.Buffers.Binary;
using System.Text;

namespace DeepLearning.Primitives.Peers;

/// <summary>
/// Lets TorchSharp start where libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04). Its glue library refers to
/// one symbol of version GLIBCXX_3.4.32, which GCC 13's &lt;iostream&gt; mentions and nothing calls. Making that
/// reference weak, in the copy in the output folder, lets the loader go on without it; newer systems are not affected.
/// </summary>
internal static class OlderLinux
{
    private const uint DynamicSymbols = 11, VersionsNeeded = 0x6FFF_FFFE;
    private const int WeakVersion = 2, WeakSymbol = 2;

    /// <summary>To be called before the first use of TorchSharp.</summary>
    public static void Prepare()
    {
        string library = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess || !File.Exists(library)) return;

        byte[] elf = File.ReadAllBytes(library);
        if (!Weaken(elf)) return;
        string changed = $"{library}.{Environment.ProcessId}";
        File.WriteAllBytes(changed, elf);
        File.Move(changed, library, overwrite: true);
    }

    /// <summary>True when something had to be changed.</summary>
    private static bool Weaken(byte[] elf)
    {
        bool changed = false;
        int sections = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(0x28));
        int size = Half(0x3A), count = Half(0x3C);
        for (int section = sections; section < sections + count * size; section += size)
        {
            // A section header: name, type, flags (8), address (8), offset (8), length (8), number of its string section.
            int start = Word(section + 24), length = Word(section + 32);
            int strings = Word(sections + Word(section + 40) * size + 24);
            switch ((uint)Word(section + 4))
            {
                case DynamicSymbols:
                    // A symbol: name, binding and type (1), other (1), section (2), value (8), size (8).
                    for (int symbol = start; symbol < start + length; symbol += 24)
                    {
                        if (NameIs(strings + Word(symbol), "_ZSt21ios_base_library_initv"))
                            changed |= Set(symbol + 4, (byte)(WeakSymbol << 4 | elf[symbol + 4] & 0xF));
                    }

                    break;
                case VersionsNeeded:
                    // A file: version (2), number of needs (2), its name, offset of its needs, offset of the next file.
                    for (int file = start, next = 1; next != 0; file += next)
                    {
                        next = Word(file + 12);
                        // A need: hash, flags (2), index (2), name, offset of the next.
                        for (int need = file + Word(file + 8), i = Half(file + 2); i > 0; i--, need += Word(need + 12))
                        {
                            if (NameIs(strings + Word(need + 8), "GLIBCXX_3.4.32"))
                                changed |= Set(need + 4, (byte)(elf[need + 4] | WeakVersion));
                        }
                    }

                    break;
            }
        }

        return changed;

        int Half(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(offset));
        int Word(int offset) => BinaryPrimitives.ReadInt32LittleEndian(elf.AsSpan(offset));
        bool NameIs(int offset, string name) => elf.AsSpan(offset, name.Length + 1).SequenceEqual(Encoding.ASCII.GetBytes(name + '\0'));

        bool Set(int offset, byte value)
        {
            bool differs = elf[offset] != value;
            elf[offset] = value;
            return differs;
        }
    }
}
