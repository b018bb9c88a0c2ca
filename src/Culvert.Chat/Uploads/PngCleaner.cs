using System.Buffers.Binary;
using System.Text;

namespace Culvert.Chat.Uploads;

/// <summary>Copies PNG, animated ones too, without texts, times and EXIF (PNG, third edition, §5 and §11).</summary>
internal static class PngCleaner
{
    private const int SignatureBytes = 8;
    private const int HeaderBytes = 13;
    private const int CheckBytes = 4;

    // What changes how it looks: colours, transparency, density, and the frames of an animation.
    private static readonly string[] Kept =
    [
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "cICP", "mDCV", "cLLI", "bKGD",
        "pHYs", "acTL", "fcTL", "fdAT",
    ];

    /// <inheritdoc cref="PictureCleaner.TryCopy"/>
    public static bool TryCopy(Stream source, Stream target)
    {
        PictureCleaner.Copy(source, target, SignatureBytes);
        Span<byte> head = stackalloc byte[8];
        for (var (index, hasPixels) = (0, false); ; index++)
        {
            source.ReadExactly(head);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            var name = Encoding.ASCII.GetString(head[4..]);
            var isKept = Kept.Contains(name);
            var isFirst = index == 0;
            if (length > int.MaxValue || isFirst != (name == "IHDR") || (isFirst && length != HeaderBytes)
                || !(isKept || IsOptional(head[4..])))
            {
                return false;
            }

            hasPixels |= name == "IDAT";
            if (!isKept)
            {
                PictureCleaner.Skip(source, length + CheckBytes);
                continue;
            }

            target.Write(head);
            PictureCleaner.Copy(source, target, length + CheckBytes);
            if (name == "IEND")
            {
                return hasPixels && length == 0;
            }
        }
    }

    /// <summary>§5.4: a small first letter says that a picture can be shown without the chunk.</summary>
    private static bool IsOptional(ReadOnlySpan<byte> name) => name[0] is >= (byte)'a' and <= (byte)'z';
}
