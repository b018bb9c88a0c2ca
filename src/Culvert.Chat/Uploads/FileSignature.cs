namespace Culvert.Chat.Uploads;

/// <summary>What a file is, by its first bytes. Its name and what the sender says count for nothing.</summary>
internal static class FileSignature
{
    /// <summary>Of everything else, text and pages included: a browser never shows it by itself.</summary>
    public const string Unknown = "application/octet-stream";

    /// <summary>Bytes that decide.</summary>
    public const int HeadBytes = 64;

    // ISO/IEC 14496-12 §4.3: the brand of the container. Pictures use it too (AVIF, HEIC), and are not shown.
    private static readonly string[] VideoBrands =
        ["isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "dash", "MSNV", "mmp4"];

    /// <summary>The media type that begins like this, or <see cref="Unknown"/>.</summary>
    public static string Of(ReadOnlySpan<byte> head)
    {
        if (head is [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..])
        {
            return "image/png";
        }

        if (head is [0xFF, 0xD8, 0xFF, ..])
        {
            return "image/jpeg";
        }

        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
        {
            return "image/gif";
        }

        if (head.StartsWith("RIFF"u8) && head.Length >= 12)
        {
            return head[8..12].SequenceEqual("WEBP"u8) ? "image/webp"
                : head[8..12].SequenceEqual("WAVE"u8) ? "audio/wav"
                : Unknown;
        }

        return OfMedia(head) ?? OfDocument(head);
    }

    /// <summary>True for what may be shown inside a page: pictures, sound and film, which run nothing.</summary>
    public static bool IsShown(string type) =>
        type.StartsWith("image/", StringComparison.Ordinal)
        || type.StartsWith("audio/", StringComparison.Ordinal)
        || type.StartsWith("video/", StringComparison.Ordinal);

    private static string? OfMedia(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8))
        {
            return OfBrand(head[8..12]);
        }

        // RFC 8794: Matroska and WebM differ in the name that follows.
        if (head is [0x1A, 0x45, 0xDF, 0xA3, ..])
        {
            return head.IndexOf("webm"u8) > 0 ? "video/webm"
                : head.IndexOf("matroska"u8) > 0 ? "video/x-matroska"
                : null;
        }

        if (head.StartsWith("OggS"u8))
        {
            return head.IndexOf("\u0001video"u8) > 0 || head.IndexOf("theora"u8) > 0 ? "video/ogg" : "audio/ogg";
        }

        if (head.StartsWith("fLaC"u8))
        {
            return "audio/flac";
        }

        // MPEG audio: a tag, or the first frame of layer III (11 bits of sync, version, layer 01, a bit rate).
        var isFrame = head is [0xFF, 0xFA or 0xFB or 0xF2 or 0xF3, >= 0x10 and < 0xF0, ..];
        return head.StartsWith("ID3"u8) || isFrame ? "audio/mpeg" : null;
    }

    private static string? OfBrand(ReadOnlySpan<byte> brand)
    {
        var name = System.Text.Encoding.ASCII.GetString(brand);
        return name switch
        {
            "M4A " or "M4B " => "audio/mp4",
            "qt  " => "video/quicktime",
            _ => VideoBrands.Contains(name) ? "video/mp4" : null,
        };
    }

    private static string OfDocument(ReadOnlySpan<byte> head) =>
        head.StartsWith("%PDF-"u8) ? "application/pdf"
        : head is [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..] ? "application/zip"
        : head is [0x1F, 0x8B, 8, ..] ? "application/gzip"
        : Unknown;
}
