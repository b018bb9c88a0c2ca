namespace Culvert.Chat.Codes;

/// <summary>The error correction of QR codes: Reed-Solomon over GF(256) with the polynomial 0x11D.</summary>
internal static class ReedSolomon
{
    /// <summary>The bytes that are appended to a block.</summary>
    public static byte[] CheckOf(ReadOnlySpan<byte> data, int count)
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

    /// <summary>(x - 1)(x - 2)(x - 4)…, without its highest term, highest first.</summary>
    private static byte[] GeneratorOf(int degree)
    {
        var generator = new byte[degree];
        generator[^1] = 1;
        byte root = 1;
        for (var i = 0; i < degree; i++)
        {
            for (var j = 0; j < degree; j++)
            {
                generator[j] = Multiply(generator[j], root);
                if (j + 1 < degree)
                {
                    generator[j] ^= generator[j + 1];
                }
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
            product = (product << 1) ^ ((product >> 7) * 0x11D);
            product ^= ((right >> bit) & 1) * left;
        }

        return (byte)product;
    }
}
