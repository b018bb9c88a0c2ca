namespace Culvert.Chat.Accounts;

/// <summary>The bytes of a QR code in the order in which they are drawn.</summary>
internal static class QrCodewords
{
    private const int ByteMode = 0b0100;

    // x^8 + x^4 + x^3 + x^2 + 1, of the field that the correction computes in.
    private const int FieldPolynomial = 0x11D;

    /// <summary>Data and correction of all blocks, interleaved.</summary>
    public static byte[] Of(QrVersion version, ReadOnlySpan<byte> text)
    {
        var data = DataOf(version, text);
        var shorter = version.DataBytes / version.Blocks;
        var longer = version.DataBytes % version.Blocks;
        var blocks = new List<(byte[] Data, byte[] Correction)>(version.Blocks);
        for (int block = 0, at = 0; block < version.Blocks; block++)
        {
            var length = shorter + (block >= version.Blocks - longer ? 1 : 0);
            var part = data[at..(at + length)];
            blocks.Add((part, CorrectionOf(part, version.CorrectionBytes)));
            at += length;
        }

        var all = new List<byte>();
        for (var i = 0; i <= shorter; i++)
        {
            all.AddRange(blocks.Where(block => i < block.Data.Length).Select(block => block.Data[i]));
        }

        for (var i = 0; i < version.CorrectionBytes; i++)
        {
            all.AddRange(blocks.Select(block => block.Correction[i]));
        }

        return [.. all];
    }

    /// <summary>Mode, length, text, end, and filling.</summary>
    private static byte[] DataOf(QrVersion version, ReadOnlySpan<byte> text)
    {
        var data = new byte[version.DataBytes];
        var length = 0;
        void Append(int value, int bits)
        {
            for (var bit = bits - 1; bit >= 0; bit--, length++)
            {
                data[length / 8] |= (byte)(((value >> bit) & 1) << (7 - (length % 8)));
            }
        }

        Append(ByteMode, 4);
        Append(text.Length, version.LengthBits);
        foreach (var value in text)
        {
            Append(value, 8);
        }

        // The end is four zeros, or as many as there is room for, and then zeros up to a whole byte.
        length = Math.Min(length + 4, 8 * data.Length);
        var filling = (byte)0xEC;
        for (var at = (length + 7) / 8; at < data.Length; at++)
        {
            data[at] = filling;
            filling ^= 0xEC ^ 0x11;
        }

        return data;
    }

    /// <summary>The rest of the data, as a polynomial, divided by the generator (Reed-Solomon).</summary>
    private static byte[] CorrectionOf(byte[] data, int count)
    {
        var generator = GeneratorOf(count);
        var rest = new byte[count];
        foreach (var value in data)
        {
            var factor = (byte)(value ^ rest[0]);
            rest.AsSpan(1).CopyTo(rest);
            rest[^1] = 0;
            for (var i = 0; i < count; i++)
            {
                rest[i] ^= Multiply(generator[i], factor);
            }
        }

        return rest;
    }

    /// <summary>(x - 1)(x - 2)(x - 4)…, without its first coefficient, which is 1.</summary>
    private static byte[] GeneratorOf(int count)
    {
        var generator = new byte[count];
        generator[^1] = 1;
        byte root = 1;
        for (var degree = 0; degree < count; degree++)
        {
            for (var i = 0; i < count; i++)
            {
                var next = i + 1 < count ? generator[i + 1] : (byte)0;
                generator[i] = (byte)(Multiply(generator[i], root) ^ next);
            }

            root = Multiply(root, 2);
        }

        return generator;
    }

    private static byte Multiply(byte left, byte right)
    {
        var product = 0;
        for (var bit = 7; bit >= 0; bit--)
        {
            product = (product << 1) ^ ((product >> 7) * FieldPolynomial);
            product ^= ((right >> bit) & 1) * left;
        }

        return (byte)product;
    }
}
