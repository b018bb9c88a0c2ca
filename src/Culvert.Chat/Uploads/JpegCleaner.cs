using System.Buffers.Binary;

namespace Culvert.Chat.Uploads;

/// <summary>
/// Copies JPEG without EXIF, XMP, comments, previews and further pictures behind the first (ITU-T T.81 Annex B). Which
/// way up it is stays.
/// </summary>
internal static class JpegCleaner
{
    private const int StartOfImage = 0xD8;
    private const int EndOfImage = 0xD9;
    private const int StartOfScan = 0xDA;
    private const int Comment = 0xFE;
    private const int App0 = 0xE0;
    private const int App1 = 0xE1;
    private const int App2 = 0xE2;
    private const int App14 = 0xEE;
    private const int App15 = 0xEF;

    /// <summary>JFIF without its preview.</summary>
    private const int JfifBytes = 14;

    /// <inheritdoc cref="PictureCleaner.TryCopy"/>
    public static bool TryCopy(Stream source, Stream target)
    {
        if (NextMarker(source) != StartOfImage)
        {
            return false;
        }

        Write(target, StartOfImage);
        var (hasScan, hasPlace) = (false, false);
        for (var marker = NextMarker(source); ;)
        {
            switch (marker)
            {
                case EndOfImage:
                    Write(target, EndOfImage);
                    return hasScan;

                case < 0xC0 or StartOfImage or (>= 0xF0 and < Comment) or 0xFF or (>= 0xD0 and <= 0xD7):
                    // Reserved, or nothing that stands between segments.
                    return false;
            }

            if (ReadSegment(source) is not { } segment)
            {
                return false;
            }

            if (marker == App1 && !hasPlace && JpegOrientation.Read(segment) is > 1 and var orientation)
            {
                // Most cameras do not turn the pixels, they say which way up.
                Write(target, App1, JpegOrientation.Segment(orientation));
                hasPlace = true;
            }
            else if (Keep(marker, segment) is { } kept)
            {
                Write(target, marker, kept);
            }

            hasScan |= marker == StartOfScan;
            marker = marker == StartOfScan ? CopyScan(source, target) : NextMarker(source);
        }
    }

    /// <summary>What stays of a segment; null for nothing.</summary>
    private static byte[]? Keep(int marker, byte[] segment) => marker switch
    {
        App0 => segment.Length >= JfifBytes && segment.AsSpan().StartsWith("JFIF\0"u8)
            ? [.. segment.AsSpan(0, JfifBytes - 2), 0, 0]
            : null,
        App2 => segment.AsSpan().StartsWith("ICC_PROFILE\0"u8) ? segment : null,
        App14 => segment.AsSpan().StartsWith("Adobe"u8) ? segment : null,
        (>= App0 and <= App15) or Comment => null,
        _ => segment,
    };

    /// <summary>Copies the coded pixels; returns the marker behind them.</summary>
    private static int CopyScan(Stream source, Stream target)
    {
        while (true)
        {
            var value = source.ReadByte();
            if (value != 0xFF)
            {
                if (value < 0)
                {
                    // Cut off, which shows as far as it goes everywhere.
                    return EndOfImage;
                }

                target.WriteByte((byte)value);
                continue;
            }

            do
            {
                value = source.ReadByte();
            }
            while (value == 0xFF);

            // A byte 0xFF of the pixels, or a place to begin again.
            if (value is 0 or (>= 0xD0 and <= 0xD7))
            {
                target.WriteByte(0xFF);
                target.WriteByte((byte)value);
                continue;
            }

            return value < 0 ? EndOfImage : value;
        }
    }

    /// <summary>Fill bytes may stand before it (B.1.1.2).</summary>
    private static int NextMarker(Stream source)
    {
        var value = ReadByte(source);
        if (value != 0xFF)
        {
            return 0;
        }

        do
        {
            value = ReadByte(source);
        }
        while (value == 0xFF);
        return value;
    }

    /// <summary>What follows the length; null when that cannot be.</summary>
    private static byte[]? ReadSegment(Stream source)
    {
        var length = (ReadByte(source) << 8) | ReadByte(source);
        if (length < 2)
        {
            return null;
        }

        var segment = new byte[length - 2];
        source.ReadExactly(segment);
        return segment;
    }

    private static int ReadByte(Stream source) =>
        source.ReadByte() is >= 0 and var value ? value : throw new EndOfStreamException();

    private static void Write(Stream target, int marker)
    {
        target.WriteByte(0xFF);
        target.WriteByte((byte)marker);
    }

    private static void Write(Stream target, int marker, ReadOnlySpan<byte> segment)
    {
        Write(target, marker);
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(segment.Length + 2));
        target.Write(length);
        target.Write(segment);
    }
}
