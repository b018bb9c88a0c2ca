using System.Buffers.Binary;
using System.Text;

namespace Culvert.Chat.Uploads;

/// <summary>Copies WebP, animated ones too, without EXIF, XMP and chunks of unknown purpose (RFC 9649 §2).</summary>
internal static class WebPCleaner
{
    private const int HeaderBytes = 12;

    // Of VP8X: there is EXIF, there is XMP.
    private const byte MetadataFlags = 0b0000_1100;

    private static readonly string[] Kept = ["VP8X", "VP8 ", "VP8L", "ALPH", "ICCP", "ANIM", "ANMF"];

    /// <inheritdoc cref="PictureCleaner.TryCopy"/>
    public static bool TryCopy(Stream source, Stream target)
    {
        Span<byte> head = stackalloc byte[HeaderBytes];
        source.ReadExactly(head);
        target.Write(head);
        var left = (long)BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) - 4;
        var hasPixels = false;
        while (left > 0)
        {
            source.ReadExactly(head[..8]);
            var name = Encoding.ASCII.GetString(head[..4]);
            var length = (long)BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            var padded = length + (length & 1);
            left -= 8 + padded;
            if (left < 0)
            {
                return false;
            }

            hasPixels |= name is "VP8 " or "VP8L" or "ANMF";
            if (!Kept.Contains(name))
            {
                PictureCleaner.Skip(source, padded);
                continue;
            }

            target.Write(head[..8]);
            if (name == "VP8X" && length > 0)
            {
                target.WriteByte((byte)(source.ReadByte() & ~MetadataFlags));
                padded--;
            }

            PictureCleaner.Copy(source, target, padded);
        }

        target.Flush();
        if (target.Length - 8 > uint.MaxValue)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)(target.Length - 8));
        target.Position = 4;
        target.Write(head[..4]);
        return hasPixels;
    }
}
