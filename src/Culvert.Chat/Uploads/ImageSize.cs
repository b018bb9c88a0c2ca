using System.Buffers.Binary;

namespace Culvert.Chat.Uploads;

/// <summary>Reads how large a picture is out of its header; decodes nothing.</summary>
internal static class ImageSize
{
    /// <summary>Bytes that are looked at: a JPEG has its size behind its metadata, a preview included.</summary>
    public const int HeadBytes = 512 * 1024;

    /// <summary>Width and height in pixels; null when the header is broken or ends too early.</summary>
    /// <param name="type">What <see cref="FileSignature"/> found.</param>
    /// <param name="head">The first bytes, up to <see cref="HeadBytes"/>.</param>
    public static (int Width, int Height)? Read(string type, ReadOnlySpan<byte> head)
    {
        var size = type switch
        {
            "image/png" => Png(head),
            "image/jpeg" => Jpeg(head),
            "image/gif" => Gif(head),
            "image/webp" => WebP(head),
            _ => null,
        };
        return size is { Width: > 0, Height: > 0 } ? size : null;
    }

    /// <summary>PNG (third edition) §11.2.1: IHDR comes first.</summary>
    private static (int Width, int Height)? Png(ReadOnlySpan<byte> head)
    {
        if (head.Length < 24 || !head[12..16].SequenceEqual("IHDR"u8))
        {
            return null;
        }

        var width = BinaryPrimitives.ReadUInt32BigEndian(head[16..]);
        var height = BinaryPrimitives.ReadUInt32BigEndian(head[20..]);
        return width <= int.MaxValue && height <= int.MaxValue ? ((int)width, (int)height) : null;
    }

    /// <summary>GIF89a §18: the logical screen.</summary>
    private static (int Width, int Height)? Gif(ReadOnlySpan<byte> head) => head.Length < 10
        ? null
        : (BinaryPrimitives.ReadUInt16LittleEndian(head[6..]), BinaryPrimitives.ReadUInt16LittleEndian(head[8..]));

    /// <summary>ITU-T T.81 Annex B: segments up to the start of a frame.</summary>
    private static (int Width, int Height)? Jpeg(ReadOnlySpan<byte> head)
    {
        var at = 2;
        while (at + 4 <= head.Length && head[at] == 0xFF)
        {
            var marker = head[at + 1];
            if (marker is 0xFF or 0x01 or (>= 0xD0 and <= 0xD8))
            {
                // A fill byte, or a marker that stands alone.
                at += marker == 0xFF ? 1 : 2;
                continue;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(head[(at + 2)..]);
            if (length < 2 || marker is 0xD9 or 0xDA)
            {
                return null;
            }

            // SOF0 to SOF15, without DHT, JPG and DAC, which share the row.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return at + 9 > head.Length
                    ? null
                    : (BinaryPrimitives.ReadUInt16BigEndian(head[(at + 7)..]),
                        BinaryPrimitives.ReadUInt16BigEndian(head[(at + 5)..]));
            }

            at += 2 + length;
        }

        return null;
    }

    /// <summary>RFC 9649 §2.5 to §2.7: the first chunk is one of three.</summary>
    private static (int Width, int Height)? WebP(ReadOnlySpan<byte> head)
    {
        if (head.Length < 30)
        {
            return null;
        }

        var chunk = head[12..16];
        if (chunk.SequenceEqual("VP8X"u8))
        {
            return (1 + UInt24(head[24..]), 1 + UInt24(head[27..]));
        }

        if (chunk.SequenceEqual("VP8L"u8) && head[20] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(head[21..]);
            return (1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
        }

        // RFC 6386 §9.1: a key frame, then 14 bits each and 2 bits of scale.
        var isKey = chunk.SequenceEqual("VP8 "u8) && (head[20] & 1) == 0
            && head[23..26].SequenceEqual((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]);
        return isKey
            ? (BinaryPrimitives.ReadUInt16LittleEndian(head[26..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(head[28..]) & 0x3FFF)
            : null;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
