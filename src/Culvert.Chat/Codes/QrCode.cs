namespace Culvert.Chat.Codes;

/// <summary>
/// A QR code (ISO/IEC 18004) of up to 213 bytes: byte mode, versions 1 to 10, error correction M. Immutable.
/// </summary>
internal sealed class QrCode
{
    /// <summary>What fits into version 10.</summary>
    public const int MaxBytes = 213;

    // Table 9 of the standard for level M: bytes of correction in a block, blocks, and bytes of data in all.
    private static readonly (int Check, int Blocks, int Data)[] Versions =
    [
        (10, 1, 16), (16, 1, 28), (26, 1, 44), (18, 2, 64), (24, 2, 86),
        (16, 4, 108), (18, 4, 124), (22, 4, 154), (22, 5, 182), (26, 5, 216),
    ];

    private readonly bool[] _dark;

    private QrCode(int width, bool[] dark)
    {
        Width = width;
        _dark = dark;
    }

    /// <summary>Modules on a side, without the quiet zone.</summary>
    public int Width { get; }

    public bool this[int column, int row] => _dark[(row * Width) + column];

    /// <summary>The code of these bytes; null when they are too many.</summary>
    public static QrCode? Of(ReadOnlySpan<byte> content)
    {
        if (content.Length > MaxBytes)
        {
            return null;
        }

        var version = 1;
        while (content.Length > Capacity(version))
        {
            version++;
        }

        var (check, blocks, data) = Versions[version - 1];
        var words = Interleave(Pack(content, version, data), check, blocks);
        var matrix = new QrMatrix(version);
        matrix.Place(words);
        return new QrCode(matrix.Width, matrix.Finish());
    }

    /// <summary>Four bits say the mode, then 8 or 16 the length.</summary>
    private static int Capacity(int version) => Versions[version - 1].Data - (version < 10 ? 2 : 3);

    private static byte[] Pack(ReadOnlySpan<byte> content, int version, int size)
    {
        var words = new byte[size];
        var at = 0;
        Append(0b0100, 4);
        Append(content.Length, version < 10 ? 8 : 16);
        foreach (var value in content)
        {
            Append(value, 8);
        }

        // The end of the message is four zero bits where they fit, and zeros up to a whole byte.
        var used = Math.Min((at + 4 + 7) / 8, size);
        for (var i = used; i < size; i++)
        {
            words[i] = (i - used) % 2 == 0 ? (byte)0xEC : (byte)0x11;
        }

        return words;

        void Append(int value, int bits)
        {
            for (var bit = bits - 1; bit >= 0; bit--, at++)
            {
                words[at / 8] |= (byte)(((value >> bit) & 1) << (7 - (at % 8)));
            }
        }
    }

    /// <summary>The first bytes of all blocks, then the second ones; of the data, then of the correction.</summary>
    private static byte[] Interleave(byte[] data, int check, int blocks)
    {
        var shorter = data.Length / blocks;
        var firstLonger = blocks - (data.Length % blocks);
        var parts = new byte[blocks][];
        var start = 0;
        for (var block = 0; block < blocks; block++)
        {
            var length = shorter + (block >= firstLonger ? 1 : 0);
            parts[block] = data[start..(start + length)];
            start += length;
        }

        List<byte> words = new(data.Length + (check * blocks));
        for (var i = 0; i <= shorter; i++)
        {
            words.AddRange(parts.Where(part => i < part.Length).Select(part => part[i]));
        }

        var checks = parts.Select(part => ReedSolomon.CheckOf(part, check)).ToArray();
        for (var i = 0; i < check; i++)
        {
            words.AddRange(checks.Select(part => part[i]));
        }

        return [.. words];
    }
}
