namespace Culvert.Tests.Chat.Uploads;

/// <summary>Headers of pictures, with nothing behind them.</summary>
internal static class Pictures
{
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
