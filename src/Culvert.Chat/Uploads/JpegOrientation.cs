using System.Buffers.Binary;

namespace Culvert.Chat.Uploads;

/// <summary>Which way up a JPEG is, as EXIF has it (CIPA DC-008 §4.6.4: tag 0x0112 of the first directory).</summary>
internal static class JpegOrientation
{
    private const int EntryBytes = 12;
    private const ushort Tag = 0x0112;
    private const ushort ShortType = 3;

    /// <summary>1 to 8, what a segment APP1 says; 0 when it says nothing.</summary>
    public static int Read(ReadOnlySpan<byte> segment)
    {
        if (!segment.StartsWith("Exif\0\0"u8) || segment.Length < 14)
        {
            return 0;
        }

        var data = segment[6..];
        var isBig = data.StartsWith("MM\0*"u8);
        if (!isBig && !data.StartsWith("II*\0"u8))
        {
            return 0;
        }

        var place = isBig
            ? BinaryPrimitives.ReadUInt32BigEndian(data[4..])
            : BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
        if (place > data.Length - 2)
        {
            return 0;
        }

        var count = UInt16(data[(int)place..], isBig);
        data = data[((int)place + 2)..];
        for (; count > 0 && data.Length >= EntryBytes; count--, data = data[EntryBytes..])
        {
            if (UInt16(data, isBig) == Tag)
            {
                var value = UInt16(data[8..], isBig);
                return UInt16(data[2..], isBig) == ShortType && value is >= 1 and <= 8 ? value : 0;
            }
        }

        return 0;
    }

    /// <summary>A segment APP1 that says this and nothing else.</summary>
    public static byte[] Segment(int orientation) =>
    [
        .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
    ];

    private static ushort UInt16(ReadOnlySpan<byte> data, bool isBig) => isBig
        ? BinaryPrimitives.ReadUInt16BigEndian(data)
        : BinaryPrimitives.ReadUInt16LittleEndian(data);
}
