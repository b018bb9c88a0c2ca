namespace Culvert.Tests.Chat.Uploads;

/// <summary>Headers of pictures, with nothing behind them, and whole ones.</summary>
internal static class Pictures
{
    /// <summary>A picture of three chunks, with others between them.</summary>
    public static byte[] WholePng(
        int width, int height, byte[]? pixels = null, byte[]? before = null, byte[]? behind = null) =>
    [
        .. Png(width, height), 1, 2, 3, 4, .. before ?? [], .. PngChunk("IDAT", pixels ?? [5, 6, 7]),
        .. before ?? [], .. PngChunk("IEND", []), .. behind ?? [],
    ];

    /// <summary>A chunk; nobody looks at its checksum.</summary>
    public static byte[] PngChunk(string name, byte[] data) =>
        [.. Big(data.Length), .. System.Text.Encoding.ASCII.GetBytes(name), .. data, 0xC, 0xC, 0xC, 0xC];

    public static byte[] JpegSegment(byte marker, params byte[] data) =>
        [0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];

    /// <summary>EXIF with a direction between other entries, and a text behind them.</summary>
    public static byte[] Exif(bool isBig, byte orientation, string text)
    {
        byte[] Number(int value, int size) =>
            [.. Enumerable.Range(0, size).Select(i => (byte)(value >> (8 * (isBig ? size - 1 - i : i))))];
        byte[] Entry(int tag, int type, byte[] value) =>
            [.. Number(tag, 2), .. Number(type, 2), .. Number(1, 4), .. value];
        return
        [
            .. "Exif\0\0"u8, .. isBig ? "MM"u8 : "II"u8, .. Number(42, 2), .. Number(10, 4), 9, 9, .. Number(3, 2),
            .. Entry(0x010F, 2, Number(50, 4)), .. Entry(0x0112, 3, [.. Number(orientation, 2), 0, 0]),
            .. Entry(0x8825, 4, Number(60, 4)), .. Number(0, 4), .. System.Text.Encoding.ASCII.GetBytes(text),
        ];
    }

    public static byte[] WebP(byte flags, params (string Name, byte[] Data)[] chunks)
    {
        byte[] body =
        [
            .. "WEBP"u8, .. WebPChunk("VP8X", [flags, 0, 0, 0, 9, 0, 0, 9, 0, 0]),
            .. chunks.SelectMany(static chunk => WebPChunk(chunk.Name, chunk.Data)),
        ];
        return [.. "RIFF"u8, .. Big(body.Length).Reverse(), .. body];
    }

    private static byte[] WebPChunk(string name, byte[] data) =>
    [
        .. System.Text.Encoding.ASCII.GetBytes(name), .. Big(data.Length).Reverse(), .. data,
        .. new byte[data.Length & 1],
    ];

    public static byte[] Png(int width, int height) =>
    [
        0x89, .. "PNG\r\n"u8, 0x1A, .. "\n"u8, 0, 0, 0, 13, .. "IHDR"u8, .. Big(width), .. Big(height), 8, 6, 0, 0, 0,
    ];

    public static byte[] Gif(int width, int height) =>
        [.. "GIF89a"u8, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0, 0, 0];

    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="metadata">Bytes of metadata in front of the size.</param>
    /// <param name="marker">The kind of frame.</param>
    public static byte[] Jpeg(int width, int height, int metadata = 14, byte marker = 0xC0)
    {
        var length = metadata + 2;
        return
        [
            0xFF, 0xD8, 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. new byte[metadata], 0xFF, 0xFF, marker, 0, 17,
            8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 0, 0,
        ];
    }

    public static byte[] WebPExtended(int width, int height) =>
        [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, .. Small(width - 1), .. Small(height - 1)];

    public static byte[] WebPLossless(int width, int height)
    {
        var bits = (width - 1) | ((height - 1) << 14);
        return
        [
            .. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8L"u8, 9, 0, 0, 0, 0x2F, (byte)bits, (byte)(bits >> 8),
            (byte)(bits >> 16), (byte)(bits >> 24), 0, 0, 0, 0, 0,
        ];
    }

    public static byte[] WebPLossy(int width, int height) =>
    [
        .. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8 "u8, 9, 0, 0, 0, 0x10, 0, 0, 0x9D, 0x01, 0x2A, (byte)width,
        (byte)(width >> 8), (byte)height, (byte)(height >> 8),
    ];

    private static byte[] Big(int value) =>
        [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] Small(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];
}
